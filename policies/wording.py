"""A verdict as a customer reads it: in their language, softly, and without our rules' numbers.

What makes us look (a value, a pattern, velocity, risk) is nobody's business but ours: a customer
reads that a person looks. The texts lie in ``policies/texts``, one file per language of the
letters.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from core.formats import format_date, format_money, language_of
from core.money import Money
from policies.rules.answers import read_values
from policies.states import Verdict

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = tuple(sorted(file.stem for file in TEXTS.glob("*.toml")))
_TOLD_OF = {Verdict.REJECT: "fail", Verdict.AWAITING_EVIDENCE: "evidence"}
# One sentence serves several answers: whose law or mark it is does not help who asks.
_SAME_AS = {
    "returnable.marked": "returnable.no",
    "window.over.law": "window.over",
    "warranty.over.law": "warranty.over",
}
_TERMS = ("fee.taken", "return_shipping.taken", "keep_it.kept")


def say_to_customer(
    *, verdict: str, findings: Iterable[Mapping[str, Any]], locale: str
) -> list[str]:
    """Sentences, the verdict first. Decisions of before the texts were written say only that."""
    language = language_of(locale)
    if language not in LANGUAGES:  # one language throughout, also for its dates
        language = locale = "en"
    texts, told = _read_texts(language), list(findings)
    sentences = [texts[verdict]]
    if verdict == Verdict.AUTHORISE:
        sentences += _say_terms(told, texts, locale)
    elif wanted := _TOLD_OF.get(Verdict(verdict)):
        decisive = [finding for finding in told if finding.get("result") == wanted]
        sentences += [text for each in decisive if (text := _say(each, texts, locale))]
        flips = {str(each.get("flip_code")).partition(".")[0] for each in decisive}
        sentences += [texts["our_fault"]] if "our_fault" in flips else []
    return sentences


def _say_terms(
    findings: list[Mapping[str, Any]], texts: Mapping[str, str], locale: str
) -> list[str]:
    """What it costs and until when it is awaited; who keeps it reads only that."""
    by_code = {finding.get("code"): finding for finding in findings}
    said = [_say(by_code[code], texts, locale) for code in _TERMS if code in by_code]
    if "send_back.days" in by_code and "keep_it.kept" not in by_code:
        said.append(_fill(texts["send_back"], by_code["send_back.days"]["values"], locale))
    return said


def _say(finding: Mapping[str, Any], texts: Mapping[str, str], locale: str) -> str:
    code = str(finding.get("code", ""))
    text = texts.get(_SAME_AS.get(code, code), "")
    values = dict(finding.get("values", {}))
    if "at_worst" in values:
        values["at_worst"] = texts.get(values["at_worst"], "")
    return _fill(text, values, locale)


def _fill(text: str, stored: Mapping[str, Any], locale: str) -> str:
    values = read_values(stored)
    return "".join(
        literal + (_write(values[name], forms, locale) if name else "")
        for literal, name, forms, _ in Formatter().parse(text)
    )


def _write(value: Any, forms: str | None, locale: str) -> str:
    if isinstance(value, dt.date):
        return format_date(value, locale, "long")
    if isinstance(value, Money):
        return format_money(value.amount, value.currency, locale)
    if not forms:
        return str(value)
    one, many = forms.split("|")
    return f"{value} {one if value == 1 else many}"


@cache
def _read_texts(language: str) -> dict[str, str]:
    return tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
