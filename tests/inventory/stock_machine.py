"""Anything that may happen to stock, in any order, with crashes in between.

Every step is taken in the database and in the model; then both are compared and the laws of
stock are asked. A refusal counts as wrong when the model says that the step was possible, and
the other way round. Crashes come after any SQL statement of a step, or just before its commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from core import laws
from core.actors import Actor
from core.clock import database_now, shift_database_clock
from core.errors import DomainError
from core.models import User
from inventory.models import Allocation, Discrepancy, Reservation, StockLevel
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_variant
from tests.inventory.stock_model import LIVE, Hold, Key, Place, Stock

T = TypeVar("T")

# Ends fall between the tens of minutes in which time passes, so that the seconds that a run
# takes decide nothing.
LENGTHS = [dt.timedelta(minutes=minutes) for minutes in (5, 15, 35)]
STEPS = [dt.timedelta(minutes=minutes) for minutes in (10, 20, 30)]
SECONDS_DECIDE_NOTHING = dt.timedelta(minutes=4)
LAWS = [
    "a_hold_belongs_where_it_lies",
    "a_stock_entry_belongs_to_its_level",
    "held_stock_is_what_live_holds_add_up_to",
    "no_bucket_is_negative",
    "only_an_active_hold_has_an_end",
    "stock_is_what_its_ledger_adds_up_to",
]
A, B, REFURBISHED = range(3)
HERE, THERE = range(2)

picks = st.integers(0, 10_000)
few = st.integers(1, 4)
goods = st.sampled_from([A, A, B])
spots = st.sampled_from([HERE, HERE, THERE])
lots = st.sampled_from(["", "", "L1"])
channels = st.sampled_from(["", "web"])


class Crash(Exception):
    """The process died here."""


@contextmanager
def dying_after(statements: int, die: Callable[[], None]) -> Iterator[None]:
    """Die when that many statements of the step have been carried out."""
    left = statements

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal left
        if left == 0:
            die()
        left -= 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


class StockMachine(RuleBasedStateMachine):
    """The ground: rows, the model, and how a step is taken. Its rules stand in subclasses."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()
        self.crash: int | None = None
        self.again: Callable[[], Any] | None = None
        self.count = 0
        self.offset = dt.timedelta(0)
        self.partner = make_partner()
        self.desk, self.other = (
            Actor.user(User.objects.create(email=f"{name}@desk.example", name=name))
            for name in ("desk", "other")
        )
        product = make_product(self.partner)
        first = make_variant(product=product)
        self.variants = [
            first.pk,
            make_variant(product=product).pk,
            make_variant(product=product, refurbished_from=first).pk,
        ]
        self.locations = [make_location(f"L{n}-{first.pk}").pk for n in range(2)]
        self.stock = Stock(now=database_now())

    def begin(self) -> None:
        """All of one run in a transaction that leaves nothing."""
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    # --- a step ---

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.desk, "now": self.stock.now}

    def command(self) -> dict[str, Any]:
        return self.by | {"op_id": uuid4()}

    def take(self, call: Callable[[], T], *, possible: bool) -> T | None:
        """What the call returned; `None` when it was refused, or died, and nothing happened."""
        crash, self.crash = self.crash, None
        self.again = None
        try:
            with transaction.atomic():
                if crash is None:
                    result = call()
                else:
                    with dying_after(crash, self.die):
                        call()
                    self.die()
        except Crash:
            self.come_back()
            return None
        except DomainError as refusal:
            if possible:
                raise AssertionError(f"refused what was possible: {refusal}") from refusal
            return None
        assert possible, "did what was not possible"
        self.sweep_seen()
        return result

    def die(self) -> None:
        raise Crash

    def come_back(self) -> None:
        """After a crash; the connection of this kind of run has outlived it."""

    def sweep_seen(self) -> None:
        """Due holds may end whenever somebody needs their units; the model follows."""
        ended = dict(Reservation.objects.filter(state="expired").values_list("number", "pk"))
        for hold in self.stock.holds.values():
            if hold.state in LIVE and hold.number in ended:
                assert self.stock.is_due(hold), f"{hold.number} ended before its time"
                self.stock.end(hold, "expired")

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}:{self.count}"

    def place(self, good: int, spot: int) -> Place:
        return self.variants[good], self.locations[spot]

    def key(self, good: int, spot: int, lot: str) -> Key:
        return (*self.place(good, spot), lot)

    def at(self, key: Key) -> dict[str, Any]:
        """A lot as commands name it."""
        variant, location, lot = key
        return {
            "partner_id": self.partner.pk,
            "variant_id": variant,
            "location_id": location,
            "lot": lot,
        }

    def new_holds(self, rows: Iterable[Reservation], **more: Any) -> list[Hold]:
        """Holds that were not there before, from lots that may give."""
        made = []
        for row in rows:
            if row.number in self.stock.holds:
                continue
            level = StockLevel.objects.get(pk=row.stock_level_id)
            key = (level.variant_id, level.location_id, level.lot)
            assert key in set(self.stock.usable(key[:2])), "held what may not be promised"
            hold = Hold(row.number, row.reference, key, row.quantity, **more)
            self.stock.hold(hold)
            made.append(hold)
        return made

    # --- what must be true after every step ---

    @invariant()
    def database_is_as_the_model(self) -> None:
        assert self.levels_in_database() == {
            key: level.as_tuple()
            for key, level in self.stock.levels.items()
            if any(level.as_tuple())
        }
        self.compare_holds()
        assert self.sales_in_database() == {
            pk: (sale.reference, sale.key, sale.quantity) for pk, sale in self.stock.sales.items()
        }
        found = Discrepancy.objects.filter(state="open").values_list("pk", "expected", "counted")
        assert set(found) == {
            (count.pk, count.expected, count.counted) for count in self.stock.counts.values()
        }

    def levels_in_database(self) -> dict[Key, tuple[int, ...]]:
        rows = StockLevel.objects.values_list(
            "variant", "location", "lot", "available", "held", "allocated", "quarantine"
        )
        return {row[:3]: row[3:] for row in rows if any(row[3:])}

    def compare_holds(self) -> None:
        live = Reservation.objects.filter(state__in=LIVE).select_related("stock_level")
        known = {hold.number: hold for hold in self.stock.holds.values() if hold.state in LIVE}
        assert {row.number for row in live} == set(known)
        for row in live:
            hold, level = known[row.number], row.stock_level
            assert (row.reference, row.quantity, row.state, row.grace_for) == (
                hold.reference,
                hold.quantity,
                hold.state,
                hold.grace_for,
            )
            assert (level.variant_id, level.location_id, level.lot) == hold.key
            assert_about(row.expires_at, hold.expires)
            assert_about(row.grace_until, hold.grace_until)

    def sales_in_database(self) -> dict[int, tuple[str, Key, int]]:
        rows = Allocation.objects.filter(state="open").values_list(
            "pk",
            "reference",
            "stock_level__variant",
            "stock_level__location",
            "stock_level__lot",
            "quantity",
        )
        return {pk: (name, (sku, place, lot), n) for pk, name, sku, place, lot, n in rows}

    @invariant()
    def laws_hold(self) -> None:
        broken = [outcome for outcome in laws.check_laws(LAWS) if not outcome.ok]
        assert broken == []

    def pass_time(self, step: dt.timedelta) -> None:
        self.offset += step
        self.stock.now += step
        shift_database_clock(self.offset)


def assert_about(found: dt.datetime | None, expected: dt.datetime | None) -> None:
    assert (found is None) == (expected is None), f"{found} is not {expected}"
    if found is not None and expected is not None:
        assert abs(found - expected) < SECONDS_DECIDE_NOTHING, f"{found} is not {expected}"
