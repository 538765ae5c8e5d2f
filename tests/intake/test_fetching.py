from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core import clock, egress
from core.egress import Answer, Unreachable
from intake import services
from intake.models import ChannelDocument, SourceHealth
from intake.services import fetching
from intake.states import Awaited, DocumentState
from orders.models import Channel
from tests.intake.channel_documents import BIGCOMMERCE, NOTICES, of
from tests.intake.desk import DESK, NOW, make_channel, take_in
from tests.intake.documents import body

S = DocumentState

pytestmark = pytest.mark.django_db


class Source:
    """What answers in place of the network: a list of answers, and what was asked of it."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.asked = list(answers), []  # type: ignore[var-annotated]

    def get(self, url: str, **asked: Any) -> Answer:
        self.asked.append((url, asked["headers"]["Authorization"]))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def shop() -> Channel:
    channel = make_channel("bigcommerce", "s1")
    services.add_secret(
        channel=channel, secret="token", purpose="access", actor=DESK, op_id=uuid4(), now=NOW
    )
    return channel


def answers(monkeypatch: pytest.MonkeyPatch, *given: Answer | Exception) -> Source:
    source = Source(*given)
    monkeypatch.setattr(egress, "get", source.get)
    return source


class TestFetchNext:
    def test_asks_for_what_a_notice_announces_and_stores_it_like_any_document(
        self, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notice = take_in(shop, NOTICES["bigcommerce"][0])
        assert (notice.state, notice.awaits_kind) == (S.PARKED, Awaited.FETCH)
        linked = of(BIGCOMMERCE, products={"url": "https://x", "resource": "/orders/250/products"})
        source = answers(
            monkeypatch, Answer(200, body(linked)), Answer(200, body(BIGCOMMERCE["products"]))
        )
        assert fetching.fetch_next(now=NOW)
        assert source.asked == [
            ("https://api.bigcommerce.com/stores/s1/v2/orders/250", "Bearer token"),
            ("https://api.bigcommerce.com/stores/s1/v2/orders/250/products", "Bearer token"),
        ]
        fetched = ChannelDocument.objects.get(state=S.RECEIVED)
        (settled,) = services.settle_document(
            document_id=fetched.pk, actor=DESK, op_id=uuid4(), now=NOW
        )
        assert settled.state == S.ACCEPTED, settled.reason
        notice.refresh_from_db()
        assert (notice.state, fetched.public_id in notice.reason) == (S.IGNORED, True)
        assert not fetching.fetch_next(now=NOW)

    def test_asks_no_host_that_is_not_the_channels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        channel = make_channel("shipstation", "s1")
        services.add_secret(
            channel=channel, secret="t", purpose="access", actor=DESK, op_id=uuid4(), now=NOW
        )
        source = answers(monkeypatch)
        for n, host in enumerate(("evil.example", "ssapi.shipstation.com.evil.example", "")):
            take_in(channel, {"resource_type": "SHIP_NOTIFY", "n": n,
                              "resource_url": f"https://{host}/shipments"})  # fmt: skip
            assert fetching.fetch_next(now=NOW)
        assert source.asked == []
        assert set(ChannelDocument.objects.values_list("state", "cause")) == {
            (S.HELD, "not_fetched")
        }

    def test_holds_a_notice_of_a_channel_without_a_token(self) -> None:
        notice = take_in(make_channel("bigcommerce"), NOTICES["bigcommerce"][0])
        assert fetching.fetch_next(now=NOW)
        notice.refresh_from_db()
        assert (notice.state, notice.owner) == (S.HELD, "admin")

    def test_lets_a_source_rest_that_keeps_failing_and_probes_it_later(
        self, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in range(5):
            take_in(shop, NOTICES["bigcommerce"][0] | {"n": n})
        answers(monkeypatch, *[Answer(503, b"")] * 3, Answer(200, body(BIGCOMMERCE)),
                Answer(200, b"[]"))  # fmt: skip
        assert [fetching.fetch_next(now=NOW) for _ in range(4)] == [True, True, True, False]
        health = SourceHealth.objects.get()
        assert (health.failures, health.resting_until is not None) == (3, True)
        clock.shift_database_clock(dt.timedelta(hours=2))
        try:
            assert fetching.fetch_next(now=NOW)
        finally:
            clock.shift_database_clock(dt.timedelta(0))
        health.refresh_from_db()
        assert (health.failures, health.resting_until) == (0, None)

    def test_asks_a_person_after_too_many_tries(
        self, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notice = take_in(shop, NOTICES["bigcommerce"][0])
        ChannelDocument.objects.update(attempts=fetching.MOST_TRIES - 1)
        answers(monkeypatch, Unreachable("nobody answered"))
        assert fetching.fetch_next(now=NOW)
        notice.refresh_from_db()
        assert (notice.state, notice.cause) == (S.HELD, "not_fetched")

    @pytest.mark.parametrize("tries", range(1, 12))
    def test_waits_longer_each_time_with_jitter(self, tries: int) -> None:
        longest = min(fetching.REST.longest, fetching.REST.first * 2 ** (tries - 1))
        assert longest / 2 <= fetching.pause_after(tries).total_seconds() <= longest
