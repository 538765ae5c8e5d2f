"""Jobs on the desk: how far each is, who may stop it, and what is said at its end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Job, User
from core.roles import Role
from tests.console.screens import DESK_ROLES, text_of
from tests.factories.desk import sign_in
from tests.factories.people import make_partner

pytestmark = pytest.mark.django_db

S = Job.State
POLL = {"HX-Request": "true", "HX-Target": "progress"}


def make_job(state: Job.State = S.RUNNING, **fields: Any) -> Job:
    defaults: dict[str, Any] = {"kind": "inventory.stock_import", "asked_at": clock.now()}
    partner = fields.pop("partner", None) or make_partner()
    return Job.objects.create(partner=partner, state=state, **defaults | fields)


def url_of(job: Job, name: str = "job") -> str:
    return reverse(f"console:{name}", args=[job.public_id])


def read(client: Client, url: str) -> str:
    return text_of(client.get(url).content)


class TestList:
    @pytest.mark.parametrize("role", DESK_ROLES)
    def test_is_open_to_the_desk(self, client: Client, role: Role) -> None:
        sign_in(client, role)
        make_job(total=40, done=12, failed=1)
        assert "13 of 40, 1 failed" in read(client, reverse("console:jobs"))

    def test_keeps_ended_jobs_apart(self, client: Client) -> None:
        sign_in(client)
        make_job(S.DONE)
        assert "Nothing is under way" in read(client, reverse("console:jobs"))
        assert "Stock import" in read(client, reverse("console:jobs_tab", args=["ended"]))

    def test_hides_the_jobs_of_other_partners(self, client: Client) -> None:
        sign_in(client)
        foreign = make_job(partner=make_partner("other"))
        assert "Stock import" not in read(client, reverse("console:jobs"))
        assert client.get(url_of(foreign)).status_code == 404


class TestProgress:
    def test_is_asked_for_while_the_job_runs(self, client: Client) -> None:
        sign_in(client)
        job = make_job(total=8, done=2, note="LEJ")
        html = client.get(url_of(job)).content.decode()
        assert f'hx-get="{url_of(job)}" hx-trigger="every 2s"' in html
        answer = client.get(url_of(job), headers=POLL).content
        assert text_of(answer) == "2 of 8 LEJ"

    def test_reloads_the_page_when_the_job_has_ended(self, client: Client) -> None:
        sign_in(client)
        answer = client.get(url_of(make_job(S.DONE)), headers=POLL)
        assert answer.headers["HX-Refresh"] == "true"

    def test_is_not_asked_for_once_it_has_ended(self, client: Client) -> None:
        sign_in(client)
        job = make_job(S.DONE, total=2, done=2, result={"levels_changed": 2})
        html = client.get(url_of(job)).content.decode()
        assert "every 2s" not in html
        assert "Levels changed 2" in text_of(html.encode())

    @pytest.mark.parametrize(
        ("state", "words"),
        [(S.QUEUED, "Waits for a worker"), (S.RUNNING, "Nothing done yet")],
    )
    def test_says_so_before_anything_is_done(
        self, client: Client, state: Job.State, words: str
    ) -> None:
        sign_in(client)
        assert words in read(client, url_of(make_job(state)))


class TestStop:
    def asked_by(self, user: User) -> Job:
        return make_job(asked_by=user)

    def test_reaches_the_job_of_whoever_asked_for_it(self, client: Client) -> None:
        job = self.asked_by(sign_in(client, Role.WAREHOUSE))
        assert "Stop" in read(client, url_of(job))
        client.post(url_of(job, "job_stop"))
        job.refresh_from_db()
        assert job.stop_wanted
        assert "It stops at its next step." in read(client, url_of(job))

    def test_is_for_whoever_runs_the_machinery_too(self, client: Client) -> None:
        sign_in(client, Role.ADMIN)
        job = make_job(S.QUEUED)
        client.post(url_of(job, "job_stop"))
        job.refresh_from_db()
        assert job.state == S.STOPPED

    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.AUDITOR])
    def test_is_not_for_others(self, client: Client, role: Role) -> None:
        sign_in(client, role)
        job = make_job()
        assert url_of(job, "job_stop") not in client.get(url_of(job)).content.decode()
        assert client.post(url_of(job, "job_stop")).status_code == 403
        job.refresh_from_db()
        assert not job.stop_wanted

    def test_of_an_ended_job_changes_nothing(self, client: Client) -> None:
        job = self.asked_by(sign_in(client))
        Job.objects.filter(pk=job.pk).delete()
        done = make_job(S.DONE, asked_by=job.asked_by)
        answer = client.post(url_of(done, "job_stop"), follow=True)
        assert "had ended already" in text_of(answer.content)
