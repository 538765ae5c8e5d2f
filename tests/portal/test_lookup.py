"""Finding an order without a password: nobody learns which orders there are."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Event
from notifications.models import Message
from orders.links import make_token
from orders.models import Order
from portal.finding import mask_email
from returns.links import make_token as make_paper_token
from tests.factories.cases import open_case
from tests.factories.sales import make_customer, make_order
from tests.portal.customers import ask_for_link, come_in, look_up, read_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    order = make_order(customer=make_customer(locale="de"))
    assert order.ship_to is not None
    order.ship_to.postcode = "SW1A 1AA"
    order.ship_to.save()
    return order


def without_secrets(page: Any) -> str:
    lines = page.content.decode().splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


class TestLookUp:
    @pytest.mark.parametrize("proof", ["ana@customers.example", "ANA@Customers.example", "sw1a1aa"])
    def test_finds_by_number_and_either_proof(
        self, order: Order, client: Client, proof: str
    ) -> None:
        page = look_up(client, f" #{order.number.lower()} ", proof)
        assert page.status_code == 200
        shown = page.content.decode()
        assert "a•••@c•••.example" in shown
        for secret in ("ana@", "Ana", "SW1A", order.lines.get().title):
            assert secret not in shown

    def test_answers_a_wrong_proof_and_no_order_alike(self, order: Order, client: Client) -> None:
        def ask(number: str, proof: str) -> tuple[int, str, int]:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = look_up(client, number, proof)
            told = without_secrets(page).replace(number, "…").replace(proof, "…")
            return page.status_code, told, len(asked)

        wrong, absent = ask(order.number, "04109"), ask("SHP-0000000", "04109")
        assert wrong == absent
        assert wrong[0] == 422

    def test_limits_each_number_whether_it_exists_or_not(
        self, order: Order, client: Client
    ) -> None:
        def guess(number: str, times: int) -> list[int]:
            return [
                look_up(Client(REMOTE_ADDR=f"10.0.0.{each}"), number, f"{each:05}").status_code
                for each in range(times)
            ]

        assert guess(order.number, 11) == guess("SHP-0000000", 11) == [422] * 10 + [429]
        assert look_up(client, order.number, "SW1A 1AA").status_code == 429

    def test_limits_each_address(self, client: Client) -> None:
        answers = [look_up(client, f"SHP-{each}", "04109").status_code for each in range(21)]
        assert answers == [422] * 20 + [429]

    @pytest.mark.parametrize("typed", ["", "\x00", "' OR 1=1 --", "9" * 5000, "‮\u202e", "%", "_"])
    def test_survives_what_is_typed(self, order: Order, client: Client, typed: str) -> None:
        assert look_up(client, typed, "04109").status_code == 422
        assert look_up(client, order.number, typed).status_code == 422

    def test_does_not_show_the_order_of_an_erased_person(
        self, order: Order, client: Client
    ) -> None:
        order.customer.erased_at = order.placed_at
        order.customer.save()
        assert look_up(client, order.number, "SW1A 1AA").status_code == 422


class TestTheLink:
    @pytest.mark.causes("order_link")
    def test_goes_to_the_address_on_the_order_in_its_language(
        self, order: Order, client: Client
    ) -> None:
        token = ask_for_link(client, order)
        letter = Message.objects.get()
        assert (letter.locale, letter.person) == ("de", f"customer:{order.customer_id}")
        assert not any(token in str(event.data) for event in Event.objects.all())

    def test_goes_nowhere_else_and_once_for_two_taps(self, order: Order, client: Client) -> None:
        fields = read_fields(look_up(client, order.number, "SW1A 1AA"))
        sent = {name: values[0] for name, values in fields.items()} | {"email": "eve@example.com"}
        for _ in range(2):
            client.post("/my/link/", sent)
        assert Message.objects.count() == 1
        assert client.post("/my/link/", sent | {"ticket": "made up"}).status_code == 404

    def test_is_sent_a_few_times_an_hour(self, order: Order, client: Client) -> None:
        fields = read_fields(look_up(client, order.number, "SW1A 1AA"))
        ticket = fields["ticket"][0]
        codes = [
            client.post("/my/link/", {"ticket": ticket, "op_id": str(uuid4())}).status_code
            for _ in range(6)
        ]
        assert codes == [200] * 5 + [429]
        assert Message.objects.count() == 5

    def test_opens_by_a_click_and_is_never_logged(self, order: Order, client: Client) -> None:
        token = ask_for_link(client, order)
        with structlog.testing.capture_logs() as lines:
            page = client.get(f"/my/enter/{token}/")
        assert page["Referrer-Policy"] == "same-origin"
        assert token not in str(lines)
        assert (
            client.get("/my/order/").status_code == 404
        )  # a program that reads mail opens nothing
        assert client.post("/my/open/", {"token": token}).status_code == 302
        page = client.get("/my/order/")
        assert "Ihre Bestellung" in page.content.decode()

    def test_opens_nothing_when_made_up_or_for_another_purpose(
        self, order: Order, client: Client
    ) -> None:
        case = open_case(order)
        for token in ("", "x", "\x00", make_paper_token(case), make_token(order)[:-1] + "?"):
            assert client.post("/my/open/", {"token": token}).status_code == 404

    def test_ends_after_two_days(
        self, order: Order, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = make_token(order)
        assert client.post("/my/open/", {"token": token}).status_code == 302
        real = __import__("time").time
        monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 2 * 86400 + 5)
        assert Client().post("/my/open/", {"token": token}).status_code == 404

    def test_opens_no_case_of_anybody_else(self, order: Order, client: Client) -> None:
        foreign = open_case(make_order(customer=make_customer(email="eve@customers.example")))
        own = open_case(order)
        come_in(client, order)
        assert client.get(f"/my/cases/{own.number}/").status_code == 200
        for number in (foreign.number, "RMA-00000-00000-0"):
            assert client.get(f"/my/cases/{number}/").status_code == 404
            assert client.post(f"/my/cases/{number}/cancel/").status_code == 404


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("ana@customers.example", "a•••@c•••.example"),
        ("x@y.co.uk", "x•••@y•••.uk"),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert mask_email(address) == masked
