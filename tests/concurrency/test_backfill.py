"""Several workers at one file of old documents: every record once, every order once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from intake import running, waiting
from intake.models import Backfill, ChannelDocument
from intake.services import backfilling
from intake.states import DocumentState
from orders.models import Customer, Order
from tests.concurrency.races import race
from tests.intake.desk import DESK, NOW, make_channel
from tests.intake.documents import body, shopify

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS, HANDS = 30, 3


def write(number: int, version: int) -> str:
    """One of two versions of an order, of one of five customers that nobody has heard of."""
    who = {"id": 900 + number % 5, "first_name": "Ida", "email": f"ida{number % 5}@shop.example"}
    status = ["paid", "refunded"][version]
    return body(
        shopify(
            id=number, admin_graphql_api_id=None, name=f"#{number}", customer=who,
            updated_at=f"2026-03-0{version + 1}T10:00:00Z", financial_status=status,
        )
    ).decode()  # fmt: skip


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Backfill:
    """First all older versions, then all newer ones: a part of each is in hand at once."""
    monkeypatch.setattr(backfilling, "RECORDS_IN_PART", 10)
    monkeypatch.setattr(backfilling, "STEP", 5)
    lines: list[str] = [write(number, version) for version in (0, 1) for number in range(ORDERS)]
    return backfilling.keep_file(
        channel=make_channel(), name="old.jsonl", lines=iter(lines), is_table=False, now=NOW
    )


class TestHands:
    def test_take_every_record_once_and_end_with_the_newest_version(self, file: Backfill) -> None:
        def take() -> int:
            return sum(running.take_backfill(file, actor=DESK, now=NOW))

        finishes = race([take] * HANDS)
        assert all(finish.won for finish in finishes), finishes
        waiting.settle_waiting()
        file.refresh_from_db()
        assert sum(finish.value for finish in finishes) == file.taken == file.records == 2 * ORDERS
        left: dict[str, Any] = file.parts.aggregate(taken=Sum("taken"), size=Sum("size"))
        assert left == {"taken": 2 * ORDERS, "size": 2 * ORDERS}
        assert ChannelDocument.objects.count() == 2 * ORDERS
        ends = set(ChannelDocument.objects.values_list("state", flat=True))
        assert ends <= {DocumentState.ACCEPTED, DocumentState.DUPLICATE}
        assert Order.objects.filter(financial_status="refunded").count() == ORDERS
        assert (Order.objects.count(), Customer.objects.count()) == (ORDERS, 5)
