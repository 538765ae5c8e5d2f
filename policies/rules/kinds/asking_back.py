"""Until when goods may be asked back and sent, and what is given for defects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from policies.rules.kinds.parameters import Choices, Parameter, Parameters, count, percent

GROUP = "When it may come back"
FULL_REFUND, PARTIAL_CREDIT, REPAIR, NONE = "full_refund", "partial_credit", "repair", "none"
GIVEN: Choices = (
    (FULL_REFUND, "Full refund, or what the customer wants"),
    (PARTIAL_CREDIT, "Part of the value"),
    (REPAIR, "Repair"),
    (NONE, "Nothing"),
)


@dataclass(frozen=True, slots=True)
class ReturnWindow(Parameters):
    """Days in which a return can be asked for; the day of delivery is day 0."""

    kind = "return_window"
    title = "Return window"
    group = GROUP
    without = "A version without a window for everything is not published."
    is_required = True

    days: Annotated[
        int,
        Parameter(
            "Days from delivery", help="The last day still counts.", at_least=0, at_most=3650
        ),
    ]
    transit_days: Annotated[
        int,
        Parameter(
            "Days in transit",
            help="Added to the day of shipping, else of the order, when delivery is unknown.",
            at_least=0,
            at_most=90,
        ),
    ] = 5

    def in_words(self) -> str:
        return f"{self.days} days from delivery; unknown delivery: {self.transit_days} in transit"


@dataclass(frozen=True, slots=True)
class Warranty(Parameters):
    """Months in which we answer for defects, also when the return window is over.

    Speaks only of what is our fault. Counted from delivery, else from shipping, else from the
    order; the day of the month on which it began still counts. Neutral default: the months that
    the law of the country gives, with the outcome that the customer wants.
    """

    kind = "warranty"
    title = "Warranty"
    group = GROUP
    without = "The statutory warranty of the country alone."

    months: Annotated[
        int | None,
        Parameter(
            "Months", help="Blank: as the catalogue says for the product.", at_least=0, at_most=600
        ),
    ] = None
    gives: Annotated[str, Parameter("Inside it the customer gets", choices=GIVEN)] = FULL_REFUND
    credit_rate: Annotated[
        Decimal,
        Parameter(
            "Part of the value",
            help="Counts where part of the value is given.",
            at_least=0,
            at_most=1,
            is_percentage=True,
        ),
    ] = Decimal(1)

    def in_words(self) -> str:
        span = "as the product" if self.months is None else count(self.months, "month")
        part = f" ({percent(self.credit_rate)})" if self.gives == PARTIAL_CREDIT else ""
        return f"{span}: {dict(GIVEN)[self.gives].lower()}{part}"


@dataclass(frozen=True, slots=True)
class SendBack(Parameters):
    """Days the customer has to hand over the goods, from authorisation."""

    kind = "send_back"
    title = "Time to send back"
    group = GROUP
    without = "A version without a time for everything is not published."
    is_required = True

    days: Annotated[int, Parameter("Days", at_least=1, at_most=365)]

    def in_words(self) -> str:
        return f"{self.days} days from authorisation"
