"""Holds on scarce stock (S2), far more wanted than there is."""

import datetime as dt
import random

from django.db import OperationalError, connection, transaction

from bench.proof import Evidence, Proof, count_broken_laws
from bench.rush import Tally, rush
from core.actors import Actor
from core.transactions import sqlstate
from inventory import services
from inventory.models import StockLevel
from inventory.rules import Wanted
from tests.factories.stock import make_location, make_stock, make_variant

DESK = Actor.system("prove")
HALF_AN_HOUR = dt.timedelta(minutes=30)
STOCK, WANTED = 500, 3_200
SKUS, LINES, CASES = 20, 4, 800
PROCESSES = 16
DEADLOCK = "40P01"


def hold(reference: str, levels: list[StockLevel]) -> str:
    """One hold in one transaction, as a case makes it; `held` or `out of stock`."""
    try:
        with transaction.atomic():
            services.reserve(
                partner_id=levels[0].partner_id,
                case="return:1",
                wanted=[
                    Wanted(f"{reference}.{line}", level.variant_id, 1, level.location_id)
                    for line, level in enumerate(levels)
                ],
                destination=None,
                hold_for=HALF_AN_HOUR,
                actor=DESK,
                now=dt.datetime.now(dt.UTC),
            )
    except services.OutOfStock:
        return "out of stock"
    except OperationalError as error:
        return sqlstate(error)
    return "held"


# --- more agents than units ---


def hold_last_units(_seed: int) -> Evidence:
    level = make_stock(make_variant(), make_location(), STOCK)
    tally = rush(lambda n: hold(f"exchangeline:{n}", [level]), calls=WANTED, processes=PROCESSES)
    return Evidence(tally.calls, 0, oversold(tally) + count_broken_laws())


def read_then_write(_seed: int) -> Evidence:
    """The control: what a screen that reads first and writes later sells."""
    level = make_stock(make_variant(), make_location(), STOCK)

    def take(_number: int) -> str:
        seen = StockLevel.objects.get(pk=level.pk)
        if seen.available < 1:
            return "out of stock"
        StockLevel.objects.filter(pk=level.pk).update(
            available=seen.available - 1, held=seen.held + 1
        )
        return "held"

    tally = rush(take, calls=WANTED, processes=PROCESSES)
    return Evidence(tally.calls, 0, oversold(tally))


def oversold(tally: Tally) -> int:
    return max(0, tally.answers["held"] - STOCK)


LAST_UNITS_ARE_HELD_ONCE = Proof("the last units are held once", hold_last_units, read_then_write)

# --- many lines in any order ---


def hold_many_lines(seed: int) -> Evidence:
    orders = shuffled_lines(seed)
    tally = rush(lambda n: hold(f"exchangeline:{n}", orders[n]), calls=CASES, processes=PROCESSES)
    return Evidence(tally.calls, 0, tally.answers[DEADLOCK] + count_broken_laws())


def lock_in_the_order_of_the_lines(seed: int) -> Evidence:
    """The control: the same rows, locked as the lines come."""
    orders = shuffled_lines(seed)

    def lock(number: int) -> str:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for level in orders[number]:
                    cursor.execute(
                        "UPDATE inventory_stocklevel SET available = available WHERE id = %s",
                        [level.pk],
                    )
        except OperationalError as error:
            return sqlstate(error)
        return "held"

    tally = rush(lock, calls=CASES, processes=PROCESSES)
    return Evidence(tally.calls, 0, tally.answers[DEADLOCK])


def shuffled_lines(seed: int) -> list[list[StockLevel]]:
    chance = random.Random(seed)
    location = make_location()
    levels = [make_stock(make_variant(), location, CASES * LINES) for _ in range(SKUS)]
    return [chance.sample(levels, LINES) for _ in range(CASES)]


LINES_NEVER_WAIT_IN_A_CIRCLE = Proof(
    "lines in any order never wait in a circle", hold_many_lines, lock_in_the_order_of_the_lines
)
