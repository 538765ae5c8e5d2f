"""Prices set by hand, fees, and the second person's yes: for one content, void on any change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange, Quote
from exchanges.rules import Assent, OutboundReason
from exchanges.states import ExchangeState as S
from notifications.models import Message
from notifications.queries import read_message
from tests.factories.cases import bring_back
from tests.factories.letters import publish_wording
from tests.factories.people import make_user
from tests.factories.swaps import NOW, act_on, make_swap, open_exchange

D = Decimal

pytestmark = pytest.mark.django_db


def agree_price(exchange: Exchange, price: str | None, **who: Any) -> Exchange:
    agreed = {1: None if price is None else D(price)}
    return services.adjust_quote(
        **act_on(exchange, agreed=agreed, reason="A scratch we knew of.") | who
    )


def approve(exchange: Exchange, by: Actor | None = None) -> Approval:
    asked = Approval.objects.get(subject=f"exchange:{exchange.pk}", state="asked")
    return approvals.approve(
        approval_id=asked.pk,
        content_hash=asked.content_hash,
        proved_at=NOW,
        actor=by or Actor.user(make_user(Role.LEAD)),
        op_id=uuid4(),
        now=NOW,
    )


def newest(exchange: Exchange) -> Quote:
    return Quote.objects.filter(exchange=exchange).latest("number")


class TestPriceByHand:
    def test_asks_a_second_person_and_says_what_it_costs(self) -> None:
        agent = Actor.user(make_user())
        exchange = agree_price(open_exchange(make_swap()), "30.00", actor=agent)
        quote = newest(exchange)
        assert (quote.due, quote.approval_kind) == (D("-10.80"), "manual_price")
        assert quote.inputs["approval"]["cost"] == "10.80"
        asked = Approval.objects.get()
        assert (exchange.state, asked.content_hash) == (S.PENDING_APPROVAL, quote.content_hash)
        assert asked.requested_by_id == asked.last_edited_by_id == agent.user_id

    def test_goes_back_to_policy_and_needs_nobody(self) -> None:
        exchange = agree_price(open_exchange(make_swap()), "30.00")
        exchange = agree_price(exchange, None)
        assert (exchange.state, newest(exchange).due) == (S.AWAITING_GOODS, 0)
        assert Approval.objects.get().state == "void"

    @pytest.mark.parametrize("price", ["-1", "30.001", "NaN", "1E+40"])
    def test_is_refused_where_it_is_no_price(self, price: str) -> None:
        exchange = open_exchange(make_swap())
        with pytest.raises(BadInput):
            agree_price(exchange, price)
        assert Quote.objects.count() == 1

    def test_lets_nobody_approve_their_own(self) -> None:
        lead = Actor.user(make_user(Role.LEAD))
        exchange = agree_price(open_exchange(make_swap()), "30.00", actor=lead)
        with pytest.raises(ActionBlocked):
            approve(exchange, by=lead)

    @pytest.mark.causes("approval_wanted", "approval_given")
    def test_goes_on_by_itself_once_approved_and_tells_both(self) -> None:
        lead = make_user(Role.LEAD)
        agent = make_user()
        exchange = agree_price(open_exchange(make_swap()), "30.00", actor=Actor.user(agent))
        approve(exchange, by=Actor.user(lead))
        deliveries.deliver_due()
        exchange.refresh_from_db()
        assert exchange.state == S.AWAITING_GOODS
        told = Message.objects.filter(template__startswith="approval").order_by("pk")
        assert [(each.template, each.person) for each in told] == [
            ("approval_wanted", f"user:{lead.pk}"),
            ("approval_given", f"user:{agent.pk}"),
        ]

    def test_is_asked_for_in_one_language_whatever_dates_a_lead_reads(self) -> None:
        """German amounts in the desk's English; all of it German once a wording was published."""
        exchange = open_exchange(make_swap())
        publish_wording("approval_wanted", locale="de", body="Zu klären: {{ due_text }}\n")
        for locale in ("es", "de-AT"):
            make_user(Role.LEAD, email=f"{locale}@desk.example", locale=locale)
        agree_price(exchange, "30.00")
        deliveries.deliver_due()
        told = Message.objects.filter(template="approval_wanted").order_by("locale")
        bodies = {each.locale: read_message(each).body for each in told}
        assert set(bodies) == {"de", "en"}
        assert bodies["de"].startswith("Zu klären: wir erstatten")
        assert "To settle: we refund 10,80" in bodies["en"]

    def test_stays_until_it_is_changed_when_denied(self) -> None:
        exchange = agree_price(open_exchange(make_swap()), "30.00")
        asked = Approval.objects.get()
        approvals.reject(
            approval_id=asked.pk,
            reason="Too much.",
            proved_at=NOW,
            actor=Actor.user(make_user(Role.LEAD)),
            op_id=uuid4(),
            now=NOW,
        )
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        exchange.refresh_from_db()
        facts = queries.read_facts(exchange)
        assert (exchange.state, facts.assent) == (S.PENDING_APPROVAL, Assent.REJECTED)
        services.ask_approval(**act_on(exchange))
        assert queries.read_facts(exchange).assent == Assent.ASKED

    def test_counts_no_more_once_the_approver_lost_the_right(self) -> None:
        lead = make_user(Role.LEAD)
        exchange = agree_price(open_exchange(make_swap()), "30.00")
        approve(exchange, by=Actor.user(lead))
        lead.memberships.all().delete()
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        exchange.refresh_from_db()
        awaits = queries.describe_exchange(exchange, permissions=[]).awaits
        assert awaits[0].reason is OutboundReason.AWAITING_APPROVAL
        with pytest.raises(ActionBlocked):
            services.release_replacement(**act_on(exchange))


class TestShippingFee:
    def test_makes_a_new_quote_and_a_new_order_that_takes_the_place_of_the_old(self) -> None:
        exchange = open_exchange(make_swap())
        first = exchange.replacement_order
        exchange = services.adjust_quote(
            **act_on(exchange, shipping_fee=D("5.00"), reason="Express")
        )
        assert first is not None
        first.refresh_from_db()
        order = exchange.replacement_order
        assert order is not None
        assert (first.state, order.grand_total) == ("cancelled", D("48.20"))
        assert (newest(exchange).due, newest(exchange).needed) == (D("5.00"), D("5.00"))
        assert queries.read_facts(exchange).holds.covers_all

    def test_wants_a_reason(self) -> None:
        with pytest.raises(BadInput):
            services.adjust_quote(
                **act_on(open_exchange(make_swap()), shipping_fee=D(5), reason="  ")
            )


class TestDirectSQL:
    """A hand at the database gets no further than the desk."""

    def leap(self, exchange: Exchange, state: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchanges_exchange SET state = %s WHERE id = %s", [state, exchange.pk]
            )

    @pytest.mark.parametrize("state", ["releasing", "in_transit", "delivered", "completed"])
    def test_lets_nothing_leave_with_money_due(self, state: str) -> None:
        exchange = open_exchange(make_swap(price="64.80", price_policy="current"))
        with pytest.raises(IntegrityError, match=r"with 0 of 21.6\d* captured"):
            self.leap(exchange, state)

    def test_lets_nothing_leave_unapproved(self) -> None:
        exchange = agree_price(open_exchange(make_swap()), "30.00")
        with pytest.raises(IntegrityError, match="without its approval"):
            self.leap(exchange, "in_transit")
        approve(exchange)
        self.leap(exchange, "in_transit")

    def test_lets_nothing_leave_without_a_quote(self) -> None:
        exchange = open_exchange(make_swap())
        exchange.accepted_quote = None
        exchange.save()
        with pytest.raises(IntegrityError, match="without an accepted quote"):
            self.leap(exchange, "releasing")
