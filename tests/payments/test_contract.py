"""What every provider has to keep to, whoever it is: the same tests for each.

With STRIPE_TEST_KEY in the environment Stripe's own test mode is one of them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import clock
from payments.gateways.port import (
    CheckoutOrder,
    Instruction,
    NothingHappened,
    OutcomeUnknown,
    Status,
)
from tests.payments.fake_stripe import FakeStripe, serving
from tests.payments.sides import Side, make_live, make_sandbox, make_stripe

HERE = ["sandbox", "stripe"]
EVERYWHERE = [*HERE, "stripe-live"] if os.environ.get("STRIPE_TEST_KEY") else HERE
KINDS = ["capture", "authorise", "capture a hold", "void", "refund"]
A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def fake_stripe() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


@pytest.fixture(params=EVERYWHERE)
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Side:
    match request.param:
        case "sandbox":
            bank, settings = (request.getfixturevalue(one) for one in ("bank", "settings"))
            return make_sandbox(bank, settings)
        case "stripe":
            return make_stripe(request.getfixturevalue("fake_stripe"), monkeypatch)
    return make_live(os.environ["STRIPE_TEST_KEY"], monkeypatch)


def prepare(side: Side, kind: str) -> Instruction:
    """An instruction of that kind, with whatever has to be there before it."""
    match kind:
        case "capture a hold":
            return side.instruct("capture", "12.00", payment=side.do("authorise").reference)
        case "void":
            return side.instruct("void", payment=side.do("authorise").reference)
        case "refund":
            return side.instruct("refund", "12.00", payment=side.do("capture").reference)
    return side.instruct(kind)


def movements(side: Side) -> list[tuple[str, str, Decimal]]:
    now = clock.now()
    listed = side.gateway.list_movements(side.access, since=now - A_MINUTE, until=now + A_MINUTE)
    return [(one.kind, one.reference, one.amount) for one in listed]


class TestCharging:
    def test_a_card_on_file_is_charged(self, side: Side) -> None:
        what = side.instruct("capture")
        outcome = side.gateway.carry_out(side.access, what)
        assert outcome.status == Status.SUCCEEDED
        assert outcome.label.endswith("4242")
        assert side.gateway.fetch_payment(side.access, outcome.reference)[0] == what.reference

    @pytest.mark.parametrize("kind", ["capture", "authorise"])
    @pytest.mark.parametrize(
        ("card", "code"),
        [
            ("declined", "card_declined"),
            ("poor", "insufficient_funds"),
            ("asks", "authentication_required"),
        ],
    )
    def test_a_decline_has_its_code_and_is_found_again(
        self, side: Side, card: str, code: str, kind: str
    ) -> None:
        what = side.instruct(kind, method=side.cards[card])
        outcome = side.gateway.carry_out(side.access, what)
        assert (outcome.status, outcome.code) == (Status.DECLINED, code)
        found = side.gateway.find(side.access, what)
        assert found is not None
        assert (found.status, found.code) == (Status.DECLINED, code)
        assert what.reference not in [one[1] for one in movements(side)]

    def test_a_card_nobody_knows_is_declined(self, side: Side) -> None:
        assert side.do("capture", method="pm_none").status == Status.DECLINED


class TestHolds:
    def test_a_part_is_taken_once(self, side: Side) -> None:
        held = side.do("authorise", "108.00")
        assert held.valid_until > clock.now()
        part = side.instruct("capture", "27.00", payment=held.reference)
        taken = side.gateway.carry_out(side.access, part)
        assert (taken.status, taken.reference) == (Status.SUCCEEDED, held.reference)
        assert side.do("capture", "81.00", payment=held.reference).status == Status.DECLINED
        assert [one[2] for one in movements(side) if one[0] == "capture"] == [Decimal("27.00")]
        assert side.do("refund", "27.01", payment=held.reference).status == Status.DECLINED

    def test_no_more_is_taken_than_is_held(self, side: Side) -> None:
        held = side.do("authorise", "10.00")
        assert side.do("capture", "10.01", payment=held.reference).status == Status.DECLINED

    def test_a_released_one_cannot_be_taken(self, side: Side) -> None:
        held = side.do("authorise")
        assert side.do("void", payment=held.reference).status == Status.SUCCEEDED
        assert side.do("capture", payment=held.reference).status == Status.DECLINED

    def test_a_taken_one_cannot_be_released(self, side: Side) -> None:
        held = side.do("authorise")
        side.do("capture", payment=held.reference)
        assert side.do("void", payment=held.reference).status == Status.DECLINED


class TestRefunds:
    def test_part_and_rest_and_no_cent_more(self, side: Side) -> None:
        payment = side.do("capture").reference
        first = side.instruct("refund", "10.00", payment=payment)
        part = side.gateway.carry_out(side.access, first)
        assert part.status == Status.SUCCEEDED
        assert side.do("refund", "33.31", payment=payment).status == Status.DECLINED
        rest = side.do("refund", "33.30", payment=payment)
        assert (rest.status, rest.reference != part.reference) == (Status.SUCCEEDED, True)
        assert side.do("refund", "0.01", payment=payment).status == Status.DECLINED
        reference, outcome = side.gateway.fetch_refund(side.access, part.reference)
        assert (reference, outcome.status) == (first.reference, Status.SUCCEEDED)

    def test_one_nobody_knows_is_not_there(self, side: Side) -> None:
        with pytest.raises(LookupError):
            side.gateway.fetch_refund(side.access, "re_none")


class TestKeys:
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_same_twice_is_one(self, side: Side, kind: str) -> None:
        what = prepare(side, kind)
        first = side.gateway.carry_out(side.access, what)
        before = movements(side)
        assert side.gateway.carry_out(side.access, what) == first
        assert (first.status, movements(side)) == (Status.SUCCEEDED, before)

    @pytest.mark.parametrize("kind", ["capture", "refund"])
    def test_another_request_under_it_says_nothing_of_the_first(
        self, side: Side, kind: str
    ) -> None:
        what = prepare(side, kind)
        side.gateway.carry_out(side.access, what)
        before = movements(side)
        with pytest.raises(OutcomeUnknown):
            side.gateway.carry_out(side.access, dataclasses.replace(what, amount=Decimal("1.00")))
        assert movements(side) == before


class TestLostAnswers:
    @pytest.mark.parametrize("kind", KINDS)
    def test_before_it_was_done_nothing_is_found_and_the_same_key_does_it(
        self, side: Side, kind: str
    ) -> None:
        what = prepare(side, kind)
        side.lose("before")
        with pytest.raises(OutcomeUnknown):
            side.gateway.carry_out(side.access, what)
        assert side.gateway.find(side.access, what) is None
        assert side.gateway.carry_out(side.access, what).status == Status.SUCCEEDED

    @pytest.mark.parametrize("kind", KINDS)
    def test_after_it_was_done_it_is_found_by_our_reference(self, side: Side, kind: str) -> None:
        what = prepare(side, kind)
        side.lose("after")
        with pytest.raises(OutcomeUnknown):
            side.gateway.carry_out(side.access, what)
        found = side.gateway.find(side.access, what)
        assert found is not None
        assert found.status == Status.SUCCEEDED
        before = movements(side)
        assert side.gateway.carry_out(side.access, what).reference == found.reference
        assert movements(side) == before

    def test_nobody_at_the_door_means_nothing_happened(self, side: Side) -> None:
        what = side.instruct("capture")
        side.leave()
        with pytest.raises(NothingHappened):
            side.gateway.carry_out(side.access, what)


class TestTheirList:
    def test_has_what_moved_in_order_and_in_the_currency_paid(self, side: Side) -> None:
        taken = side.instruct("capture")
        payment = side.gateway.carry_out(side.access, taken).reference
        back = side.instruct("refund", "10.00", payment=payment)
        side.gateway.carry_out(side.access, back)
        side.do("authorise")
        ours = {taken.reference, back.reference}
        assert [one for one in movements(side) if one[1] in ours] == [
            ("capture", taken.reference, Decimal("43.30")),
            ("refund", back.reference, Decimal("10.00")),
        ]

    def test_has_nothing_of_another_time(self, side: Side) -> None:
        side.do("capture")
        since = clock.now() + A_MINUTE
        assert not list(
            side.gateway.list_movements(side.access, since=since, until=since + A_MINUTE)
        )


def order_page(**more: Any) -> CheckoutOrder:
    said: dict[str, Any] = {
        "key": str(uuid4()),
        "reference": f"prq_{uuid4().hex}",
        "amount": Decimal("43.30"),
        "currency": "EUR",
        "title": "Shop: 1001",
        "expires_at": clock.now() + dt.timedelta(days=7),
        "return_url": "https://shop.example/thanks",
        "locale": "de-DE",
    }
    return CheckoutOrder(**said | more)


class TestPages:
    def test_is_one_per_key_until_it_is_taken_down(self, side: Side) -> None:
        order = order_page()
        opened = side.gateway.open_checkout(side.access, order)
        assert side.gateway.open_checkout(side.access, order) == opened
        assert side.gateway.fetch_checkout(side.access, opened.reference).is_open
        for _ in range(2):
            side.gateway.close_checkout(side.access, opened.reference)
            assert not side.gateway.fetch_checkout(side.access, opened.reference).is_open

    @pytest.mark.parametrize("side", HERE, indirect=True)
    def test_tells_each_try_and_can_be_refunded(self, side: Side) -> None:
        order = order_page()
        opened = side.gateway.open_checkout(side.access, order)
        assert side.pay
        side.pay(opened, "declined")
        assert side.gateway.fetch_checkout(side.access, opened.reference).is_open
        side.pay(opened, "good")
        found = side.gateway.fetch_checkout(side.access, opened.reference)
        assert not found.is_open
        assert [(one.status, one.code, one.amount, one.currency) for one in found.attempts] == [
            (Status.DECLINED, "card_declined", Decimal("43.30"), "EUR"),
            (Status.SUCCEEDED, "", Decimal("43.30"), "EUR"),
        ]
        assert found.attempts[0].payment != found.attempts[1].payment
        payment = found.attempts[1].payment
        assert side.gateway.fetch_payment(side.access, payment)[0] == order.reference
        assert side.do("refund", "43.30", payment=payment).status == Status.SUCCEEDED

    @pytest.mark.parametrize("side", HERE, indirect=True)
    def test_may_hold_an_amount_and_keep_the_card(self, side: Side) -> None:
        order = order_page(is_hold=True)
        opened = side.gateway.open_checkout(side.access, order)
        assert side.pay
        side.pay(opened, "good")
        (found,) = side.gateway.fetch_checkout(side.access, opened.reference).attempts
        assert (found.status, found.amount) == (Status.SUCCEEDED, Decimal("43.30"))
        assert found.method == side.cards["good"]
        assert found.valid_until
        assert found.valid_until > clock.now() + dt.timedelta(days=6)
        assert [kind for kind, _, _ in movements(side) if kind == "capture"] == []
        assert side.do("void", payment=found.payment).status == Status.SUCCEEDED
