"""Links that are taken back, other orders of the same person, and letters they do not want."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import Event
from core.roles import Role
from notifications.models import Suppression
from notifications.queries import find_suppression
from orders.links import SALT, make_token, read_token
from orders.models import LinkRevocation, Order
from tests.console.screens import HTMX, case_url, sign_in, text_of
from tests.factories.cases import NOW, open_case
from tests.factories.sales import make_customer, make_order
from tests.factories.swaps import make_swap, open_exchange
from tests.portal.customers import ask_for_link, come_in, read_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(number="SHP-1")


def is_open(client: Client) -> bool:
    return client.get("/my/order/").status_code == 200


class TestLinks:
    def test_are_taken_back_at_the_door_without_opening_the_order(
        self, order: Order, client: Client
    ) -> None:
        token, other = ask_for_link(client, order), make_token(order)
        door = client.get(f"/my/enter/{token}/")
        fields = read_fields(door)
        answer = client.post("/my/not-me/", {"token": token, "op_id": fields["op_id"][0]})
        assert answer.status_code == 200
        assert order.number not in answer.content.decode()
        assert read_token(token) is read_token(other) is None
        assert client.post("/my/open/", {"token": token}).status_code == 404
        told = Event.objects.get(kind="order.links_revoked")
        assert told.actor == f"customer:{order.customer_id}"

    def test_that_open_nothing_take_nothing_back(self, order: Order, client: Client) -> None:
        for token in ("", "x", make_token(order)[:-1] + "!", "x" * 500):
            assert client.post("/my/not-me/", {"token": token}).status_code == 200
        assert not LinkRevocation.objects.exists()

    def test_of_one_order_leave_those_of_another(self, order: Order, client: Client) -> None:
        other = make_token(make_order(number="SHP-2"))
        come_in(client, order)
        client.post("/my/order/close/", {"op_id": str(uuid4())})
        assert read_token(other) is not None

    def test_end_a_visit_that_goes_on_and_a_new_one_opens(
        self, order: Order, client: Client
    ) -> None:
        thief, owner = Client(), client
        come_in(thief, order)
        come_in(owner, order)
        closed = owner.post("/my/order/close/", {"op_id": str(uuid4())})
        assert closed.status_code == 200
        assert not is_open(thief)
        assert not is_open(owner)
        come_in(owner, order)
        assert is_open(owner)
        assert not is_open(thief)

    def test_of_an_older_make_open_until_any_is_taken_back(
        self, order: Order, client: Client
    ) -> None:
        older = signing.dumps(order.public_id, salt=SALT)
        assert read_token(older) == order
        come_in(client, order)
        client.post("/my/order/close/", {"op_id": str(uuid4())})
        assert read_token(older) is None


class TestAgents:
    def test_close_them_from_the_case(self, client: Client) -> None:
        exchange = open_exchange(make_swap())
        order = exchange.return_case.lines.get().order_line.order
        token, agent = make_token(order), sign_in()
        page = agent.get(case_url(exchange)).content.decode()
        assert "Close the customer’s links" in page
        address = reverse("console:case_close_links", args=[exchange.return_case.number])
        assert agent.post(address, {"op_id": "x"}).status_code == 302
        assert read_token(token) == order
        assert agent.post(address, {"op_id": str(uuid4())}).status_code == 302
        assert read_token(token) is None
        assert "Links to the order taken back" in text_of(agent.get(case_url(exchange)).content)

    def test_of_another_partner_do_not(self) -> None:
        exchange = open_exchange(make_swap())
        stranger = sign_in(Role.WAREHOUSE)
        address = reverse("console:case_close_links", args=[exchange.return_case.number])
        assert stranger.post(address, {"op_id": str(uuid4())}, headers=HTMX).status_code in {
            403,
            404,
        }
        assert not LinkRevocation.objects.exists()


class TestOtherOrders:
    def test_are_listed_and_open_without_another_link(self, client: Client) -> None:
        customer = make_customer()
        first = make_order(customer=customer, number="SHP-1")
        second = make_order(customer=customer, number="SHP-2")
        come_in(client, first)
        assert "SHP-2" in client.get("/my/order/").content.decode()
        answer = client.post("/my/order/other/", {"order": second.public_id})
        assert answer.status_code == 302
        page = client.get("/my/order/").content.decode()
        assert "<h1>" in page
        assert "SHP-1" in page

    def test_of_anybody_else_are_not_there(self, order: Order, client: Client) -> None:
        strange = make_order(customer=make_customer(email="other@customers.example"), number="X-9")
        come_in(client, order)
        assert "X-9" not in client.get("/my/order/").content.decode()
        for asked in (strange.public_id, "", "x" * 99, "\x00"):
            assert client.post("/my/order/other/", {"order": asked}).status_code == 404
        assert is_open(client)

    def test_that_a_visit_moved_to_are_closed_with_it(self, client: Client) -> None:
        customer = make_customer()
        first = make_order(customer=customer, number="SHP-1")
        second = make_order(customer=customer, number="SHP-2")
        come_in(client, first)
        from orders.services import revoke_links

        revoke_links(
            order_id=second.pk, actor=Actor.system("t"), op_id=uuid4(), now=NOW.replace(year=2030)
        )
        assert client.post("/my/order/other/", {"order": second.public_id}).status_code == 404


class TestLetters:
    def choose(self, client: Client, wants: str) -> None:
        said = {"letters": wants, "op_id": str(uuid4())}
        assert client.post("/my/order/letters/", said).status_code == 302

    def is_written_to(self, order: Order, *, is_optional: bool) -> bool:
        return not find_suppression(
            partner_id=order.partner_id, medium="email", address=order.customer.email,
            person=f"customer:{order.customer_id}", is_optional=is_optional,
        )  # fmt: skip

    def test_that_need_not_be_written_end_and_begin_again(
        self, order: Order, client: Client
    ) -> None:
        open_case(order)
        come_in(client, order)
        self.choose(client, "no")
        assert not self.is_written_to(order, is_optional=True)
        assert self.is_written_to(order, is_optional=False)
        self.choose(client, "no")
        assert Suppression.objects.filter(ended_at=None).count() == 1
        self.choose(client, "yes")
        assert self.is_written_to(order, is_optional=True)
        assert not Suppression.objects.filter(ended_at=None).exists()

    def test_do_not_begin_again_where_the_address_is_dead(
        self, order: Order, client: Client
    ) -> None:
        come_in(client, order)
        self.choose(client, "no")
        Suppression.objects.update(reason="bounced", covers_all=True)
        self.choose(client, "yes")
        assert not self.is_written_to(order, is_optional=False)
