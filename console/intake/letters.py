"""Documents one by one: those that wait, and each with what it says and what happened."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from console.components import Action, Banner, EmptyState, Fact, Tab, TimelineEntry
from console.intake.drawing import badge_of, changes_of, name_of, reason_of, say_conflict
from console.intake.page import DocumentPage, LetterRow, LettersPage
from console.queue.paging import draw_pager, take_newest
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import Rights, rights_of
from console.sending import operation_of, sender_of
from core import documents
from core.events import reference
from core.models import Event
from core.permissions import requires
from core.roles import Permission
from core.strict_json import MalformedDocument
from intake import masking, services
from intake.models import ChannelDocument
from intake.queries import parse_content
from intake.states import DocumentState

MAY, MENDS, READS_RAW = (
    Permission.SEE_INTAKE,
    Permission.REPLAY_INTAKE,
    Permission.READ_RAW_INTAKE,
)
S = DocumentState
WAITING = {S.HELD, S.DEAD_LETTER, S.CONFLICT, S.PARKED}
TABS = (S.DEAD_LETTER, S.HELD, S.CONFLICT, S.PARKED, S.DISCARDED)
CONFLICT = f"document.{S.CONFLICT}"
TONES: dict[str, Any] = {"held": "warn", "dead_letter": "bad", "conflict": "bad"}


@requires(MAY)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Documents that wait, by their state; the newest first."""
    rights, reader = rights_of(request), Reader.of(request)
    state = request.GET.get("state", S.DEAD_LETTER)
    if state not in TABS:
        raise Http404(state)
    visible = ChannelDocument.objects.visible_to(rights.user, MAY)
    page = take_newest(
        visible.filter(state=state).select_related("channel", "order"), query=request.GET
    )
    rows = [_draw_row(document, reader) for document in page.rows]
    listed = LettersPage(
        tabs=[_tab(each, visible, state, request.path) for each in TABS],
        rows=rows,
        pager=draw_pager(page, request.GET),
        empty=None if rows else _empty(state, visible, reader),
    )
    return render(request, "console/intake/letters.html", {"letters": listed})


@requires(MAY)
def document(request: HttpRequest, public_id: str) -> HttpResponse:
    """One document: what it says with personal data masked, what was found, what happened."""
    rights, reader = rights_of(request), Reader.of(request)
    found = get_document(rights, public_id)
    payload, note = _masked(found)
    page = _draw(found, rights, reader, request, payload=payload, note=note)
    return render(request, "console/intake/document.html", {"document": page})


@never_cache
@require_POST
@requires(READS_RAW)
@shows_refusals
def raw(request: HttpRequest, public_id: str) -> HttpResponse:
    """The document as it came. Whoever asks for it is recorded."""
    rights, reader = rights_of(request), Reader.of(request)
    found = get_document(rights, public_id, READS_RAW)
    content = services.read_raw(document_id=found.pk, why="looked at", **sender_of(request))
    text = content[: masking.MOST_SHOWN].decode("utf-8", "replace")
    note = "As it came. That you looked is recorded."
    page = _draw(found, rights, reader, request, payload=text, note=note)
    return render(request, "console/intake/document.html", {"document": page})


def get_document(rights: Rights, public_id: str, permission: Permission = MAY) -> ChannelDocument:
    visible = ChannelDocument.objects.visible_to(rights.user, permission)
    found: ChannelDocument = get_object_or_404(
        visible.select_related("channel", "content__key", "order", "edited_by", "repeats"),
        public_id=public_id,
    )
    return found


def _draw_row(document: ChannelDocument, reader: Reader) -> LetterRow:
    worth = ""
    if document.value is not None and document.currency:
        worth = reader.money(document.value, document.currency)
    return LetterRow(
        url=reverse("console:intake_document", args=[document.public_id]),
        title=name_of(document),
        detail=" · ".join(filter(None, [document.channel.name, document.topic])),
        reason=reason_of(document, reader),
        badge=badge_of(document.state),
        age=reader.ago(document.received_at),
        worth=worth,
    )


def _tab(state: DocumentState, visible: QuerySet[ChannelDocument], chosen: str, path: str) -> Tab:
    return Tab(
        label=f"{state.label}s" if state in {S.DEAD_LETTER, S.CONFLICT} else str(state.label),
        url=f"{path}?state={state.value}",
        count=visible.filter(state=state).count() if state in WAITING else None,
        is_current=state == chosen,
    )


def _empty(state: str, visible: QuerySet[ChannelDocument], reader: Reader) -> EmptyState:
    last = visible.exclude(processed_at=None).order_by("-processed_at").first()
    words = "Nothing has come yet."
    if last is not None and last.processed_at is not None:
        words = f"The last document was dealt with at {reader.moment(last.processed_at)}."
    title = f"No document is {DocumentState(state).label.lower()}"
    if state == S.DEAD_LETTER:
        title = "There are no dead letters"
    return EmptyState(title=title, words=words, icon="inbox")


def _masked(document: ChannelDocument) -> tuple[str, str]:
    """The payload without what it says of people, and a word about it."""
    try:
        content = documents.read(document.content)
    except (documents.DocumentErased, documents.DocumentUnreadable) as error:
        return "", error.message
    try:
        parsed = parse_content(document, content)
    except MalformedDocument as error:
        return masking.show_broken(content), f"It could not be read: {error}"
    return masking.show(parsed), "Personal data is masked."


def _draw(
    document: ChannelDocument,
    rights: Rights,
    reader: Reader,
    request: HttpRequest,
    *,
    payload: str,
    note: str,
) -> DocumentPage:
    banner = None
    if document.reason:
        tone = TONES.get(document.state, "info")
        banner = Banner(words=reason_of(document, reader), tone=tone)
    return DocumentPage(
        title=name_of(document),
        badge=badge_of(document.state),
        origin=f"{document.channel.name} · received {reader.moment(document.received_at)}",
        banner=banner,
        findings=[
            Fact(term=finding["field"] or "document", value=finding["message"])
            for finding in document.findings
        ],
        differences=[
            Fact(term=change.name, value=change.in_words())
            for change in changes_of(document, reader)
        ],
        payload=payload,
        payload_note=note,
        facts=_facts(document, reader),
        history=_history(document, reader),
        actions=_actions(document, rights, request),
    )


def _facts(document: ChannelDocument, reader: Reader) -> list[Fact]:
    facts = [
        Fact(term="Topic", value=document.topic or "none"),
        Fact(term="Source", value=document.source),
        Fact(term="Receipt", value=document.public_id, is_code=True),
        Fact(term="SHA-256", value=f"{document.sha256[:16]}…", is_code=True),
    ]
    if document.order is not None:
        url = reverse("console:order", args=[document.order.public_id])
        facts.append(Fact(term="Order", value=document.order.number, url=url))
    if document.owner:
        facts.append(Fact(term="Mended by", value=document.owner))
    if document.edited_by is not None:
        facts.append(Fact(term="Edited by", value=str(document.edited_by)))
    for term, other in (("Edit of", document.edited_from), ("Repeats", document.repeats)):
        if other is not None:
            url = reverse("console:intake_document", args=[other.public_id])
            facts.append(Fact(term=term, value=other.public_id, url=url, is_code=True))
    return facts


def _history(document: ChannelDocument, reader: Reader) -> list[TimelineEntry]:
    events = Event.objects.filter(subject=reference(document)).order_by("-pk")[:20]
    return [
        TimelineEntry(
            what=event.kind.rpartition(".")[2].replace("_", " ").capitalize(),
            at=event.at,
            when=reader.moment(event.at),
            detail=say_conflict(document, reader) if event.kind == CONFLICT else event.actor,
        )
        for event in events
    ]


def _actions(document: ChannelDocument, rights: Rights, request: HttpRequest) -> list[Action]:
    actions: list[Action] = []
    code, stamp = [document.public_id], {"op_id": operation_of(request)}
    if document.state in WAITING and MENDS in rights:
        actions += [
            Action(
                label="Edit and replay",
                url=reverse("console:intake_edit", args=code),
                method="get",
                kind="primary",
                key="e",
            ),
            Action(
                label="Send through again",
                url=reverse("console:intake_replay", args=code),
                fields=stamp,
                key="r",
            ),
            Action(
                label="Discard…",
                url=reverse("console:intake_discard", args=code),
                method="get",
                key="d",
            ),
        ]
    if READS_RAW in rights:
        actions.append(
            Action(
                label="Show it unmasked",
                url=reverse("console:intake_raw", args=code),
                fields=stamp,
                kind="quiet",
            )
        )
    return actions
