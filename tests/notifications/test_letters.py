from __future__ import annotations

import pytest

from notifications.kinds import MessageKind, find_kind, list_kinds
from notifications.letters import LANGUAGES, find_letter, find_shipped, folder
from notifications.rules import BadLetter, fill_letter, measure
from notifications.states import Medium

LETTERS = sorted(folder().glob("*.txt"))
TEXTS = sorted(folder(Medium.SMS).glob("*.txt"))
KINDS = list_kinds()
TO_CUSTOMERS = [kind for kind in KINDS if kind.is_to_customer]
BY_SMS = [kind for kind in KINDS if Medium.SMS in kind.every_medium]


def name_of(kind: MessageKind) -> str:
    return kind.name


class TestEveryKind:
    @pytest.mark.parametrize("kind", KINDS, ids=name_of)
    def test_is_worded_with_what_its_app_can_say(self, kind: MessageKind) -> None:
        for medium in kind.every_medium:
            for locale in LANGUAGES if kind.is_to_customer else ["en"]:
                letter = find_shipped(kind.name, locale, medium)
                assert letter, (medium, locale)
                letter.require_names(kind.names)
                filled = fill_letter(letter, kind.names)
                assert "{{" not in filled.subject + filled.body

    @pytest.mark.parametrize("kind", TO_CUSTOMERS, ids=name_of)
    def test_to_customers_says_the_same_in_every_language(self, kind: MessageKind) -> None:
        for medium in kind.every_medium:
            original, _ = find_letter(kind.name, "en", medium)
            for locale in LANGUAGES:
                letter, language = find_letter(kind.name, locale, medium)
                assert (language, letter.placeholders) == (locale, original.placeholders)

    @pytest.mark.parametrize("kind", BY_SMS, ids=name_of)
    def test_by_text_fits_into_three_segments(self, kind: MessageKind) -> None:
        """A number of ours and a link are long, so two are often not enough."""
        for locale in LANGUAGES:
            letter, _ = find_letter(kind.name, locale, Medium.SMS)
            assert measure(fill_letter(letter, kind.names).body).segments <= 3

    def test_has_a_kind_for_every_file(self) -> None:
        assert {path.name.partition(".")[0] for path in LETTERS} == {kind.name for kind in KINDS}
        assert {path.name.partition(".")[0] for path in TEXTS} == {kind.name for kind in BY_SMS}

    def test_is_found_by_its_name(self) -> None:
        assert find_kind("exchange_shipped") in KINDS
        assert find_kind("nothing_of_ours") is None


class TestFindLetter:
    @pytest.mark.parametrize(
        ("locale", "found"),
        [("de", "de"), ("de-AT", "de"), ("fr_CA", "fr"), ("pt-BR", "en"), ("", "en")],
    )
    def test_takes_the_nearest_language(self, locale: str, found: str) -> None:
        assert find_letter("exchange_shipped", locale)[1] == found

    @pytest.mark.parametrize("name", ["missing", "../settings", "exchange_shipped.de", ""])
    def test_refuses_a_letter_that_is_not_there(self, name: str) -> None:
        with pytest.raises(BadLetter):
            find_letter(name, "en")

    def test_is_not_led_astray_by_a_locale(self) -> None:
        assert find_letter("exchange_shipped", "../../de")[1] == "en"
