import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from core import clock


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    """Counts are kept for seconds; tests of one process must not see each other's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def database_clock(db: None) -> Iterator[None]:
    """For tests that let the database's clock run ahead: it is set right again after them."""
    yield
    clock.shift_database_clock(dt.timedelta(0))
