from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.payments.bank import SECRET, Bank, banking


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
