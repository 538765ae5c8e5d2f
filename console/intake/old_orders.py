"""Old orders out of a file: sent, tried out, taken as a job that is stopped and gone on with."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.components import Action, Badge, Banner, EmptyState, Fact
from console.jobs.drawing import badge_of as badge_of_job
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import Rights, rights_of
from console.sending import operation_of, sender_of
from core import clock
from core.errors import ActionBlocked, DomainError
from core.models import Job
from core.permissions import partners_granting, requires
from core.roles import Permission
from intake import services
from intake.foretelling import foretell, list_ends
from intake.models import Backfill
from intake.services import backfilling
from orders.models import Channel

MAY = Permission.REPLAY_INTAKE
LIVE = (Job.State.QUEUED, Job.State.RUNNING)
TABLES = {".csv", ".tsv", ".txt"}
LISTED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that was sent, and how far it is."""

    url: str
    name: str
    channel: str
    sent: str
    taken: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOfFile:
    """What would become of the records that were not taken yet."""

    name: str
    about: str
    ends: list[Fact]
    reasons: list[Fact]
    more: str
    banner: Banner | None
    actions: list[Action]


class FileForm(forms.Form):
    """A file of a channel's old documents. Nothing becomes an order by sending it."""

    use_required_attribute = False

    channel = forms.TypedChoiceField(label="Channel", coerce=int)
    file = forms.FileField(
        label="File",
        help_text="Orders as the channel writes them: one JSON document a line, or a table with a "
        "header (.csv, .tsv). At most 60 MB; split what is larger.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.json"}),
    )
    key = forms.CharField(
        label="Column that names an order",
        max_length=120,
        required=False,
        help_text="Of a table: rows with one value there are one order. The first unless given.",
    )

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["channel"]
        field.choices = [(one.pk, one.name) for one in channels]


@requires(MAY)
def old_orders(request: HttpRequest) -> HttpResponse:
    """Files that were sent, and the form for another; sending one leads to its trial."""
    rights = rights_of(request)
    channels = _list_channels(rights)
    if request.method != "POST":
        return _list(request, FileForm(channels=channels))
    form = FileForm(request.POST, request.FILES, channels=channels)
    if not form.is_valid():
        return _list(request, form, status=422)
    chosen = next(one for one in channels if one.pk == form.cleaned_data["channel"])
    try:
        kept = _keep(chosen, form.cleaned_data["file"], form.cleaned_data["key"])
    except DomainError as refusal:
        form.add_error("file", refusal.message)
        return _list(request, form, status=422)
    return redirect("console:intake_old_orders_trial", public_id=kept.public_id)


@requires(MAY)
def trial(request: HttpRequest, public_id: str) -> HttpResponse:
    """What would become of the file's next records. Writes nothing."""
    rights, reader = rights_of(request), Reader.of(request)
    backfill = _get(rights, public_id)
    job = _find_job(backfill)
    page = _draw_trial(request, backfill, job, reader)
    return render(request, "console/intake/old_orders_trial.html", {"trial": page})


@require_POST
@requires(MAY)
@shows_refusals
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take what is left of the file as a job; its page shows how far it is and stops it."""
    backfill = _get(rights_of(request), public_id)
    if _is_live(_find_job(backfill)):
        raise ActionBlocked("This file is being taken already.")
    job = services.start_backfill(backfill_id=backfill.pk, **sender_of(request))
    return redirect("console:job", public_id=job.public_id)


def _keep(channel: Channel, upload: Any, key: str) -> Backfill:
    lines = io.TextIOWrapper(upload.file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        return backfilling.keep_file(
            channel=channel,
            name=PurePath(upload.name).name,
            lines=lines,
            is_table=PurePath(upload.name).suffix.lower() in TABLES,
            key=key.strip(),
            now=clock.now(),
        )
    finally:
        lines.detach()


def _list(request: HttpRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    reader = Reader.of(request)
    files = _visible(rights_of(request)).exclude(records=0).order_by("-pk")[:LISTED]
    rows = [_draw_row(backfill, _find_job(backfill), reader) for backfill in files]
    empty = EmptyState(
        title="No file was sent yet",
        words="What a shop sold before it was connected can still come back: send its orders here.",
    )
    context = {"form": form, "files": rows, "empty": None if rows else empty}
    return render(request, "console/intake/old_orders.html", context, status=status)


def _draw_row(backfill: Backfill, job: Job | None, reader: Reader) -> FileRow:
    return FileRow(
        url=reverse("console:intake_old_orders_trial", args=[backfill.public_id]),
        name=backfill.name,
        channel=backfill.channel.name,
        sent=reader.moment(backfill.asked_at),
        taken=f"{backfill.taken:,} of {backfill.records:,}",
        badge=_badge_of(backfill, job),
    )


def _badge_of(backfill: Backfill, job: Job | None) -> Badge:
    if backfill.taken >= backfill.records:
        return Badge(word="Taken", tone="good")
    return Badge(word="Not begun", tone="plain") if job is None else badge_of_job(job)


def _draw_trial(
    request: HttpRequest, backfill: Backfill, job: Job | None, reader: Reader
) -> TrialOfFile:
    left = backfill.records - backfill.taken
    told = foretell(backfill)
    passes = f"{told.passes} of the next {told.looked_at} records would pass."
    return TrialOfFile(
        name=backfill.name,
        about=f"{backfill.channel.name} · sent {reader.moment(backfill.asked_at)} · "
        f"{backfill.taken:,} of {backfill.records:,} records taken",
        ends=[Fact(term=end.capitalize(), value=str(count)) for end, count in list_ends(told)],
        reasons=[Fact(term=reason, value=str(count)) for reason, count in told.reasons],
        more=passes if left else "Every record was taken.",
        banner=_banner_of(job),
        actions=_actions(request, backfill, job, left),
    )


def _banner_of(job: Job | None) -> Banner | None:
    if job is None or job.state == Job.State.DONE:
        return None
    words = {
        Job.State.STOPPED: "It was stopped. What was taken stays, and nothing of it comes twice.",
        Job.State.FAILED: f"It ended early: {job.note} What was taken stays.",
    }
    return Banner(
        words=words.get(Job.State(job.state), "It is being taken."),
        tone="info" if _is_live(job) else "warn",
        action=Action(
            label="See the job", url=reverse("console:job", args=[job.public_id]), method="get"
        ),
    )


def _actions(request: HttpRequest, backfill: Backfill, job: Job | None, left: int) -> list[Action]:
    blocked = "It is being taken already." if _is_live(job) else ""
    begin = Action(
        label=f"Go on with {left:,}" if backfill.taken else f"Take all {left:,}",
        url=reverse("console:intake_old_orders_start", args=[backfill.public_id]),
        kind="primary",
        fields={"op_id": operation_of(request)},
        blocked_because=blocked,
    )
    back = Action(label="Back", url=reverse("console:intake_old_orders"), method="get")
    return [back, begin] if left else [back]


def _find_job(backfill: Backfill) -> Job | None:
    """The last job that took records of this file."""
    jobs = Job.objects.for_partner(backfill.partner_id)
    found: Job | None = (
        jobs.filter(kind=backfilling.JOB, arguments__backfill=backfill.pk).order_by("-pk").first()
    )
    return found


def _is_live(job: Job | None) -> bool:
    return job is not None and job.state in LIVE


def _visible(rights: Rights) -> Any:
    return Backfill.objects.visible_to(rights.user, MAY).select_related("channel")


def _get(rights: Rights, public_id: str) -> Backfill:
    try:
        found: Backfill = _visible(rights).get(public_id=public_id)
    except Backfill.DoesNotExist as error:
        raise Http404(public_id) from error
    return found


def _list_channels(rights: Rights) -> list[Channel]:
    """Those whose old orders this person may send."""
    partners = partners_granting(rights.user, MAY)
    return list(Channel.objects.filter(partner__in=partners, is_active=True).order_by("name"))
