"""The visits of the demo, without the rest of the shop's history."""

from __future__ import annotations

from random import Random

import pytest

from core import clock, deliveries
from core.actors import Actor
from core.laws import check_laws
from demo.cases import Stage
from demo.crews import HOMES, tell_of_crews
from demo.loading import DAYS_BEFORE_RULES
from demo.policy import publish_house_rules
from demo.shop import open_shop
from demo.staff import hire
from exchanges.models import Exchange
from fulfilment.models import Visit

pytestmark = pytest.mark.django_db


def test_show_one_to_come_one_on_its_way_one_that_failed_and_one_of_two_that_stayed() -> None:
    now = clock.now()
    shop = open_shop(random=Random(1), now=now)
    people = hire(shop.partner)
    publish_house_rules(
        shop.partner,
        author=Actor.user(people["admin"]),
        publisher=Actor.user(people["second"]),
        now=now - DAYS_BEFORE_RULES,
    )
    assert tell_of_crews(Stage(shop, people, Random(1), now)) == len(HOMES)
    deliveries.deliver_due()
    states = Visit.objects.order_by("pk").values_list("state", flat=True)
    assert sorted(states) == [
        "dispatched",
        "done",
        "failed",
        "failed",
        "scheduled",
        "scheduled",
    ]
    assert sorted(Exchange.objects.values_list("state", flat=True)) == [
        "awaiting_goods",
        "awaiting_goods",
        "partly_shipped",
        "releasing",
    ]
    brought_back = Exchange.objects.get(state="partly_shipped")
    assert brought_back.part_value is None
    lines = brought_back.lines.order_by("position")
    assert [(line.released, line.came_back) for line in lines] == [(1, 0), (0, 1)]
    broken = {law.invariant for law in check_laws() if not law.ok}
    assert broken <= {"events_are_sealed"}
