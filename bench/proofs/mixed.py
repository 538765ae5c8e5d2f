"""Everything at once on the same stock: holds, sales, deliveries, counts, moves, from 16 processes.

A refusal is checked afterwards against the ledger: whoever was told that there is too little,
while enough lay there from the first look to the last, was told a falsehood.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.db import connection

from bench.proof import Evidence, Proof, count_broken_laws
from bench.rush import Tally, rush
from core.actors import Actor
from core.errors import DomainError
from core.transactions import opens_transaction
from inventory import services
from inventory.expiry import expire_due
from inventory.models import Reservation, StockEntry, StockLevel
from inventory.rules import Wanted
from inventory.states import AdjustReason, Bucket, DiscrepancySource, ReleaseCause
from tests.factories.stock import make_location, make_product, make_stock, make_variant

DESK = Actor.system("prove")
SHAPES = (1, 50, 500)  # SKUs, each at three locations
PLACES, UNITS = 3, 40
PROCESSES = 16
CALLS = 7_000  # of each shape
# Some holds end while the run goes on, most do not.
LENGTHS = (dt.timedelta(milliseconds=100), dt.timedelta(minutes=30), dt.timedelta(minutes=30))
# What a process has held and sold, for its later calls: forked processes share nothing.
held: list[str] = []
sold: list[str] = []


def by() -> dict[str, Any]:
    return {"actor": DESK, "now": dt.datetime.now(dt.UTC)}


def command() -> dict[str, Any]:
    return by() | {"op_id": uuid4()}


class Shop:
    """The stock of one run, and the calls that are made on it."""

    def __init__(self, skus: int) -> None:
        product = make_product()
        places = [make_location(f"{skus}-{number}") for number in range(PLACES)]
        self.levels = [
            make_stock(make_variant(product=product), place, UNITS)
            for _ in range(skus)
            for place in places
        ]
        self.places = [place.pk for place in places]

    def at(self, level: StockLevel) -> dict[str, Any]:
        return {
            "partner_id": level.partner_id,
            "variant_id": level.variant_id,
            "location_id": level.location_id,
        }

    def hold(self, chance: random.Random) -> None:
        level, reference = chance.choice(self.levels), f"exchangeline:{uuid4().hex}"
        reserve(level, reference, chance.randint(1, 3), chance.choice(LENGTHS))
        held.append(reference)

    def hold_lines(self, chance: random.Random) -> None:
        levels = chance.sample(self.levels, min(len(self.levels), chance.randint(2, 4)))
        names = [f"exchangeline:{uuid4().hex}" for _ in levels]
        wanted = [
            Wanted(name, level.variant_id, 1, level.location_id)
            for name, level in zip(names, levels, strict=True)
        ]
        hold_all(levels[0].partner_id, wanted, chance.choice(LENGTHS))
        held.extend(names)

    def commit(self, chance: random.Random) -> None:
        with_hold(chance, lambda name: services.commit(references=[name], **by()))

    def consume(self, chance: random.Random) -> None:
        with_hold(chance, lambda name: services.consume(references=[name], **by()))

    def release(self, chance: random.Random) -> None:
        with_hold(
            chance,
            lambda name: services.release(references=[name], cause=ReleaseCause.BY_HAND, **by()),
        )

    def prolong(self, chance: random.Random) -> None:
        length = chance.choice(LENGTHS)
        with_hold(chance, lambda name: services.prolong(references=[name], hold_for=length, **by()))

    def split(self, chance: random.Random) -> None:
        other = f"exchangeline:{uuid4().hex}"

        def part(name: str) -> None:
            holds = Reservation.objects.filter(reference=name, state="active")
            units = sum(holds.values_list("quantity", flat=True))
            if units > 1:
                services.split(reference=name, into={name: units - 1, other: 1}, **by())
                held.append(other)

        with_hold(chance, part)

    def move(self, chance: random.Random) -> None:
        place = chance.choice(self.places)

        def elsewhere(name: str) -> None:
            hold = Reservation.objects.filter(reference=name, state="active").first()
            if hold is not None:
                services.move(number=hold.number, location_id=place, **by())

        with_hold(chance, elsewhere)

    def expire(self, _chance: random.Random) -> None:
        expire_due(now=dt.datetime.now(dt.UTC), batch=100)

    def receive(self, chance: random.Random) -> None:
        level = chance.choice(self.levels)
        services.receive_stock(**self.at(level), quantity=chance.randint(1, 3), **command())

    def adjust(self, chance: random.Random) -> None:
        level, change = chance.choice(self.levels), chance.choice([-2, -1, 1])
        services.adjust_stock(
            **self.at(level), change=change, reason=AdjustReason.FOUND, **command()
        )

    def count(self, chance: random.Random) -> None:
        """Somebody counts one more or less than the ledger says, and it is posted at once."""
        correct(chance.choice(self.levels), chance.choice([-1, 1]))

    def allocate(self, chance: random.Random) -> None:
        level, name = chance.choice(self.levels), uuid4().hex
        line = services.AllocationLine(
            name, level.variant_id, chance.randint(1, 3), chance.choice([None, level.location_id])
        )
        services.allocate_stock(
            partner_id=level.partner_id, lines=[line], channel="web", **command()
        )
        sold.append(name)

    def end_sale(self, chance: random.Random) -> None:
        service = chance.choice([services.cancel_allocation, services.ship_allocation])
        if sold:
            name = sold.pop(chance.randrange(len(sold)))
            service(partner_id=self.levels[0].partner_id, references=[name], **command())


MIX: dict[Callable[[Shop, random.Random], None], int] = {
    Shop.hold: 30,
    Shop.hold_lines: 8,
    Shop.commit: 8,
    Shop.consume: 6,
    Shop.release: 8,
    Shop.prolong: 3,
    Shop.split: 3,
    Shop.move: 3,
    Shop.expire: 3,
    Shop.receive: 6,
    Shop.adjust: 5,
    Shop.count: 3,
    Shop.allocate: 10,
    Shop.end_sale: 8,
}


class ToldShort(Exception):
    """A hold was refused; the sequences of its level before and after say when."""


def reserve(level: StockLevel, name: str, quantity: int, length: dt.timedelta) -> None:
    before = sequence_of(level)
    try:
        hold_all(
            level.partner_id,
            [Wanted(name, level.variant_id, quantity, level.location_id)],
            length,
        )
    except services.OutOfStock as refusal:
        raise ToldShort(f"short {level.pk} {quantity} {before} {sequence_of(level)}") from refusal


def sequence_of(level: StockLevel) -> int:
    return int(StockLevel.objects.values_list("sequence", flat=True).get(pk=level.pk))


@opens_transaction
def hold_all(partner_id: int, wanted: list[Wanted], length: dt.timedelta) -> None:
    services.reserve(
        partner_id=partner_id,
        case="return:1",
        wanted=wanted,
        destination=None,
        hold_for=length,
        **by(),
    )


@opens_transaction
def correct(level: StockLevel, difference: int) -> None:
    """In one transaction: what is counted as missing is kept from others for no moment."""
    expected = StockLevel.objects.select_for_update(no_key=True).get(pk=level.pk).available
    found = services.open_discrepancy(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        lot="",
        bucket=Bucket.AVAILABLE,
        source=DiscrepancySource.WAREHOUSE,
        reference="",
        expected=expected,
        counted=max(0, expected + difference),
        counted_at=dt.datetime.now(dt.UTC),
        **by(),
    )
    if found is not None:
        services.post_correction(discrepancy_id=found.pk, reason=AdjustReason.COUNTED, **command())


def with_hold(chance: random.Random, service: Callable[[str], Any]) -> None:
    if held:
        opens_transaction(service)(chance.choice(held))


# --- the run ---


def run_mix(seed: int) -> Evidence:
    tally, broken = Tally(), 0
    deadlocks = count_deadlocks()
    for skus in SHAPES:
        shop = Shop(skus)
        outcome = rush(mixed(shop, seed), calls=CALLS, processes=PROCESSES)
        broken += len(list(false_refusals(outcome))) + unforeseen(outcome)
        tally.answers += outcome.answers
        broken += count_broken_laws()
    broken += count_deadlocks() - deadlocks
    refused = sum(number for said, number in tally.answers.items() if said != "done")
    return Evidence(tally.calls, refused, broken)


def mixed(shop: Shop, seed: int) -> Callable[[int], str]:
    kinds, weights = list(MIX), list(MIX.values())

    def call(number: int) -> str:
        chance = random.Random(f"{seed} {number}")
        (kind,) = chance.choices(kinds, weights)
        try:
            kind(shop, chance)
        except ToldShort as refusal:
            return str(refusal)
        except DomainError as refusal:
            return f"refused: {refusal.code}"
        return "done"

    return call


def unforeseen(tally: Tally) -> int:
    """Answers that are neither done nor a refusal in words."""
    known = ("done", "short ", "refused: ")
    return sum(number for said, number in tally.answers.items() if not said.startswith(known))


def false_refusals(tally: Tally) -> Iterator[str]:
    """Refusals during which the level had enough from the first look to the last."""
    for said in tally.answers:
        if said.startswith("short "):
            level, quantity, before, after = (int(word) for word in said.split()[1:])
            if lowest(level, before, after) >= quantity:
                yield said


def lowest(level: int, first: int, last: int) -> int:
    """The least that was available between two sequences of a level, by its ledger."""
    signs = {("to", "available"): 1, ("from", "available"): -1}
    entries = (
        StockEntry.objects.filter(stock_level=level, sequence__lte=last)
        .order_by("sequence")
        .values_list("sequence", "quantity", "from_bucket", "to_bucket")
    )
    available, seen = 0, []
    for sequence, quantity, source, target in entries:
        available += quantity * (signs.get(("to", target), 0) + signs.get(("from", source), 0))
        if sequence >= first:
            seen.append(available)
    return min(seen, default=0)


def count_deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


# --- the control ---


def run_without_guard(seed: int) -> Evidence:
    """The same mix, where a hold reads what is free and writes it later."""
    shop = Shop(1)

    def take(level: StockLevel, _name: str, quantity: int, _length: dt.timedelta) -> None:
        seen = StockLevel.objects.get(pk=level.pk)
        if seen.available >= quantity:
            StockLevel.objects.filter(pk=level.pk).update(
                available=seen.available - quantity, held=seen.held + quantity
            )

    def call(number: int) -> str:
        chance = random.Random(f"{seed} {number}")
        level = chance.choice(shop.levels)
        take(level, "", chance.randint(1, 3), LENGTHS[0])
        return "done"

    tally = rush(call, calls=CALLS // 10, processes=PROCESSES)
    return Evidence(tally.calls, 0, count_broken_laws())


STOCK_STAYS_TRUE_IN_A_MIX = Proof(
    "all at once: nothing oversold, no drift, no false no", run_mix, run_without_guard
)
