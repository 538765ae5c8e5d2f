"""A return or an exchange that a customer starts by themselves, on the pages of their order."""

from __future__ import annotations

import datetime as dt
import tomllib
from string import Formatter
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from core.actors import Actor
from exchanges import sweeps
from exchanges.models import Exchange
from exchanges.services import release_hold
from inventory.models import Price, Reservation
from inventory.services import adjust_stock
from inventory.states import AdjustReason
from portal.wording import LANGUAGES, TEXTS, read_texts
from returns.models import Evidence, Return
from returns.states import Reason, ReturnState
from tests.browser.shop import Shop, open_shop, sell
from tests.factories.defects import draw, make_type
from tests.factories.stock import make_product, make_stock, make_variant
from tests.factories.swaps import act_on, publish_price_policy, sell_out
from tests.portal.customers import choose, come_in, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """Delivered three days ago; red is even and there once, green costs 12.00 more."""
    shop = open_shop()
    green = make_variant("SHIRT-GREEN-M", product=shop.red.product, title="green", price="55.20")
    make_stock(green, shop.leipzig, 5)
    return shop


@pytest.fixture
def ana(shop: Shop, client: Client) -> Client:
    come_in(client, shop.order)
    return client


def swap_for(ana: Client, sku: str, **more: Any) -> Any:
    """The page that asks for a yes."""
    return say(ana, choose(ana), "for", **{"outcome-1": f"swap-{sku}"}, **more)


def text(page: Any) -> str:
    return page.content.decode().replace("\xa0", " ")


def come_back_in_stock(shop: Shop) -> None:
    adjust_stock(
        partner_id=shop.order.partner_id,
        variant_id=shop.red.pk,
        location_id=shop.leipzig.pk,
        change=1,
        reason=AdjustReason.FOUND,
        actor=Actor.system("warehouse"),
        op_id=uuid4(),
        now=clock.now(),
    )


class TestTheChoices:
    def test_show_price_and_stock_of_what_could_go_out(self, shop: Shop, ana: Client) -> None:
        page = text(choose(ana))
        assert "You can send this back." in page
        assert "Shirt red" in page
        assert "No extra cost" in page
        assert "If it left today, it would be with you on" in page
        blue = page[
            page.index("Shirt blue</strong>") - 300 : page.index("Shirt blue</strong>") + 200
        ]
        assert "disabled" in blue
        assert "Not in stock now" in blue
        assert "You get €43.20 back" in page

    def test_say_softly_why_something_cannot_come_back(self, shop: Shop, client: Client) -> None:
        order = sell(shop.blue, email="late@customers.example")
        order.delivered_at = clock.now() - dt.timedelta(days=2000)
        order.shipped_at = order.placed_at = order.delivered_at
        order.save()
        come_in(client, order)
        page = text(choose(client))
        assert "We are sorry, we cannot take this back. It could be sent back until" in (
            page.replace("</p><p>", " ")
        )
        answer = say(client, choose(client), "confirm", **{"outcome-1": "refund"})
        assert (answer.status_code, Return.objects.count()) == (422, 0)

    def test_refuse_what_no_page_offers(self, ana: Client) -> None:
        for sent in (
            {"line": "99"},
            {"line": "1", "reason-1": "because"},
            {"line": "\x00", "reason-1": "wrong_size"},
            {"line": "1"},
        ):
            answer = ana.post("/my/order/new/", {"step": "confirm"} | sent)
            assert (answer.status_code, Return.objects.count()) == (422, 0), sent

    def test_refuse_an_outcome_no_page_offers(self, ana: Client) -> None:
        for outcome in ("", "swap-NO-SUCH", "swap-\x00", "gold", "repair"):
            answer = say(ana, choose(ana), "confirm", **{"outcome-1": outcome})
            assert (answer.status_code, Return.objects.count()) == (422, 0), outcome


class TestConfirming:
    def test_opens_the_exchange_once_for_two_taps(self, shop: Shop, ana: Client) -> None:
        page = swap_for(ana, "SHIRT-RED-M")
        assert "No extra cost" in text(page)
        answers = [say(ana, page, "confirm") for _ in range(2)]
        case = Return.objects.get()
        assert [each["Location"] for each in answers] == [f"/my/cases/{case.number}/"] * 2
        assert case.opened_by == f"customer:{shop.order.customer_id}"
        assert Exchange.objects.get().opened_by == case.opened_by
        assert Reservation.objects.get().variant == shop.red

    def test_opens_a_return_for_money(self, ana: Client) -> None:
        page = say(ana, choose(ana), "for", **{"outcome-1": "refund"})
        assert "You get €43.20 back" in text(page)
        for _ in range(2):
            say(ana, page, "confirm")
        assert Return.objects.get().lines.get().outcome == "refund"

    def test_takes_the_second_wish_when_the_first_has_run_out(
        self, shop: Shop, ana: Client
    ) -> None:
        page = swap_for(ana, "SHIRT-RED-M", **{"second-1": "SHIRT-GREEN-M"})
        assert "If it runs out: Shirt green" in text(page)
        sell_out(shop.swap.stock)
        assert say(ana, page, "confirm").status_code == 302
        assert Reservation.objects.get().variant.sku == "SHIRT-GREEN-M"
        come_back_in_stock(shop)
        assert say(ana, page, "confirm").status_code == 302
        assert Return.objects.count() == 1

    def test_asks_again_when_it_has_run_out_and_nothing_else_was_wished(
        self, shop: Shop, ana: Client
    ) -> None:
        page = swap_for(ana, "SHIRT-RED-M")
        sell_out(shop.swap.stock)
        answer = say(ana, page, "confirm")
        assert (answer.status_code, Return.objects.count()) == (422, 0)
        assert "has just run out" in text(answer)

    def test_asks_again_when_the_price_was_another(self, shop: Shop, ana: Client) -> None:
        page = swap_for(ana, "SHIRT-RED-M")
        answer = say(ana, page, "confirm", **{"sums-1": "-5.00"})
        assert (answer.status_code, Return.objects.count()) == (422, 0)
        assert "A price has changed meanwhile" in text(answer)

    def test_takes_defect_words_and_photos_along(self, shop: Shop, ana: Client) -> None:
        leak = make_type("leak")
        page = choose(ana, reason="defective")
        told = {"outcome-1": "refund", "defect-1": "leak", "words-1": "It drips <b>badly</b>"}
        photo = SimpleUploadedFile("a.jpg", draw(3), "image/jpeg")
        page = say(ana, page, "for", **told, **{"photos-1": photo})
        assert "<b>badly" not in text(page)
        assert say(ana, page, "confirm").status_code == 302
        line = Return.objects.get().lines.get()
        assert line.defect_report.defect_type == leak
        assert Evidence.objects.get().return_line == line

    def test_takes_nobody_else_s_photos(self, shop: Shop, ana: Client) -> None:
        other = sell(shop.blue, email="eve@customers.example")
        eve = Client()
        come_in(eve, other)
        photo = SimpleUploadedFile("a.jpg", draw(3), "image/jpeg")
        choice = {"outcome-1": "refund", "photos-1": photo}
        say(eve, choose(eve, reason="defective"), "for", **choice)
        foreign = Evidence.objects.get().public_id
        page = say(
            ana,
            choose(ana, reason="defective"),
            "for",
            **{"outcome-1": "refund", "photo-1": foreign},
        )
        assert foreign not in text(page)


class TestASecondWish:
    """Red was confirmed first, green at 12.00 more if red runs out."""

    @pytest.fixture
    def address(self, shop: Shop, ana: Client) -> str:
        publish_price_policy(shop.swap.policy, "current")
        say(ana, swap_for(ana, "SHIRT-RED-M", **{"second-1": "SHIRT-GREEN-M"}), "confirm")
        return f"/my/cases/{Return.objects.get().number}/"

    def lose_red(self, shop: Shop) -> None:
        release_hold(**act_on(Exchange.objects.get(), reason="Broken glass", now=clock.now()))
        sell_out(shop.swap.stock)
        sweeps.follow_wishes(now=clock.now())

    def test_stands_on_the_page_until_it_is_taken(
        self, shop: Shop, ana: Client, address: str
    ) -> None:
        assert "If it runs out, we send: 1 × Shirt green." in text(ana.get(address))
        self.lose_red(shop)
        page = text(ana.get(address))
        assert "1 × Shirt green" in page
        assert "You pay €12.00" in page
        assert "If it runs out" not in page

    def test_is_asked_for_at_its_new_price_and_taken_at_no_other(
        self, shop: Shop, ana: Client, address: str
    ) -> None:
        Price.objects.filter(variant__sku="SHIRT-GREEN-M").update(list_price="60.00")
        self.lose_red(shop)
        page = ana.get(address)
        assert "Your second wish costs more now" in text(page)
        assert "Altogether: You pay €16.80." in text(page)
        for due in ("12.00", "", "1e9", "NaN", "-"):
            assert ana.post(f"{address}wish/", {"due": due}).status_code == 422
        assert Exchange.objects.get().lines.get().variant == shop.red
        assert ana.post(f"{address}wish/", {"due": "16.80"}).status_code == 302
        after = text(ana.get(address))
        assert "Thank you. We keep it for you from now on." in after
        assert "You pay €16.80" in after

    def test_is_nobody_s_to_take_before_its_turn(self, ana: Client, address: str) -> None:
        assert ana.post(f"{address}wish/", {"due": "99.00"}).status_code == 422

    def test_is_taken_of_goods_that_only_others_of_the_kind_are(
        self, shop: Shop, ana: Client
    ) -> None:
        """What is shown of other products is what is free: one that has gone stays in view."""
        category = shop.red.product.category
        belt = make_variant("BELT", product=make_product(category=category), price="43.20")
        shelf = make_stock(belt, shop.leipzig, 1)
        page = swap_for(ana, "BELT", **{"second-1": "SHIRT-RED-M"})
        sell_out(shelf)
        assert say(ana, page, "confirm").status_code == 302
        assert Reservation.objects.get().variant == shop.red


class TestTheCase:
    def test_keeps_step_with_the_hold_and_offers_what_is_next(
        self, shop: Shop, ana: Client
    ) -> None:
        say(ana, swap_for(ana, "SHIRT-RED-M"), "confirm")
        case, exchange = Return.objects.get(), Exchange.objects.get()
        address = f"/my/cases/{case.number}/"
        page = text(ana.get(address))
        assert "Thank you, it is agreed." in page
        assert "Kept for you until" in page
        assert "Please hand it over by" in page
        label = page[page.index("/papers/") :].partition('"')[0]
        assert ana.get(label)["Content-Type"] == "application/pdf"
        release_hold(**act_on(exchange, reason="Needed elsewhere", now=clock.now()))
        page = text(ana.get(address))
        assert "It is not kept for you at the moment." in page
        assert "Kept for you until" not in page
        assert ana.post(f"{address}sent/").status_code == 302
        assert "On its way to us" in text(ana.get(address))

    def test_is_called_off_with_its_exchange(self, ana: Client) -> None:
        say(ana, swap_for(ana, "SHIRT-RED-M"), "confirm")
        address = f"/my/cases/{Return.objects.get().number}/"
        assert ana.post(f"{address}cancel/").status_code == 302
        assert (Return.objects.get().state, Exchange.objects.get().state) == (
            "cancelled",
            "cancelled",
        )
        assert ana.post(f"{address}cancel/").status_code == 422


class TestTheWords:
    def test_are_the_same_in_every_language(self) -> None:
        def shape(language: str) -> dict[str, set[str]]:
            texts = tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
            return {
                key: {name for _, name, _, _ in Formatter().parse(text) if name}
                for key, text in texts.items()
            }

        shapes = {language: shape(language) for language in LANGUAGES}
        assert all(each == shapes["en"] for each in shapes.values())

    def test_know_every_reason_and_state(self) -> None:
        known = set(read_texts("en"))
        assert {f"reason_{each}" for each in Reason.values} <= known
        assert {f"state_{each}" for each in ReturnState.values} <= known

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_carry_a_whole_journey(self, ana: Client, language: str) -> None:
        texts = read_texts(language)
        assert ana.post("/my/language/", {"language": language}).status_code == 302
        page = swap_for(ana, "SHIRT-RED-M")
        assert texts["yes_title"] in text(page)
        say(ana, page, "confirm")
        shown = text(ana.get(f"/my/cases/{Return.objects.get().number}/"))
        assert texts["state_authorised"] in shown
        assert texts["opened_authorised"] in shown
