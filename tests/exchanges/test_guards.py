"""Which buttons are open when, as tables, and the sentence that stands on a closed one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from exchanges import rules
from exchanges.rules import Assent, ExchangeFacts, Goods, HoldFacts, OutboundReason
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType

D = Decimal
HELD = HoldFacts(wanted=1, active=1)
ENDED = HoldFacts(wanted=1, ended_at=dt.datetime(2026, 11, 6, 9, 36, tzinfo=dt.UTC))
EVEN = ExchangeFacts(
    state=S.AWAITING_GOODS,
    type=ExchangeType.REGULAR,
    return_state="authorised",
    currency="EUR",
    due=D(0),
    outbound=D("43.20"),
    reckoned=D("43.20"),
    holds=HELD,
    clock_zone=ZoneInfo("Europe/Berlin"),
)
ARRIVED = replace(EVEN, goods=Goods.ACCEPTED, credit=D("43.20"), return_state="settling")
QUOTED = replace(EVEN, state=S.QUOTED)


class TestOutboundHolds:
    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            (EVEN, ["AWAITING_GOODS"]),
            (QUOTED, ["NOT_ACCEPTED", "AWAITING_GOODS"]),
            (replace(EVEN, needed=D("43.30")), ["AWAITING_PAYMENT", "AWAITING_GOODS"]),
            (replace(EVEN, goods=Goods.REFUSED), ["GOODS_REFUSED"]),
            (replace(EVEN, due=D(-18)), ["AWAITING_GOODS"]),
            (ARRIVED, []),
            (replace(ARRIVED, credit=D("40.00")), ["CREDIT_CHANGED"]),
            (replace(ARRIVED, holds=ENDED), ["HOLD_MISSING"]),
            (replace(EVEN, type=ExchangeType.ADVANCED), []),
            (
                replace(EVEN, type=ExchangeType.ADVANCED_PREPAID, needed=D("43.20")),
                ["AWAITING_PAYMENT"],
            ),
            (replace(ARRIVED, assent=Assent.ASKED), ["AWAITING_APPROVAL"]),
            (replace(ARRIVED, is_unknown=True), ["MONEY_UNKNOWN"]),
            (replace(EVEN, state=S.IN_TRANSIT), []),
        ],
    )
    def test_name_everything_that_is_missing(
        self, facts: ExchangeFacts, expected: list[str]
    ) -> None:
        assert [hold.reason.value for hold in rules.list_outbound_holds(facts)] == expected

    def test_say_when_the_hold_ended_on_the_channel_s_clock(self) -> None:
        (hold,) = rules.list_outbound_holds(replace(ARRIVED, holds=ENDED))
        assert hold.reason is OutboundReason.HOLD_MISSING
        assert hold.sentence == "The hold ended at 10:36: hold the stock again."


class TestRelease:
    def test_is_open_once_goods_passed_and_nothing_is_due(self) -> None:
        assert rules.can_release(ARRIVED).allowed

    def test_s3_stays_shut_for_a_single_cent(self) -> None:
        facts = replace(ARRIVED, needed=D("43.30"), captured=D("43.29"))
        assert rules.can_release(facts).reasons == (
            "The customer pays €43.30 first; €43.29 has been captured.",
        )
        assert rules.can_release(replace(facts, captured=D("43.30"))).allowed

    def test_is_over_with_the_warehouse(self) -> None:
        verdict = rules.can_release(replace(ARRIVED, state=S.RELEASING))
        assert verdict.reasons == ("The warehouse has it already.",)


class TestShip:
    def test_needs_committed_stock(self) -> None:
        facts = replace(ARRIVED, state=S.RELEASING, holds=HELD)
        assert rules.can_ship(facts).reasons == ("No stock is committed to this shipment.",)
        assert rules.can_ship(replace(facts, holds=HoldFacts(wanted=1, committed=1))).allowed

    def test_says_what_a_release_waits_for(self) -> None:
        verdict = rules.can_ship(EVEN)
        assert verdict.reasons[0] == "It is not released to the warehouse yet."
        assert len(verdict.reasons) == 2


class TestAcceptQuote:
    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (replace(QUOTED, return_state="in_review"), "The return is not authorised yet."),
            (replace(QUOTED, quote_ended_at=ENDED.ended_at), "The quote ended at 10:36: make"),
            (replace(QUOTED, holds=ENDED), "The hold ended at 10:36: hold the stock again."),
            (replace(QUOTED, state=S.DRAFT), "There is no quote to accept"),
            (EVEN, "The quote was accepted already."),
            (replace(QUOTED, state=S.CANCELLED), "The exchange is over: cancelled."),
        ],
    )
    def test_is_refused_with_the_reason(self, facts: ExchangeFacts, reason: str) -> None:
        verdict = rules.can_accept_quote(facts)
        assert not verdict.allowed
        assert verdict.reasons[0].startswith(reason)

    def test_is_open_on_an_authorised_return(self) -> None:
        assert rules.can_accept_quote(QUOTED).allowed


class TestCancel:
    @pytest.mark.parametrize("state", [S.QUOTED, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY])
    def test_is_open_until_release(self, state: S) -> None:
        assert rules.can_cancel(replace(EVEN, state=state), continues_return=False).allowed

    def test_offers_another_exchange_once_it_left(self) -> None:
        verdict = rules.can_cancel(replace(EVEN, state=S.IN_TRANSIT), continues_return=True)
        assert "exchanged again" in verdict.reasons[0]

    def test_keeps_the_return_of_goods_that_arrived(self) -> None:
        assert not rules.can_cancel(ARRIVED, continues_return=False).allowed
        assert rules.can_cancel(ARRIVED, continues_return=True).allowed


class TestHoldAgain:
    def test_is_open_when_the_hold_ended(self) -> None:
        assert rules.can_hold_again(replace(EVEN, holds=ENDED)).allowed

    def test_is_refused_while_stock_is_held(self) -> None:
        assert rules.can_hold_again(EVEN).reasons == ("The stock is held already.",)


class TestOffer:
    @pytest.mark.parametrize("advanced", [ExchangeType.ADVANCED, ExchangeType.ADVANCED_PREPAID])
    def test_lets_goods_leave_first_only_where_policy_does(self, advanced: str) -> None:
        assert rules.can_offer(ExchangeType.REGULAR, is_offered=False).allowed
        assert not rules.can_offer(advanced, is_offered=False).allowed
        assert rules.can_offer(advanced, is_offered=True).allowed


class TestWaitingState:
    """Which one thing a confirmed exchange waits for, by type and by when its money is due."""

    DUE = replace(EVEN, needed=D("43.30"))

    @pytest.mark.parametrize(
        ("facts", "state"),
        [
            (EVEN, S.AWAITING_GOODS),
            (ARRIVED, S.READY),
            (replace(EVEN, type=ExchangeType.ADVANCED), S.READY),
            (DUE, S.AWAITING_GOODS),
            (replace(DUE, goods=Goods.ACCEPTED, credit=D("43.20")), S.AWAITING_PAYMENT),
            (replace(DUE, is_paid_up_front=True), S.AWAITING_PAYMENT),
            (replace(DUE, is_paid_up_front=True, captured=D("43.30")), S.AWAITING_GOODS),
            (replace(DUE, is_paid_up_front=True, assent=Assent.ASKED), S.PENDING_APPROVAL),
            (replace(EVEN, assent=Assent.REJECTED), S.PENDING_APPROVAL),
            (replace(ARRIVED, is_unknown=True), S.AWAITING_PAYMENT),
            (replace(ARRIVED, credit=D("40.00")), S.AWAITING_GOODS),
        ],
    )
    def test_follows_from_what_is_missing(self, facts: ExchangeFacts, state: str) -> None:
        assert rules.find_waiting_state(facts) == state


class TestCollect:
    DUE = replace(EVEN, needed=D("43.30"))

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (replace(DUE, holds=ENDED), "The hold ended at 10:36: hold the stock again."),
            (replace(DUE, assent=Assent.ASKED), "It waits for a lead's approval."),
            (replace(DUE, is_in_flight=True), "A payment is on its way."),
            (replace(DUE, is_unknown=True), "Nobody knows yet"),
            (replace(DUE, captured=D("43.30")), "Nothing is to be paid"),
            (QUOTED, "The quote is not confirmed yet."),
        ],
    )
    def test_is_refused_before_a_card_is_charged(self, facts: ExchangeFacts, reason: str) -> None:
        assert rules.can_collect(facts).reasons[0].startswith(reason)

    def test_is_open_while_something_is_due_and_held(self) -> None:
        assert rules.can_collect(self.DUE).allowed


class TestDeliveryAndCompletion:
    def test_follow_each_other(self) -> None:
        assert rules.can_confirm_delivery(replace(ARRIVED, state=S.IN_TRANSIT)).allowed
        assert not rules.can_confirm_delivery(ARRIVED).allowed
        assert rules.can_complete(replace(ARRIVED, state=S.DELIVERED)).allowed
        assert not rules.can_complete(replace(EVEN, state=S.DELIVERED)).allowed
