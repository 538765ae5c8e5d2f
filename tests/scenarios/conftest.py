from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from core import clock, deliveries
from core.laws import check_laws
from policies import queries as policies
from policies.rules import Terms
from tests.scenarios.rules import RULES


@pytest.fixture(autouse=True)
def _rules_of_the_story(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Exchanges go by the rules that the scenario lays down, else by the published policy."""
    known = policies.get_terms

    def get_terms(**arguments: Any) -> Terms:
        return replace(known(**arguments), **RULES)

    monkeypatch.setattr(policies, "get_terms", get_terms)
    yield
    RULES.clear()


@pytest.fixture
def laws_hold(db: None) -> Iterator[None]:
    """Once the story is told and everybody has heard of it, each law holds."""
    yield
    clock.shift_database_clock(dt.timedelta(0))
    deliveries.deliver_due()
    broken = [law.invariant for law in check_laws() if not law.ok]
    assert set(broken) <= {"events_are_sealed"}
