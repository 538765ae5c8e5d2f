"""What a difference at receipt suggests, and what may be done about it. No database, no clock.

The risk of the way back is the shop's: what the carrier broke or lost is credited and claimed from
them. Whatever takes goods or money for good is asked about first, and money that is given away
without goods is a lead's to give.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.verdicts import Verdict
from returns.states import MismatchKind, MoneyRule

K = MismatchKind
R = MoneyRule

PATIENCE_DAYS = 7
WITHOUT_GOODS = (K.MISSING, K.EMPTY_BOX)
STRANGE_GOODS = (K.EXTRA, K.WRONG_ITEM, K.WRONG_SERIAL, K.FOREIGN_SERIAL)

# In the order in which they are offered.
OFFERED: dict[MismatchKind, tuple[MoneyRule, ...]] = {
    K.MISSING: (R.WAIT, R.ASK, R.SHORT_CLOSE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM),
    K.EMPTY_BOX: (R.ASK, R.SHORT_CLOSE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM),
    K.EXTRA: (R.ASK, R.SEND_BACK, R.WRITE_OFF),
    K.WRONG_ITEM: (R.ASK, R.SUBSTITUTE, R.SEND_BACK, R.WRITE_OFF),
    K.WRONG_SERIAL: (R.ASK, R.SEND_BACK, R.SUBSTITUTE),
    K.FOREIGN_SERIAL: (R.ASK, R.SEND_BACK),
    K.DAMAGED: (R.ACCEPT, R.CARRIER_CLAIM, R.ASK, R.SEND_BACK),
}
# These give money or goods away: a lead's word.
OF_A_LEAD = frozenset({R.SUBSTITUTE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM, R.WRITE_OFF})
# These leave the difference open, for as long as it takes to answer or to arrive.
GOES_ON = frozenset({R.WAIT, R.ASK})


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchFacts:
    """Everything that a suggestion looks at. `value` and `own_value` are of the whole quantity."""

    kind: str
    value: Decimal = Decimal(0)
    own_value: Decimal | None = None
    age_days: int = 0
    was_asked: bool = False
    days_since_asked: int = 0
    has_tracking: bool = False
    is_our_fault: bool = False
    is_case_open: bool = True
    is_awaited_elsewhere: bool = False
    has_gone: bool = False

    @property
    def is_patience_over(self) -> bool:
        return self.was_asked and self.days_since_asked >= PATIENCE_DAYS


@dataclass(frozen=True, slots=True)
class Advice:
    """The rule that is suggested, and why in one sentence."""

    rule: MoneyRule
    why: str


def suggest_rule(facts: MismatchFacts) -> Advice:
    """What usually follows; a person decides."""
    match K(facts.kind):
        case K.MISSING:
            return _of_missing(facts)
        case K.EMPTY_BOX:
            return _of_empty_box(facts)
        case K.DAMAGED:
            return _of_damage(facts)
        case K.WRONG_ITEM:
            return _of_wrong_item(facts)
        case K.EXTRA:
            return _ask_first(facts, "Nobody announced it: it is still the customer’s.")
        case K.WRONG_SERIAL:
            return _ask_first(facts, "It is not the unit that was sold.")
        case K.FOREIGN_SERIAL:
            return _of_foreign_serial(facts)


def _of_missing(facts: MismatchFacts) -> Advice:
    if facts.is_patience_over:
        return Advice(R.SHORT_CLOSE, "The customer was asked and nothing more came.")
    if facts.was_asked:
        return Advice(R.WAIT, "The customer was asked; a second parcel may be on its way.")
    if facts.age_days < PATIENCE_DAYS:
        return Advice(R.WAIT, "A second parcel often follows within days.")
    return Advice(R.ASK, "Nothing more came for a week.")


def _of_empty_box(facts: MismatchFacts) -> Advice:
    if not facts.was_asked:
        return Advice(R.ASK, "The customer may know what happened on the way.")
    if facts.is_patience_over:
        return Advice(R.SHORT_CLOSE, "The customer was asked and nothing more came.")
    return Advice(R.ASK, "The customer has not answered yet.")


def _of_damage(facts: MismatchFacts) -> Advice:
    if facts.is_our_fault:
        return Advice(R.ACCEPT, "It was faulty before it travelled.")
    if facts.has_tracking:
        return Advice(R.CARRIER_CLAIM, "The parcel was tracked: the carrier answers for it.")
    return Advice(R.ACCEPT, "The way back is at the shop’s risk.")


def _of_wrong_item(facts: MismatchFacts) -> Advice:
    if facts.own_value is not None and facts.own_value >= facts.value > 0:
        return Advice(R.SUBSTITUTE, "It is worth at least as much as what was announced.")
    return _ask_first(facts, "It is not what was announced.")


def _of_foreign_serial(facts: MismatchFacts) -> Advice:
    if facts.is_awaited_elsewhere:
        return Advice(R.ASK, "Another case awaits this unit: two parcels may have been swapped.")
    return _ask_first(facts, "The unit was sold to somebody else.")


def _ask_first(facts: MismatchFacts, why: str) -> Advice:
    if facts.is_patience_over:
        return Advice(R.SEND_BACK, f"{why} The customer was asked and has not claimed it.")
    return Advice(R.ASK, why)


def list_rules(facts: MismatchFacts) -> tuple[MoneyRule, ...]:
    return OFFERED[K(facts.kind)]


def can_take_rule(rule: str, facts: MismatchFacts) -> Verdict:
    """Whether `rule` fits the difference as it is now; who may take it is another question."""
    kind = K(facts.kind)
    if rule not in OFFERED[kind]:
        return Verdict.refuse(f"{kind.label}: “{R(rule).label}” does not fit.")
    needs_case = rule in (*GOES_ON, R.SUBSTITUTE, R.SHORT_CLOSE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM)
    return Verdict.of(
        needs_case and not facts.is_case_open and "The case awaits nothing any more.",
        rule == R.CARRIER_CLAIM
        and kind in WITHOUT_GOODS
        and not facts.has_tracking
        and "The parcel was not tracked: the carrier answers for none of it.",
        rule == R.SUBSTITUTE
        and (facts.own_value is None or facts.own_value < facts.value)
        and "It is worth less than what was announced: ask the customer, or send it back.",
        rule in (R.SEND_BACK, R.WRITE_OFF) and facts.has_gone and "The goods have left already.",
    )
