"""Stock against its plain model (tests/inventory), on committed rows, connections killed."""

import hypothesis
from django.db import Error, connection
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bench import ground
from bench.proof import Evidence, Proof
from core.clock import shift_database_clock
from inventory import queries
from inventory.rules import StockLimits
from tests.inventory.stock_machine import Crash, StockMachine
from tests.inventory.test_stock_model import BOUNDED, StockSteps

RUNS, STEPS = 150, 50


class Killed(StockSteps):
    """Every step commits, and a crash is the end of the database connection in the middle."""

    steps = 0
    crashes = 0

    def begin(self) -> None:
        connection.close()
        ground.empty()

    def teardown(self) -> None:
        connection.close()

    def take(self, call, *, possible):  # type: ignore[no-untyped-def]
        Killed.steps += 1
        return super().take(call, possible=possible)

    def die(self) -> None:
        Killed.crashes += 1
        try:
            with connection.connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        except Exception as death:
            raise Crash from death

    def come_back(self) -> None:
        connection.close()
        shift_database_clock(self.offset)


def compare(seed: int) -> Evidence:
    Killed.steps = Killed.crashes = 0
    broken = 0 if agrees(Killed, seed, RUNS) else 1
    return Evidence(Killed.steps, Killed.crashes, broken)


def agrees(machine: type[StockMachine], seed: int, runs: int) -> bool:
    hypothesis.core.global_force_seed = seed  # type: ignore[assignment]
    deep = settings(
        BOUNDED,
        max_examples=runs,
        stateful_step_count=STEPS,
        derandomize=False,
        phases=[Phase.generate],  # a short way to the fault is for the tests to find
    )
    try:
        run_state_machine_as_test(machine, settings=deep)
    except (AssertionError, Error) as difference:
        print(difference)
        return False
    return True


def compare_without_safety_stock(seed: int) -> Evidence:
    """The control: a desk that forgets what is to be kept back."""
    told = queries.get_stock_limits
    queries.get_stock_limits = lambda **_: StockLimits()
    try:
        return Evidence(RUNS, 0, 0 if agrees(StockSteps, seed, RUNS) else 1)
    finally:
        queries.get_stock_limits = told


STOCK_IS_AS_ITS_MODEL = Proof(
    "stock is as its model says, whatever crashes", compare, compare_without_safety_stock
)
