from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    """Counts are kept for seconds; tests of one process must not see each other's."""
    cache.clear()
    yield
    cache.clear()
