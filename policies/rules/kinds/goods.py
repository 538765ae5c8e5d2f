"""Which goods may come back, in which condition, and which need not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from core.money import ZERO
from policies.rules.kinds.parameters import Choices, Parameter, Parameters, percent

GROUP = "What may come back"
ANSWERS: Choices = (("yes", "Yes"), ("review", "A person decides"), ("no", "No"))
UNOPENED, OPENED, USED = "unopened", "opened", "used"
CONDITIONS: Choices = ((UNOPENED, "Unopened"), (OPENED, "Opened, not used"), (USED, "Used"))
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class Returnable(Parameters):
    """Whether goods may come back at all, apart from when.

    Neutral default: they may, unless the catalogue marks the product.
    """

    kind = "returnable"
    title = "Returnable"
    group = GROUP
    without = "What the catalogue does not mark may come back."

    answer: Annotated[
        str,
        Parameter(
            "May it come back",
            choices=ANSWERS,
            help="No: only for what the law lets you refuse, such as goods made to order, sealed"
            " hygiene goods, or what spoils.",
        ),
    ]
    because: Annotated[
        str,
        Parameter(
            "Because", help="Ends the sentence for the agent: “hygiene article”.", at_most=120
        ),
    ]
    if_our_fault: Annotated[
        str,
        Parameter(
            "When we are at fault",
            choices=ANSWERS,
            help="Faulty goods must be made good by law in most countries.",
        ),
    ] = "review"

    def in_words(self) -> str:
        answers = dict(ANSWERS)
        ours = answers[self.if_our_fault].lower()
        return f"{answers[self.answer]}: {self.because}; our fault: {ours}"


@dataclass(frozen=True, slots=True)
class FinalSale(Parameters):
    """What becomes of goods that were sold as final.

    Neutral default: the mark changes nothing. Where the law gives a right of withdrawal, that
    comes first.
    """

    kind = "final_sale"
    title = "Final sale"
    group = GROUP
    without = "Goods sold as final come back like others."

    answer: Annotated[str, Parameter("May it come back", choices=ANSWERS[1:])] = "no"
    if_our_fault: Annotated[str, Parameter("When we are at fault", choices=ANSWERS)] = "yes"

    def in_words(self) -> str:
        answers = dict(ANSWERS)
        return f"{answers[self.answer]}; our fault: {answers[self.if_our_fault].lower()}"


@dataclass(frozen=True, slots=True)
class ConditionRequired(Parameters):
    """The worst condition, as the customer says, in which goods still come back.

    Not asked when we are at fault, and not of who has not said: inspection will tell. Neutral
    default: any condition.
    """

    kind = "condition_required"
    title = "Condition"
    group = GROUP
    without = "Any condition; inspection grades it."

    at_worst: Annotated[str, Parameter("At worst", choices=CONDITIONS[:2])]
    otherwise: Annotated[str, Parameter("Otherwise", choices=ANSWERS[1:])] = "no"
    is_sealed_for_a_reason: Annotated[
        bool,
        Parameter(
            "Sealed for hygiene, or sealed media",
            help="Only then may it be refused opened where the law gives a right of withdrawal.",
        ),
    ] = False

    def in_words(self) -> str:
        condition = dict(CONDITIONS)[self.at_worst].lower()
        sealed = ", sealed goods" if self.is_sealed_for_a_reason else ""
        return f"{condition}{sealed}; otherwise: {dict(ANSWERS)[self.otherwise].lower()}"


@dataclass(frozen=True, slots=True)
class KeepIt(Parameters):
    """Below which value the goods need not come back. Neutral default: they always must."""

    kind = "keep_it"
    title = "Keep it"
    group = GROUP
    without = "Everything has to come back."

    amount: Annotated[
        Decimal,
        Parameter("Up to", help="With tax; exactly this much is still kept.", at_least=0),
    ]
    currency: Annotated[str, Parameter("Currency", is_currency=True)]
    refund_rate: Annotated[
        Decimal,
        Parameter(
            "Part given back",
            help="Of the value, to who keeps the goods.",
            at_least=0,
            at_most=1,
            is_percentage=True,
        ),
    ] = Decimal(1)

    def in_words(self) -> str:
        part = "" if self.refund_rate == 1 else f", {percent(self.refund_rate)} given back"
        return f"kept up to {self.amount} {self.currency}{part}"


def _reduction(grade: str) -> Parameter:
    return Parameter(f"Grade {grade}", at_least=0, at_most=1, is_percentage=True)


@dataclass(frozen=True, slots=True)
class ConditionReduction(Parameters):
    """Which part of the net value each grade of inspection takes off (domain §7.8).

    Neutral default: none for any grade.
    """

    kind = "condition_reduction"
    title = "Reduction by condition"
    group = GROUP
    without = "No reduction for any grade."

    a: Annotated[Decimal, _reduction("A")] = ZERO
    b: Annotated[Decimal, _reduction("B")] = ZERO
    c: Annotated[Decimal, _reduction("C")] = ZERO
    d: Annotated[Decimal, _reduction("D")] = ZERO

    def rate_for(self, grade: str) -> Decimal:
        """0.25 for a quarter; 0 for a grade that nobody knows."""
        return {"A": self.a, "B": self.b, "C": self.c, "D": self.d}.get(grade, ZERO)

    def in_words(self) -> str:
        return ", ".join(f"{grade}: {percent(self.rate_for(grade))}" for grade in GRADES)
