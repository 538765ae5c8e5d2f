"""The mismatch desk: both sides, what is suggested, and who may take it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.deliveries import deliver_due
from core.models import User
from core.roles import Role
from notifications.models import Message
from orders.models import OrderLineUnit
from returns.models import Mismatch, Return
from returns.services import CountedLine
from returns.words import FOLLOWS, FOUND
from tests.console.screens import DESK_ROLES, sign_in, text_of
from tests.factories.cases import open_case, receive, want
from tests.factories.people import make_partner, make_user
from tests.factories.sales import Sold, make_channel, make_customer, make_order
from tests.factories.stock import make_location, make_variant

pytestmark = pytest.mark.django_db

LIST = reverse("console:mismatches")


@pytest.fixture
def case(db: None) -> Return:
    """A German customer sent one camera back, S-100; one came that was sold to nobody here."""
    make_location("LEJ", name="Leipzig")
    customer = make_customer(make_channel(), locale="de-DE")
    order = make_order(Sold("200.00", variant=make_variant("CAM-1")), customer=customer)
    line = order.lines.get()
    OrderLineUnit.objects.create(partner=order.partner, line=line, unit_number=1, serial="S-100")
    case = open_case(order, want(line))
    goods = CountedLine(return_line_id=case.lines.get().pk, quantity=1, serial_found="S-999")
    receive(case, goods)
    return case


def sent(rule: str, **typed: str) -> dict[str, str]:
    """What the form sends, from a page that has just been loaded."""
    version = Return.objects.get().version
    return {"version": str(version), "op_id": str(uuid4()), "seen": "0", "rule": rule} | typed


def page(number: str, deed: str = "mismatch") -> str:
    return reverse(f"console:{deed}", args=[number])


def read(client: Client, url: str, **query: Any) -> str:
    return text_of(client.get(url, query).content)


class TestList:
    def test_shows_announced_beside_found(self, case: Return) -> None:
        for role in DESK_ROLES:
            text = read(sign_in(role), LIST)
            assert "Wrong serial number" in text, role
            assert "S-100 S-999" in text, role
            assert "€200.00" in text, role

    def test_is_filtered_by_kind_place_and_words(self, case: Return) -> None:
        client = sign_in()
        assert "S-999" in read(client, LIST, words="s-999", kind="wrong_serial")
        assert "Shown is only: Missing. Clear filters" in read(client, LIST, kind="missing")

    def test_costs_the_same_for_many_as_for_one(
        self, case: Return, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = sign_in()
        order = make_order(Sold("90.00", quantity=6))
        for number in range(1, 6):
            other = open_case(order, want(order.lines.get()))
            goods = CountedLine(return_line_id=None, quantity=1, sku_found=f"STRANGE-{number}")
            receive(other, goods)
        client.get(LIST)
        with django_assert_max_num_queries(22):
            assert "STRANGE-5" in read(client, LIST)

    def test_says_when_all_is_well(self) -> None:
        assert "Everything came as announced" in read(sign_in(), LIST)

    def test_takes_what_is_suggested_at_one_click(self, case: Return) -> None:
        client = sign_in()
        mismatch = Mismatch.objects.get()
        body = client.get(LIST).content.decode()
        assert 'name="rule" value="ask"' in body
        answer = client.post(
            page(mismatch.number, "decide_mismatch"), sent("ask", back="list"), follow=True
        )
        assert "it comes back here in a week" in text_of(answer.content)
        assert Mismatch.objects.get().state == "waiting"
        assert "S-999" in read(client, reverse("console:mismatches_tab", args=["waiting"]))

    def test_of_another_partner_does_not_exist(self, case: Return) -> None:
        stranger = make_user(Role.LEAD, partner=make_partner("other"))
        client = Client()
        client.force_login(stranger)
        assert "S-999" not in read(client, LIST)
        assert client.get(page(Mismatch.objects.get().number)).status_code == 404


class TestOne:
    def test_shows_what_the_customer_would_read_in_their_language(self, case: Return) -> None:
        url = page(Mismatch.objects.get().number)
        text = read(sign_in(), url, rule="send_back")
        assert "wir schicken es Ihnen zurück" in text
        assert "German, to Ana Kovačević" in text

    def test_says_on_whose_order_a_strange_unit_was_sold(self, case: Return) -> None:
        other = make_order(Sold("200.00", variant=make_variant("CAM-2")))
        line = other.lines.get()
        OrderLineUnit.objects.create(
            partner=other.partner, line=line, unit_number=1, serial="S-999"
        )
        text = read(sign_in(Role.WAREHOUSE), page(Mismatch.objects.get().number))
        assert f"Sold on {other.number}" in text

    @pytest.mark.causes("goods_differ")
    def test_writes_to_the_customer_when_it_is_decided(self, case: Return) -> None:
        url = page(Mismatch.objects.get().number, "decide_mismatch")
        sign_in().post(url, sent("send_back", reason="It is theirs.", writes="on"))
        deliver_due()
        letter = Message.objects.get(template="goods_differ")
        assert (letter.locale, letter.case) == ("de", f"return:{case.pk}")

    def test_keeps_who_decided_and_why(self, case: Return) -> None:
        client = sign_in(name="Mira Vogel")
        number = Mismatch.objects.get().number
        client.post(page(number, "decide_mismatch"), sent("send_back", reason="It is theirs."))
        text = read(sign_in(Role.LEAD), page(number))
        assert "By Mira Vogel" in text
        assert "Why It is theirs." in text

    def test_wants_to_know_why_and_keeps_what_was_chosen(self, case: Return) -> None:
        number = Mismatch.objects.get().number
        answer = sign_in().post(page(number, "decide_mismatch"), sent("send_back"))
        assert answer.status_code == 422
        assert "Say why" in text_of(answer.content)
        assert 'value="send_back" id="rule-send_back" checked' in answer.content.decode()

    @pytest.mark.parametrize(
        ("role", "rule", "status"),
        [
            (Role.AGENT, "substitute", 403),
            (Role.WAREHOUSE, "ask", 403),
            (Role.AUDITOR, "ask", 403),
            (Role.LEAD, "substitute", 302),
            (Role.AGENT, "ask", 302),
        ],
    )
    def test_is_decided_by_whoever_may(
        self, case: Return, role: Role, rule: str, status: int
    ) -> None:
        url = page(Mismatch.objects.get().number, "decide_mismatch")
        answer = sign_in(role).post(url, sent(rule, reason="Agreed."))
        assert answer.status_code == status

    def test_swaps_the_letter_alone(self, case: Return) -> None:
        answer = sign_in().get(
            page(Mismatch.objects.get().number),
            {"rule": "wait"},
            headers={"HX-Request": "true", "HX-Target": "mismatch-letter"},
        )
        assert answer.content.decode().strip().startswith('<div id="mismatch-letter">')

    def test_is_refused_on_a_case_that_moved_on(self, case: Return) -> None:
        url = page(Mismatch.objects.get().number, "decide_mismatch")
        answer = sign_in().post(url, sent("ask") | {"version": "1"})
        assert answer.status_code == 409


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja"])
def test_there_are_words_for_everything(language: str) -> None:
    assert FOUND[language].keys() == FOUND["en"].keys()
    assert FOLLOWS[language].keys() == FOLLOWS["en"].keys()


def test_the_rail_counts_what_is_to_be_decided(case: Return) -> None:
    user: User = make_user(Role.AGENT)
    client = Client()
    client.force_login(user)
    assert "Mismatches g m 1" in read(client, LIST) or "Mismatches 1" in read(client, LIST)
