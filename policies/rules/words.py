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


class Words(NamedTuple):
    """``{rule}`` is the rule's reference, ``{late:day}`` a number with its noun."""

    sentence: str
    input: str = ""
    threshold: str = ""


_ASKED = "asked on {asked}"
_UNTIL = "until {last_day}"
_LAW = "by law in {country_name} ({source})"

WORDS: dict[str, Words] = {
    "returnable.yes": Words("Returnable: {because} ({rule}).", "{sku}, {category}", "{lays_down}"),
    "returnable.no": Words(
        "Not returnable: {because} ({rule}).", "{sku}, {category}", "{lays_down}"
    ),
    "returnable.review": Words(
        "A person decides whether it is returnable: {because} ({rule}).",
        "{sku}, {category}",
        "{lays_down}",
    ),
    "returnable.marked": Words(
        "{sku} is marked as not returnable in the catalogue.",
        "{sku}",
        "marked as not returnable",
    ),
    "final_sale.yes": Words(
        "Sold as final, and returnable as we are at fault ({rule}).", "final sale", "{lays_down}"
    ),
    "final_sale.no": Words("Sold as final ({rule}).", "final sale", "{lays_down}"),
    "final_sale.review": Words(
        "Sold as final: a person decides ({rule}).", "final sale", "{lays_down}"
    ),
    "final_sale.law": Words(
        "Sold as final ({rule}), and returnable for {days:day} " + _LAW + ".",
        "final sale",
        "{days:day} of withdrawal",
    ),
    "condition.fits": Words(
        "{condition_name}, which is good enough ({rule}).", "{condition_name}", "{lays_down}"
    ),
    "condition.unknown": Words(
        "Nobody has said in which condition it is: inspection will tell ({rule}).",
        "not said",
        "{lays_down}",
    ),
    "condition.no": Words(
        "{condition_name}, and taken back {at_worst_name} at worst ({rule}).",
        "{condition_name}",
        "{lays_down}",
    ),
    "condition.review": Words(
        "{condition_name}, and taken back {at_worst_name} at worst: a person decides ({rule}).",
        "{condition_name}",
        "{lays_down}",
    ),
    "condition.law": Words(
        "{condition_name}, and taken back {at_worst_name} at worst ({rule}); still returnable for"
        " {days:day} " + _LAW + ".",
        "{condition_name}",
        "{days:day} of withdrawal",
    ),
    "window.open": Words(
        "The {length:day} from {since} end on {last_day} ({rule}).", _ASKED, _UNTIL
    ),
    "window.over": Words(
        "The {length:day} from {since} ended on {last_day} ({rule}).", _ASKED, _UNTIL
    ),
    "window.open.law": Words(
        "{rule_starts} gives {by_rule:day}, and {length} are due " + _LAW + ": from {since} they"
        " end on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "window.over.law": Words(
        "{rule_starts} gives {by_rule:day}, and {length} are due " + _LAW + ": from {since} they"
        " ended on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.inside": Words(
        "The warranty of {length:month} from {since} ends on {last_day} ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.inside.law": Words(
        "A warranty of {length:month} is due " + _LAW + ": from {since} it ends on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.partial": Words(
        "The warranty of {length:month} from {since} ends on {last_day} and gives {rate_in_words}"
        " of the value ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.partial.law": Words(
        "A warranty of {length:month} is due "
        + _LAW
        + ": from {since} it ends on {last_day}; {rule} gives {rate_in_words} of the value.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.repair": Words(
        "Under warranty until {last_day}, which gives a repair: anything else is a person's"
        " decision ({rule}).",
        _ASKED,
        "repair " + _UNTIL,
    ),
    "warranty.none": Words(
        "Under warranty until {last_day}, and the rule gives nothing: a person decides ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.serial": Words(
        "Under warranty until {last_day}, and the serial number is not of a unit sold with this"
        " order: a person decides ({rule}).",
        "another serial number",
        "a unit of this order",
    ),
    "warranty.over": Words(
        "The warranty of {length:month} from {since} ended on {last_day} ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.over.law": Words(
        "A warranty of {length:month} is due " + _LAW + ": from {since} it ended on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "evidence.enough": Words("What is to be shown is here ({rule}).", "{shown}", "{lays_down}"),
    "evidence.photos": Words(
        "{photos:photo} of {wanted} are here ({rule}).", "{shown}", "{lays_down}"
    ),
    "evidence.serial": Words(
        "The serial number is not known yet ({rule}).", "{shown}", "{lays_down}"
    ),
    "evidence.both": Words(
        "{photos:photo} of {wanted} are here, and the serial number is not known yet ({rule}).",
        "{shown}",
        "{lays_down}",
    ),
    "value.within": Words(
        "Goods of {value} are within {limit} ({rule}).", "{value}", "up to {limit}"
    ),
    "value.above": Words(
        "Goods of {value} need a person's decision ({rule}).", "{value}", "up to {limit}"
    ),
    "auto.within": Words(
        "{value} with tax may be approved without a person, up to {limit} ({rule}).",
        "{value}",
        "up to {limit}",
    ),
    "auto.above": Words(
        "{value} with tax is not approved without a person ({rule}).", "{value}", "up to {limit}"
    ),
    "triggers.none": Words("Nothing makes a person look ({rule}).", "nothing", "{lays_down}"),
    "triggers.passed": Words(
        "{triggers_start} would make a person look, and the value is small enough ({rule}).",
        "{triggers_in_words}",
        "{lays_down}",
    ),
    "triggers.spoke": Words(
        "A person decides because of {triggers_in_words} ({rule}).",
        "{triggers_in_words}",
        "{lays_down}",
    ),
    "velocity.within": Words(
        "{returns:return} with {units:unit} in 90 days by this customer, address or card are"
        " within the limit ({rule}).",
        "{returns:return}, {units:unit}",
        "{lays_down}",
    ),
    "velocity.above": Words(
        "{returns:return} with {units:unit} in 90 days by this customer, address or card: a"
        " person decides ({rule}).",
        "{returns:return}, {units:unit}",
        "{lays_down}",
    ),
    "risk.within": Words(
        "A risk of {score} is within {limit} ({rule}).", "{score}", "up to {limit}"
    ),
    "risk.above": Words(
        "A risk of {score}: a person decides ({rule}).", "{score}", "up to {limit}"
    ),
    "fee.taken": Words("Restocking fee {fee}: {rate_in_words} ({rule}).", "{goods}", "{lays_down}"),
    "fee.waived": Words(
        "No restocking fee, as we are at fault ({rule}).", "{goods}", "{lays_down}"
    ),
    "return_shipping.taken": Words("The way back costs {fee} ({rule}).", "", "{lays_down}"),
    "return_shipping.waived": Words(
        "The way back is free, as we are at fault ({rule}).", "", "{lays_down}"
    ),
    "keep_it.kept": Words(
        "Goods of {value} need not come back; {rate_in_words} is given back ({rule}).",
        "{value}",
        "up to {limit}",
    ),
    "keep_it.back": Words(
        "Goods of {value} have to come back ({rule}).", "{value}", "up to {limit}"
    ),
    "send_back.days": Words("To be sent back within {days:day} ({rule}).", "", "{days:day}"),
}

FLIPS: dict[str, str] = {
    "our_fault.yes": "Returnable if we were at fault.",
    "our_fault.review": "A person would decide if we were at fault.",
    "condition.would_do": "Eligible {at_worst_name}.",
    "condition.worse": "No longer if it were worse than {at_worst_name}.",
    "law.after": "The rule counts once the {days:day} are over.",
    "window.next": "Too late from {next_day}.",
    "window.late": "{late:day} late: eligible if asked by {last_day}.",
    "warranty.next": "No longer from {next_day}.",
    "warranty.late": "{late:day} late: eligible if asked by {last_day}.",
    "warranty.repair": "Eligible as a repair.",
    "warranty.serial": "Eligible with the serial number of a unit of this order.",
    "evidence.photos": "{missing:photo} missing: eligible with {wanted:photo}.",
    "evidence.serial": "Eligible with the serial number.",
    "evidence.both": "{missing:photo} missing: eligible with {wanted:photo} and the serial number.",
    "limit.within": "A person decides above {limit}.",
    "limit.above": "{over} over the limit: decided at once up to {limit}.",
    "triggers.without": "Decided at once without it.",
    "velocity.within": "A person decides above {limits}.",
    "velocity.above": "{over_in_words} over the limit of {limits}.",
    "risk.within": "A person decides above {limit}.",
    "risk.above": "{over} over the limit of {limit}.",
    "fee.waived": "No fee if we were at fault.",
    "keep_it.kept": "Has to come back above {limit}.",
    "keep_it.back": "{over} over the limit of {limit}.",
}

TRIGGERS = {
    "pattern": "a known defect pattern",
    "serial": "a serial number that was not sold with the order",
    "new_customer": "the customer's first order",
    "photo": "a photo that was used on another case",
    "gift": "a gift",
}


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
