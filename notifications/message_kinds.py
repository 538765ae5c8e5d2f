"""The kinds of messages about partners' programs."""

from __future__ import annotations

from notifications.kinds import MessageKind
from notifications.states import Audience

SAMPLES = {
    "endpoint": "Stock of our second shop",
    "why": "answered 503",
    "waiting": "12",
}
KINDS = (
    MessageKind(
        name="webhook_failing",
        title="An endpoint fails",
        when="a partner's program has not answered for a day",
        to=Audience.ADMIN,
        because=("webhook.failing",),
        names=SAMPLES,
        is_optional=True,
    ),
    MessageKind(
        name="webhook_disabled",
        title="An endpoint was switched off",
        when="a partner's program has not answered for three days",
        to=Audience.ADMIN,
        because=("webhook.disabled",),
        names=SAMPLES,
    ),
    MessageKind(
        name="webhook_message_dead",
        title="A webhook message was given up",
        when="a message to a partner's program was given up",
        to=Audience.ADMIN,
        because=("webhook.message_dead",),
        names=SAMPLES,
        is_optional=True,
    ),
)
