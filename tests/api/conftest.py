from __future__ import annotations

import pytest
from django.test import Client

from inventory.models import StockLevel
from tests.factories.keys import make_key, program
from tests.factories.stock import make_location, make_stock, make_variant


@pytest.fixture
def shop(db: None) -> Client:
    """The house's own program, with every scope."""
    return program(make_key())


@pytest.fixture
def level(db: None) -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location("LEJ"), available=5)
