"""What changed between two rules or two versions, in words."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from policies.rules.book import PolicyRule, RuleBook, RuleReference
from policies.rules.kinds import Parameter, Parameters, parameters_of, percent

AnyRule = PolicyRule[Parameters]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule that two versions do not share unchanged; added and removed ones list no fields."""

    what: Literal["added", "removed", "changed"]
    reference: RuleReference
    kind: str
    in_words: str
    changes: tuple[FieldChange, ...] = ()


def compare_books(before: RuleBook, after: RuleBook) -> list[RuleDifference]:
    """By rule number. Equal versions have no difference, whatever their editions say."""
    old, new = _by_number(before), _by_number(after)
    differences = []
    for number in sorted(old.keys() | new.keys()):
        difference = _difference(old.get(number), new.get(number))
        if difference:
            differences.append(difference)
    return differences


def _by_number(book: RuleBook) -> dict[int, AnyRule]:
    return {rule.reference.number: rule for rule in book.rules}


def _difference(before: AnyRule | None, after: AnyRule | None) -> RuleDifference | None:
    if before is None or after is None:
        rule = after or before
        assert rule is not None
        return _about("added" if after else "removed", rule)
    changes = compare_rules(before, after)
    return _about("changed", after, changes) if changes else None


def _about(
    what: Literal["added", "removed", "changed"],
    rule: AnyRule,
    changes: tuple[FieldChange, ...] = (),
) -> RuleDifference:
    words = f"{rule.parameters.in_words()}, for {rule.scope.in_words()}"
    return RuleDifference(what, rule.reference, rule.parameters.title, words, changes)


def compare_rules(before: AnyRule, after: AnyRule) -> tuple[FieldChange, ...]:
    """The fields in which two editions of one rule differ."""
    old, new = _fields_in_words(before), _fields_in_words(after)
    return tuple(
        FieldChange(label, old.get(label, ""), new.get(label, ""))
        for label in old | new
        if old.get(label) != new.get(label)
    )


def _fields_in_words(rule: AnyRule) -> dict[str, str]:
    values = dataclasses.asdict(rule.parameters)
    parameters = {
        field.about.label: _value_in_words(values[name], field.about)
        for name, field in parameters_of(rule.parameters.kind).items()
    }
    return {
        "Name": rule.reference.name,
        **parameters,
        "Scope": rule.scope.in_words(),
        "Priority": str(rule.priority),
    }


def _value_in_words(value: Any, about: Parameter) -> str:
    if about.is_percentage:
        return percent(value)
    if about.choices:
        return dict(about.choices)[value]
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
