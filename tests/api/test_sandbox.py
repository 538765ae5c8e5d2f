"""A sandbox's clock: a return expires when a program says that it is later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from api.services import open_sandbox
from core import clock
from core.actors import Actor
from core.models import Partner
from inventory.models import Variant
from payments.models import ProviderAccount, ProviderSecret
from tests.api.calls import get, post, problem_of
from tests.api.test_orders import body_of
from tests.factories.keys import make_key, program
from tests.factories.people import make_partner
from tests.payments.bank import SECRET

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def sandbox() -> Partner:
    return open_sandbox(
        partner_id=make_partner().pk,
        actor=Actor.system("test"),
        op_id=uuid4(),
        now=clock.now(),
    )


@pytest.fixture
def trial(sandbox: Partner) -> Client:
    return program(make_key(partner=sandbox))


def later(client: Client, by: dt.timedelta) -> str:
    now = dt.datetime.fromisoformat(get(client, "clock").json()["now"])
    return (now + by).isoformat()


class TestTheClock:
    def test_lets_windows_and_deadlines_pass(self, trial: Client) -> None:
        now = clock.now()
        order = body_of(
            channel="sandbox-shop",
            placed_at=(now - 9 * A_DAY).isoformat(),
            fulfilments=[
                {
                    "external_id": "f1",
                    "shipped_at": (now - 8 * A_DAY).isoformat(),
                    "delivered_at": (now - 5 * A_DAY).isoformat(),
                }
            ],
        )
        sold = post(trial, "orders", order).json()
        line = {"order": sold["order"], "line": 1, "quantity": 1, "reason": "wrong_size"}
        case = post(trial, "returns", {"lines": [line]}).json()
        assert (case["state"], case["livemode"]) == ("authorised", False)
        moved = post(trial, "clock", {"now": later(trial, 40 * A_DAY)}).json()
        assert round(moved["seconds_ahead"] / 86_400) == 40
        assert get(trial, f"returns/{case['id']}").json()["state"] == "expired"
        late = post(trial, "returns", {"lines": [line]}).json()
        assert late["state"] == "rejected", "the window has passed"

    def test_goes_forward_and_not_for_ever(self, trial: Client) -> None:
        for wrong in (-A_DAY, 800 * A_DAY):
            problem = problem_of(post(trial, "clock", {"now": later(trial, wrong)}), 422)
            assert problem["field"] == "now"

    def test_is_a_sandboxs_alone(self, shop: Client) -> None:
        problem = problem_of(post(shop, "clock", {"now": later(shop, A_DAY)}), 409)
        assert problem["code"] == "not_a_sandbox"
        assert get(shop, "clock").json()["livemode"]


class TestTheGoods:
    """A key of a sandbox finds a catalogue with stock, and can go through a whole exchange."""

    def test_are_there_to_be_ordered_returned_and_exchanged(self, trial: Client) -> None:
        skus = ["TRY-SHIRT-BLUE-M", "TRY-SHIRT-RED-M", "TRY-SHIRT-RED-L"]
        free = get(trial, "availability", sku=skus).json()["data"]
        assert [row["promisable"] for row in free] == [50, 1, 0]
        case = self.swap(trial, "TRY-SHIRT-RED-M")
        assert (case["state"], case["due"]["amount"]) == ("awaiting_goods", "0.00")
        assert case["livemode"] is False
        second = post(trial, "exchanges", self.body(trial, "TRY-SHIRT-RED-M", "P-2"))
        assert problem_of(second, 409)["code"] == "out_of_stock"

    def test_have_prices_to_see_a_difference_by(self, trial: Client) -> None:
        assert Decimal(self.swap(trial, "TRY-COAT-M")["due"]["amount"]) > 0

    def test_are_laid_in_once(self, sandbox: Partner) -> None:
        before = Variant.objects.filter(partner=sandbox).count()
        again = open_sandbox(
            partner_id=make_partner().pk,
            actor=Actor.system("test"),
            op_id=uuid4(),
            now=clock.now(),
        )
        assert (again, Variant.objects.filter(partner=sandbox).count()) == (sandbox, before)
        assert ProviderAccount.objects.filter(partner=sandbox, adapter="sandbox").count() == 1

    def test_are_paid_for_at_a_provider_whose_notices_are_believed(
        self, settings: LazySettings
    ) -> None:
        settings.PAYMENT_SANDBOX_SECRET = SECRET
        sandbox = open_sandbox(
            partner_id=make_partner().pk, actor=Actor.system("test"), op_id=uuid4(), now=clock.now()
        )
        assert ProviderSecret.objects.get().account.partner == sandbox

    def test_are_nobody_else_s(self, trial: Client, shop: Client) -> None:
        problem_of(get(shop, "availability", sku="TRY-SHIRT-BLUE-M"), 404)
        assert get(shop, "stock-levels").json()["data"] == []

    def swap(self, trial: Client, sku: str) -> dict[str, Any]:
        answer = post(trial, "exchanges", self.body(trial, sku, "P-1"))
        assert answer.status_code == 201, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def body(self, trial: Client, sku: str, number: str) -> dict[str, Any]:
        """A blue shirt was sold and delivered, and comes back for another article."""
        now = clock.now()
        order = body_of(
            channel="sandbox-shop",
            external_id=number,
            number=number,
            placed_at=(now - 9 * A_DAY).isoformat(),
            fulfilments=[
                {
                    "external_id": "f1",
                    "shipped_at": (now - 8 * A_DAY).isoformat(),
                    "delivered_at": (now - 5 * A_DAY).isoformat(),
                }
            ],
        )
        for line in order["lines"]:
            line["sku"] = "TRY-SHIRT-BLUE-M"
        sold = post(trial, "orders", order).json()
        return {
            "lines": [{"order": sold["order"], "line": 1, "quantity": 1, "reason": "wrong_size"}],
            "replacements": [{"sku": sku, "quantity": 1, "replaces": 1}],
        }
