from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template

from core import formats
from core.models import User

MORNING = dt.datetime(2026, 11, 6, 23, 36, tzinfo=dt.UTC)


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "locale", "written"),
        [
            ("1234.5", "EUR", "en", "€1,234.50"),
            ("1234.5", "EUR", "de", "1.234,50\xa0€"),
            ("1234.5", "JPY", "ja", "￥1,235"),
            ("-3.2", "KWD", "en", "-KWD3.200"),
            ("0", "GBP", "en-GB", "£0.00"),
            ("5", "EUR", "tlh", "€5.00"),
        ],
    )
    def test_is_written_at_its_currency_s_exponent(
        self, amount: str, currency: str, locale: str, written: str
    ) -> None:
        assert formats.format_money(Decimal(amount), currency, locale) == written


class TestMoments:
    def test_are_shown_in_the_reader_s_time_zone(self) -> None:
        shown = formats.format_moment(MORNING, locale="de", time_zone="Europe/Berlin")
        assert shown == "07.11.2026, 00:36"
        assert formats.local_date(MORNING, "America/New_York") == dt.date(2026, 11, 6)

    def test_of_the_hour_follow_the_locale(self) -> None:
        assert formats.format_time(MORNING, locale="fr", time_zone="Asia/Tokyo") == "08:36"
        english = formats.format_time(MORNING, locale="en", time_zone="UTC")
        assert english == "11:36\u202fPM"


class TestOthers:
    def test_rates_keep_their_decimals(self) -> None:
        assert formats.format_percent(Decimal("0.0825"), "en") == "8.25%"
        assert formats.format_percent(Decimal("0.19"), "de") == "19\xa0%"

    def test_lists_are_joined_as_the_language_does(self) -> None:
        assert formats.format_list(["a", "b", "c"], "de") == "a, b und c"
        assert formats.format_list([], "de") == ""


class TestTags:
    def test_follow_the_person_who_reads(self) -> None:
        page = Template(
            "{% load formats %}{% money net 'EUR' %} {% moment at %} {% day at %} {% hour at %}"
        )
        reader = User(locale="de", time_zone="Europe/Berlin")
        written = page.render(Context({"user": reader, "net": Decimal("9.5"), "at": MORNING}))
        assert written == "9,50\xa0€ 07.11.2026, 00:36 07.11.2026 00:36"

    def test_write_nothing_for_nothing(self) -> None:
        page = Template("{% load formats %}{% money net 'EUR' %}{% moment net %}{% day net %}")
        assert page.render(Context({"net": None})) == ""
