from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core import clock


@pytest.fixture
def database_clock(db: None) -> Iterator[None]:
    """For tests that let the database's clock run ahead: it is set right again after them."""
    yield
    clock.shift_database_clock(dt.timedelta(0))
