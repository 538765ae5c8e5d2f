from __future__ import annotations

import pytest

from notifications.letters import find_letter, folder
from notifications.rules import BadLetter, fill_letter, read_letter

FILES = sorted(folder().glob("*.txt"))
TO_CUSTOMERS = [
    "converted_to_refund",
    "defect_notice",
    "evidence_wanted",
    "exchange_cancelled",
    "exchange_completed",
    "exchange_confirmed",
    "exchange_shipped",
    "goods_charged",
    "goods_differ",
    "goods_reminder",
    "payment_late",
    "payment_link",
    "payment_received",
    "refund_came_back",
    "return_authorised",
    "return_rejected",
]
KNOWN = {
    "amount", "arrives_on", "carrier", "case_number", "code_link", "customer_name", "decisions",
    "due_text", "endpoint", "exchange_number", "foretold", "goods", "hold_number", "items_back",
    "items_out", "label_link", "link", "live", "location", "lot", "name", "number",
    "order_number", "product", "reasons", "send_back_by", "sentence", "shop", "shop_name",
    "slip_link", "tracking_number", "units", "until", "valid_until", "verdict", "version",
    "waiting", "what", "what_follows", "what_we_found", "why",
}  # fmt: skip


class TestTheLettersWeHave:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_can_be_filled_with_what_the_desk_knows(self, path) -> None:
        filled = fill_letter(read_letter(path.read_text()), {name: f"⟨{name}⟩" for name in KNOWN})
        assert "{{" not in filled.subject + filled.body

    @pytest.mark.parametrize("template", TO_CUSTOMERS)
    @pytest.mark.parametrize("locale", ["de", "fr", "es", "ja"])
    def test_say_the_same_in_every_language(self, template: str, locale: str) -> None:
        translated, language = find_letter(template, locale)
        original, _ = find_letter(template, "en")
        assert language == locale
        assert translated.placeholders == original.placeholders


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
