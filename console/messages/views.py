"""What the desk writes to people, as they get it. In a first run nothing leaves the machine."""

from __future__ import annotations

from dataclasses import dataclass

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import Badge, Banner, EmptyState, Fact, Tone
from console.finding import find_case
from console.messages.acting import draw_call_off, draw_stop, title_of
from console.messages.tabs import draw_tabs
from console.messages.words import say_when
from console.reader import Reader
from console.rights import Rights, rights_of
from core.documents import DocumentErased
from core.errors import BadInput
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from notifications import queries
from notifications.mail import write_html
from notifications.models import Message
from notifications.rules import measure
from notifications.states import Medium, MessageState
from returns.models import Return

_STATES: dict[str, Tone] = {
    MessageState.QUEUED: "warn",
    MessageState.SENT: "good",
    MessageState.DELIVERED: "good",
    MessageState.BOUNCED: "bad",
    MessageState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    url: str
    icon: str
    subject: str
    detail: str
    badge: Badge


@requires(Permission.SEE_MESSAGES)
def messages(request: HttpRequest) -> HttpResponse:
    """The newest messages, of one case with ``?case=RMA-…``."""
    rights, reader = rights_of(request), Reader.of(request)
    words = request.GET.get("case", "").strip()
    case, trouble = _find_case(words, rights)
    found = list(queries.list_messages(user=rights.user, case=case)) if not trouble else []
    context = {
        "tabs": draw_tabs("messages"),
        "words": words,
        "banner": Banner(words=trouble, tone="bad") if trouble else _where_they_go(),
        "rows": [_row(message, reader) for message in found],
        "empty": None if found else _empty(words),
    }
    return render(request, "console/messages.html", context)


@requires(Permission.SEE_MESSAGES)
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message, word for word."""
    rights, reader = rights_of(request), Reader.of(request)
    try:
        shown = queries.get_message(user=rights.user, public_id=public_id)
    except Message.DoesNotExist as error:
        raise Http404(public_id) from error
    try:
        letter = queries.read_message(shown)
    except DocumentErased:
        letter = None
    actions = [draw_call_off(shown, rights), draw_stop(shown, rights)]
    context = {
        "letter": letter,
        "badge": _badge(shown),
        "facts": _facts(shown, letter, rights, reader),
        "actions": [action for action in actions if action],
        "mail_url": reverse("console:message_mail", args=[public_id])
        if letter and shown.medium == Medium.EMAIL
        else "",
    }
    return render(request, "console/message.html", context)


# Mail programs read no style sheets, so the mail has its styles inline; nothing else is let in.
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "img-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "sandbox": "",
    }
)
@require_GET
@requires(Permission.SEE_MESSAGES)
def as_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The mail as programs show it, on a page of its own in which nothing runs."""
    try:
        shown = queries.get_message(user=rights_of(request).user, public_id=public_id)
        letter = queries.read_message(shown)
    except (Message.DoesNotExist, DocumentErased) as error:
        raise Http404(public_id) from error
    if shown.medium != Medium.EMAIL:
        raise Http404(public_id)
    return HttpResponse(write_html(shown, letter))


def _find_case(words: str, rights: Rights) -> tuple[str, str]:
    """The case's reference, or why there is none."""
    if not words:
        return "", ""
    try:
        case = find_case(words, rights)
    except BadInput as error:
        return "", error.message
    return (reference(case), "") if case else ("", f"There is no case {words.upper()} here.")


def _where_they_go() -> Banner | None:
    if queries.leaves_the_desk():
        return None
    return Banner(
        words="This copy of the desk mails nothing: messages are kept here to be read.", tone="info"
    )


def _row(message: Message, reader: Reader) -> MessageRow:
    try:
        letter = queries.read_message(message)
        subject, to = letter.subject or letter.body, letter.to
    except DocumentErased:
        subject, to = "Erased with the person it was for", message.person
    return MessageRow(
        url=reverse("console:message", args=[message.public_id]),
        icon="text" if message.medium == Medium.SMS else "mail",
        subject=subject,
        detail=f"{message.get_medium_display()} to {to} · {reader.moment(message.queued_at)}",
        badge=_badge(message),
    )


def _badge(message: Message) -> Badge:
    state = MessageState(message.state)
    return Badge(word=str(state.label), tone=_STATES.get(state, "plain"))


def _facts(
    message: Message, letter: queries.RenderedMessage | None, rights: Rights, reader: Reader
) -> list[Fact]:
    facts = [
        Fact(term="By", value=message.get_medium_display()),
        Fact(term="Written", value=reader.moment(message.queued_at)),
        Fact(term="Language", value=reader.language(message.locale)),
        Fact(term="Because of", value=message.event.kind, is_code=True),
    ]
    if letter and message.medium == Medium.SMS:
        facts.append(Fact(term="Length", value=measure(letter.body).in_words))
    if message.state == MessageState.QUEUED:
        facts.append(Fact(term="Next", value=say_when(message, reader)))
    if message.instead_of:
        url = reverse("console:message", args=[message.instead_of.public_id])
        facts.append(Fact(term="In place of", value=title_of(message.instead_of), url=url))
    if message.wording:
        facts.append(Fact(term="Words", value="published here, not the ones we ship"))
    if message.sent_at:
        facts.append(Fact(term="Sent", value=reader.moment(message.sent_at)))
    if message.last_error:
        facts.append(Fact(term="Last try", value=message.last_error))
    cases = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    case = cases.filter(pk=message.case.partition(":")[2] or "0").first()
    if case:
        url = reverse("console:case", args=[case.number])
        facts.append(Fact(term="Case", value=case.number, url=url, is_code=True))
    return facts


def _empty(words: str) -> EmptyState:
    return EmptyState(
        title="No message for this case" if words else "Nothing has been written yet",
        words="docs/messages.md says which messages there are, when, to whom and by which way.",
        icon="mail",
    )
