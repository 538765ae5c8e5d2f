"""What customers read of a verdict, in the languages of the letters."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policies.rules import (
    Evidence,
    KeepIt,
    Parameters,
    RestockingFee,
    Returnable,
    Risk,
    judge,
)
from policies.wording import LANGUAGES, TEXTS, say_to_customer
from tests.factories.policies import make_book, make_facts, make_rule

LATE = {"requested_on": dt.date(2026, 4, 3)}


def say(locale: str, *rules: Parameters, **facts: Any) -> list[str]:
    book = make_book(*(make_rule(rule, 7 + at) for at, rule in enumerate(rules)))
    judgement = judge(facts=make_facts(**facts), rules=book)
    stored = [finding.as_json() for finding in judgement.findings]
    return say_to_customer(verdict=judgement.verdict, findings=stored, locale=locale)


class TestWhatCustomersRead:
    @pytest.mark.parametrize(
        ("locale", "words"),
        [
            ("en", "It could be sent back until March 31, 2026."),
            ("de-AT", "Die Rückgabe war bis zum 31. März 2026 möglich."),
            ("fr", "Le retour était possible jusqu’au 31 mars 2026."),
            ("es", "La devolución era posible hasta el 31 de marzo de 2026."),
            ("ja", "返品の期限は2026年3月31日まででした。"),
            ("nl", "It could be sent back until March 31, 2026."),
        ],
    )
    def test_is_in_their_language(self, locale: str, words: str) -> None:
        sentences = say(locale, **LATE)
        assert sentences[1:] == [words]

    def test_says_what_is_still_to_be_shown(self) -> None:
        assert say("en", Evidence(photos=2), photos=1)[1] == "Photos still needed: 1."

    def test_says_on_which_terms(self) -> None:
        sentences = say("de", RestockingFee(rate=Decimal("0.15")))
        assert "10,20\xa0€" in sentences[1]
        assert sentences[2] == "Bitte geben Sie es innerhalb von 14 Tagen auf."
        kept = say("en", KeepIt(amount=Decimal(100), currency="EUR"))
        assert kept == ["You can send this back.", "You need not send it: keep it."]

    def test_says_that_our_fault_would_change_it(self) -> None:
        rule = Returnable(answer="no", because="hygiene article, internal code X")
        sentences = say("en", rule)
        assert sentences[-1].startswith("If it is faulty or came damaged")
        assert not any("internal" in sentence for sentence in sentences)

    def test_never_says_what_made_us_look(self) -> None:
        assert say("en", Risk(score=10), risk_score=99) == [
            "We look at your request in person and write to you soon."
        ]

    def test_names_no_rule(self) -> None:
        for language in LANGUAGES:
            assert "v1" not in " ".join(say(language, **LATE))

    def test_says_the_verdict_alone_of_older_decisions(self) -> None:
        old = [{"kind": "return_window", "result": "fail", "sentence": "…"}]
        assert say_to_customer(verdict="reject", findings=old, locale="en") == [
            "We are sorry, we cannot take this back."
        ]


def test_every_language_has_every_text() -> None:
    keys = {file.stem: set(tomllib.loads(file.read_text())) for file in Path(TEXTS).glob("*.toml")}
    assert set(keys) == {"de", "en", "es", "fr", "ja"}
    assert all(names == keys["en"] for names in keys.values())
