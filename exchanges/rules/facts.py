"""What the guards look at, and the words for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO
from exchanges.rules.parts import Part
from exchanges.rules.reasons import Assent
from exchanges.states import ExchangeState

S = ExchangeState
OPEN_FOR_QUOTES = frozenset({S.DRAFT, S.QUOTED})
ACCEPTED = frozenset({S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY})
BEFORE_RELEASE = OPEN_FOR_QUOTES | ACCEPTED
# The case can take an exchange further: its goods are on their way or here.
LIVE_RETURN = frozenset(
    {"authorised", "in_transit", "partly_received", "received", "inspected", "settling"}
)
ENDED_RETURN = frozenset({"rejected", "closed", "cancelled", "expired"})
# Nothing of the goods has come so far.
ON_THEIR_WAY = frozenset({"authorised", "in_transit"})
# The goods are here: whoever cancels now has to say what happens to them.
RETURN_IS_HERE = frozenset({"partly_received", "received", "inspected", "settling"})


class Goods(StrEnum):
    """How far the goods are that this exchange replaces."""

    AWAITED = "awaited"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """Units of the exchange by the state of their holds. Due holds count as ended.

    `wanted` are those that go out, without the ones that were given up.

    `backordered` units are promised for `backorder_day` and held as soon as they come.

    `running` names the lines that are held whole by now, `parts` says of the others how many
    units an active hold still has of them.
    """

    wanted: int
    active: int = 0
    committed: int = 0
    ended_at: dt.datetime | None = None
    backordered: int = 0
    backorder_day: dt.date | None = None
    running: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def covers_all(self) -> bool:
        return self.active + self.committed >= self.wanted

    @property
    def is_promised(self) -> bool:
        """All of it is held, or back-ordered."""
        return self.active + self.committed + self.backordered >= self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFacts:
    """Everything the guards look at. `due` is the amount of the quote that counts, signed.

    `needed` is what must be captured before anything leaves. `credit` is what the accepted goods
    turned out to be worth, None until they are inspected; `reckoned` what the quote counted on.
    `netted` is what credit of the case's other lines pays of it, `awaited` what it would pay once
    their goods have passed.
    `card_hold` is what has to be held on a card, `authorised` what is.
    `part` is what may leave before the rest, None where it leaves in one piece; `is_parted`: some
    has, and `rest` units of it have not. What has left costs `part_value`, `part_due` of it beyond
    the credit; `applied` is the credit that is in the order.
    `is_kept`: the customer keeps what was to come back, and pays for what goes out in full first.
    `needs_visit`: a crew brings it; `work_state` is how far its work order is, "" without one.
    `against` are policy's reasons against settling the goods otherwise, by outcome, where it was
    asked for them.
    `is_in_flight`: a payment is being asked for. `is_unknown`: nobody knows how one went.
    """

    state: str
    type: str
    return_state: str
    currency: str
    due: Decimal
    outbound: Decimal
    needed: Decimal = ZERO
    is_paid_up_front: bool = False
    captured: Decimal = ZERO
    netted: Decimal = ZERO
    awaited: Decimal = ZERO
    card_hold: Decimal = ZERO
    authorised: Decimal = ZERO
    is_in_flight: bool = False
    is_unknown: bool = False
    assent: Assent = Assent.NOT_NEEDED
    is_risk_held: bool = False
    is_decision_wanted: bool = False
    quote_ended_at: dt.datetime | None = None
    goods: Goods = Goods.AWAITED
    reckoned: Decimal = ZERO
    credit: Decimal | None = None
    part: Part | None = None
    is_kept: bool = False
    rest: int = 0
    is_parted: bool = False
    part_due: Decimal = ZERO
    part_value: Decimal = ZERO
    applied: Decimal = ZERO
    needs_visit: bool = False
    work_state: str = ""
    holds: HoldFacts
    against: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clock_zone: dt.tzinfo = dt.UTC

    @property
    def missing(self) -> Decimal:
        """What the customer has yet to pay before it leaves."""
        return max(self.needed - self.captured - self.netted, ZERO)

    @property
    def waits_with_rest(self) -> bool:
        """A part has gone, and some units are still here."""
        return self.state in (S.RELEASING, S.PARTLY_SHIPPED) and self.rest > 0
