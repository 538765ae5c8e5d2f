"""What the buttons of a case do: one service call each, once, and never on a stale page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from console.case.commands import COMMANDS
from core import deliveries
from core.actors import Actor
from core.models import Event
from core.roles import Role
from exchanges.models import Exchange
from inventory.models import Reservation
from payments.models import PaymentRequest
from returns.models import CaseNote
from returns.services import take_case
from tests.console.screens import (
    HTMX,
    browser_of,
    case_url,
    fields_of,
    sign_in,
    text_of,
)
from tests.factories.cases import bring_back
from tests.factories.money import make_account
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import act_on, let_the_hold_end, make_swap, open_exchange, sell_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

CODES = [command.code for command in COMMANDS]


def state_of(exchange: Exchange) -> str:
    return str(Exchange.objects.get(pk=exchange.pk).state)


def answers_to_each_command(browser: Client, exchange: Exchange) -> dict[str, int]:
    """The status of each, and nothing of it was done."""
    before = state_of(exchange), exchange.return_case.version
    answers = {
        code: browser.post(case_url(exchange, code), fields_of(exchange)).status_code
        for code in CODES
    }
    exchange.return_case.refresh_from_db()
    assert (state_of(exchange), exchange.return_case.version) == before
    return answers


def take_behind_the_back(exchange: Exchange) -> None:
    """A colleague takes the case while its page is open elsewhere."""
    mara = make_user(name="Mara Lindqvist")
    arguments = act_on(exchange, actor=Actor.user(mara))
    arguments["return_id"] = exchange.return_case_id
    del arguments["exchange_id"]
    take_case(**arguments)


class TestCommands:
    def test_lead_back_to_the_case_and_say_what_was_done(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(case_url(exchange, "assignment"), fields_of(exchange), follow=True)

        assert answer.redirect_chain == [(case_url(exchange), 302)]
        assert "The case is yours." in text_of(answer.content)

    def test_give_htmx_the_case_as_it_is_then(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(case_url(exchange, "assignment"), fields_of(exchange), headers=HTMX)

        assert answer.content.lstrip().startswith(b'<div class="stack" id="case-body">')
        assert "Case taken" in text_of(answer.content)

    def test_keep_a_note(self) -> None:
        exchange = open_exchange(make_swap())
        sign_in().post(case_url(exchange, "notes"), fields_of(exchange, text="Wants size 45"))

        assert CaseNote.objects.get().text == "Wants size 45"
        assert "“Wants size 45”" in text_of(sign_in().get(case_url(exchange)).content)

    def test_do_once_what_is_sent_twice(self) -> None:
        exchange = open_exchange(make_swap())
        browser, fields = sign_in(), fields_of(exchange, text="Once")
        for _ in range(2):
            browser.post(case_url(exchange, "notes"), fields)

        assert CaseNote.objects.count() == 1

    def test_extend_the_hold_for_a_reason(self) -> None:
        exchange = open_exchange(make_swap())
        sign_in().post(
            case_url(exchange, "hold-extension"), fields_of(exchange, reason="Parcel is late")
        )

        note = Event.objects.get(kind="exchange.hold_extended").data["note"]
        assert exchange.return_case.notes.get(pk=note).text == "Parcel is late"

    def test_hold_again_what_nobody_took(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        sign_in().post(case_url(exchange, "hold"), fields_of(exchange))

        assert Reservation.objects.filter(state="active").count() == 1

    @pytest.mark.parametrize(("answer", "state"), [("yes", "authorised"), ("no", "cancelled")])
    def test_cancel_an_exchange_and_ask_about_the_goods(self, answer: str, state: str) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Changed plans", continue_return=answer)
        sign_in().post(case_url(exchange, "exchange-cancellation"), fields)
        exchange.return_case.refresh_from_db()

        assert state_of(exchange) == "cancelled"
        assert exchange.return_case.state == state

    def test_turn_an_exchange_into_a_refund(self) -> None:
        exchange = open_exchange(make_swap())
        sign_in().post(case_url(exchange, "refund"), fields_of(exchange, reason="Wants money"))

        assert state_of(exchange) == "converted_to_refund"
        assert Reservation.objects.get().state == "released"

    def test_let_a_lead_authorise(self) -> None:
        exchange = open_exchange(make_swap(net="600.00", tax="48.00"))
        fields = fields_of(exchange, reason="Known customer")
        sign_in(Role.LEAD).post(case_url(exchange, "authorisation"), fields)
        exchange.return_case.refresh_from_db()

        assert exchange.return_case.state == "authorised"

    def test_take_a_replacement_out_of_the_door(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        browser = sign_in(Role.WAREHOUSE)
        fields = fields_of(exchange, carrier="DHL", tracking_number="0034")
        browser.post(case_url(exchange, "shipment"), fields)
        browser.post(case_url(exchange, "delivery"), fields_of(exchange))

        assert state_of(exchange) == "completed"


class TestAsking:
    def test_is_a_page_without_script(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().get(case_url(exchange, "exchange-cancellation"))

        assert "1 unit is released at once" in text_of(answer.content)
        assert b"hx-post" not in answer.content.split(b'id="main"')[1].split(b"</main>")[0]

    def test_says_what_is_missing_on_the_page(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(case_url(exchange, "refund"), fields_of(exchange))

        assert answer.status_code == 422
        assert "This field is required" in text_of(answer.content)
        assert state_of(exchange) == "awaiting_goods"

    def test_says_what_is_missing_in_the_open_dialog(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(case_url(exchange, "refund"), fields_of(exchange), headers=HTMX)

        assert answer.headers["HX-Retarget"] == "#ask-refund-form"
        assert answer.content.lstrip().startswith(b"<form")


class TestRefusals:
    def test_give_the_reasons_and_the_case(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, carrier="DHL")
        answer = sign_in(Role.WAREHOUSE).post(case_url(exchange, "shipment"), fields)

        assert answer.status_code == 409
        assert "It is not released to the warehouse yet." in text_of(answer.content)

    def test_name_the_lines_that_ran_short(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        sell_out(swap.stock)
        answer = sign_in().post(case_url(exchange, "hold"), fields_of(exchange))

        assert answer.status_code == 409
        assert swap.red.sku in text_of(answer.content)

    def test_do_nothing_with_a_form_from_elsewhere(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(case_url(exchange, "assignment"))

        assert answer.status_code == 400

    def test_meet_whose_role_never_does_it(self) -> None:
        exchange, auditor = open_exchange(make_swap()), sign_in(Role.AUDITOR)
        assert answers_to_each_command(auditor, exchange) == dict.fromkeys(CODES, 403)

    def test_meet_another_partner_as_if_nothing_were_there(self) -> None:
        exchange = open_exchange(make_swap())
        stranger = browser_of(make_user(Role.ADMIN, make_partner("norrhem")))
        assert answers_to_each_command(stranger, exchange) == dict.fromkeys(CODES, 404)


class TestConflict:
    def test_says_who_changed_what(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Wants money")
        take_behind_the_back(exchange)
        answer = sign_in().post(case_url(exchange, "refund"), fields)

        assert answer.status_code == 409
        assert "Mara Lindqvist changed this case at" in text_of(answer.content)
        assert "Case taken · Mara Lindqvist" in text_of(answer.content)
        assert state_of(exchange) == "awaiting_goods"

    def test_keeps_what_was_typed_and_offers_it_again(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, text="Wants size 45")
        take_behind_the_back(exchange)
        html = sign_in().post(case_url(exchange, "notes"), fields, headers=HTMX).content.decode()

        assert "Add note on the case as it is now" in html
        assert '<input type="hidden" name="text" value="Wants size 45">' in html

    def test_is_over_when_it_is_sent_again(self) -> None:
        exchange = open_exchange(make_swap())
        take_behind_the_back(exchange)
        answer = sign_in().post(
            case_url(exchange, "notes"), fields_of(exchange, text="Wants size 45")
        )

        assert answer.status_code == 302


class TestWhatKeepsAnExchangeGoing:
    def test_something_else_goes_out_where_the_hold_was_lost(self) -> None:
        swap = make_swap()
        green = make_variant(product=swap.red.product, title="green")
        make_stock(green, swap.place, 1)
        exchange = open_exchange(swap)
        assert "Send something else" not in text_of(sign_in().get(case_url(exchange)).content)
        let_the_hold_end(exchange)
        sell_out(swap.stock)
        lead = sign_in()
        assert "Send something else" in text_of(lead.get(case_url(exchange)).content)
        sent = fields_of(exchange, variant_id=str(green.pk), reason="Green will do.")
        lead.post(case_url(exchange, "substitution"), sent)
        assert exchange.lines.get().variant == green
        assert Reservation.objects.get(state="active").variant == green

    def test_a_payment_is_asked_for_by_a_link_that_ends_before_the_hold(self) -> None:
        swap = make_swap(price="50.00", price_policy="current")
        make_account(swap.order.partner_id)
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert state_of(exchange) == "awaiting_payment"
        answer = sign_in().post(
            case_url(exchange, "payment-link"), fields_of(exchange), follow=True
        )
        assert "The link is on its way." in text_of(answer.content)
        asked = PaymentRequest.objects.get()
        assert (asked.amount, asked.purpose) == (Decimal("6.80"), f"exchange:{exchange.pk}")
        ends = Reservation.objects.get().expires_at
        assert ends is not None
        assert asked.expires_at <= ends
