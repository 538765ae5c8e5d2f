"""A link to a warehouse in the reader's words, and what goes over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.urls import reverse

from console.components import Action, Badge, Banner, Fact, Tone
from console.reader import Reader
from console.warehouse_links.page import Figure, LetterPage, LinkCard, TrafficRow
from core.documents import DocumentErased
from fulfilment.models import WarehouseMessage, WarehouseReport
from fulfilment.queries import WarehouseHealth, read_report
from fulfilment.states import MessageState, ReportState

M, R = MessageState, ReportState
TONE_OF_MESSAGE: dict[str, Tone] = {
    M.QUEUED: "plain",
    M.SENT: "info",
    M.ACKNOWLEDGED: "good",
    M.DEAD: "bad",
}
MAY_BE_RESENT = (M.DEAD, M.SENT)
TONE_OF_REPORT: dict[str, Tone] = {
    R.RECEIVED: "info",
    R.APPLIED: "good",
    R.DUPLICATE: "plain",
    R.PARKED: "warn",
    R.DEAD: "bad",
}


# ── health ───────────────────────────────────────────────────────────────────


def draw_link(health: WarehouseHealth, reader: Reader) -> LinkCard:
    warehouse = health.warehouse
    failed = health.is_resting and warehouse.last_error
    return LinkCard(
        title=warehouse.location.name,
        adapter=f"{warehouse.adapter} · {warehouse.url}" if warehouse.url else warehouse.adapter,
        badge=_health_badge(health),
        figures=_figures(health, reader),
        facts=_link_facts(health, reader),
        switch=_switch(health),
        trouble=Banner(words=warehouse.last_error, tone="bad") if failed else None,
    )


def _health_badge(health: WarehouseHealth) -> Badge:
    if health.is_paused:
        return Badge(word="Paused", tone="warn")
    if health.needs_a_person:
        return Badge(word="Needs a person", tone="bad")
    if health.is_resting:
        return Badge(word="Does not answer", tone="bad")
    return Badge(word="Working", tone="good")


def _figures(health: WarehouseHealth, reader: Reader) -> list[Figure]:
    told, heard = (
        reverse(f"console:{name}", args=[health.warehouse.public_id])
        for name in ("warehouse_messages", "warehouse_reports")
    )
    oldest = health.oldest_queued_at
    return [
        Figure(
            label="queued",
            count=health.queued,
            url=f"{told}?state={M.QUEUED}",
            note=f"oldest {reader.ago(oldest)}" if oldest else "",
        ),
        Figure(label="not acknowledged", count=health.unacknowledged, url=f"{told}?state={M.SENT}"),
        Figure(
            label="messages given up",
            count=health.dead,
            url=f"{told}?state={M.DEAD}",
            is_pressing=health.dead > 0,
        ),
        Figure(
            label="reports parked",
            count=health.parked_reports,
            url=f"{heard}?state={R.PARKED}",
            note="wait for an earlier one" if health.parked_reports else "",
        ),
        Figure(
            label="reports given up",
            count=health.dead_reports,
            url=f"{heard}?state={R.DEAD}",
            is_pressing=health.dead_reports > 0,
        ),
    ]


def _link_facts(health: WarehouseHealth, reader: Reader) -> list[Fact]:
    warehouse = health.warehouse
    heard = health.last_heard_at
    facts = [
        Fact(term="Last heard", value=f"{reader.ago(heard)} ago" if heard else "never"),
    ]
    if warehouse.paused_at:
        facts.append(Fact(term="Paused", value=reader.moment(warehouse.paused_at)))
    if warehouse.resting_until:
        facts.append(Fact(term="Tried again", value=reader.moment(warehouse.resting_until)))
    if warehouse.forged:
        facts.append(Fact(term="Wrong signatures", value=str(warehouse.forged)))
    return facts


def _switch(health: WarehouseHealth) -> Action:
    name = "warehouse_resume" if health.is_paused or health.is_resting else "warehouse_pause"
    label = "Pause" if name == "warehouse_pause" else "Send again"
    return Action(
        label=label,
        url=reverse(f"console:{name}", args=[health.warehouse.public_id]),
        kind="secondary" if label == "Pause" else "primary",
        fields={"op_id": str(uuid4())},
    )


# ── what goes over it ────────────────────────────────────────────────────────


def draw_message_row(message: WarehouseMessage, reader: Reader) -> TrafficRow:
    tries = "1 try" if message.attempts == 1 else f"{message.attempts} tries"
    return TrafficRow(
        url=_letter_url("warehouse_message", message),
        title=str(message.get_kind_display()),
        detail=f"no. {message.sequence} · {message.subject} · {reader.moment(message.queued_at)}"
        f" · {tries}",
        badge=message_badge(message),
        trouble=message.last_error if message.state != M.ACKNOWLEDGED else "",
    )


def draw_report_row(report: WarehouseReport, reader: Reader) -> TrafficRow:
    about = f" · {report.subject}" if report.subject else ""
    return TrafficRow(
        url=_letter_url("warehouse_report", report),
        title=str(report.get_kind_display()),
        detail=f"no. {report.sequence}{about} · {reader.moment(report.received_at)}",
        badge=report_badge(report),
        trouble=report.reason,
    )


def message_badge(message: WarehouseMessage) -> Badge:
    word = str(message.get_state_display())
    return Badge(word=word, tone=TONE_OF_MESSAGE[message.state])


def report_badge(report: WarehouseReport) -> Badge:
    word = str(report.get_state_display())
    return Badge(word=word, tone=TONE_OF_REPORT[report.state])


def draw_message(message: WarehouseMessage, reader: Reader) -> LetterPage:
    moments = (
        ("Queued", message.queued_at),
        ("Sent", message.sent_at),
        ("Acknowledged", message.acknowledged_at),
    )
    return LetterPage(
        warehouse=message.warehouse.location.name,
        list_title="Messages",
        list_url=reverse("console:warehouse_messages", args=[message.warehouse.public_id]),
        title=f"{message.get_kind_display()}, no. {message.sequence}",
        badge=message_badge(message),
        facts=[
            Fact(term="About", value=message.subject, is_code=True),
            Fact(term="Because of", value=message.event.kind, is_code=True),
            *(Fact(term=term, value=reader.moment(at)) for term, at in moments if at),
            Fact(term="Tries", value=str(message.attempts)),
            Fact(term="Id", value=message.public_id, is_code=True),
        ],
        body=_pretty(lambda: message.body),
        banner=_trouble(message.last_error, is_over=message.state == M.ACKNOWLEDGED),
        actions=[_resend(message)] if message.state in MAY_BE_RESENT else [],
    )


def draw_report(report: WarehouseReport, reader: Reader) -> LetterPage:
    moments = (("Received", report.received_at), ("Settled", report.settled_at))
    return LetterPage(
        warehouse=report.warehouse.location.name,
        list_title="Reports",
        list_url=reverse("console:warehouse_reports", args=[report.warehouse.public_id]),
        title=f"{report.get_kind_display()}, no. {report.sequence}",
        badge=report_badge(report),
        facts=[
            Fact(term="About", value=report.subject or "nothing known", is_code=True),
            *(Fact(term=term, value=reader.moment(at)) for term, at in moments if at),
            Fact(term="Their id", value=report.message_id, is_code=True),
        ],
        body=_pretty(lambda: json.loads(read_report(report))),
        banner=_trouble(report.reason, is_over=report.state in (R.APPLIED, R.DUPLICATE)),
    )


def _resend(message: WarehouseMessage) -> Action:
    return Action(
        label="Send again",
        url=_letter_url("warehouse_resend", message),
        kind="primary",
        key="a",
        fields={"op_id": str(uuid4())},
    )


def _letter_url(name: str, letter: WarehouseMessage | WarehouseReport) -> str:
    return reverse(f"console:{name}", args=[letter.warehouse.public_id, letter.public_id])


def _trouble(words: str, *, is_over: bool) -> Banner | None:
    return Banner(words=words, tone="info" if is_over else "bad") if words else None


def _pretty(read: Callable[[], Any]) -> str:
    """A body line by line; a report was read before it was stored, so it is JSON."""
    try:
        return json.dumps(read(), indent=2, ensure_ascii=False)
    except DocumentErased:
        return "Erased with the person it was about."
