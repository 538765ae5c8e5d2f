from __future__ import annotations

import datetime as dt

import pytest

from demo.warehouses import connect_warehouses
from fulfilment.models import Warehouse
from tests.factories.stock import make_location

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


class TestConnectWarehouses:
    def test_connects_every_centre_to_the_simulator(self) -> None:
        centres = [make_location("LEJ"), make_location("WRO")]
        assert connect_warehouses(centres, secret="whsec_aaaa", now=NOW) == 2
        assert {warehouse.adapter for warehouse in Warehouse.objects.all()} == {"simulator"}

    def test_connects_nobody_where_no_simulator_runs(self) -> None:
        assert connect_warehouses([make_location()], secret="", now=NOW) == 0
