"""What a later version of an order says otherwise of its money, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.formats import format_money
from core.money import quantum

NO_AMOUNTS = frozenset({"currency", "prices_include_tax", "quantity"})
_OF_LINE = re.compile(r"lines\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that was sold otherwise; `by` is blank where nothing can be reckoned."""

    name: str
    was: str
    now: str
    by: str = ""

    def in_words(self) -> str:
        return f"was {self.was}, is {self.now}" + (f" ({self.by})" if self.by else "")


def list_changes(
    difference: Mapping[str, Sequence[str]], *, currency: str, locale: str = "en"
) -> Iterator[Change]:
    """Each entry of a document's `difference` in the words of a reader.

    `currency` is that of the sold order; a later version may tell of another one.
    """
    came_in = _currency_that_came(difference) or currency
    for field, (old, new) in difference.items():
        number, fact = _parts(field)
        name = fact.replace("_", " ")
        name = f"Line {number}, {name}" if number else name.capitalize()
        if fact in NO_AMOUNTS or not (old and new):
            kept, came = (
                _amount(text, each, locale) if text and fact not in NO_AMOUNTS else text
                for text, each in ((old, currency), (new, came_in))
            )
            yield Change(name, kept or "not there", came or "gone")
            continue
        change = Decimal(new) - Decimal(old) if came_in == currency else Decimal(0)
        more = "more" if change > 0 else "less"
        by = f"{_amount(str(abs(change)), currency, locale)} {more}" if change else ""
        yield Change(name, _amount(old, currency, locale), _amount(new, came_in, locale), by)


def say_changes(
    difference: Mapping[str, Sequence[str]], *, currency: str, locale: str = "en"
) -> str:
    """The first of them and how many more: “Its money changed: …”."""
    first, *others = list_changes(difference, currency=currency, locale=locale)
    more = f", and {len(others)} more" if others else ""
    return f"Its money changed: {first.name.lower()} {first.in_words()}{more}."


def _currency_that_came(difference: Mapping[str, Sequence[str]]) -> str:
    return difference["currency"][1] if "currency" in difference else ""


def _parts(field: str) -> tuple[int, str]:
    """Number of the line from 1, or 0 for the order itself, and what of it."""
    found = _OF_LINE.fullmatch(field)
    return (int(found[1]) + 1, found[2]) if found else (0, field)


def _amount(text: str, currency: str, locale: str) -> str:
    """At the currency's digits. A price per unit that has more of them keeps all."""
    amount = Decimal(text)
    if amount == amount.quantize(quantum(currency)):
        return format_money(amount, currency, locale)
    return f"{amount.normalize():f} {currency}"
