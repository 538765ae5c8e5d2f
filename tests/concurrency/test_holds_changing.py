"""Holds that are parted, moved, replaced or graced while others want the same: at most one end."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from core.laws import check_laws
from core.transactions import opens_transaction
from inventory import services
from inventory.expiry import expire_due
from inventory.models import Reservation, StockLevel, StockRule
from inventory.rules import HoldScope, Wanted
from inventory.services import HoldEnded, OutOfStock
from inventory.states import ReleaseCause
from tests.concurrency.races import Finish, race
from tests.factories.stock import make_location, make_stock, make_variant
from tests.factories.swaps import make_swap, open_exchange
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
HALF_HOUR = dt.timedelta(minutes=30)
WHO: dict[str, Any] = {"actor": Actor.system("test"), "now": NOW}
LINE = "exchangeline:7"

pytestmark = pytest.mark.django_db(transaction=True)


@opens_transaction
def hold(
    level: StockLevel,
    quantity: int = 1,
    reference: str = LINE,
    *,
    channel: str = "",
    hold_for: dt.timedelta = HALF_HOUR,
) -> list[Reservation]:
    return services.reserve(
        partner_id=level.partner_id,
        case="return:1",
        wanted=[Wanted(reference, level.variant_id, quantity, level.location_id)],
        destination=None,
        hold_for=hold_for,
        scope=HoldScope(channel=channel),
        **WHO,
    )


def in_transaction(command: Callable[..., Any], **arguments: Any) -> Callable[[], Any]:
    return partial(opens_transaction(command), **arguments, **WHO)


def units() -> Counter[str]:
    found: Counter[str] = Counter()
    for held in Reservation.objects.all():
        found[held.state] += held.quantity
    return found


def errors(finishes: list[Finish]) -> set[type]:
    return {type(finish.error) for finish in finishes if finish.error}


class TestTheUnitsOfAHold:
    def test_are_committed_or_released_but_never_both(self) -> None:
        """Commit of parts against release of parts; ten units, forty wishes for one each."""
        level = make_stock(make_variant(), make_location(), 10)
        hold(level, 10)
        commit = in_transaction(services.commit, references=[LINE], quantities={LINE: 1})
        let_go = in_transaction(
            services.release,
            references=[LINE],
            quantities={LINE: 1},
            cause=ReleaseCause.REMAINDER,
        )
        finishes = race([commit, let_go] * 10)
        assert errors(finishes) <= {HoldEnded}
        assert sum(units().values()) == 10
        level.refresh_from_db()
        assert level.held == units()["active"] + units()["committed"]
        assert find_broken_laws() == set()

    def test_are_moved_or_swept_but_never_both(self) -> None:
        """Each hold falls due in the middle of it all."""
        here, there = make_location(), make_location("HAM")
        variant = make_variant()
        level, other = make_stock(variant, here, 12), make_stock(variant, there, 12)
        holds = [
            hold(level, 1, f"exchangeline:{n}", hold_for=dt.timedelta(milliseconds=20 * n))[0]
            for n in range(12)
        ]
        movers = [
            in_transaction(services.move, number=held.number, location_id=there.pk)
            for held in holds
        ]
        finishes = race([*movers, *[partial(expire_due, now=NOW, batch=2)] * 3])
        assert errors(finishes) <= {HoldEnded}
        for each in (level, other):
            each.refresh_from_db()
        assert level.available + level.held == other.available + other.held == 12
        assert find_broken_laws() == set()

    def test_are_substituted_once(self) -> None:
        location = make_location()
        level, green = (make_stock(make_variant(), location, 8) for _ in range(2))
        hold(level)
        swap = in_transaction(
            services.substitute,
            references=[LINE],
            wanted=[Wanted("exchangeline:8", green.variant_id, 1)],
            destination=None,
            hold_for=HALF_HOUR,
        )
        finishes = race([swap] * 8)
        assert sum(finish.won for finish in finishes) == 1
        assert errors(finishes) == {HoldEnded}
        assert units() == {"released": 1, "active": 1}

    def test_cross_without_waiting_in_a_circle(self) -> None:
        """Two places, holds moved both ways at once."""
        variant = make_variant()
        levels = [make_stock(variant, make_location(code), 20) for code in ("LEJ", "HAM")]
        movers = []
        for n in range(16):
            level, other = levels if n % 2 else levels[::-1]
            (held,) = hold(level, 1, f"exchangeline:{n}")
            movers.append(
                in_transaction(services.move, number=held.number, location_id=other.location_id)
            )
        assert errors(race(movers)) == set()
        assert find_broken_laws() == set()


class TestGrace:
    def test_is_given_or_the_hold_is_swept_but_never_both(self) -> None:
        """S18: a payment that was told to go ahead finds its hold."""
        level = make_stock(make_variant(), make_location(), 12)
        for n in range(12):
            hold(level, 1, f"exchangeline:{n}", hold_for=dt.timedelta(milliseconds=20 * n))
        payments = [
            in_transaction(
                services.grant_grace,
                references=[f"exchangeline:{n}"],
                payment=f"moneyoperation:{n}",
                for_=HALF_HOUR,
            )
            for n in range(12)
        ]
        finishes = race([*payments, *[partial(expire_due, now=NOW, batch=2)] * 3])
        assert errors(finishes) <= {HoldEnded}
        allowed = sum(finish.won for finish in finishes[:12])
        assert units()["active"] >= allowed
        for n, finish in enumerate(finishes[:12]):
            if finish.won:
                in_transaction(services.commit, references=[f"exchangeline:{n}"])()
        assert units()["committed"] == allowed


class TestPoolCap:
    CAP = 3

    @pytest.fixture
    def levels(self) -> list[StockLevel]:
        """Two places, so that no row of stock makes the racers wait for each other."""
        variant = make_variant()
        StockRule.objects.create(partner=variant.partner, pool_cap=self.CAP)
        return [make_stock(variant, make_location(code), 50) for code in ("LEJ", "HAM")]

    def rush(self, levels: list[StockLevel]) -> Counter[str]:
        racers = [
            partial(hold, levels[n % 2], 1, f"exchangeline:{n}", channel=("shop", "market")[n // 8])
            for n in range(16)
        ]
        assert errors(race(racers)) <= {OutOfStock}
        return Counter(Reservation.objects.values_list("channel", flat=True))

    def test_is_never_exceeded(self, levels: list[StockLevel]) -> None:
        assert self.rush(levels) == {"shop": self.CAP, "market": self.CAP}
        assert find_broken_laws() == set()

    def test_is_exceeded_without_its_lock(self, levels: list[StockLevel]) -> None:
        """The control: both have counted before either has committed."""
        everyone_has_counted = _Meeting(2)
        with _without_pool_locks():
            racers = [
                partial(everyone_has_counted.hold, levels[n], self.CAP, f"exchangeline:{n}")
                for n in range(2)
            ]
            assert errors(race(racers)) == set()
        assert Counter(Reservation.objects.values_list("channel", flat=True)) == {"shop": 2}


class _Meeting:
    """Holds that wait for each other before they commit."""

    def __init__(self, parties: int) -> None:
        self.barrier = threading.Barrier(parties, timeout=30)

    def hold(self, level: StockLevel, quantity: int, reference: str) -> None:
        with transaction.atomic():
            hold(level, quantity, reference, channel="shop")
            self.barrier.wait()


@contextmanager
def _without_pool_locks() -> Iterator[None]:
    """The function of the caps without its advisory lock."""
    name = "inventory_lock_stock"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [name])
        (source,) = cursor.fetchone()
        cursor.execute(source.replace("pg_advisory_xact_lock(", "abs("))
        try:
            yield
        finally:
            cursor.execute(source)


class TestHoldsOfAnExchangeLine:
    @pytest.fixture
    def wishes(self) -> list[Callable[[], None]]:
        """Two for one line at two places, neither of which commits before both have held."""
        swap = make_swap(available=1)
        exchange = open_exchange(swap)
        reference = f"exchangeline:{exchange.lines.get().pk}"
        in_transaction(services.release, references=[reference], cause=ReleaseCause.BY_HAND)()
        other = make_stock(swap.stock.variant, make_location("HAM"), 1)
        meeting = _Meeting(2)
        return [partial(meeting.hold, level, 1, reference) for level in (swap.stock, other)]

    def test_never_exceed_it(self, wishes: list[Callable[[], None]]) -> None:
        finishes = race(wishes)
        assert sum(finish.won for finish in finishes) == 1
        assert errors(finishes) == {IntegrityError}

    def test_exceed_it_where_the_end_of_a_transaction_is_not_watched(
        self, wishes: list[Callable[[], None]]
    ) -> None:
        """The control."""
        trigger = "TRIGGER exchanges_new_holds_fit"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE inventory_reservation DISABLE {trigger}")
            try:
                assert errors(race(wishes)) == set()
            finally:
                cursor.execute(f"ALTER TABLE inventory_reservation ENABLE {trigger}")
        assert "holds_never_exceed_what_is_exchanged" in {
            found.invariant for found in check_laws() if not found.ok
        }
