"""What must be shown, and when a person looks before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from policies.rules.kinds.parameters import Parameter, Parameters, count

GROUP = "Proof, and who decides"


@dataclass(frozen=True, slots=True)
class Evidence(Parameters):
    """What is to be shown before a verdict. Neutral default: nothing."""

    kind = "evidence"
    title = "Evidence"
    group = GROUP
    without = "Nothing has to be shown."

    photos: Annotated[int, Parameter("Photos", at_least=0, at_most=10)] = 0
    needs_serial: Annotated[
        bool, Parameter("Serial number", help="Asked of serialised products only.")
    ] = False

    def in_words(self) -> str:
        wanted = [count(self.photos, "photo")] if self.photos else []
        wanted += ["the serial number"] if self.needs_serial else []
        return " and ".join(wanted) or "nothing"


@dataclass(frozen=True, slots=True)
class ReviewAbove(Parameters):
    """The value from which a person decides. Neutral default: none.

    Speaks only of cases in its currency.
    """

    kind = "review_above"
    title = "Review above a value"
    group = GROUP
    without = "No value is too large."

    amount: Annotated[
        Decimal,
        Parameter(
            "Goods above", help="Value without tax; exactly this much still passes.", at_least=0
        ),
    ]
    currency: Annotated[str, Parameter("Currency", is_currency=True)]

    def in_words(self) -> str:
        return f"a person decides above {self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class AutoApprove(Parameters):
    """What may be paid out, with tax, without a person. Neutral default: any amount.

    `passes_triggers` lets small claims through although a review trigger speaks; limits of
    velocity and risk still hold them.
    """

    kind = "auto_approve"
    title = "Approve by itself"
    group = GROUP
    without = "Any amount is approved by itself when nothing else speaks against it."

    amount: Annotated[
        Decimal,
        Parameter("Up to", help="With tax; exactly this much still passes.", at_least=0),
    ]
    currency: Annotated[str, Parameter("Currency", is_currency=True)]
    passes_triggers: Annotated[
        bool,
        Parameter(
            "Review triggers do not stop it",
            help="Limits of velocity and risk still do.",
        ),
    ] = False

    def in_words(self) -> str:
        past = ", past review triggers" if self.passes_triggers else ""
        return f"by itself up to {self.amount} {self.currency}{past}"


@dataclass(frozen=True, slots=True)
class ReviewWhen(Parameters):
    """What makes a person look. Neutral default: nothing does."""

    kind = "review_when"
    title = "Review triggers"
    group = GROUP
    without = "Nothing triggers a review."

    on_pattern: Annotated[
        bool, Parameter("A known defect pattern", help="The case matches a confirmed pattern.")
    ] = False
    on_serial_mismatch: Annotated[
        bool, Parameter("A serial number that was not sold with the order")
    ] = False
    on_photo_seen_before: Annotated[bool, Parameter("A photo that was used on another case")] = (
        False
    )
    on_new_customer: Annotated[bool, Parameter("The customer's first order")] = False
    on_gift: Annotated[bool, Parameter("A gift", help="Who sends it back did not pay.")] = False

    def in_words(self) -> str:
        named = {
            "a known pattern": self.on_pattern,
            "another serial number": self.on_serial_mismatch,
            "a photo seen before": self.on_photo_seen_before,
            "a first order": self.on_new_customer,
            "a gift": self.on_gift,
        }
        return ", ".join(name for name, counts in named.items() if counts) or "nothing"


@dataclass(frozen=True, slots=True)
class Velocity(Parameters):
    """How much one customer, address or card may send back in 90 days before a person looks.

    The case in hand counts too. Neutral default: no limit.
    """

    kind = "velocity"
    title = "Velocity"
    group = GROUP
    without = "No limit."

    returns: Annotated[
        int | None, Parameter("Returns in 90 days", help="Blank: any.", at_least=1, at_most=10_000)
    ] = None
    units: Annotated[
        int | None, Parameter("Units in 90 days", help="Blank: any.", at_least=1, at_most=100_000)
    ] = None

    def in_words(self) -> str:
        limits = [count(self.returns, "return")] if self.returns else []
        limits += [count(self.units, "unit")] if self.units else []
        return f"up to {' and '.join(limits)} in 90 days" if limits else "no limit"


@dataclass(frozen=True, slots=True)
class Risk(Parameters):
    """From which risk score a person looks. Neutral default: no score is too high."""

    kind = "risk"
    title = "Risk"
    group = GROUP
    without = "No score is too high."

    score: Annotated[
        int,
        Parameter("Score", help="Of 100; exactly this much still passes.", at_least=0, at_most=100),
    ]

    def in_words(self) -> str:
        return f"a person decides above {self.score} of 100"


@dataclass(frozen=True, slots=True)
class ApprovalAbove(Parameters):
    """From which difference a second person approves an exchange. Neutral default: never.

    `goodwill` is the same for what is given beyond what was paid.
    """

    kind = "approval_above"
    title = "Second person above a value"
    group = GROUP
    without = "No second person is needed."

    amount: Annotated[
        Decimal | None,
        Parameter(
            "Difference above",
            help="Due or owed, with tax; exactly this much still passes. Blank: never.",
            at_least=0,
        ),
    ] = None
    currency: Annotated[str, Parameter("Currency", is_currency=True)] = ""
    goodwill: Annotated[
        Decimal | None, Parameter("Goodwill above", help="Blank: never.", at_least=0)
    ] = None

    def in_words(self) -> str:
        limits = [f"above {self.amount} {self.currency}"] if self.amount is not None else []
        if self.goodwill is not None:
            limits.append(f"goodwill above {self.goodwill} {self.currency}")
        return ", ".join(limits) or "never"


@dataclass(frozen=True, slots=True)
class RefundLimit(Parameters):
    """What a role may pay out by itself. Neutral default: the desk's own limits."""

    kind = "refund_limit"
    title = "Refund limit by role"
    group = GROUP
    without = "The desk's own limits hold."

    agent: Annotated[Decimal | None, Parameter("Agent", help="Blank: no limit.", at_least=0)] = None
    lead: Annotated[Decimal | None, Parameter("Lead", help="Blank: no limit.", at_least=0)] = None
    currency: Annotated[str, Parameter("Currency", is_currency=True)] = ""

    def limit_for(self, role: str) -> Decimal | None:
        """What ``agent`` or ``lead`` may refund without approval; None where there is no limit."""
        return {"agent": self.agent, "lead": self.lead}.get(role)

    def in_words(self) -> str:
        limits = {"agent": self.agent, "lead": self.lead}
        named = [f"{role} {each} {self.currency}" for role, each in limits.items() if each]
        return ", ".join(named) or "no limit"
