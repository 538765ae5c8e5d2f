"""Jobs: the list, one with its progress, and stopping it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.components import EmptyState, Tab
from console.downloads import csv_answer
from console.jobs.drawing import ENDED, LIVE, draw_job, draw_progress, draw_row, list_problems
from console.jobs.page import JobsPage
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import sender_of
from core.jobs import ask_to_stop
from core.models import Job
from core.permissions import requires
from core.roles import Permission

TABS = {
    "under_way": ("Under way", LIVE, "Nothing is under way"),
    "ended": ("Ended", ENDED, "No job has ended yet"),
}


@requires(Permission.USE_DESK)
def jobs(request: HttpRequest, tab: str = "under_way") -> HttpResponse:
    """Every job of the partners this person works for, newest first."""
    if tab not in TABS:
        raise Http404(tab)
    _, states, empty = TABS[tab]
    found = _visible(rights_of(request)).filter(state__in=states)
    page = take_page(found, key="asked_at", descends=True, query=request.GET)
    reader = Reader.of(request)
    context = JobsPage(
        tabs=[
            Tab(label=word, url=reverse("console:jobs_tab", args=[code]), is_current=code == tab)
            for code, (word, *_) in TABS.items()
        ],
        rows=[draw_row(job, reader) for job in page.rows],
        pager=draw_pager(page, request.GET),
        empty=None if page.rows else _empty(empty),
    )
    return render(request, "console/jobs.html", {"jobs": context})


@requires(Permission.USE_DESK)
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far one job is. Asked by htmx while it runs; its end reloads the page."""
    rights = rights_of(request)
    found = _get(public_id, rights)
    if request.headers.get("HX-Target") == "progress":
        if found.state in ENDED:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"progress": draw_progress(found), "url": request.path}
        return render(request, "console/jobs/_progress.html", context)
    page = draw_job(found, Reader.of(request), may_stop=_may_stop(found, rights))
    return render(request, "console/job.html", {"job": page})


@require_POST
@requires(Permission.USE_DESK)
def stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask it to stop: whoever started it may, and whoever runs the machinery."""
    rights = rights_of(request)
    found = _get(public_id, rights)
    if not _may_stop(found, rights):
        raise PermissionDenied(Permission.RUN_MACHINERY)
    sender = sender_of(request)
    stopped = ask_to_stop(found.pk, actor=sender["actor"], now=sender["now"])
    if stopped.state == Job.State.STOPPED:
        messages.success(request, "The job is stopped; it had not begun.")
    elif stopped.stop_wanted:
        messages.success(request, "The job stops at its next step. What is done stays done.")
    else:
        messages.info(request, "The job had ended already.")
    return redirect("console:job", public_id=public_id)


@requires(Permission.USE_DESK)
def problems(request: HttpRequest, public_id: str) -> HttpResponse:
    """What went wrong, to take along."""
    found = _get(public_id, rights_of(request))
    rows = ((problem,) for problem in list_problems(found))
    return csv_answer(f"{found.public_id}-problems.csv", ("what went wrong",), rows)


def _visible(rights: Rights) -> QuerySet[Job]:
    found: QuerySet[Job] = Job.objects.visible_to(rights.user, Permission.USE_DESK)
    return found.select_related("asked_by")


def _get(public_id: str, rights: Rights) -> Job:
    return get_object_or_404(_visible(rights), public_id=public_id)


def _may_stop(job: Job, rights: Rights) -> bool:
    return job.asked_by_id == rights.user.pk or Permission.RUN_MACHINERY in rights


def _empty(title: str) -> EmptyState:
    return EmptyState(
        title=title,
        words="Long work, such as a stock import, is done here while you go on with yours.",
        icon="clock",
    )
