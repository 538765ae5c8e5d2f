"""Which known defect a report is, and what the warranty gives: tables of pure rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns.defects.matching import Known, Reported, find_match, fits, read_words, serial_key
from returns.defects.warranty import WarrantyTerms, add_months, compute_warranty
from returns.states import WarrantyVerdict

TOLD = Reported(
    sku="BRW-400", defect_type="leak", symptom="It leaks below.", serial="S-100", lot="8813"
)


class TestAPattern:
    @pytest.mark.parametrize(
        ("known", "is_it"),
        [
            (Known(pk=1, sku="BRW-400"), True),
            (Known(pk=1, sku="BRW-800"), False),
            (Known(pk=1, sku="BRW-400", lot="8813"), True),
            (Known(pk=1, sku="BRW-400", lot="8814"), False),
            (Known(pk=1, sku="BRW-400", defect_type="leak"), True),
            (Known(pk=1, sku="BRW-400", defect_type="screen"), False),
            (Known(pk=1, sku="BRW-400", serial_from="S-99", serial_to="S-100"), True),
            (Known(pk=1, sku="BRW-400", serial_from="S-99"), True),
            (Known(pk=1, sku="BRW-400", serial_to="S-99"), False),
            (Known(pk=1, sku="BRW-400", serial_from="S-101", serial_to="S-900"), False),
            (Known(pk=1, sku="BRW-400", words=("leak",)), True),
            (Known(pk=1, sku="BRW-400", words=("smell", "below")), True),
            (Known(pk=1, sku="BRW-400", words=("low",)), False),
            (Known(pk=1, sku="BRW-400", lot="8813", words=("smell",)), False),
        ],
    )
    def test_fits_when_all_that_it_says_is_so(self, known: Known, is_it: bool) -> None:
        assert fits(TOLD, known) is is_it

    def test_does_not_fit_what_nobody_told(self) -> None:
        silent = Reported(sku="BRW-400")
        assert not fits(silent, Known(pk=1, sku="BRW-400", lot="8813"))
        assert not fits(silent, Known(pk=1, sku="BRW-400", serial_from="S-1"))
        assert not fits(silent, Known(pk=1, sku="BRW-400", words=("leak",)))

    def test_that_says_most_comes_first_and_of_two_alike_the_older(self) -> None:
        vague, exact = Known(pk=1, sku="BRW-400"), Known(pk=3, sku="BRW-400", lot="8813")
        twin = Known(pk=2, sku="BRW-400", defect_type="leak")
        assert find_match(TOLD, [vague, exact, twin]) == twin
        assert find_match(TOLD, [vague]) == vague
        assert find_match(TOLD, []) is None

    def test_counts_serials_as_people_do(self) -> None:
        serials = ["S-1000", "s-99", "S-100", "S-9", "T-1"]
        assert sorted(serials, key=serial_key) == ["S-9", "s-99", "S-100", "S-1000", "T-1"]

    def test_reads_words_by_commas_and_lines_once_each(self) -> None:
        assert read_words(" Leaks, drips;\nleaks ,, ") == ("leaks", "drips")


BOUGHT, MAY = dt.date(2024, 6, 1), dt.date(2026, 5, 20)
TWO_YEARS = WarrantyTerms(months=24)


class TestAWarranty:
    @pytest.mark.parametrize(
        ("terms", "today", "serial", "verdict", "rate"),
        [
            (TWO_YEARS, MAY, True, "full_refund", "1"),
            (TWO_YEARS, MAY, None, "full_refund", "1"),
            (TWO_YEARS, dt.date(2026, 6, 1), True, "full_refund", "1"),  # the last day counts
            (TWO_YEARS, dt.date(2026, 6, 2), True, "none", "0"),
            (TWO_YEARS, MAY, False, "none", "0"),
            (WarrantyTerms(months=None), MAY, True, "none", "0"),
            (WarrantyTerms(months=0), MAY, True, "none", "0"),
            (WarrantyTerms(months=24, gives="repair"), MAY, True, "repair", "1"),
            (WarrantyTerms(months=24, gives="none"), MAY, True, "none", "0"),
            (
                WarrantyTerms(months=24, gives="partial_credit", rate=Decimal("0.5")),
                MAY,
                True,
                "partial_credit",
                "0.5",
            ),
        ],
    )
    def test_gives_what_its_terms_say(
        self, terms: WarrantyTerms, today: dt.date, serial: bool | None, verdict: str, rate: str
    ) -> None:
        found = compute_warranty(terms, began_on=BOUGHT, today=today, serial_matches=serial)
        assert found.verdict == WarrantyVerdict(verdict)
        assert found.rate == Decimal(rate)
        assert found.sentence.endswith(".")

    def test_says_until_when(self) -> None:
        found = compute_warranty(TWO_YEARS, began_on=BOUGHT, today=MAY, serial_matches=True)
        assert found.sentence == "Under warranty until 1 June 2026: full refund."

    def test_says_which_share(self) -> None:
        terms = WarrantyTerms(months=24, gives="partial_credit", rate=Decimal("0.40"))
        found = compute_warranty(terms, began_on=BOUGHT, today=MAY, serial_matches=True)
        assert found.sentence == "Under warranty until 1 June 2026: partial credit of 40 %."

    @pytest.mark.parametrize(
        ("day", "months", "until"),
        [
            (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
            (dt.date(2023, 1, 31), 1, dt.date(2023, 2, 28)),
            (dt.date(2024, 12, 31), 2, dt.date(2025, 2, 28)),
            (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
            (dt.date(2024, 6, 1), 24, dt.date(2026, 6, 1)),
        ],
    )
    def test_ends_on_the_same_day_of_a_month(
        self, day: dt.date, months: int, until: dt.date
    ) -> None:
        assert add_months(day, months) == until

    @settings(max_examples=40)
    @given(
        st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 60), st.integers(0, 60)
    )
    def test_never_gets_shorter_by_more_months(self, day: dt.date, one: int, other: int) -> None:
        first, second = sorted((one, other))
        assert day <= add_months(day, first) <= add_months(day, second)
