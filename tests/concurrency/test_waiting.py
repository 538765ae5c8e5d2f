"""Two who hear of the same lost hold: the line queues once, and nobody is refused for it."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from core.actors import Actor
from core.models import Event
from core.transactions import opens_transaction
from inventory import services
from inventory.models import Variant, WaitingLine
from inventory.rules import Wanted
from tests.concurrency.races import race
from tests.factories.stock import make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@opens_transaction
def queue(variant: Variant) -> list[WaitingLine]:
    return services.wait(
        partner_id=variant.partner_id,
        case="return:1",
        wanted=[Wanted("exchangeline:1", variant.pk, 1)],
        since=NOW,
        actor=Actor.system("test"),
        now=NOW,
    )


class TestALineThatIsQueuedTwiceAtOnce:
    def test_waits_once_and_says_so_once(self) -> None:
        finishes = race([partial(queue, make_variant())] * 8)
        assert all(finish.won for finish in finishes)
        assert {line.pk for finish in finishes for line in finish.value} == {
            WaitingLine.objects.get().pk
        }
        assert Event.objects.filter(kind="waiting.began").count() == 1
