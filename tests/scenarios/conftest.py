from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

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
