from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from core import clock
from tests.payments.bank import SECRET, Bank, banking


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does to the database's clock ends with it."""
    marker = request.node.get_closest_marker("django_db")
    if marker:
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    yield
    if marker:
        clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture(scope="session")
def _bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """One provider for the whole run: it forgets everything between tests."""
    folder: Path = tmp_path_factory.mktemp("bank")
    with banking(folder=folder) as bank:
        yield bank


@pytest.fixture
def bank(_bank: Bank, settings: LazySettings) -> Bank:
    """The sandbox provider with empty books."""
    settings.PAYMENT_SANDBOX_URL = _bank.url
    settings.PAYMENT_SANDBOX_SECRET = SECRET
    _bank.forget()
    return _bank
