from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core import clock
from core.actors import Actor
from core.deliveries import deliver_due
from core.errors import ActionBlocked, BadInput
from core.models import Event
from exchanges import queries, services, sweeps
from exchanges.models import Exchange
from exchanges.rules import OutboundReason
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeState
from fulfilment.models import Shipment
from inventory.models import Reservation, StockLevel, WaitingLine
from inventory.services import OutOfStock, post_correction
from inventory.states import AdjustReason
from notifications.models import Message
from tests.factories.people import make_user
from tests.factories.stock import make_discrepancy, make_location, make_stock, make_variant
from tests.factories.swaps import (
    AGENT,
    NOW,
    act_on,
    let_the_hold_end,
    make_swap,
    open_exchange,
    sell_out,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


def get_end() -> dt.datetime:
    end = Reservation.objects.get().expires_at
    assert end
    return end


class TestExpiry:
    def test_leaves_the_exchange_with_its_reason_in_view(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        exchange = Exchange.objects.get()
        assert exchange.state == ExchangeState.AWAITING_GOODS
        awaits = queries.describe_exchange(exchange, permissions=[]).awaits
        (hold,) = [each for each in awaits if each.reason is OutboundReason.HOLD_MISSING]
        assert hold.sentence.startswith("The hold ended at ")

    @pytest.mark.causes("hold_expired")
    def test_is_told_on_the_case_and_to_its_agent(self) -> None:
        agent = make_user()
        exchange = open_exchange(make_swap(), actor=Actor.user(agent))
        let_the_hold_end(exchange)
        assert Event.objects.filter(kind="exchange.hold_ended", case=exchange.case).count() == 1
        assert Message.objects.get(template="hold_expired").person == f"user:{agent.pk}"

    def test_keeps_what_is_there_of_a_line_and_is_made_whole_again(self) -> None:
        swap = make_swap(available=2, quantity=2)
        exchange = open_exchange(swap, quantity=2)
        level = StockLevel.objects.get(reservations__case=exchange.case)
        post_correction(
            discrepancy_id=make_discrepancy(level, expected=2, counted=1).pk,
            reason=AdjustReason.LOST,
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliver_due(now=NOW)
        facts = queries.read_facts(Exchange.objects.get())
        assert (facts.holds.active, facts.holds.running) == (1, frozenset())
        assert WaitingLine.objects.get().quantity == 1
        make_stock(level.variant, make_location("WRO"), 2)
        services.hold_again(**act_on(Exchange.objects.get()))
        assert queries.read_facts(Exchange.objects.get()).holds.covers_all
        held = Reservation.objects.get(state="active")
        assert (held.quantity, held.reference) == (2, f"exchangeline:{exchange.lines.get().pk}")

    def test_is_told_too_when_the_units_turn_out_to_be_missing(self) -> None:
        exchange = open_exchange(make_swap(available=1))
        level = StockLevel.objects.get(reservations__case=exchange.case)
        found = make_discrepancy(level, expected=1, counted=0)
        post_correction(
            discrepancy_id=found.pk,
            reason=AdjustReason.LOST,
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliver_due(now=NOW)
        assert Reservation.objects.get().cause == "short"
        assert Event.objects.filter(kind="exchange.hold_ended", case=exchange.case).count() == 1

    def test_is_not_told_of_a_hold_that_was_replaced(self) -> None:
        exchange = open_exchange(make_swap(available=2))
        let_the_hold_end(exchange)
        services.hold_again(**act_on(exchange))
        hold = Reservation.objects.get(state="expired")
        services.note_ended_hold(exchange_id=exchange.pk, hold=hold.number, actor=AGENT, now=NOW)
        assert Event.objects.filter(kind="exchange.hold_ended").count() == 1


class TestHoldAgain:
    def test_holds_where_it_was(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        services.hold_again(**act_on(exchange))
        hold = Reservation.objects.get(state="active")
        assert hold.location == swap.place
        assert queries.read_facts(exchange).holds.covers_all

    def test_looks_elsewhere_when_that_place_is_empty(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        elsewhere = make_location("WAW", country="PL", cost="9.00")
        make_stock(swap.red, elsewhere, 1)
        sell_out(swap.stock)
        services.hold_again(**act_on(exchange))
        assert Reservation.objects.get(state="active").location == elsewhere
        planned = Shipment.objects.get(state="planned")
        assert planned.location == elsewhere
        assert Shipment.objects.filter(state="cancelled").count() == 1

    def test_names_what_is_short_and_changes_nothing(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        sell_out(swap.stock)
        with pytest.raises(OutOfStock) as error:
            services.hold_again(**act_on(exchange))
        assert error.value.shortages[0].sku == swap.red.sku
        assert Shipment.objects.get().state == "planned"

    def test_is_refused_while_the_stock_is_held(self) -> None:
        exchange = open_exchange(make_swap())
        with pytest.raises(ActionBlocked) as error:
            services.hold_again(**act_on(exchange))
        assert error.value.reasons == ["The stock is held already."]


class TestExtendHold:
    def test_runs_for_its_length_again_and_keeps_the_reason(self) -> None:
        exchange = open_exchange(make_swap())
        before = get_end()
        clock.shift_database_clock(dt.timedelta(days=2))
        services.extend_hold(**act_on(exchange, reason="The customer is away."))
        assert get_end() >= before + dt.timedelta(days=2)
        event = Event.objects.get(kind="exchange.hold_extended")
        note = exchange.return_case.notes.get(pk=event.data["note"])
        assert (note.text, note.about) == ("The customer is away.", "exchange.extend_hold")

    def test_wants_a_reason(self) -> None:
        with pytest.raises(BadInput):
            services.extend_hold(**act_on(open_exchange(make_swap()), reason=" "))


class TestReleaseHold:
    def test_gives_the_stock_back_and_lets_the_exchange_wait(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        services.release_hold(**act_on(exchange, reason="A shop needs it today."))
        swap.stock.refresh_from_db()
        assert (swap.stock.available, Reservation.objects.get().cause) == (1, "by_hand")
        assert Exchange.objects.get().state == ExchangeState.AWAITING_GOODS
        services.hold_again(**act_on(exchange))
        assert queries.read_facts(exchange).holds.covers_all

    def test_is_refused_when_nothing_is_held(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        with pytest.raises(ActionBlocked) as error:
            services.release_hold(**act_on(exchange, reason="For a shop."))
        assert error.value.reasons == ["No stock is held."]


class TestQuotes:
    def review(self) -> Exchange:
        """Worth so much that a lead has to look; until then the quote is open."""
        return open_exchange(make_swap(available=2, net="600.00", tax="48.00"))

    def test_end_when_nobody_confirms_them(self) -> None:
        exchange = self.review()
        clock.shift_database_clock(dt.timedelta(hours=1))
        assert sweeps.end_due_quotes(now=NOW) == 1
        assert Exchange.objects.get(pk=exchange.pk).state == ExchangeState.DRAFT
        assert sweeps.end_due_quotes(now=NOW) == 0

    def test_keep_the_hold_they_have_and_prolong_it(self) -> None:
        exchange = self.review()
        before = Reservation.objects.get()
        clock.shift_database_clock(dt.timedelta(minutes=10))
        services.quote_exchange(**act_on(exchange))
        after = Reservation.objects.get()
        assert after.number == before.number
        assert after.expires_at
        assert before.expires_at
        assert after.expires_at - before.expires_at >= dt.timedelta(minutes=10)

    def test_stay_while_they_last(self) -> None:
        self.review()
        assert sweeps.end_due_quotes(now=NOW) == 0

    def test_are_made_anew_for_another_replacement(self) -> None:
        exchange = self.review()
        red = exchange.lines.get().variant
        green = make_variant(product=red.product, title="green")
        make_stock(green, Reservation.objects.get().location, 1)
        wanted = WantedReplacement(
            variant_id=green.pk,
            replaces_order_line_id=exchange.return_case.lines.get().order_line_id,
        )
        services.quote_exchange(**act_on(exchange, replacements=[wanted]))
        assert exchange.quotes.count() == 2
        holds = Reservation.objects.order_by("pk").values_list("variant", "state", "cause")
        assert list(holds) == [(red.pk, "released", "substituted"), (green.pk, "active", "")]

    def test_take_their_hold_with_them(self) -> None:
        with pytest.raises(ActionBlocked) as error:
            services.extend_hold(**act_on(self.review(), reason="The lead is away."))
        assert error.value.reasons == ["The hold ends with the quote: make a new one."]

    def test_cannot_be_confirmed_before_the_return_is_authorised(self) -> None:
        with pytest.raises(ActionBlocked) as error:
            services.accept_quote(**act_on(self.review()))
        assert error.value.reasons == ["The return is not authorised yet."]
