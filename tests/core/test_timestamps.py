from __future__ import annotations

import datetime as dt

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

from core.timestamps import MomentLoader

pytestmark = pytest.mark.django_db


def come_back(moment: dt.datetime | str, zone: str = "UTC") -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true), %s::timestamptz", [zone, moment])
        found = cursor.fetchone()[1]
    assert isinstance(found, dt.datetime)
    return found


class TestMoments:
    def test_are_read_by_the_quick_loader(self) -> None:
        with connection.cursor() as cursor:
            loader = cursor.adapters.get_loader(1184, 0)
        assert loader is MomentLoader

    @given(st.datetimes(timezones=st.just(dt.UTC)))
    def test_come_back_as_they_went_in_utc(self, moment: dt.datetime) -> None:
        found = come_back(moment)
        assert found == moment
        assert found.tzinfo is dt.UTC

    @pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Europe/Berlin"])
    def test_are_in_utc_whatever_zone_the_session_stands_in(self, zone: str) -> None:
        moment = dt.datetime(2026, 7, 1, 12, 30, 5, 120_000, tzinfo=dt.UTC)
        found = come_back(moment, zone)
        assert found == moment
        assert found.tzinfo is dt.UTC

    @pytest.mark.parametrize("never", ["infinity", "-infinity", "0044-03-15 BC"])
    def test_without_a_year_in_python_are_an_error(self, never: str) -> None:
        with pytest.raises(DataError):
            come_back(never)
