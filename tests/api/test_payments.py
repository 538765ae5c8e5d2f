"""Payments by the API: what was asked of providers, what came of it, and what went back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.events import reference
from exchanges.models import Exchange
from payments import services
from payments.models import MoneyOperation
from tests.api.calls import get, problem_of
from tests.factories.desk import make_swap_today
from tests.factories.keys import make_key, program
from tests.factories.money import carry_out, make_account, make_card, run
from tests.factories.people import make_partner
from tests.factories.swaps import open_exchange
from tests.payments.bank import Bank


@pytest.fixture
def exchange(db: None) -> Exchange:
    swap = make_swap_today(available=5)
    make_account(swap.order.partner_id)
    return open_exchange(swap)


def ask(exchange: Exchange, command: Any = services.collect, **more: Any) -> MoneyOperation:
    """Something asked of the provider for this exchange, on a card on file."""
    card = make_card(exchange.return_case.customer)
    return run(
        command,
        partner_id=exchange.partner_id,
        case=exchange.case,
        purpose=reference(exchange),
        order_id=exchange.replacement_order_id,
        currency="EUR",
        payment_method_id=card.pk,
        **{"amount": Decimal("12.00")} | more,
    )


def tell(shop: Client, operation: MoneyOperation, **asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = get(shop, f"payments/{operation.public_id}", **asked).json()
    return told


class TestAPayment:
    def test_tells_what_was_taken_and_for_what(
        self, shop: Client, bank: Bank, exchange: Exchange
    ) -> None:
        taken = ask(exchange)
        carry_out()
        told = tell(shop, taken)
        assert (told["kind"], told["state"]) == ("capture", "succeeded")
        assert told["amount"] == {"amount": "12.00", "currency": "EUR"}
        assert told["case"]["id"] == exchange.return_case.public_id
        assert told["exchange"] == exchange.public_id
        assert exchange.replacement_order
        assert told["order"] == exchange.replacement_order.public_id

    def test_tells_nothing_of_the_card_or_of_the_provider(
        self, shop: Client, bank: Bank, exchange: Exchange
    ) -> None:
        taken = ask(exchange)
        carry_out()
        taken.refresh_from_db()
        said = get(shop, f"payments/{taken.public_id}").content.decode()
        for secret in ("4242", "Visa", taken.provider_reference, str(taken.idempotency_key)):
            assert secret not in said

    def test_is_unknown_while_nobody_knows(
        self, shop: Client, bank: Bank, exchange: Exchange
    ) -> None:
        bank.behave(hang_up_after=1)
        taken = ask(exchange)
        carry_out()
        told = tell(shop, taken)
        assert (told["state"], told["ended_at"]) == ("unknown", None)
        (prove,) = (each for each in told["allowed_actions"] if each["action"] == "prove")
        assert "Only a person" in prove["reasons"][0]
        assert get(shop, "payments", state="unknown").json()["data"][0]["id"] == told["id"]

    def test_says_why_it_was_declined(self, shop: Client, bank: Bank, exchange: Exchange) -> None:
        bank.behave(decline_from=10)
        taken = ask(exchange)
        carry_out()
        told = tell(shop, taken)
        assert (told["state"], told["declined_because"]) == ("declined", "amount_too_large")

    def test_tells_what_of_it_went_back(self, shop: Client, bank: Bank, exchange: Exchange) -> None:
        taken = ask(exchange)
        carry_out()
        before = get(shop, f"payments/{taken.public_id}")
        (back,) = run(
            services.refund_payment,
            purpose=reference(exchange),
            amount=Decimal("5.00"),
            reason="cancelled",
        )
        pending = tell(shop, taken)
        assert (pending["refunded"]["amount"], pending["refund_pending"]["amount"]) == (
            "0.00",
            "5.00",
        )
        MoneyOperation.objects.filter(pk=back.pk).update(due_at=back.planned_at)
        carry_out()
        after = get(shop, f"payments/{taken.public_id}", expand="follow_ups")
        told = after.json()
        assert (told["refunded"]["amount"], told["refund_pending"]["amount"]) == ("5.00", "0.00")
        (refund,) = told["follow_ups"]
        assert (refund["id"], refund["kind"], refund["state"]) == (
            back.public_id,
            "refund",
            "succeeded",
        )
        assert tell(shop, back)["of"] == taken.public_id
        assert before["ETag"] != after["ETag"]

    def test_tells_of_a_hold_until_when_it_holds(
        self, shop: Client, bank: Bank, exchange: Exchange
    ) -> None:
        hold = ask(exchange, services.hold_card)
        carry_out()
        assert tell(shop, hold)["held_until"] is not None
        gone = run(services.release_card_hold, purpose=reference(exchange))
        assert gone
        told = tell(shop, gone)
        assert (told["kind"], told["of"]) == ("void", hold.public_id)
        assert tell(shop, hold)["follow_ups"] == [gone.public_id]


class TestPayments:
    def test_are_listed_by_case_by_exchange_and_in_pages(
        self, shop: Client, exchange: Exchange
    ) -> None:
        first = ask(exchange, services.hold_card)
        second = ask(exchange)
        case = exchange.return_case
        for asked in (
            {"case": case.public_id},
            {"case": case.number},
            {"exchange": exchange.public_id},
            {"exchange": exchange.number},
        ):
            rows = get(shop, "payments", **asked).json()["data"]
            assert [row["id"] for row in rows] == [second.public_id, first.public_id], asked
        page = get(shop, "payments", limit=1).json()
        rest = get(shop, "payments", limit=1, cursor=page["next"]).json()
        assert [row["id"] for row in page["data"] + rest["data"]] == [
            second.public_id,
            first.public_id,
        ]
        assert get(shop, "payments", kind="refund").json()["data"] == []

    def test_of_a_foreign_case_are_not_there(self, exchange: Exchange) -> None:
        operation = ask(exchange)
        rival = program(make_key(partner=make_partner("rival")))
        for address in (f"payments/{operation.public_id}", "payments/mop_none"):
            problem_of(get(rival, address), 404)
        for asked in ({"case": exchange.return_case.public_id}, {"exchange": exchange.number}):
            problem_of(get(rival, "payments", **asked), 404)

    def test_cost_as_many_statements_for_many_as_for_one(
        self, shop: Client, exchange: Exchange, django_assert_max_num_queries: Any
    ) -> None:
        ask(exchange)
        ask(exchange, services.hold_card)
        with django_assert_max_num_queries(14):
            get(shop, "payments")
