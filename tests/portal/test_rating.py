"""Customers say how it went; leads compare the outcomes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from core import clock, deliveries
from core.models import Event
from core.roles import Role
from exchanges.queries.ratings import compare_ratings, count_by_outcome
from exchanges.services import confirm_delivery, ship_replacement
from orders.models import Order
from returns.models import CaseNote, Rating, Return
from returns.rules import can_rate
from tests.browser.shop import Shop, open_shop, sell, swap_now
from tests.factories.cases import inspect, open_case, receive, want
from tests.factories.people import make_user
from tests.factories.swaps import act_on
from tests.portal.customers import OUTSIDE, come_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_knocked_yet(settings: LazySettings) -> None:
    cache.clear()
    settings.PUBLIC_ADDRESS = OUTSIDE


@pytest.fixture
def shop() -> Shop:
    return open_shop(red=3)


def exchange(shop: Shop) -> Return:
    """Even, and come to its end."""
    made = swap_now(shop)
    receive(made.return_case, now=clock.now())
    inspect(made.return_case, now=clock.now())
    deliveries.deliver_due()
    ship_replacement(**act_on(made, carrier="DHL", tracking_number="JD1", now=clock.now()))
    confirm_delivery(**act_on(made, now=clock.now()))
    deliveries.deliver_due()
    return Return.objects.get(pk=made.return_case_id)


def rate(client: Client, case: Return, **said: str) -> int:
    return int(client.post(f"/my/cases/{case.number}/rating/", said).status_code)


class TestRating:
    def test_is_kept_once_with_words_that_can_be_erased(self, shop: Shop, client: Client) -> None:
        case = exchange(shop)
        come_in(client, shop.order)
        address = f"/my/cases/{case.number}/"
        assert "How did it go?" in client.get(address).content.decode()
        assert rate(client, case, score="4", words="Ana thanks\x00 you") == 302
        rating = Rating.objects.get()
        assert (rating.score, rating.note and rating.note.text) == (4, "Ana thanks you")
        assert rate(client, case, score="5") == 422
        assert "How did it go?" not in client.get(address).content.decode()
        event = Event.objects.get(kind="return.rated")
        assert event.data["score"] == 4
        assert "Ana" not in str(event.data)
        CaseNote.objects.filter(about="return.rate").delete()
        rating.refresh_from_db()
        assert rating.note is None

    @pytest.mark.parametrize("score", ["", "0", "6", "five", "4.5", "\x00", "-1", "٣"])
    def test_takes_one_to_five_and_nothing_else(
        self, shop: Shop, client: Client, score: str
    ) -> None:
        case = exchange(shop)
        come_in(client, shop.order)
        assert rate(client, case, score=score) == 422
        assert not Rating.objects.exists()

    def test_is_guarded_by_the_database_too(self, shop: Shop) -> None:
        case = swap_now(shop).return_case
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(
                partner_id=case.partner_id, return_case=case, score=6, rated_at=clock.now()
            )

    @pytest.mark.parametrize(
        ("state", "is_rated", "may"),
        [("closed", False, True), ("closed", True, False), ("authorised", False, False)],
    )
    def test_waits_until_it_is_done(self, state: str, is_rated: bool, may: bool) -> None:
        assert can_rate(state, is_rated=is_rated).allowed is may


class TestComparing:
    def test_counts_by_how_a_case_ended(self, shop: Shop, client: Client) -> None:
        even = exchange(shop)
        other: Order = sell(shop.blue, email="b@customers.example")
        credit = open_case(other, want(other.lines.get(), outcome="store_credit"), now=clock.now())
        for case, score in ((even, 5), (credit, 2)):
            Rating.objects.create(
                partner_id=case.partner_id, return_case=case, score=score, rated_at=clock.now()
            )
        lead = make_user(Role.LEAD)
        since = clock.now() - dt.timedelta(days=1)
        found = {each.outcome: each.counts for each in compare_ratings(user=lead, since=since)}
        assert found["even"] == (0, 0, 0, 0, 1)
        assert found["credit"] == (0, 1, 0, 0, 0)
        assert sum(map(sum, found.values())) == 2

        client.force_login(lead)
        page = client.get("/ratings/").content.decode()
        assert even.number in page
        assert "Exchange, even" in page
        client.force_login(make_user(Role.AGENT))
        assert client.get("/ratings/").status_code == 403

    def test_reckons_average_and_share(self) -> None:
        rows = [("refund", 5, 3), ("refund", 1, 1), ("upgrade", 4, 2)]
        by_outcome = {each.outcome: each for each in count_by_outcome(rows)}
        refund = by_outcome["refund"]
        assert (refund.ratings, refund.average, refund.content) == (4, Decimal("4.00"), 3)
        assert by_outcome["repair"].average is None
