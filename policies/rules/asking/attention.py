"""Is enough shown, and does a person have to look."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.money import Money
from policies.rules.answers import EVIDENCE, INFO, OK, REVIEW, Answer
from policies.rules.book import RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.kinds import AutoApprove, Evidence, ReviewAbove, ReviewWhen, Risk, Velocity


def ask_evidence(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(Evidence, facts)
    if choice is None:
        return None
    rule = choice.parameters
    missing = max(0, rule.photos - facts.photos)
    lacks_serial = rule.needs_serial and facts.is_serialised and not facts.has_serial
    code, flip = _evidence_code(missing=missing, lacks_serial=lacks_serial)
    return Answer(
        Evidence.kind,
        code,
        EVIDENCE if missing or lacks_serial else OK,
        {
            "photos": facts.photos,
            "wanted": rule.photos,
            "missing": missing,
            "wants_serial": rule.needs_serial and facts.is_serialised,
            "has_serial": facts.has_serial,
        },
        flip,
        choice=choice,
    )


def _evidence_code(*, missing: int, lacks_serial: bool) -> tuple[str, str]:
    if missing and lacks_serial:
        return "evidence.both", "evidence.both"
    if missing:
        return "evidence.photos", "evidence.photos"
    if lacks_serial:
        return "evidence.serial", "evidence.serial"
    return "evidence.enough", ""


def ask_value(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(ReviewAbove, facts)
    if choice is None:
        return None
    limit = choice.parameters.amount
    is_within = facts.goods_net <= limit
    return Answer(
        ReviewAbove.kind,
        "value.within" if is_within else "value.above",
        OK if is_within else REVIEW,
        _amounts(facts, facts.goods_net, limit),
        "limit.within" if is_within else "limit.above",
        choice=choice,
    )


def ask_auto_approve(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(AutoApprove, facts)
    if choice is None:
        return None
    limit = choice.parameters.amount
    is_within = facts.value <= limit
    return Answer(
        AutoApprove.kind,
        "auto.within" if is_within else "auto.above",
        OK if is_within else REVIEW,
        _amounts(facts, facts.value, limit),
        "limit.within" if is_within else "limit.above",
        choice=choice,
    )


def _amounts(facts: CaseFacts, value: Decimal, limit: Decimal) -> dict[str, Any]:
    return {
        "value": Money(value, facts.currency),
        "limit": Money(limit, facts.currency),
        "over": Money(max(Decimal(0), value - limit), facts.currency),
        "left": Money(max(Decimal(0), limit - value), facts.currency),
    }


def ask_triggers(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(ReviewWhen, facts)
    if choice is None:
        return None
    spoke = _list_triggers(facts, choice.parameters)
    values = {"triggers": spoke, "cases": facts.pattern_cases}
    if not spoke:
        return Answer(ReviewWhen.kind, "triggers.none", OK, values, choice=choice)
    if _passes_triggers(facts, rules):
        return Answer(ReviewWhen.kind, "triggers.passed", INFO, values, choice=choice)
    return Answer(
        ReviewWhen.kind, "triggers.spoke", REVIEW, values, "triggers.without", choice=choice
    )


def _list_triggers(facts: CaseFacts, rule: ReviewWhen) -> tuple[str, ...]:
    asked = (
        ("pattern", rule.on_pattern and facts.pattern_cases > 0),
        ("serial", rule.on_serial_mismatch and facts.serial_matches is False),
        ("photo", rule.on_photo_seen_before and facts.photos_seen_before > 0),
        ("new_customer", rule.on_new_customer and facts.is_new_customer),
        ("gift", rule.on_gift and facts.is_gift),
    )
    return tuple(name for name, speaks in asked if speaks)


def _passes_triggers(facts: CaseFacts, rules: RuleBook) -> bool:
    choice = rules.find(AutoApprove, facts)
    if choice is None or not choice.parameters.passes_triggers:
        return False
    return facts.value <= choice.parameters.amount


def ask_velocity(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    """The case in hand counts: the sixth return is above a limit of five."""
    choice = rules.find(Velocity, facts)
    if choice is None:
        return None
    rule = choice.parameters
    returns, units = facts.returns_in_90_days + 1, facts.units_in_90_days + facts.units
    is_above = _is_above(returns, rule.returns) or _is_above(units, rule.units)
    return Answer(
        Velocity.kind,
        "velocity.above" if is_above else "velocity.within",
        REVIEW if is_above else OK,
        {
            "returns": returns,
            "units": units,
            "most_returns": rule.returns,
            "most_units": rule.units,
            "returns_over": max(0, returns - (rule.returns or returns)),
            "units_over": max(0, units - (rule.units or units)),
        },
        "velocity.above" if is_above else "velocity.within",
        choice=choice,
    )


def _is_above(number: int, limit: int | None) -> bool:
    return limit is not None and number > limit


def ask_risk(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(Risk, facts)
    if choice is None:
        return None
    limit = choice.parameters.score
    is_above = facts.risk_score > limit
    return Answer(
        Risk.kind,
        "risk.above" if is_above else "risk.within",
        REVIEW if is_above else OK,
        {"score": facts.risk_score, "limit": limit, "over": max(0, facts.risk_score - limit)},
        "risk.above" if is_above else "risk.within",
        choice=choice,
    )
