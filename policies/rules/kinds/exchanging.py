"""How an exchange goes: who pays when, what leaves before the goods are back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from policies.rules.kinds.parameters import Choices, Parameter, Parameters, count

GROUP = "Exchanges"
ON_RECEIPT, UP_FRONT = "on_receipt", "up_front"
TIMINGS: Choices = ((ON_RECEIPT, "When the goods are accepted"), (UP_FRONT, "Up front"))
EXCHANGE_TYPES: Choices = (
    ("", "Every type"),
    ("regular", "Regular"),
    ("advanced", "Advanced"),
    ("advanced_prepaid", "Advanced, pre-paid"),
)


@dataclass(frozen=True, slots=True)
class ExchangePayment(Parameters):
    """When the customer pays the difference of a regular exchange.

    Neutral default: when the goods are accepted.
    """

    kind = "exchange_payment"
    title = "Payment of the difference"
    group = GROUP
    without = "Paid when the goods are accepted."

    timing: Annotated[str, Parameter("Paid", choices=TIMINGS)]

    def in_words(self) -> str:
        return dict(TIMINGS)[self.timing].lower()


@dataclass(frozen=True, slots=True)
class AdvancedExchange(Parameters):
    """Whether a replacement may leave before the goods are back, and until when they are due.

    Days count from the day it leaves. Neutral default: not offered.
    """

    kind = "advanced_exchange"
    title = "Advanced exchange"
    group = GROUP
    without = "Not offered."

    is_offered: Annotated[bool, Parameter("Offered")] = False
    wants_card_hold: Annotated[
        bool, Parameter("Hold the credit on a card", help="Until the goods are back.")
    ] = False
    return_by_days: Annotated[
        int, Parameter("Goods are due after days", at_least=1, at_most=365)
    ] = 21
    grace_days: Annotated[int, Parameter("Days of grace", at_least=0, at_most=90)] = 7
    reminder_days: Annotated[
        tuple[int, ...],
        Parameter("Reminders on days", help="Such as 14, 21.", at_least=1, at_most=365),
    ] = (14, 21)
    late_days: Annotated[
        int,
        Parameter(
            "Taken late for days",
            help="After due and grace: the goods still come back and the charge is given back.",
            at_least=0,
            at_most=365,
        ),
    ] = 10

    def in_words(self) -> str:
        if not self.is_offered:
            return "not offered"
        hold = ", held on a card" if self.wants_card_hold else ""
        return f"due after {count(self.return_by_days, 'day')} and {self.grace_days} of grace{hold}"


@dataclass(frozen=True, slots=True)
class ShipPartial(Parameters):
    """Whether replacements of what has come back leave before the rest is here.

    Neutral default: the replacement leaves as a whole.
    """

    kind = "ship_partial"
    title = "Part of a replacement"
    group = GROUP
    without = "The replacement leaves as a whole."

    allowed: Annotated[bool, Parameter("What has come back is replaced at once")]

    def in_words(self) -> str:
        return "replaced part by part" if self.allowed else "leaves as a whole"


@dataclass(frozen=True, slots=True)
class SplitShipment(Parameters):
    """Whether one replacement may leave from several centres. Neutral default: it may."""

    kind = "split_shipment"
    title = "Split shipment"
    group = GROUP
    without = "A replacement may leave from several centres."

    allowed: Annotated[bool, Parameter("From several centres")]

    def in_words(self) -> str:
        return "from several centres" if self.allowed else "from one centre"


@dataclass(frozen=True, slots=True)
class Netting(Parameters):
    """Whether a refund and what the customer owes in one case are settled against each other.

    Neutral default: they are.
    """

    kind = "netting"
    title = "Netting"
    group = GROUP
    without = "Refund and difference of one case are settled together."

    is_on: Annotated[bool, Parameter("Settled together")]

    def in_words(self) -> str:
        return "settled together" if self.is_on else "each by itself"


@dataclass(frozen=True, slots=True)
class HoldLength(Parameters):
    """How long stock was held, until that left policy for the hold rules of `inventory`.

    Published versions keep such rules, as they keep everything. They decide nothing any more.
    """

    kind = "hold_length"
    title = "Length of the hold (a hold rule now)"
    group = GROUP
    without = ""

    quote_minutes: Annotated[int, Parameter("Minutes for a quote", at_least=1, at_most=1440)]
    accepted_days: Annotated[int, Parameter("Days once accepted", at_least=1, at_most=90)]
    exchange_type: Annotated[str, Parameter("Type of exchange", choices=EXCHANGE_TYPES)] = ""

    def in_words(self) -> str:
        which = dict(EXCHANGE_TYPES)[self.exchange_type].lower()
        return f"{which}: {self.quote_minutes} min for a quote, {self.accepted_days} days accepted"
