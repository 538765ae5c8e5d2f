"""A conflict in words: each amount at its currency's digits, in the reader's way of writing."""

from __future__ import annotations

import pytest

from intake.changes import list_changes, say_changes


class TestChanges:
    @pytest.mark.parametrize(
        ("field", "old", "new", "currency", "locale", "told"),
        [
            ("grand_total", "61.7600", "70.0000", "EUR", "en",
             "Grand total was €61.76, is €70.00 (€8.24 more)"),
            ("grand_total", "1234.5000", "1200.0000", "EUR", "de",
             "Grand total was 1.234,50 €, is 1.200,00 € (34,50 € less)"),
            ("shipping_total", "500.0000", "0.0000", "JPY", "en",
             "Shipping total was ¥500, is ¥0 (¥500 less)"),
            ("lines[0].net", "10.1250", "10.1500", "KWD", "en",
             "Line 1, net was KWD10.125, is KWD10.150 (KWD0.025 more)"),
            ("lines[1].unit_price", "0.005000", "0.006000", "EUR", "en",
             "Line 2, unit price was 0.005 EUR, is 0.006 EUR (0.001 EUR more)"),
            ("lines[2].gross", "", "5.0000", "EUR", "en", "Line 3, gross was not there, is €5.00"),
            ("lines[2].gross", "5.0000", "", "EUR", "en", "Line 3, gross was €5.00, is gone"),
            ("lines[0].quantity", "2", "3", "EUR", "en", "Line 1, quantity was 2, is 3"),
            ("prices_include_tax", "True", "False", "EUR", "en",
             "Prices include tax was True, is False"),
        ],
    )  # fmt: skip
    def test_are_told_as_the_reader_writes_them(
        self, field: str, old: str, new: str, currency: str, locale: str, told: str
    ) -> None:
        (change,) = list_changes({field: [old, new]}, currency=currency, locale=locale)
        said = f"{change.name} {change.in_words()}".replace("\xa0", " ")
        assert said == told

    def test_in_another_currency_have_no_difference(self) -> None:
        difference = {"currency": ["EUR", "USD"], "grand_total": ["10.0000", "10.0000"]}
        currency, total = list_changes(difference, currency="EUR")
        assert currency.in_words() == "was EUR, is USD"
        assert total.in_words() == "was €10.00, is $10.00"

    def test_are_summed_up_by_the_first(self) -> None:
        difference = {"grand_total": ["1.0000", "2.0000"], "lines[0].net": ["1.0000", "2.0000"]}
        assert say_changes(difference, currency="EUR") == (
            "Its money changed: grand total was €1.00, is €2.00 (€1.00 more), and 1 more."
        )
