"""Messages as staff read them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core import clock, deliveries
from core.actors import Actor
from core.models import Event
from core.numbers import new_number
from core.roles import Role
from notifications import services
from notifications.models import Message, Suppression
from notifications.queries import list_muted
from notifications.states import Reason
from returns.models import Return
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import make_partner

pytestmark = pytest.mark.django_db

URL = reverse("console:messages")


def make_letter() -> Message:
    open_today(make_swap_today())
    deliveries.deliver_due()
    return Message.objects.latest("pk")


class TestMessages:
    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.ADMIN, Role.AUDITOR])
    def test_can_be_read_word_for_word(self, client: Client, role: Role) -> None:
        sign_in(client, role)
        letter = make_letter()
        url = reverse("console:message", args=[letter.public_id])
        assert url in client.get(URL).content.decode()
        assert "ana@customers.example" in client.get(url).content.decode()

    @pytest.mark.parametrize("role", [Role.WAREHOUSE, None])
    def test_are_kept_from_the_others(self, client: Client, role: Role | None) -> None:
        sign_in(client, role)
        url = reverse("console:message", args=[make_letter().public_id])
        assert [client.get(each).status_code for each in (URL, url)] == [403, 403]

    def test_are_written_and_not_gone_while_they_can_be_called_off(self, client: Client) -> None:
        sign_in(client)
        open_today(make_swap_today())
        deliveries.deliver_due()
        case = reverse("console:case", args=[Return.objects.get().number])
        timeline = client.get(case, {"shows": "messages"}).content.decode()
        assert "it can be called off until it is sent" in timeline

    def test_of_another_partner_are_not_there(self, client: Client) -> None:
        sign_in(client, partner=make_partner("other"))
        url = reverse("console:message", args=[make_letter().public_id])
        assert client.get(url).status_code == 404

    def test_are_narrowed_to_one_case(self, client: Client) -> None:
        sign_in(client)
        letter = make_letter()
        number = Return.objects.get().number
        assert letter.public_id in client.get(URL, {"case": number}).content.decode()
        assert letter.public_id not in client.get(URL, {"case": new_number("RMA")}).content.decode()

    def test_say_when_the_number_of_a_case_is_mistyped(self, client: Client) -> None:
        sign_in(client)
        assert (
            "has a typing error" in client.get(URL, {"case": "RMA-00000-00000-1"}).content.decode()
        )


class TestCallOff:
    def test_is_offered_on_the_case_until_it_leaves(self, client: Client) -> None:
        sign_in(client)
        letter = make_letter()
        case = reverse("console:case", args=[Return.objects.get().number])
        url = reverse("console:call_off", args=[letter.public_id])
        assert url in client.get(case).content.decode()
        answer = client.post(url, {"op_id": uuid4()}, follow=True)
        assert answer.redirect_chain[-1][0] == case
        assert "was called off" in answer.content.decode()
        assert url not in client.get(case).content.decode()
        assert (
            "It has left already."
            in client.post(url, {"op_id": uuid4()}, follow=True).content.decode()
        )

    def test_is_not_for_who_only_reads(self, client: Client) -> None:
        sign_in(client, Role.AUDITOR)
        letter = make_letter()
        url = reverse("console:call_off", args=[letter.public_id])
        assert client.post(url, {"op_id": uuid4()}).status_code == 403
        sign_in(client, partner=make_partner("other"))
        assert client.post(url, {"op_id": uuid4()}).status_code == 404


class TestTheMailItself:
    def test_is_shown_where_nothing_runs(self, client: Client) -> None:
        sign_in(client)
        answer = client.get(reverse("console:message_mail", args=[make_letter().public_id]))
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy
        assert "sandbox" in policy


class TestSuppressed:
    URL = reverse("console:suppressed")

    def suppress(self) -> Suppression:
        with transaction.atomic():
            found = services.suppress_address_of(
                message=make_letter(),
                reason=Reason.BOUNCED,
                actor=Actor.system("test"),
                now=clock.now(),
            )
        assert found
        return found

    def test_are_found_by_an_address_that_is_not_kept(self, client: Client) -> None:
        sign_in(client)
        self.suppress()
        assert "Came back for good" in client.get(self.URL).content.decode()
        found = client.get(self.URL, {"address": "ANA@customers.example"})
        assert "Came back" in found.content.decode()
        none = client.get(self.URL, {"address": "ben@customers.example"}).content.decode()
        assert "may be written to" in none

    def test_are_lifted_by_an_admin_with_a_reason(self, client: Client) -> None:
        found = self.suppress()
        url = reverse("console:lift_suppression", args=[found.pk])
        sign_in(client)
        assert client.post(url, {"op_id": uuid4(), "because": "x"}).status_code == 403
        sign_in(client, Role.ADMIN)
        assert client.post(url, {"op_id": uuid4(), "because": " "}).status_code == 422
        client.post(url, {"op_id": uuid4(), "because": "They have a new mailbox."})
        found.refresh_from_db()
        assert found.ended_because == "They have a new mailbox."
        assert Event.objects.filter(kind="suppression.lifted").exists()


class TestPromises:
    def test_show_the_day_that_was_told_beside_its_case(self, client: Client) -> None:
        sign_in(client)
        make_letter()
        page = client.get(reverse("console:promises_tab", args=["theirs"])).content.decode()
        assert "Goods to be sent" in page
        assert Return.objects.get().number in page
        assert "in doubt" in client.get(reverse("console:promises")).content.decode()
        assert client.get("/promises/nonsense/").status_code == 404


class TestMyMessages:
    def test_are_chosen_by_oneself(self, client: Client) -> None:
        agent = sign_in(client)
        page = client.get(reverse("console:me")).content.decode()
        assert "stock held for an exchange is free again" in page
        assert "fewer units were on the shelf" not in page  # that one is no choice
        client.post(reverse("console:my_messages"), {"op_id": uuid4(), "wanted": ["stock_free"]})
        assert "hold_expired" in list_muted(agent)
        assert "stock_free" not in list_muted(agent)
        forged = {"op_id": uuid4(), "wanted": ["short_picked"]}
        client.post(reverse("console:my_messages"), forged)
        assert "stock_free" not in list_muted(agent)
