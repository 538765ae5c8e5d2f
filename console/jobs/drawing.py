"""A job in the reader's words: what it is, how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from console.components import Action, Badge, Fact, Tone
from console.jobs.page import JobPage, JobRow, Progress
from console.reader import Reader
from core.models import Job

S = Job.State
LIVE = (S.QUEUED, S.RUNNING)
ENDED = (S.DONE, S.FAILED, S.STOPPED)
_STATES: dict[str, tuple[str, Tone]] = {
    S.QUEUED: ("Waiting", "plain"),
    S.RUNNING: ("Under way", "info"),
    S.DONE: ("Done", "good"),
    S.FAILED: ("Failed", "bad"),
    S.STOPPED: ("Stopped", "warn"),
}


def title_of(job: Job) -> str:
    """“inventory.stock_import” → “Stock import”."""
    return job.kind.rpartition(".")[2].replace("_", " ").capitalize()


def draw_row(job: Job, reader: Reader) -> JobRow:
    return JobRow(
        url=reverse("console:job", args=[job.public_id]),
        title=title_of(job),
        detail=f"{_asker(job, reader)} · {reader.moment(job.asked_at)}",
        badge=badge_of(job),
        progress=draw_progress(job),
    )


def draw_job(job: Job, reader: Reader, *, may_stop: bool) -> JobPage:
    is_live = job.state in LIVE
    return JobPage(
        title=title_of(job),
        url=reverse("console:job", args=[job.public_id]),
        badge=badge_of(job),
        progress=draw_progress(job),
        facts=_facts(job, reader),
        is_live=is_live,
        stop=_stop(job) if is_live and may_stop else None,
        result=list_result(job.result),
        problems=list_problems(job),
        problems_url=reverse("console:job_problems", args=[job.public_id]),
        onward=_onward(job),
    )


def draw_progress(job: Job) -> Progress:
    """Failed steps are steps too: a job in which half went wrong is done with all of them."""
    over = job.done + job.failed
    if job.total is None:
        words = f"{over} so far" if over else _before_the_first_step(job)
    else:
        words = f"{over} of {job.total}"
    if job.failed:
        words += f", {job.failed} failed"
    return Progress(words=words, done=over, total=job.total, note=job.note)


def badge_of(job: Job) -> Badge:
    if job.state == S.RUNNING and job.stop_wanted:
        return Badge(word="Stopping", tone="warn")
    word, tone = _STATES[job.state]
    return Badge(word=word, tone=tone)


def list_result(result: dict[str, Any]) -> list[Fact]:
    """The plain values of a result; what is nested is shown by whoever asked for the job."""
    return [
        Fact(term=name.replace("_", " ").capitalize(), value=str(value))
        for name, value in result.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    ]


def list_problems(job: Job) -> list[str]:
    """What went wrong, step by step, as far as the job has kept it."""
    errors = job.result.get("errors", [])
    return [str(error) for error in errors] if isinstance(errors, list) else []


def _onward(job: Job) -> list[Action]:
    """Where the work goes on once the job is over."""
    if not job.result.get("differs"):
        return []
    url = reverse("console:discrepancies") + "?source=file"
    return [Action(label="Look at what differs", url=url, method="get", kind="primary")]


def _before_the_first_step(job: Job) -> str:
    return "Waits for a worker" if job.state == S.QUEUED else "Nothing done yet"


def _asker(job: Job, reader: Reader) -> str:
    if job.asked_by_id == reader.user.pk:
        return "You"
    return str(job.asked_by) if job.asked_by else "Swapdesk"


def _facts(job: Job, reader: Reader) -> list[Fact]:
    moments = (("Asked", job.asked_at), ("Begun", job.started_at), ("Ended", job.ended_at))
    return [
        Fact(term="By", value=_asker(job, reader)),
        *(Fact(term=term, value=reader.moment(at)) for term, at in moments if at),
        Fact(term="Job", value=job.public_id, is_code=True),
    ]


def _stop(job: Job) -> Action:
    blocked = "It stops at its next step." if job.stop_wanted else ""
    return Action(
        label="Stop",
        url=reverse("console:job_stop", args=[job.public_id]),
        kind="danger",
        blocked_because=blocked,
    )
