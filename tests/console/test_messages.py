"""Messages as staff read them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core import deliveries
from core.numbers import new_number
from core.roles import Role
from notifications.models import Message
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
