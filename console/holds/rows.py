"""Holds as rows of the board: one query for what each is for, however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from console.badges import exchange_badge
from console.components import Badge, HoldClock
from console.holds.page import HoldRow
from console.links import case_url, stock_url
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from exchanges.models import ExchangeLine
from inventory.models import Reservation
from inventory.states import ReservationState

S = ReservationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """Who looks at the board, when by the database's clock, and at which address."""

    reader: Reader
    rights: Rights
    as_of: dt.datetime
    back: str

    def address(self, hold: Reservation, view: str = "hold") -> str:
        """A hold's address, or that of one of its commands, with the way back to here."""
        url = reverse(f"console:{view}", args=[hold.number])
        return f"{url}?{urlencode({'back': self.back})}"


def draw_rows(
    holds: Sequence[Reservation], onlooker: Onlooker, *, current: str = ""
) -> list[HoldRow]:
    lines = list_exchange_lines(hold.reference for hold in holds)
    return [
        _draw(hold, lines.get(hold.reference), onlooker, is_current=hold.number == current)
        for hold in holds
    ]


def list_exchange_lines(references: Iterable[str]) -> dict[str, ExchangeLine]:
    """What stock is held or wanted for, by its reference (``exchangeline:7``)."""
    parts = (reference.partition(":") for reference in references)
    ids = [int(key) for kind, _, key in parts if kind == "exchangeline"]
    lines = ExchangeLine.objects.filter(pk__in=ids).select_related(
        "exchange__return_case__channel", "exchange__accepted_quote"
    )
    return {f"exchangeline:{line.pk}": line for line in lines}


def draw_clock(hold: Reservation, as_of: dt.datetime) -> HoldClock | None:
    """The clock of a hold that can end; none for one that is with the warehouse or over."""
    if hold.state != S.ACTIVE or hold.expires_at is None:
        return None
    return HoldClock(taken_at=hold.made_at, expires_at=hold.expires_at, now=as_of, ends_words="")


def draw_why(hold: Reservation, line: ExchangeLine | None, as_of: dt.datetime) -> Badge:
    """What the hold waits for, or how it ended."""
    if hold.state == S.EXPIRED:
        return Badge(word="Expired", tone="bad")
    if hold.state == S.CONSUMED:
        return Badge(word="Sent to the customer", tone="good")
    if hold.state == S.RELEASED:
        return Badge(word=f"Released: {hold.get_cause_display()}".strip(": "), tone="plain")
    if hold.grace_until and hold.grace_until > as_of:
        return Badge(word="Payment in flight, cannot lapse", tone="info")
    return exchange_badge(line.exchange.state) if line else Badge(word="Held", tone="hold")


def _draw(
    hold: Reservation, line: ExchangeLine | None, onlooker: Onlooker, *, is_current: bool
) -> HoldRow:
    clock = draw_clock(hold, onlooker.as_of)
    case = line.exchange.return_case if line else None
    may_change = Permission.HOLD_STOCK in onlooker.rights and hold.state == S.ACTIVE
    return HoldRow(
        number=hold.number,
        url=onlooker.address(hold),
        case_number=case.number if case else "",
        case_url=case_url(case) if case else "",
        title=hold.variant.full_title,
        sku=hold.variant.sku,
        stock_url=stock_url(hold.variant),
        place=hold.location.name,
        bin=hold.bin.code if hold.bin else "",
        units=hold.quantity,
        why=draw_why(hold, line, onlooker.as_of),
        ends="" if clock else _ends(hold, onlooker.reader),
        clock=clock,
        extension_url=onlooker.address(hold, "hold_extension") if may_change else "",
        release_url=onlooker.address(hold, "hold_release") if may_change else "",
        is_current=is_current,
    )


def _ends(hold: Reservation, reader: Reader) -> str:
    return reader.moment(hold.resolved_at) if hold.resolved_at else "stays until it is sent"
