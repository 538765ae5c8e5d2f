"""What may be done about one message: taken back before it leaves, or the last of its sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.components import Action
from console.finding import list_visible_cases
from console.messages.words import say_when
from console.reader import Reader
from console.refusals import Once
from console.rights import Rights, rights_of
from core.actors import Actor
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from notifications import queries, services
from notifications.kinds import find_kind
from notifications.models import Message
from notifications.states import MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingMessage:
    """What has not left yet: in words, and how to take it back."""

    words: str
    url: str
    action: Action | None


def list_leaving(case: str, rights: Rights, reader: Reader) -> list[LeavingMessage]:
    """What of a case is still here, the first to leave first."""
    if Permission.SEE_MESSAGES not in rights:
        return []
    return [
        LeavingMessage(
            words=f"{title_of(message)} {say_when(message, reader)}",
            url=reverse("console:message", args=[message.public_id]),
            action=draw_call_off(message, rights),
        )
        for message in queries.list_waiting(case)
    ]


def title_of(message: Message) -> str:
    kind = find_kind(message.template)
    title = kind.title if kind else message.template
    return f"{message.get_medium_display()} “{title}”"


def draw_call_off(message: Message, rights: Rights) -> Action | None:
    if message.state != MessageState.QUEUED or Permission.OPEN_CASE not in rights:
        return None
    return Action(
        label="Call off",
        url=reverse("console:call_off", args=[message.public_id]),
        fields={"op_id": str(uuid4())},
    )


def draw_stop(message: Message, rights: Rights) -> Action | None:
    """Only of what can be opted out of; the rest belongs to an order."""
    kind = find_kind(message.template)
    if not (kind and kind.is_to_customer and kind.is_optional):
        return None
    if Permission.OPEN_CASE not in rights:
        return None
    return Action(
        label="They want no more of these",
        url=reverse("console:stop_writing", args=[message.public_id]),
        fields={"op_id": str(uuid4())},
        kind="quiet",
    )


@require_POST
@requires(Permission.OPEN_CASE)
def call_off(request: HttpRequest, public_id: str) -> HttpResponse:
    """Back to its case, where it has one, which says what became of it."""
    message, form = _get(request, public_id), Once(request.POST)
    if not form.is_valid():
        messages.error(request, "That form was not from this page. Nothing was changed.")
        return _back(request, message)
    try:
        services.call_off(message_id=message.pk, **_by_whom(request, form))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{title_of(message)} was called off.")
    return _back(request, message)


@require_POST
@requires(Permission.OPEN_CASE)
def stop_writing(request: HttpRequest, public_id: str) -> HttpResponse:
    message, form = _get(request, public_id), Once(request.POST)
    if form.is_valid() and draw_stop(message, rights_of(request)):
        services.stop_writing(message_id=message.pk, **_by_whom(request, form))
        messages.success(request, "They get no more messages of this sort by this way.")
    else:
        messages.error(request, "This message belongs to an order: it cannot be opted out of.")
    return redirect("console:message", public_id=public_id)


def _get(request: HttpRequest, public_id: str) -> Message:
    try:
        return queries.get_message(user=rights_of(request).user, public_id=public_id)
    except Message.DoesNotExist as error:
        raise Http404(public_id) from error


def _by_whom(request: HttpRequest, form: Once) -> dict[str, Any]:
    reader = Reader.of(request)
    return {
        "actor": Actor.user(reader.user),
        "op_id": form.cleaned_data["op_id"],
        "now": reader.now,
    }


def _back(request: HttpRequest, message: Message) -> HttpResponse:
    kind, _, pk = message.case.partition(":")
    cases = list_visible_cases(rights_of(request))
    case = cases.filter(pk=pk).first() if kind == "return" else None
    if case is None:
        return redirect("console:message", public_id=message.public_id)
    return redirect("console:case", number=case.number)
