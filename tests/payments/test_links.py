"""Payments by link: opened at the provider, paid by a customer, ended, given back when late."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core import clock, documents
from core.models import Event
from core.money import ZERO
from notifications.models import Message
from orders.models import PaymentMethod
from payments import linking, noticing, queries, services, sweeps
from payments.models import MoneyOperation, PaymentRequest, ProviderNotice
from payments.rules import reminds_at
from payments.services import MoneyUnknown
from tests.factories.cases import NOW
from tests.factories.money import carry_out, run
from tests.payments.bank import Bank
from tests.payments.desk import Desk, deliver, laws_hold, make_desk

pytestmark = pytest.mark.django_db
PURPOSE = "exchange:7"
AN_HOUR = dt.timedelta(hours=1)


def ask(desk: Desk, amount: str = "43.30", content: str = "a", **more: Any) -> PaymentRequest:
    request = run(
        services.request_payment,
        **{
            "partner_id": desk.order.partner_id,
            "case": "return:1",
            "purpose": PURPOSE,
            "order_id": desk.order.pk,
            "amount": Decimal(amount),
            "currency": "EUR",
            "customer_id": desk.order.customer_id,
            "content_hash": content,
            "expires_at": clock.database_now() + AN_HOUR,
        }
        | more,
    )
    linking.follow_requests(now=NOW)
    request.refresh_from_db()
    return request


def collect(desk: Desk) -> MoneyOperation:
    """Charge the card for the same, as an agent may."""
    operation: MoneyOperation = run(
        services.collect,
        partner_id=desk.order.partner_id,
        case="return:1",
        purpose=PURPOSE,
        order_id=desk.order.pk,
        amount=Decimal("43.30"),
        currency="EUR",
        payment_method_id=desk.card.pk,
    )
    return operation


def look(ahead: dt.timedelta = dt.timedelta(minutes=3)) -> None:
    clock.shift_database_clock(ahead)
    linking.follow_requests(now=NOW + ahead)


class TestLink:
    @pytest.mark.causes("payment_link", "payment_received")
    def test_is_sent_to_the_customer_and_paid_once(self, bank: Bank) -> None:
        desk = make_desk(bank)
        request = ask(desk)
        deliver()
        letter = Message.objects.get()
        assert letter.template == "payment_link"
        assert request.url in documents.read(letter.content).decode()
        assert "43.30 EUR" in bank.open(request.url)
        assert "Paid" in bank.pay(request.url)
        look()
        request.refresh_from_db()
        facts = queries.get_money(PURPOSE)
        assert (request.state, facts.captured, bank.taken()[1:]) == (
            "paid",
            Decimal("43.30"),
            ["43.30"],
        )
        assert desk.order.tenders.get(position=2).captured == Decimal("43.30")
        look(AN_HOUR)
        assert MoneyOperation.objects.count() == 1
        laws_hold()

    @pytest.mark.causes("payment_reminder")
    def test_is_reminded_of_once_in_its_last_quarter(self, bank: Bank) -> None:
        request = ask(make_desk(bank), now=clock.database_now())
        clock.shift_database_clock(AN_HOUR / 2)
        assert sweeps.remind_of_payments(now=NOW) == 0
        clock.shift_database_clock(AN_HOUR * 4 / 5)
        assert [sweeps.remind_of_payments(now=NOW) for _ in range(2)] == [1, 0]
        deliver()
        letter = Message.objects.get(template="payment_reminder")
        assert request.url in documents.read(letter.content).decode()
        assert letter.act_by == request.expires_at

    @pytest.mark.parametrize("what", ["paid", "withdrawn", "expired"])
    def test_is_reminded_of_no_more_when_it_is_over(self, bank: Bank, what: str) -> None:
        desk = make_desk(bank)
        request = ask(desk, now=clock.database_now())
        if what == "paid":
            bank.pay(request.url)
        elif what == "withdrawn":
            services.withdraw_request(request_id=request.pk, **desk.who())
        look(AN_HOUR * (2 if what == "expired" else 4 / 5))
        assert PaymentRequest.objects.get().state == what
        assert sweeps.remind_of_payments(now=NOW) == 0

    def test_is_reminded_of_nobody_who_is_paying(self, bank: Bank) -> None:
        """What became of their card is not known yet: a letter would make them pay twice."""
        desk = make_desk(bank)
        ask(desk, now=clock.database_now())
        bank.behave(hang_up_before=1)
        collect(desk)
        carry_out()
        clock.shift_database_clock(AN_HOUR * 4 / 5)
        assert sweeps.remind_of_payments(now=NOW) == 0

    @pytest.mark.parametrize(
        ("life", "before"),
        [
            (dt.timedelta(minutes=30), None),
            (dt.timedelta(hours=2), dt.timedelta(minutes=30)),
            (dt.timedelta(days=2), dt.timedelta(hours=12)),
            (dt.timedelta(days=14), dt.timedelta(days=1)),
        ],
    )
    def test_is_reminded_of_by_the_time_it_holds(self, life, before) -> None:
        due = reminds_at(asked_at=NOW, expires_at=NOW + life)
        assert due == (NOW + life - before if before else None)

    def test_shows_what_was_declined_and_takes_another_card(self, bank: Bank) -> None:
        desk = make_desk(bank)
        request = ask(desk)
        assert "was declined" in bank.pay(request.url, "4000 0000 0000 0002")
        assert "Your bank asks" in bank.pay(request.url, "4000 0000 0000 3220")
        assert "did not confirm" in bank.pay(request.url, "4000 0000 0000 3220", confirmed="no")
        look()
        assert queries.get_money(PURPOSE).declined
        bank.pay(request.url, "4000 0000 0000 3220", confirmed="yes")
        look(AN_HOUR / 2)
        tries = MoneyOperation.objects.order_by("pk")
        assert [one.state for one in tries] == ["declined", "declined", "succeeded"]
        assert len({one.provider_reference for one in tries}) == 3

    def test_asked_for_again_is_the_same_and_changed_is_another(self, bank: Bank) -> None:
        desk = make_desk(bank)
        first = ask(desk)
        assert ask(desk).pk == first.pk
        second = ask(desk, "48.30", "b")
        first.refresh_from_db()
        assert (first.state, second.state) == ("withdrawn", "open")
        assert "has ended" in bank.open(first.url)
        assert "48.30" in bank.open(second.url)

    def test_is_not_made_while_money_is_unknown(self, bank: Bank) -> None:
        desk = make_desk(bank)
        bank.behave(hang_up_before=1)
        collect(desk)
        carry_out()
        with pytest.raises(MoneyUnknown):
            ask(desk)

    @pytest.mark.parametrize("ended", ["expired", "withdrawn"])
    @pytest.mark.causes("payment_late")
    def test_paid_after_it_ended_goes_back_by_itself(self, bank: Bank, ended: str) -> None:
        desk = make_desk(bank)
        request = ask(desk)
        bank.act("pay", id=request.provider_reference, card="4242424242424242", late="1")
        if ended == "withdrawn":
            services.withdraw_request(request_id=request.pk, **desk.who())
        look(AN_HOUR if ended == "expired" else dt.timedelta(minutes=3))
        request.refresh_from_db()
        assert (request.state, request.paid_late_at is not None) == (ended, True)
        assert queries.get_money(PURPOSE).captured == ZERO
        carry_out(ahead=2 * AN_HOUR)
        assert bank.refunded() == ["43.30"]
        deliver()
        letters = Message.objects.order_by("pk").values_list("template", flat=True)
        assert "payment_late" in letters
        laws_hold()

    def test_ends_with_its_time_and_is_looked_at_no_more(self, bank: Bank) -> None:
        desk = make_desk(bank)
        request = ask(desk)
        look(AN_HOUR)
        look(2 * AN_HOUR)
        request.refresh_from_db()
        assert (request.state, request.due_at) == ("expired", None)
        assert "has ended" in bank.open(request.url)

    def test_opens_one_page_when_the_answer_is_lost(self, bank: Bank) -> None:
        desk = make_desk(bank)
        bank.behave(hang_up_after=1)
        request = ask(desk)
        assert request.url == ""
        look()
        request.refresh_from_db()
        assert request.url
        assert len(bank.state()["checkout"]) == 1


class TestAHoldByLink:
    """Nothing is taken: the amount is held, and the card is kept to charge for what stays away."""

    def ask(self, desk: Desk, **more: Any) -> PaymentRequest:
        return ask(desk, kind="authorise", **more)

    @pytest.mark.causes("card_hold_link", "card_held")
    def test_is_asked_for_and_made_on_the_provider_s_page(self, bank: Bank) -> None:
        desk = make_desk(bank)
        request = self.ask(desk)
        deliver()
        assert Message.objects.get().template == "card_hold_link"
        assert "Nothing is taken now" in bank.open(request.url)
        assert "Held on your card. Nothing was taken." in bank.pay(request.url)
        look()
        deliver()
        request.refresh_from_db()
        facts = queries.get_money(PURPOSE)
        assert (request.state, facts.authorised, facts.captured) == ("paid", Decimal("43.30"), ZERO)
        assert desk.order.tenders.count() == 1
        assert Message.objects.filter(template="card_held").count() == 1
        laws_hold()

    def test_keeps_the_card_with_its_consent_once(self, bank: Bank) -> None:
        desk = make_desk(bank)
        PaymentMethod.objects.all().delete()
        for times, content in enumerate("ab", start=1):
            bank.pay(self.ask(desk, content=content).url, "5555 5555 5555 4444")
            look(times * dt.timedelta(minutes=3))
        card = PaymentMethod.objects.get()
        assert (card.token, card.label, card.consent) == (
            "card_4444",
            "Mastercard ·· 4444",
            PURPOSE,
        )
        holds = MoneyOperation.objects.filter(kind="authorise", payment_method=card)
        assert holds.count() == 2

    def test_is_renewed_on_that_card_before_it_lapses(self, bank: Bank) -> None:
        desk = make_desk(bank)
        PaymentMethod.objects.all().delete()
        bank.pay(self.ask(desk).url)
        look()
        hold = MoneyOperation.objects.get(kind="authorise")
        assert hold.valid_until
        renewed = run(services.renew_card_hold, hold_id=hold.pk)
        carry_out(ahead=AN_HOUR)
        assert renewed.payment_method == PaymentMethod.objects.get()
        assert queries.get_running_hold(PURPOSE) == renewed

    @pytest.mark.causes("card_hold_late")
    def test_that_came_too_late_is_let_go(self, bank: Bank) -> None:
        desk = make_desk(bank)
        PaymentMethod.objects.all().delete()
        request = self.ask(desk)
        bank.act("pay", id=request.provider_reference, card="4242424242424242", late="1")
        look(AN_HOUR)
        carry_out(ahead=2 * AN_HOUR)
        deliver()
        assert queries.get_money(PURPOSE).authorised == ZERO
        assert bank.state()["payment"][-1]["status"] == "voided"
        assert Message.objects.filter(template="card_hold_late").count() == 1
        assert not PaymentMethod.objects.exists()
        laws_hold()

    def test_and_a_payment_are_two_requests(self, bank: Bank) -> None:
        desk = make_desk(bank)
        first, second = ask(desk), self.ask(desk)
        first.refresh_from_db()
        assert (first.state, second.state) == ("withdrawn", "open")


@pytest.mark.django_db(transaction=True)
class TestNotices:
    """Repeated, shuffled or late: the state is the one that good order would have made."""

    def test_bring_a_payment_home_at_once(self, bank: Bank, live_server: Any) -> None:
        bank.forget(desk=live_server.url)
        desk = make_desk(bank)
        bank.behave(repeat=1, reorder=1)
        request = ask(desk)
        bank.pay(request.url, "4000 0000 0000 0002")
        bank.pay(request.url)
        bank.tick()
        noticing.settle_notices(now=NOW)
        request.refresh_from_db()
        assert request.state == "paid"
        assert queries.get_money(PURPOSE).captured == Decimal("43.30")
        states = set(ProviderNotice.objects.values_list("state", flat=True))
        assert states <= {"done", "parked"}  # the order's own payment is not one of ours
        laws_hold()

    def test_find_the_answer_that_was_lost(self, bank: Bank, live_server: Any) -> None:
        bank.forget(desk=live_server.url)
        desk = make_desk(bank)
        bank.behave(hang_up_after=1)
        run(
            services.collect,
            partner_id=desk.order.partner_id,
            case="return:1",
            purpose=PURPOSE,
            order_id=desk.order.pk,
            amount=Decimal("43.30"),
            currency="EUR",
            payment_method_id=desk.card.pk,
        )
        carry_out()
        assert queries.get_money(PURPOSE).unknown
        bank.tick()
        noticing.settle_notices(now=NOW)
        carry_out()
        assert queries.get_money(PURPOSE).captured == Decimal("43.30")
        kinds = Event.objects.filter(kind__startswith="money.").order_by("pk")
        assert [one.kind for one in kinds][-2:] == ["money.unknown", "money.succeeded"]
