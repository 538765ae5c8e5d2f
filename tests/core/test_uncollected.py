"""A batch is made without looking for garbage, and afterwards it is looked for as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from core import bulk


@pytest.fixture(autouse=True)
def _collects_again() -> Iterator[None]:
    yield
    gc.enable()


def make_garbage() -> None:
    """More objects that last than the collector waits for."""
    kept = [[number] for number in range(20_000)]
    assert kept


def count_collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


class TestUncollected:
    def test_collects_nothing_meanwhile(self) -> None:
        with bulk.uncollected():
            before = count_collections()
            make_garbage()
            assert count_collections() == before
        make_garbage()
        assert count_collections() > before

    def test_goes_on_collecting_after_a_refusal(self) -> None:
        with pytest.raises(ValueError, match="refused"), bulk.uncollected():
            raise ValueError("refused")
        assert gc.isenabled()

    def test_leaves_a_collector_alone_that_was_off(self) -> None:
        gc.disable()
        with bulk.uncollected():
            pass
        assert not gc.isenabled()
