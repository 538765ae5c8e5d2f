from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest

from core import clock
from core.actors import Actor
from core.models import Event
from inventory.models import Reservation, StockEntry, StockLevel
from inventory.rules import Wanted
from inventory.services import (
    HeldOtherwise,
    HoldEnded,
    OutOfStock,
    commit,
    consume,
    expire_due,
    prolong,
    release,
    reserve,
)
from inventory.states import ReleaseCause
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_location, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
HALF_HOUR = dt.timedelta(minutes=30)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


def hold(*wanted: Wanted, actor: Actor = DESK) -> list[Reservation]:
    return reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=wanted,
        destination=None,
        hold_for=HALF_HOUR,
        actor=actor,
        now=NOW,
    )


def buckets(level: StockLevel) -> tuple[int, int]:
    level.refresh_from_db()
    return level.available, level.held


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=3)


def wanted(level: StockLevel, quantity: int = 1, reference: str = "exchangeline:7") -> Wanted:
    return Wanted(reference, level.variant_id, quantity, level.location_id)


class TestReserve:
    def test_takes_the_units_out_of_everyones_reach(self, level: StockLevel) -> None:
        (held,) = hold(wanted(level, 2))
        assert buckets(level) == (1, 2)
        assert (held.state, held.quantity, held.case) == ("active", 2, "return:1")
        assert held.number.startswith("HLD-")
        assert held.expires_at is not None
        assert clock.database_now() < held.expires_at <= clock.database_now() + HALF_HOUR

    def test_writes_ledger_event_and_history_with_the_user(self, level: StockLevel) -> None:
        user = make_user()
        (held,) = hold(wanted(level, 2), actor=Actor.user(user))
        entry = StockEntry.objects.latest("pk")
        assert (entry.from_bucket, entry.to_bucket, entry.quantity) == ("available", "held", 2)
        assert (entry.sequence, entry.actor) == (2, f"user:{user.pk}")
        event = Event.objects.get(subject=f"reservation:{held.pk}")
        assert (event.kind, event.case) == ("reservation.made", "return:1")
        assert (event.data["available_before"], event.data["available_after"]) == (3, 1)
        assert held.history.get().history_user == user

    def test_refuses_when_any_line_is_short_and_names_all(self, level: StockLevel) -> None:
        other = make_stock(make_variant("BLUE-M"), level.location, available=1)
        plenty = make_stock(make_variant("GREY-M"), level.location, available=9)
        with pytest.raises(OutOfStock) as refusal:
            hold(
                wanted(level, 4, "exchangeline:1"),
                wanted(plenty, 1, "exchangeline:2"),
                wanted(other, 2, "exchangeline:3"),
            )
        assert [(s.sku, s.wanted, s.available) for s in refusal.value.shortages] == [
            ("RED-M", 4, 3),
            ("BLUE-M", 2, 1),
        ]
        assert buckets(plenty) == (9, 0)
        assert not Reservation.objects.exists()

    def test_sums_the_lines_that_want_the_same(self, level: StockLevel) -> None:
        with pytest.raises(OutOfStock):
            hold(wanted(level, 2, "exchangeline:1"), wanted(level, 2, "exchangeline:2"))
        first, second = hold(wanted(level, 2, "exchangeline:1"), wanted(level, 1, "exchangeline:2"))
        assert buckets(level) == (0, 3)
        assert [
            Event.objects.get(subject=f"reservation:{held.pk}").data["available_after"]
            for held in (first, second)
        ] == [1, 0]

    def test_twice_for_one_reference_gives_the_first(self, level: StockLevel) -> None:
        assert hold(wanted(level)) == hold(wanted(level))
        assert buckets(level) == (2, 1)

    def test_refuses_other_units_under_a_held_reference(self, level: StockLevel) -> None:
        hold(wanted(level, 1))
        with pytest.raises(HeldOtherwise):
            hold(wanted(level, 2))

    def test_takes_what_a_due_hold_still_keeps(self, level: StockLevel) -> None:
        (old,) = hold(wanted(level, 3, "exchangeline:1"))
        clock.shift_database_clock(HALF_HOUR)
        (new,) = hold(wanted(level, 1, "exchangeline:2"))
        old.refresh_from_db()
        assert (old.state, new.state) == ("expired", "active")
        assert buckets(level) == (2, 1)

    def test_holds_again_what_its_own_expired_hold_had(self, level: StockLevel) -> None:
        (old,) = hold(wanted(level, 3))
        clock.shift_database_clock(HALF_HOUR)
        (new,) = hold(wanted(level, 3))
        assert new.pk != old.pk
        assert buckets(level) == (0, 3)


class TestCommit:
    def test_takes_the_expiry_away(self, level: StockLevel) -> None:
        hold(wanted(level))
        (held,) = commit(references=["exchangeline:7"], actor=DESK, now=NOW)
        assert (held.state, held.expires_at) == ("committed", None)
        assert buckets(level) == (2, 1)

    def test_refuses_a_due_hold_before_any_sweep(self, level: StockLevel) -> None:
        hold(wanted(level))
        clock.shift_database_clock(HALF_HOUR)
        with pytest.raises(HoldEnded) as refusal:
            commit(references=["exchangeline:7"], actor=DESK, now=NOW)
        assert refusal.value.references == ["exchangeline:7"]


class TestProlong:
    def test_counts_from_now_and_never_shortens(self, level: StockLevel) -> None:
        (held,) = hold(wanted(level))
        (longer,) = prolong(
            references=[held.reference], hold_for=dt.timedelta(days=7), actor=DESK, now=NOW
        )
        (same,) = prolong(references=[held.reference], hold_for=HALF_HOUR, actor=DESK, now=NOW)
        assert held.expires_at is not None
        assert longer.expires_at is not None
        assert held.expires_at < longer.expires_at
        assert same.expires_at == longer.expires_at

    def test_refuses_a_due_hold(self, level: StockLevel) -> None:
        hold(wanted(level))
        clock.shift_database_clock(HALF_HOUR)
        with pytest.raises(HoldEnded):
            prolong(references=["exchangeline:7"], hold_for=HALF_HOUR, actor=DESK, now=NOW)


class TestConsume:
    def test_takes_committed_units_out_of_the_house(self, level: StockLevel) -> None:
        hold(wanted(level, 2))
        commit(references=["exchangeline:7"], actor=DESK, now=NOW)
        (held,) = consume(references=["exchangeline:7"], actor=DESK, now=NOW)
        assert (held.state, held.resolved_at) == ("consumed", NOW)
        assert buckets(level) == (1, 0)
        assert StockEntry.objects.latest("pk").to_bucket == "customer"

    def test_refuses_what_was_never_committed(self, level: StockLevel) -> None:
        hold(wanted(level))
        with pytest.raises(HoldEnded):
            consume(references=["exchangeline:7"], actor=DESK, now=NOW)


class TestRelease:
    @pytest.mark.parametrize("is_committed", [False, True])
    def test_gives_live_units_back(self, level: StockLevel, is_committed: bool) -> None:
        hold(wanted(level, 2))
        if is_committed:
            commit(references=["exchangeline:7"], actor=DESK, now=NOW)
        (held,) = release(
            references=["exchangeline:7"], cause=ReleaseCause.CANCELLED, actor=DESK, now=NOW
        )
        assert (held.state, held.cause) == ("released", "cancelled")
        assert buckets(level) == (3, 0)

    def test_finds_nothing_left_the_second_time(self, level: StockLevel) -> None:
        hold(wanted(level))
        let_go = partial(release, cause=ReleaseCause.BY_HAND, actor=DESK, now=NOW)
        assert len(let_go(references=["exchangeline:7"])) == 1
        assert let_go(references=["exchangeline:7"]) == []
        assert buckets(level) == (3, 0)


class TestExpireDue:
    def test_frees_what_nobody_used(self, level: StockLevel) -> None:
        (held,) = hold(wanted(level, 2))
        assert expire_due(now=NOW) == 0
        clock.shift_database_clock(HALF_HOUR)
        assert expire_due(now=NOW) == 1
        held.refresh_from_db()
        assert held.state == "expired"
        assert buckets(level) == (3, 0)
        event = Event.objects.get(kind="reservation.expired")
        assert (event.actor, event.data["available_after"]) == ("system:hold-expiry", 3)

    def test_leaves_a_committed_hold_alone(self, level: StockLevel) -> None:
        hold(wanted(level))
        commit(references=["exchangeline:7"], actor=DESK, now=NOW)
        clock.shift_database_clock(dt.timedelta(days=365))
        assert expire_due(now=NOW) == 0

    def test_works_through_many_batches(self, level: StockLevel) -> None:
        for line in range(3):
            hold(wanted(level, 1, f"exchangeline:{line}"))
        clock.shift_database_clock(HALF_HOUR)
        assert expire_due(now=NOW, batch=1) == 3
        assert buckets(level) == (3, 0)
