from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core import clock


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does to the database's clock ends with it."""
    marker = request.node.get_closest_marker("django_db")
    if marker:
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    yield
    if marker:
        clock.shift_database_clock(dt.timedelta(0))
