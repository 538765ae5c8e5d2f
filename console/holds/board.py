"""The board of holds: which are shown in a view, and each one as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from console.badges import exchange_badge
from console.components import Badge, HoldClock
from console.holds.page import HoldRow
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from exchanges.models import ExchangeLine
from inventory.models import Reservation
from inventory.states import ReservationState

S = ReservationState


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTab:
    """One view of the board; `key` is what it is sorted by."""

    code: str
    label: str
    empty: str
    states: tuple[ReservationState, ...]
    key: str
    descends: bool = False


TABS = (
    HoldTab(
        code="ending",
        label="Ending first",
        empty="No hold is running",
        states=(S.ACTIVE,),
        key="expires_at",
    ),
    HoldTab(
        code="warehouse",
        label="With the warehouse",
        empty="The warehouse has nothing to send",
        states=(S.COMMITTED,),
        key="made_at",
    ),
    HoldTab(
        code="ended",
        label="Ended",
        empty="No hold has ended yet",
        states=(S.RELEASED, S.EXPIRED, S.CONSUMED),
        key="resolved_at",
        descends=True,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


def list_holds_of(tab: HoldTab, rights: Rights) -> QuerySet[Reservation]:
    """The holds of a view that this person may see, with place and goods, not ordered yet."""
    holds: QuerySet[Reservation] = Reservation.objects.visible_to(
        rights.user, Permission.SEE_STOCK
    ).filter(state__in=tab.states)
    return holds.select_related("variant__product", "location")


def draw_rows(holds: Sequence[Reservation], reader: Reader) -> list[HoldRow]:
    lines = _list_lines(holds)
    return [_draw(hold, lines.get(hold.reference), reader) for hold in holds]


def _list_lines(holds: Sequence[Reservation]) -> dict[str, ExchangeLine]:
    """What each hold is for, by its reference (``exchangeline:7``)."""
    ids = [
        int(key)
        for kind, _, key in (hold.reference.partition(":") for hold in holds)
        if kind == "exchangeline"
    ]
    lines = ExchangeLine.objects.filter(pk__in=ids).select_related("exchange__return_case")
    return {f"exchangeline:{line.pk}": line for line in lines}


def _draw(hold: Reservation, line: ExchangeLine | None, reader: Reader) -> HoldRow:
    clock = _clock(hold, reader)
    case = line.exchange.return_case if line else None
    return HoldRow(
        number=hold.number,
        case_number=case.number if case else "",
        case_url=reverse("console:case", args=[case.number]) if case else "",
        title=hold.variant.full_title,
        sku=hold.variant.sku,
        place=hold.location.name,
        units=hold.quantity,
        why=_why(hold, line),
        ends=_ends(hold, clock, reader),
        urgency=clock.urgency if clock else "calm",
        seconds_left=clock.seconds_left if clock else 0,
        seconds_in_all=clock.seconds_in_all if clock else 0,
    )


def _clock(hold: Reservation, reader: Reader) -> HoldClock | None:
    if hold.state != S.ACTIVE or hold.expires_at is None:
        return None
    return HoldClock(
        taken_at=hold.made_at, expires_at=hold.expires_at, now=reader.now, ends_words=""
    )


def _why(hold: Reservation, line: ExchangeLine | None) -> Badge:
    """What the hold waits for, or how it ended."""
    if hold.state == S.EXPIRED:
        return Badge(word="Expired", tone="bad")
    if hold.state == S.CONSUMED:
        return Badge(word="Sent to the customer", tone="good")
    if hold.state == S.RELEASED:
        return Badge(word=f"Released: {hold.get_cause_display()}".strip(": "), tone="plain")
    return exchange_badge(line.exchange.state) if line else Badge(word="Held", tone="hold")


def _ends(hold: Reservation, clock: HoldClock | None, reader: Reader) -> str:
    if clock is not None:
        return clock.words_left.removesuffix(" left")
    return reader.moment(hold.resolved_at) if hold.resolved_at else "stays until it is sent"
