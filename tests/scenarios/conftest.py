from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchanges.queries import terms
from tests.scenarios.rules import RULES


@pytest.fixture(autouse=True)
def _rules_of_the_story(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Exchanges go by the rules that the scenario lays down, else by the published policy."""
    known = terms.find_rule
    monkeypatch.setattr(terms, "find_rule", lambda of, name: RULES.get(name) or known(of, name))
    yield
    RULES.clear()
