"""Expected goods on screen: noted, put off, taken in; and back-orders where agents look."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from core import deliveries
from core.roles import Role
from exchanges.services import WantedReplacement
from inventory.models import Supply
from inventory.queries import get_availability
from inventory.services import expect_supply
from inventory.states import SupplyState
from tests.console.screens import case_url, sign_in, text_of
from tests.console.test_new_case import address, choices
from tests.factories.stock import make_location, make_variant
from tests.factories.swaps import make_swap, open_exchange
from tests.inventory.test_supplies import BUYER, NOW, expect

pytestmark = pytest.mark.django_db
FAR = dt.date(2037, 12, 3)


def sent(**typed: Any) -> dict[str, Any]:
    return {"op_id": str(uuid4())} | typed


class TestTheList:
    def test_says_when_nothing_is_expected(self) -> None:
        assert "Nothing is expected" in text_of(sign_in().get(reverse("console:supplies")).content)

    def test_shows_what_comes_and_when(self) -> None:
        supply = expect(3, day=FAR)
        said = text_of(sign_in().get(reverse("console:supplies")).content)
        assert f"{supply.variant.sku}" in said
        assert "Thu, Dec 3" in said
        assert "Take in" not in said  # an agent only looks

    def test_is_written_by_the_stockroom(self) -> None:
        variant, place = make_variant(), make_location()
        client = sign_in(Role.WAREHOUSE)
        said = {
            "sku": variant.sku.lower(),
            "location": place.pk,
            "quantity": 4,
            "expected_on": "2037-12-03",
            "source": "PO-7",
        }
        answer = client.post(reverse("console:new_supply"), sent(**said))
        assert answer.status_code == 302
        assert Supply.objects.get().quantity == 4
        refused = client.post(reverse("console:new_supply"), sent(**said | {"sku": "NOBODY"}))
        assert refused.status_code == 422
        assert "We know no article “NOBODY”." in text_of(refused.content)
        assert sign_in().post(reverse("console:new_supply"), sent(**said)).status_code == 403

    def test_is_put_off_taken_in_and_called_off(self) -> None:
        supply, client = expect(3, day=FAR), sign_in(Role.WAREHOUSE)

        def post(view: str, **typed: Any) -> int:
            address = reverse(f"console:{view}", args=[supply.public_id])
            return client.post(address, sent(**typed)).status_code

        assert post("move_supply", expected_on="2037-12-09") == 302
        assert post("take_in_supply", quantity=2) == 302
        assert get_availability([supply.variant_id]) == {supply.variant_id: 2}
        assert post("take_in_supply", quantity="none") == 422
        assert post("cancel_supply") == 302
        assert post("cancel_supply") == 409
        assert Supply.objects.get().state == SupplyState.CANCELLED


class TestABackOrder:
    def test_is_offered_with_its_day_and_taken_only_as_it_was_shown(self) -> None:
        swap = make_swap(available=0)
        self.expect_red(swap)
        client, line = sign_in(), swap.order.lines.get()
        asked = choices(swap) | {f"out-{line.pk}": str(swap.red.pk)}
        page = client.post(address(swap.order), asked, headers={"HX-Request": "true"}).content
        assert "None free · next delivery Dec 3, 2037 · can be back-ordered" in text_of(page)
        assert f'name="wait-{line.pk}" value="{swap.red.pk}"' in page.decode()

    def test_stands_on_the_case(self) -> None:
        swap = make_swap(available=0)
        self.expect_red(swap)
        wanted = WantedReplacement(
            variant_id=swap.red.pk,
            quantity=1,
            replaces_order_line_id=swap.order.lines.get().pk,
            may_wait=True,
        )
        exchange = open_exchange(swap, replacements=[wanted])
        deliveries.deliver_due()
        said = text_of(sign_in().get(case_url(exchange)).content)
        assert "Back-ordered" in said
        assert "1 unit, at the door by Tue, Dec 8; a refund if it has not come by" in said
        assert "Hold ended" not in said

    def expect_red(self, swap: Any) -> None:
        expect_supply(
            partner_id=swap.order.partner_id,
            variant_id=swap.red.pk,
            location_id=swap.place.pk,
            quantity=1,
            expected_on=FAR,
            actor=BUYER,
            op_id=uuid4(),
            now=NOW,
        )
