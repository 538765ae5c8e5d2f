"""Quotes, approvals, payments, goods and ends in any order, with answers lost: money stays true."""

import re
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import hypothesis
from django.conf import settings as desk
from django.db import Error, connection
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from bench import ground
from bench.proof import Evidence, Proof
from exchanges.states import ExchangeType
from inventory.expiry import expire_due
from payments import locks, queries
from payments.services import intents, planning
from tests.factories.swaps import NOW
from tests.payments.bank import SECRET, banking
from tests.scenarios.money_machine import MoneyMachine
from tests.scenarios.test_money_model import BOUNDED

RUNS, STEPS = 60, 30
BROKEN = (AssertionError, ExceptionGroup)


class Committed(MoneyMachine):
    """Every step commits."""

    def begin(self) -> None:
        connection.close()
        ground.empty()

    def teardown(self) -> None:
        connection.close()

    @invariant()
    def laws_hold(self) -> None:
        """No clock runs beside a proof, so the sweep that comes every few seconds is done first."""
        expire_due(now=NOW + self.ahead)
        self.settle_down()
        super().laws_hold()


class Forgetful(Committed):
    """A desk on which an agent tries every charge once more, with half of the answers lost.

    Something is to be paid in every run, and first of all it is paid: of what is drawn at random
    most owes nothing, or is over before anybody pays.
    """

    dropped = (0.0, 0.5)

    @initialize(kind=st.sampled_from(ExchangeType), seed=st.integers(0, 999))
    def open(self, *, kind: str, seed: int) -> None:
        self.open_case(
            prices="upgrade",
            kind=kind,
            up_front=True,
            four_eyes=False,
            wants_hold=False,
            declines=False,
            seed=seed,
        )
        self.pay_and_look()

    @rule()
    def pay_and_look(self) -> None:
        super().pay_and_look()
        super().pay_and_look()


@contextmanager
def unguarded() -> Iterator[None]:
    """Nobody waits for what is unknown, and every try has a key of its own.

    Each says no by itself, so each has to go: the screens' guard, the planning of an intent, the
    courier when it claims and when it begins, the name that may succeed once, two triggers.
    """

    def new_key(*_: Any, **__: Any) -> str:
        return str(uuid4())

    hasty, waits = re.subn(
        r"AND NOT \(o\.state = 'planned'.*'unknown'\)\)", "", locks.DUE, flags=re.S
    )
    assert waits
    with (
        mock.patch("exchanges.rules.guards.say_money_moves", return_value=None),
        mock.patch.object(intents, "refuse_while_unknown"),
        mock.patch.object(planning, "charge_key", new_key),
        mock.patch.object(locks, "DUE", hasty),
        mock.patch.object(queries, "is_unknown", return_value=False),
    ):
        turn_triggers("DISABLE")
        try:
            yield
        finally:
            turn_triggers("ENABLE")


def turn_triggers(what: str) -> None:
    """They say again what the services say: nothing is planned or sent while money is unknown."""
    with connection.cursor() as cursor:
        for name in ("payments_nothing_while_unknown", "payments_operation_stays"):
            cursor.execute(f"ALTER TABLE payments_moneyoperation {what} TRIGGER {name}")


def obey(
    machine: type[MoneyMachine],
    seed: int,
    *,
    faults: tuple[type[Exception], ...] = BROKEN,
    runs: int = RUNS,
) -> Evidence:
    """Run after run until one is at fault."""
    MoneyMachine.steps = broken = 0
    which = ""
    hypothesis.core.global_force_seed = seed  # type: ignore[assignment]
    deep = settings(
        BOUNDED,
        max_examples=runs,
        stateful_step_count=STEPS,
        derandomize=False,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with banking(folder=Path(tempfile.mkdtemp())) as bank:
        desk.PAYMENT_SANDBOX_URL, desk.PAYMENT_SANDBOX_SECRET = bank.url, SECRET
        MoneyMachine.bank = bank
        try:
            run_state_machine_as_test(machine, settings=deep)
        except faults as fault:
            broken, which = 1, name_law(fault)
    return Evidence(MoneyMachine.steps, round(MoneyMachine.steps * 0.25), broken, which)


def name_law(fault: BaseException) -> str:
    """The invariant that said no, or what stopped it, for the table."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    said = [frame.name for frame in traceback.extract_tb(fault.__traceback__)]
    laws = [name for name in said if name in vars(MoneyMachine)]
    return ": ".join([*laws[-1:], str(fault)[:200]]).strip(": ")


def keep_the_laws(seed: int) -> Evidence:
    return obey(Committed, seed, faults=(*BROKEN, Error))


def charge_again_whatever_is_unknown(seed: int) -> Evidence:
    """The control. What the database refuses does not count: that is a guard, and no harm."""
    with unguarded():
        return obey(Forgetful, seed)


MONEY_OBEYS_ITS_LAWS = Proof(
    "money obeys its laws in any order, answers lost",
    keep_the_laws,
    charge_again_whatever_is_unknown,
)
