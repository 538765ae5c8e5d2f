"""Laws of money over random sequences, while the provider drops answers; more in `make prove`."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.payments.bank import Bank
from tests.scenarios.money_machine import MoneyMachine

pytestmark = pytest.mark.django_db
BOUNDED = settings(
    max_examples=4,
    stateful_step_count=12,
    phases=[Phase.explicit, Phase.generate],  # each step asks every law: shrinking takes minutes
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class TestMoney:
    def test_obeys_its_laws_whatever_happens(self, bank: Bank) -> None:
        MoneyMachine.bank = bank
        run_state_machine_as_test(MoneyMachine, settings=BOUNDED)
