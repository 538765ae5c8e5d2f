"""An endpoint in the reader's words, and its messages."""

from __future__ import annotations

import json
from uuid import uuid4

from django.urls import reverse

from console.components import Action, Badge, Banner, Fact, Tone
from console.reader import Reader
from console.warehouse_links.page import Figure, LetterPage, LinkCard, TrafficRow
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.queries import EndpointHealth
from notifications.states import WebhookState

W = WebhookState
TONE_OF_STATE: dict[str, Tone] = {
    W.QUEUED: "plain",
    W.TAKEN: "info",
    W.ACKNOWLEDGED: "good",
    W.DEAD: "bad",
}
ROOT = "Webhooks"


def draw_card(health: EndpointHealth, reader: Reader) -> LinkCard:
    endpoint = health.endpoint
    return LinkCard(
        title=endpoint.name,
        adapter=endpoint.url,
        url=reverse("console:webhook", args=[endpoint.public_id]),
        badge=badge_of(health),
        figures=_figures(health, reader),
        facts=list_facts(endpoint, reader),
        switch=draw_switch(endpoint),
        trouble=_trouble(endpoint),
    )


def badge_of(health: EndpointHealth) -> Badge:
    endpoint = health.endpoint
    if endpoint.disabled_at:
        return Badge(word="Disabled", tone="bad")
    if endpoint.paused_at:
        return Badge(word="Paused", tone="warn")
    if health.is_failing:
        return Badge(word="Does not answer", tone="bad")
    return Badge(word="Working", tone="good") if endpoint.last_heard_at else Badge(word="New")


def _figures(health: EndpointHealth, reader: Reader) -> list[Figure]:
    told = reverse("console:webhook_messages", args=[health.endpoint.public_id])
    oldest = health.oldest_at
    return [
        Figure(
            label="queued",
            count=health.queued,
            url=f"{told}?state={W.QUEUED}",
            note=f"oldest {reader.ago(oldest)}" if oldest else "",
        ),
        Figure(label="taken, not confirmed", count=health.taken, url=f"{told}?state={W.TAKEN}"),
        Figure(
            label="given up",
            count=health.dead,
            url=f"{told}?state={W.DEAD}",
            is_pressing=health.dead > 0,
        ),
        Figure(label="told in all", count=health.endpoint.last_told, url=told),
    ]


def list_facts(endpoint: WebhookEndpoint, reader: Reader) -> list[Fact]:
    heard = endpoint.last_heard_at
    facts = [
        Fact(term="Told of", value=", ".join(endpoint.kinds)),
        Fact(term="Channel", value=endpoint.channel or "every one"),
        Fact(term="Last heard", value=f"{reader.ago(heard)} ago" if heard else "never"),
    ]
    if endpoint.keeps_books:
        facts.append(Fact(term="Keeps books", value="each message is to be confirmed"))
    if endpoint.failing_since:
        facts.append(Fact(term="Failing since", value=reader.moment(endpoint.failing_since)))
    if endpoint.resting_until:
        facts.append(Fact(term="Tried again", value=reader.moment(endpoint.resting_until)))
    return facts


def draw_switch(endpoint: WebhookEndpoint) -> Action:
    """Pause what is live; wake up what is paused, disabled or rests."""
    is_up = endpoint.is_live and not endpoint.failures
    return Action(
        label="Pause" if is_up else "Send again",
        url=reverse(
            "console:webhook_pause" if is_up else "console:webhook_resume",
            args=[endpoint.public_id],
        ),
        kind="secondary" if is_up else "primary",
        fields={"op_id": str(uuid4())},
    )


def _trouble(endpoint: WebhookEndpoint) -> Banner | None:
    if endpoint.disabled_at:
        return Banner(
            words="It did not answer for three days, or said that it is gone. What it missed is"
            " kept; “Send again” sends it in order.",
            tone="bad",
        )
    return Banner(words=endpoint.last_error, tone="bad") if endpoint.last_error else None


def draw_row(message: WebhookMessage, reader: Reader, *, says_whose: bool = False) -> TrafficRow:
    tries = "1 try" if message.attempts == 1 else f"{message.attempts} tries"
    whose = f"{message.endpoint.name} · " if says_whose else ""
    return TrafficRow(
        url=_url(message),
        title=message.kind,
        detail=f"{whose}no. {message.sequence} · {reader.moment(message.queued_at)} · {tries}",
        badge=_badge(message),
        trouble="" if message.state == W.ACKNOWLEDGED else message.last_error,
    )


def draw_letter(message: WebhookMessage, reader: Reader) -> LetterPage:
    endpoint = message.endpoint
    moments = (
        ("Queued", message.queued_at),
        ("Taken", message.taken_at),
        ("Acknowledged", message.acknowledged_at),
    )
    return LetterPage(
        warehouse=endpoint.name,
        list_title="Messages",
        list_url=reverse("console:webhook_messages", args=[endpoint.public_id]),
        root=ROOT,
        root_url=reverse("console:webhooks"),
        title=f"{message.kind}, no. {message.sequence}",
        badge=_badge(message),
        facts=[
            *(Fact(term=term, value=reader.moment(at)) for term, at in moments if at),
            Fact(term="Tries", value=str(message.attempts)),
            Fact(term="webhook-id", value=message.public_id, is_code=True),
        ],
        body=json.dumps(
            {"id": message.public_id, "sequence": message.sequence, **message.body},
            indent=2,
            ensure_ascii=False,
        ),
        banner=_trouble_of(message),
        actions=[
            Action(
                label="Send again",
                url=f"{_url(message)}resend/",
                kind="secondary" if message.state == W.ACKNOWLEDGED else "primary",
                key="a",
                fields={"op_id": str(uuid4())},
            )
        ],
    )


def _trouble_of(message: WebhookMessage) -> Banner | None:
    if not message.last_error or message.state == W.ACKNOWLEDGED:
        return None
    return Banner(words=message.last_error, tone="bad")


def _badge(message: WebhookMessage) -> Badge:
    return Badge(word=str(message.get_state_display()), tone=TONE_OF_STATE[message.state])


def _url(message: WebhookMessage) -> str:
    return reverse("console:webhook_message", args=[message.endpoint.public_id, message.public_id])
