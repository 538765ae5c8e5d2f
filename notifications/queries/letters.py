"""Messages as staff read them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q, QuerySet

from core import documents
from core.models import User
from core.roles import Permission
from notifications.models import Message
from notifications.rules import Part
from notifications.states import MessageState

_OURS = re.compile(r"<?(msg_[a-z0-9]{26})(?:@[^>]*>?)?")


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What the person gets to read. Personal: never into a log, an event or a task.

    `parts` is the body laid out for programs that show more than text. `context` and `else_to`
    are kept for the same message by another way, should this one not arrive.
    """

    to: str
    subject: str
    body: str
    parts: list[Part] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)
    else_to: str = ""


def list_messages(*, user: User, case: str = "", limit: int = 100) -> QuerySet[Message]:
    """The newest messages the user may see, of one case (``return:12``) or of all."""
    seen = Message.objects.visible_to(user, Permission.SEE_MESSAGES)
    if case:
        seen = seen.filter(case=case)
    return seen.select_related("partner", "content__key").order_by("-id")[:limit]


def get_message(*, user: User, public_id: str) -> Message:
    """One message, or `Message.DoesNotExist` where the user may not see it either."""
    seen = Message.objects.visible_to(user, Permission.SEE_MESSAGES)
    return seen.select_related("partner", "content__key").get(public_id=public_id)


def read_message(message: Message) -> RenderedMessage:
    """Decrypt it. Raises `DocumentErased` when the person has been erased."""
    return RenderedMessage(**json.loads(documents.read(message.content)))


def list_waiting(case: str) -> list[Message]:
    """What has not left yet and may still be called off, the first to leave first."""
    waiting = Message.objects.filter(case=case, state=MessageState.QUEUED)
    return list(waiting.select_related("content__key").order_by("due_at", "pk"))


def leaves_the_desk() -> bool:
    """Whether messages are really mailed, or only kept here to be read (a first run)."""
    return settings.EMAIL_BACKEND != "notifications.backends.KeptOnTheDesk"


def is_queued_for(*, case: str, kind: str) -> bool:
    """Whether a message of this kind about the case was ever written, sent or not."""
    return Message.objects.filter(case=case, template=kind).exists()


def find_sent(*, partner_id: int, provider_ids: Sequence[str]) -> Message | None:
    """The message that a mail server or provider knows by one of these ids.

    Ours is among them where the provider repeats it, bare or as the Message-ID: so one is found
    that the provider took without our hearing of it.
    """
    known = Message.objects.for_partner(partner_id)
    ours = [found[1] for each in provider_ids if (found := _OURS.fullmatch(each))]
    is_it = Q(provider_id__in=[each for each in provider_ids if each]) | Q(public_id__in=ours)
    return known.filter(is_it).order_by("pk").first()


def get_provider_id(message_id: int) -> str:
    """What its provider calls a message; blank until it was sent."""
    return str(Message.objects.values_list("provider_id", flat=True).get(pk=message_id))


def is_sent_as(partner_id: int, provider_id: str) -> bool:
    """Whether a message of this partner is known to be what a provider calls so."""
    known = Message.objects.for_partner(partner_id)
    return known.filter(provider_id=provider_id).exists()
