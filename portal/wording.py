"""What the pages of an order say. The texts lie in ``portal/texts``, a file per language.

They are in the languages of the letters, with the same keys in each. Dates and money are written
by the customer's own locale.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.http import HttpRequest

from core.formats import format_date, format_money, language_of
from portal.words import best_of

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
}
CHOSEN = "portal_language"


@cache
def read_texts(language: str) -> dict[str, str]:
    return tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Wording:
    """One reader's words. `locale` writes the dates and the money."""

    language: str
    locale: str

    @property
    def texts(self) -> dict[str, str]:
        return read_texts(self.language)

    def say(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def money(self, amount: Decimal, currency: str) -> str:
        return format_money(amount, currency, self.locale)

    def day(self, day: dt.date) -> str:
        return format_date(day, self.locale, "long")

    def difference(self, due: Decimal, currency: str) -> str:
        """Of an exchange, as the customer sees it."""
        if not due:
            return self.say("no_difference")
        key = "you_pay" if due > 0 else "you_get"
        return self.say(key, amount=self.money(abs(due), currency))


def wording_for(request: HttpRequest, locale: str = "") -> Wording:
    """What they chose, else the language of their letters, else what their browser asks for."""
    chosen = request.session.get(CHOSEN)
    if chosen in LANGUAGES:
        is_theirs = bool(locale) and language_of(locale) == chosen
        return Wording(chosen, locale if is_theirs else chosen)
    if locale and language_of(locale) in LANGUAGES:
        return Wording(language_of(locale), locale)
    best = best_of(request.headers.get("Accept-Language", ""))
    return Wording(best, best)
