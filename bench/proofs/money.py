"""Quotes, approvals, payments, goods and ends in any order, with answers lost: money stays true."""

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import hypothesis
from django.conf import settings as desk
from django.db import Error, connection
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from bench import ground
from bench.proof import Evidence, Proof
from inventory.expiry import expire_due
from payments.services import intents, planning
from tests.factories.swaps import NOW
from tests.payments.bank import SECRET, banking
from tests.scenarios.money_machine import MoneyMachine
from tests.scenarios.test_money_model import BOUNDED

RUNS, STEPS = 60, 30


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
    """A desk on which an agent tries every charge once more, with half of the answers lost."""

    dropped = (0.0, 0.5)

    def begin(self) -> None:
        super().begin()
        guard("DISABLE")


def guard(what: str) -> None:
    """The trigger that says again what the services say: nothing while money is unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE payments_moneyoperation {what} TRIGGER payments_nothing_while_unknown"
        )


def obey(machine: type[MoneyMachine], seed: int, runs: int) -> Evidence:
    MoneyMachine.steps = broken = 0
    hypothesis.core.global_force_seed = seed  # type: ignore[assignment]
    deep = settings(
        BOUNDED,
        max_examples=runs,
        stateful_step_count=STEPS,
        derandomize=False,
        phases=[Phase.generate],
    )
    with banking(folder=Path(tempfile.mkdtemp())) as bank:
        desk.PAYMENT_SANDBOX_URL, desk.PAYMENT_SANDBOX_SECRET = bank.url, SECRET
        MoneyMachine.bank = bank
        try:
            run_state_machine_as_test(machine, settings=deep)
        except (AssertionError, Error, ExceptionGroup) as fault:
            print(fault)
            broken = 1
    return Evidence(MoneyMachine.steps, round(MoneyMachine.steps * 0.25), broken)


def keep_the_laws(seed: int) -> Evidence:
    return obey(Committed, seed, RUNS)


def charge_again_whatever_is_unknown(seed: int) -> Evidence:
    """The control: nobody waits for what is unknown, and every try has a key of its own."""

    def new_key(*_: Any, **__: Any) -> str:
        return str(uuid4())

    with (
        mock.patch.object(intents, "refuse_while_unknown"),
        mock.patch.object(planning, "charge_key", new_key),
        mock.patch("exchanges.rules.guards.say_money_moves", return_value=None),
    ):
        try:
            return obey(Forgetful, seed, RUNS)
        finally:
            guard("ENABLE")


MONEY_OBEYS_ITS_LAWS = Proof(
    "money obeys its laws in any order, answers lost",
    keep_the_laws,
    charge_again_whatever_is_unknown,
)
