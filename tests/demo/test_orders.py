from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from demo.orders import sell
from demo.shop import open_shop
from intake.models import ChannelDocument
from inventory.models import Product, Variant
from orders.models import Order, OrderLine

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


class TestDemoOrders:
    def test_all_come_in_through_intake(self) -> None:
        random = Random(7)
        shop = open_shop(random=random, now=NOW)
        sell(shop, random=random, now=NOW, orders=60)
        refused = ChannelDocument.objects.exclude(state="accepted")
        assert [(each.source, each.field, each.reason) for each in refused] == []
        assert Order.objects.count() == 60
        assert set(Order.objects.values_list("currency", flat=True)) == {"EUR", "GBP", "USD", "JPY"}
        assert not OrderLine.objects.filter(variant=None).exists()

    def test_the_catalogue_is_large_enough_to_be_believed(self) -> None:
        open_shop(random=Random(7), now=NOW)
        assert Product.objects.count() >= 60
        assert Variant.objects.count() >= 180
