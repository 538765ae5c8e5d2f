from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from core.models import ScheduleRun
from core.schedule import slot_of, take_slot
from core.transactions import NoTransaction
from tests.concurrency.races import race

HOUR = dt.timedelta(hours=1)
TEN = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)


class TestSlotOf:
    @pytest.mark.parametrize("minutes", [0, 1, 36, 59])
    def test_is_the_start_of_its_hour(self, minutes: int) -> None:
        assert slot_of(TEN + dt.timedelta(minutes=minutes), HOUR) == TEN

    def test_of_a_fortnight_does_not_move_with_the_month(self) -> None:
        first = slot_of(TEN, dt.timedelta(days=14))
        assert slot_of(first + dt.timedelta(days=13, hours=23), dt.timedelta(days=14)) == first


@pytest.mark.django_db(transaction=True)
class TestTakeSlot:
    def test_goes_to_one_of_many(self) -> None:
        def take() -> bool:
            with transaction.atomic():
                return take_slot("digest", TEN)

        finishes = race([take] * 8)
        assert sorted(finish.value for finish in finishes) == [False] * 7 + [True]

    def test_comes_back_when_the_work_fails(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert 1 / (1 - take_slot("digest", TEN))
        assert not ScheduleRun.objects.exists()

    def test_belongs_to_the_transaction_of_the_work(self) -> None:
        with pytest.raises(NoTransaction):
            take_slot("digest", TEN)
