from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from redis import Redis

from core import clock, jobs
from core.actors import Actor
from core.errors import ActionBlocked
from core.models import Event, Job
from tests.concurrency.races import race
from tests.factories.people import make_partner, make_user

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _runners(monkeypatch: pytest.MonkeyPatch, broker: Redis) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_runners", {})
    yield
    clock.shift_database_clock(dt.timedelta(0))


def start(kind: str = "test.count", actor: Actor = DESK, **fields: Any) -> Job:
    defaults: dict[str, Any] = {
        "partner_id": make_partner().pk,
        "arguments": {"steps": 3},
        "now": NOW,
    }
    with transaction.atomic():
        return jobs.start(kind=kind, actor=actor, **defaults | fields)


@jobs.runs("test.count")
def count(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    jobs.advance(job.pk, total=job.arguments["steps"])
    for _ in range(job.arguments["steps"]):
        jobs.advance(job.pk, done=1, note="counting")
    return {"counted": job.arguments["steps"]}


@pytest.fixture
def counting() -> None:
    jobs.runs("test.count")(count)


class TestJob:
    def test_shows_how_far_it_is_and_what_came_of_it(self, counting: None) -> None:
        agent = make_user()
        job = start(actor=Actor.user(agent))
        assert jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (Job.State.DONE, 3, 3)
        assert (job.result, job.asked_by, job.ended_at) == ({"counted": 3}, agent, NOW)
        kinds = Event.objects.filter(subject=f"job:{job.pk}").order_by("sequence")
        assert list(kinds.values_list("kind", flat=True)) == ["job.asked", "job.done"]

    def test_of_a_kind_nobody_runs_is_refused(self) -> None:
        with pytest.raises(jobs.UnknownJob):
            start("test.unknown")

    def test_is_begun_by_one_worker_only(self, counting: None) -> None:
        job = start()
        finishes = race([lambda: jobs.run(job.pk, now=NOW)] * 4)
        assert sorted(finish.value for finish in finishes) == [False, False, False, True]
        job.refresh_from_db()
        assert job.done == 3

    def test_that_was_asked_for_runs_on_a_worker(
        self, counting: None, worker: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended, finish = threading.Event(), jobs.finish

        def finish_and_say_so(*args: Any, **kwargs: Any) -> None:
            finish(*args, **kwargs)
            ended.set()

        monkeypatch.setattr(jobs, "finish", finish_and_say_so)
        job = start()
        assert ended.wait(timeout=30)
        job.refresh_from_db()
        assert job.result == {"counted": 3}


class TestFailure:
    def test_of_the_rules_is_told_in_their_words(self) -> None:
        @jobs.runs("test.refusing")
        def refuse(*, job: Job, now: dt.datetime) -> None:
            raise ActionBlocked("The folder is empty.")

        job = start("test.refusing")
        jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.note) == (Job.State.FAILED, "The folder is empty.")

    def test_of_the_program_is_told_by_its_kind_alone(self) -> None:
        @jobs.runs("test.breaking")
        def break_down(*, job: Job, now: dt.datetime) -> None:
            raise KeyError("ana@customers.example")

        job = start("test.breaking")
        jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.note) == (Job.State.FAILED, "KeyError")

    def test_of_its_worker_is_found_by_silence(self, counting: None) -> None:
        job = start()
        jobs._begin(job.pk, NOW)
        assert jobs.fail_lost(now=NOW) == 0
        clock.shift_database_clock(jobs.SILENCE + dt.timedelta(seconds=1))
        assert jobs.fail_lost(now=NOW) == 1
        job.refresh_from_db()
        assert (job.state, job.note) == (Job.State.FAILED, "Its worker was lost.")


class TestAskToStop:
    def test_ends_a_waiting_job_at_once(self, counting: None) -> None:
        job = start()
        jobs.ask_to_stop(job.pk, actor=DESK, now=NOW)
        assert not jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert job.state == Job.State.STOPPED

    def test_ends_a_running_job_at_its_next_step(self) -> None:
        @jobs.runs("test.stopped")
        def work(*, job: Job, now: dt.datetime) -> None:
            jobs.advance(job.pk, done=1)
            jobs.ask_to_stop(job.pk, actor=DESK, now=now)
            jobs.advance(job.pk, done=1)
            raise AssertionError("went on")

        job = start("test.stopped")
        jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.done) == (Job.State.STOPPED, 2)


class TestWaiting:
    def test_is_found_when_its_wake_up_was_lost(self, counting: None) -> None:
        first, second = start(), start()
        jobs.run(first.pk, now=NOW)
        assert jobs.list_waiting() == [second.pk]
