"""Stock against its meaning in plain Python: any steps in any order, with crashes in between."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.inventory.stock_steps_of_goods import GoodsSteps
from tests.inventory.stock_steps_of_holds import HoldSteps
from tests.inventory.stock_steps_of_rules import RuleSteps

# Bounded for every run of the tests; `make prove` goes deeper, with seeds of its own.
BOUNDED = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


class StockSteps(HoldSteps, GoodsSteps, RuleSteps):
    """Every step there is."""


@pytest.mark.django_db
class TestStock:
    def test_is_as_its_model_says_after_every_step(self) -> None:
        run_state_machine_as_test(StockSteps, settings=BOUNDED)

    def test_knows_at_least_25_kinds_of_steps(self) -> None:
        machine = StockSteps()
        machine.teardown()
        assert len(machine.rules) >= 25
