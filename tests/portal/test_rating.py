"""Customers say how it went; leads compare the outcomes."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client

from core import clock, deliveries
from core.actors import Actor
from core.events import record, reference
from core.models import Event
from core.roles import Role
from exchanges.models import Exchange
from exchanges.queries.ratings import compare_ratings, count_by_outcome
from exchanges.services import confirm_delivery, ship_replacement
from notifications.models import Message
from notifications.queries import read_message
from notifications.services import suppress_address
from notifications.states import Reason
from orders.models import Customer, Order, Tender
from returns.models import CaseNote, Rating, Return
from returns.rules import can_rate
from tests.browser.shop import Shop, open_shop, sell, swap_now
from tests.factories.cases import inspect, open_case, receive, want
from tests.factories.people import make_user
from tests.factories.swaps import act_on
from tests.intake.channel_documents import PAYMENTS
from tests.intake.desk import make_channel, take_in
from tests.portal.customers import OUTSIDE, come_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return open_shop(red=3)


def exchange(shop: Shop) -> Return:
    """Even, and come to its end."""
    return finish(swap_now(shop))


def finish(made: Exchange) -> Return:
    receive(made.return_case, now=clock.now())
    inspect(made.return_case, now=clock.now())
    deliveries.deliver_due()
    ship_replacement(**act_on(made, carrier="DHL", tracking_number="JD1", now=clock.now()))
    confirm_delivery(**act_on(made, now=clock.now()))
    deliveries.deliver_due()
    return Return.objects.get(pk=made.return_case_id)


def rate(client: Client, case: Return, **said: str) -> int:
    return int(client.post(f"/my/cases/{case.number}/rating/", said).status_code)


def invitations() -> list[Message]:
    deliveries.deliver_due()
    return list(Message.objects.filter(template="rating_invited").order_by("pk"))


class TestInvitation:
    def test_comes_when_it_is_done_and_its_link_leads_to_the_rating(
        self, shop: Shop, client: Client
    ) -> None:
        case = exchange(shop)
        (asked,) = invitations()
        letter = read_message(asked)
        assert (asked.state, letter.to) == ("queued", case.customer.email)
        assert case.number in letter.subject
        (token,) = re.findall(rf"{OUTSIDE}/my/enter/([^/\s]+)/", letter.body)
        assert client.post("/my/open/", {"token": token}).status_code == 302
        assert rate(client, case, score="5") == 302
        assert Rating.objects.get().score == 5

    @pytest.mark.parametrize("locale", ["de", "fr", "es", "ja"])
    def test_comes_in_the_customers_language(self, shop: Shop, locale: str) -> None:
        Customer.objects.update(locale=locale)
        case = exchange(shop)
        (asked,) = invitations()
        assert asked.locale == locale
        assert case.number in read_message(asked).body

    @pytest.mark.causes("rating_invited")
    def test_comes_once_however_often_the_case_is_closed(self, shop: Shop) -> None:
        case = exchange(shop)
        assert len(invitations()) == 1
        close_again(case)
        assert len(invitations()) == 1

    def test_does_not_come_where_it_was_rated_before_it_could_be_asked(
        self, shop: Shop, client: Client, settings: LazySettings
    ) -> None:
        settings.PUBLIC_ADDRESS = ""
        case = exchange(shop)
        settings.PUBLIC_ADDRESS = OUTSIDE
        come_in(client, Order.objects.get(number=case.lines.get().order_line.order.number))
        rate(client, case, score="4")
        close_again(case)
        assert invitations() == []

    def test_does_not_come_after_a_dispute_at_the_channels_provider(self, shop: Shop) -> None:
        made = swap_now(shop)
        order = made.return_case.lines.get().order_line.order
        Tender.objects.filter(order=order).update(provider_reference="pay-1")
        take_in(make_channel("paypal"), PAYMENTS["paypal"][0])
        finish(made)
        assert invitations() == []

    def test_is_kept_from_whoever_wants_no_such_letters(self, shop: Shop) -> None:
        made = swap_now(shop)
        with transaction.atomic():
            suppress_address(
                partner_id=made.partner_id, medium="email", address=made.return_case.customer.email,
                reason=Reason.UNSUBSCRIBED, actor=Actor.system("test"), now=clock.now(),
            )  # fmt: skip
        finish(made)
        (kept,) = invitations()
        assert kept.state == "suppressed"
        # What belongs to the purchase goes on.
        held = set(Message.objects.filter(state="suppressed").values_list("template", flat=True))
        assert held == {"rating_invited", "exchange_completed"}

    def test_needs_the_address_of_the_desk(self, shop: Shop, settings: LazySettings) -> None:
        settings.PUBLIC_ADDRESS = ""
        exchange(shop)
        assert invitations() == []


def close_again(case: Return) -> None:
    """Told once more, as after a case was opened again."""
    with transaction.atomic():
        record(
            kind="return.closed", partner_id=case.partner_id, subject=reference(case),
            case=reference(case), actor=Actor.system("test"), now=clock.now(),
        )  # fmt: skip


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

    def test_takes_one_to_five_and_nothing_else(self, shop: Shop, client: Client) -> None:
        case = exchange(shop)
        come_in(client, shop.order)
        for score in ("", "0", "6", "five", "4.5", "\x00", "-1", "٣"):
            assert rate(client, case, score=score) == 422, score
            assert not Rating.objects.exists(), score

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
