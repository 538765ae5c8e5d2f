"""Answers in the words of an agent: input, threshold, a sentence, and what would turn it.

Customers get words of their own (`policies.wording`): softer, in their language, and without the
numbers of our rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from string import Formatter
from typing import Any, NamedTuple

from babel import Locale

from core.money import Money, quantum
from policies.rules.answers import Answer
from policies.rules.kinds import count, percent
from policies.rules.kinds.goods import CONDITIONS
from policies.rules.sentences import FLIPS, TRIGGERS, WORDS


class Explanation(NamedTuple):
    """What an answer says to an agent."""

    input: str
    threshold: str
    sentence: str
    flip: str


def explain(answer: Answer) -> Explanation:
    """The answer in words. The same answer always reads the same."""
    values = _Values(answer)
    words = WORDS[answer.code]
    return Explanation(
        input=_fill(words.input, values),
        threshold=_fill(words.threshold, values),
        sentence=_fill(words.sentence, values).replace(" ()", ""),
        flip=_fill(FLIPS[answer.flip], values) if answer.flip else "",
    )


def _fill(template: str, values: Mapping[str, Any]) -> str:
    return "".join(
        literal + (_say(values[name], noun) if name else "")
        for literal, name, noun in _parse(template)
    )


@lru_cache(maxsize=512)
def _parse(template: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """Literal text, the name that follows it, and its noun: read once, as verdicts are many."""
    return tuple((literal, name, noun) for literal, name, noun, _ in Formatter().parse(template))


def _say(value: Any, noun: str | None) -> str:
    """Days, money and counted nouns as agents read them."""
    if noun:
        return count(value, noun)
    if isinstance(value, dt.date):
        return say_day(value)
    return say_money(value) if isinstance(value, Money) else str(value)


class _Values(dict[str, Any]):
    """An answer's values and what is made of them, the latter only where a sentence wants it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.values)
        self._answer = answer

    def __missing__(self, name: str) -> str:
        self[name] = said = _MADE[name](self, self._answer)
        return said


@lru_cache(maxsize=4096)
def say_day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def say_money(money: Money) -> str:
    return f"{money.amount.quantize(quantum(money.currency))} {money.currency}"


@lru_cache(maxsize=512)
def name_country(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def _say_rule(values: Mapping[str, Any], answer: Answer) -> str:
    return str(answer.choice.rule.reference) if answer.choice else ""


def _say_since(values: Mapping[str, Any], answer: Answer) -> str:
    what = {"delivery": "delivery", "shipping": "shipping", "order": "the order"}[values["basis"]]
    transit = values["transit"]
    if values["basis"] == "delivery":
        return f"{what} on {say_day(values['start'])}"
    known = say_day(values["start"] - dt.timedelta(days=transit))
    if not transit:
        return f"{what} on {known}, as delivery is unknown,"
    return f"{what} on {known} plus {count(transit, 'day')} in transit, as delivery is unknown,"


def _say_shown(values: Mapping[str, Any], answer: Answer) -> str:
    shown = [count(values["photos"], "photo")]
    if values["wants_serial"]:
        shown.append("serial number" if values["has_serial"] else "no serial number")
    return ", ".join(shown)


def _say_triggers(values: Mapping[str, Any], answer: Answer) -> str:
    return " and ".join(TRIGGERS[name] for name in values["triggers"])


def _say_limits(values: Mapping[str, Any], answer: Answer) -> str:
    named = {"return": values["most_returns"], "unit": values["most_units"]}
    return " and ".join(count(limit, what) for what, limit in named.items() if limit) or "any"


def _say_over(values: Mapping[str, Any], answer: Answer) -> str:
    named = {"return": values["returns_over"], "unit": values["units_over"]}
    return " and ".join(count(number, what) for what, number in named.items() if number)


def _name_condition(field: str) -> Callable[[Mapping[str, Any], Answer], str]:
    names = {code: label.lower() for code, label in CONDITIONS}
    return lambda values, answer: names[values[field]]


_MADE: dict[str, Callable[[Mapping[str, Any], Answer], str]] = {
    "rule": _say_rule,
    "rule_starts": lambda values, answer: _say_rule(values, answer).capitalize(),
    "lays_down": lambda values, answer: answer.choice.lays_down if answer.choice else "",
    "since": _say_since,
    "country_name": lambda values, answer: name_country(values["country"]),
    "condition_name": lambda values, answer: dict(CONDITIONS)[values["condition"]],
    "at_worst_name": _name_condition("at_worst"),
    "shown": _say_shown,
    "rate_in_words": lambda values, answer: percent(Decimal(values["rate"])),
    "triggers_in_words": _say_triggers,
    "triggers_start": lambda values, answer: _say_triggers(values, answer).capitalize(),
    "limits": _say_limits,
    "over_in_words": _say_over,
}
