"""The intake desk: how the sources are, what waits and why, and what would free it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.components import Action, EmptyState, Fact
from console.intake.drawing import (
    badge_of,
    draw_group,
    draw_picture,
    draw_source,
    name_of,
    title_of,
)
from console.intake.page import GroupPanel, IntakePage, PictureRow, Proposal, TrialPage
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import operation_of
from core.permissions import requires
from core.roles import Permission
from intake import mining, sources
from intake.grouping import Group, list_groups, list_of_group
from intake.mining import Fix, Tried
from intake.models import ChannelDocument
from intake.queries import get_reading
from intake.reading import ReadOrder
from intake.states import DocumentState

MAY = Permission.SEE_INTAKE
SUM_WORDS = {
    "accepted": "accepted",
    "updated": "updates",
    "duplicate": "duplicate",
    "ignored": "ignored",
    "parked": "parked",
    "held": "held",
    "conflict": "conflict",
    "dead_letter": "dead letter",
    "discarded": "discarded",
    "received": "waiting",
}
DEEP = 0.5


@requires(MAY)
def overview(request: HttpRequest) -> HttpResponse:
    """Sources, and the group that holds up most."""
    return _draw(request, "")


@requires(MAY)
def group(request: HttpRequest, code: str) -> HttpResponse:
    """The same, looking at one group."""
    return _draw(request, code)


@requires(MAY)
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """What a fix would do to every document of a group. Writes nothing."""
    rights = rights_of(request)
    found = get_group(rights, code)
    documents = list(list_of_group(rights.user, found)[: mining.MOST_TRIED])
    fix = mining.find_fix(documents, request.GET.get("fix", ""))
    if fix is None:
        raise Http404(code)
    tried = mining.try_fix(documents, fix)
    page = TrialPage(
        title=title_of(found),
        says=fix.says,
        would=_would(tried, of=found.count),
        stays=[Fact(term=reason, value=str(count)) for reason, count in tried.stays],
        url=reverse("console:intake_free", args=[code]),
        fields={"op_id": operation_of(request), "fix": fix.code},
        back_url=reverse("console:intake_group", args=[code]),
        button=f"Send {found.count} through again",
        blocked_because=why_blocked(rights, fix),
    )
    return render(request, "console/intake/trial.html", {"trial": page})


def get_group(rights: Rights, code: str) -> Group:
    """The group an address names. 404 once nothing of it waits any more."""
    found = next((each for each in list_groups(rights.user) if each.code == code), None)
    if found is None:
        raise Http404(code)
    return found


def why_blocked(rights: Rights, fix: Fix) -> str:
    if Permission.REPLAY_INTAKE not in rights:
        return "A lead sends documents through again."
    if fix.kind == "rule" and Permission.PUBLISH_POLICY not in rights:
        return "A rule for the whole channel is an admin's to publish."
    return ""


def _draw(request: HttpRequest, code: str) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    groups = list_groups(rights.user)
    chosen = next((each for each in groups if each.code == code), None)
    if code and chosen is None and groups:
        chosen = groups[0]
    chosen = chosen or (groups[0] if groups else None)
    queue = sources.get_queue(rights.user)
    page = IntakePage(
        sum_of_hour=_sum_of_hour(sources.count_last_hour(rights.user, now=reader.now)),
        queue=_queue_words(queue, reader),
        queue_is_deep=queue.depth > queue.bound * DEEP,
        sources=[
            draw_source(source, reader)
            for source in sources.list_sources(rights.user, now=reader.now)
        ],
        groups=[draw_group(each, reader, chosen=chosen.code if chosen else "") for each in groups],
        panel=_panel(chosen, rights, reader) if chosen else None,
        empty=None if groups else _nothing_waits(rights, reader),
        old_orders_url=_old_orders_url(rights),
    )
    return render(request, "console/intake.html", {"intake": page})


def _old_orders_url(rights: Rights) -> str:
    may_send = Permission.REPLAY_INTAKE in rights
    return reverse("console:intake_old_orders") if may_send else ""


def _sum_of_hour(counts: dict[str, int]) -> str:
    """“1,204 received = 1,188 accepted + 11 duplicate + …”: it always adds up."""
    parts = [f"{counts[state]:,} {word}" for state, word in SUM_WORDS.items() if state in counts]
    total = sum(counts.values())
    return f"Last hour: {total:,} received = {' + '.join(parts)}" if parts else (
        "Nothing came in the last hour"
    )  # fmt: skip


def _queue_words(queue: sources.Queue, reader: Reader) -> str:
    if not queue.depth:
        return "No document waits for a worker"
    age = reader.ago(queue.oldest_at) if queue.oldest_at else ""
    return f"{queue.depth:,} of at most {queue.bound:,} wait for a worker, the oldest for {age}"


def _panel(chosen: Group, rights: Rights, reader: Reader) -> GroupPanel:
    documents = list(list_of_group(rights.user, chosen)[: mining.MOST_TRIED])
    first = documents[0]
    read = get_reading(first)
    proposals = [] if chosen.state == DocumentState.PARKED else _propose(documents, chosen)
    picture = draw_picture(read, reader) if isinstance(read, ReadOrder) else _facts_of(first)
    return GroupPanel(
        title=title_of(chosen),
        count=chosen.count,
        document=name_of(first),
        document_url=reverse("console:intake_document", args=[first.public_id]),
        origin=f"{chosen.channel} · received {reader.moment(first.received_at)}, kept whole",
        badge=badge_of(first.state),
        reason="" if any(row.wrong for row in picture) else first.reason,
        picture=picture,
        proposals=proposals,
        actions=_actions(first, chosen, rights, proposals),
        note="What arrived is never changed; an edit is kept beside it.",
    )


def _facts_of(document: ChannelDocument) -> list[PictureRow]:
    if not document.field:
        return []
    return [PictureRow(label=document.field, what="", amount="", wrong=document.reason)]


def _propose(documents: list[ChannelDocument], chosen: Group) -> list[Proposal]:
    url = reverse("console:intake_trial", args=[chosen.code])
    return [
        Proposal(
            says=tried.fix.says,
            would=_would(tried, of=chosen.count),
            try_url=f"{url}?fix={tried.fix.code}",
        )
        for tried in mining.propose(documents)[:3]
    ]


def _would(tried: Tried, *, of: int) -> str:
    """“13 of 14 would pass; 1 stays: the document carries no currency.”"""
    sampled = f" of the first {tried.total}" if tried.total < of else f" of {tried.total}"
    words = f"{tried.passes}{sampled} would pass"
    if not tried.stays:
        return f"{words}."
    reason, count = tried.stays[0]
    return f"{words}; {count} {'stays' if count == 1 else 'stay'}: {reason[:120].rstrip('.')}."


def _actions(
    first: ChannelDocument, chosen: Group, rights: Rights, proposals: list[Proposal]
) -> list[Action]:
    blocked = "" if Permission.REPLAY_INTAKE in rights else "A lead mends documents."
    actions = []
    if proposals:
        actions.append(
            Action(
                label=f"Try on all {chosen.count}",
                url=proposals[0].try_url,
                method="get",
                kind="primary",
                key="t",
            )
        )
    edit = reverse("console:intake_edit", args=[first.public_id])
    discard = reverse("console:intake_discard_group", args=[chosen.code])
    return [
        *actions,
        Action(label="Edit this one", url=edit, method="get", key="e", blocked_because=blocked),
        Action(label="Discard…", url=discard, method="get", key="d", blocked_because=blocked),
    ]


def _nothing_waits(rights: Rights, reader: Reader) -> EmptyState:
    """An empty desk says when the last document was dealt with."""
    visible = ChannelDocument.objects.visible_to(rights.user, MAY)
    last = visible.exclude(processed_at=None).order_by("-processed_at").first()
    when = reader.moment(last.processed_at) if last and last.processed_at else ""
    words = f"The last document was dealt with at {when}." if when else (
        "Once a channel is connected, what it sends and cannot become an order waits here."
    )  # fmt: skip
    return EmptyState(title="Nothing waits", words=words, icon="inbox")
