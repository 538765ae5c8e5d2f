"""A new case asks in which condition goods are, where the policy in force has a rule about it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from orders.models import OrderLine
from policies import services
from policies.models import Decision
from policies.rules import ConditionRequired, Scope
from tests.factories.desk import HTMX, deliver_lately, sign_in
from tests.factories.policies import NOW, make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_product, make_variant

pytestmark = pytest.mark.django_db

URL = reverse("console:new_case")
TOO_BAD = "Used, and taken back unopened at worst"


def publish_condition(**scope: str) -> None:
    """Only what is unopened comes back at once; a person decides on the rest."""
    who: dict[str, Any] = {"actor": Actor.system("test"), "now": NOW}
    draft = services.draft_version(partner_id=make_policy().partner_id, op_id=uuid4(), **who)
    services.write_rule(
        version_id=draft.pk,
        name="Unopened",
        parameters=ConditionRequired(at_worst="unopened", otherwise="review"),
        scope=Scope(**scope),
        priority=0,
        op_id=uuid4(),
        **who,
    )
    services.publish_version(version_id=draft.pk, op_id=uuid4(), **who)


@pytest.fixture
def line() -> OrderLine:
    blue = make_variant("SHIRT-BLUE", product=make_product(category="apparel"))
    order = deliver_lately(make_order(Sold("40.00", variant=blue)))
    sold: OrderLine = order.lines.get()
    return sold


@pytest.fixture
def agent(client: Client) -> Client:
    sign_in(client)
    return client


def said(line: OrderLine, **more: str) -> dict[str, Any]:
    wanted = {"reason": "changed_mind", "outcome": "refund", "quantity": "1"} | more
    return {"order": line.order.public_id, "line": line.pk} | {
        f"line-{line.pk}-{name}": value for name, value in wanted.items()
    }


def read(client: Client, line: OrderLine, **more: str) -> str:
    answer = client.get(URL, said(line, **more), headers=HTMX | {"HX-Target": "workbench"})
    return str(answer.content.decode())


def confirm(client: Client, line: OrderLine, **more: str) -> None:
    address = f"{URL}?order={line.order.public_id}"
    client.post(address, said(line, **more) | {"op_id": str(uuid4())})


class TestTheCondition:
    @pytest.mark.parametrize(
        ("scope", "is_asked"),
        [
            ({}, True),
            ({"category": "apparel"}, True),
            ({"reason": "changed_mind"}, True),
            ({"category": "electronics"}, False),
            ({"sku": "SHIRT-RED"}, False),
        ],
    )
    def test_is_asked_where_a_rule_speaks_of_such_goods(
        self, agent: Client, line: OrderLine, scope: dict[str, str], is_asked: bool
    ) -> None:
        publish_condition(**scope)
        assert (f"line-{line.pk}-condition" in read(agent, line)) is is_asked

    def test_is_not_asked_where_the_policy_says_nothing_of_it(
        self, agent: Client, line: OrderLine
    ) -> None:
        make_policy()
        html = read(agent, line, condition="used")
        assert f"line-{line.pk}-condition" not in html
        assert TOO_BAD not in html

    def test_moves_the_verdict_at_once(self, agent: Client, line: OrderLine) -> None:
        publish_condition()
        assert "Nobody has said in which condition it is" in read(agent, line)
        assert "Unopened, which is good enough" in read(agent, line, condition="unopened")
        assert TOO_BAD in read(agent, line, condition="used")

    def test_is_kept_with_the_decision(self, agent: Client, line: OrderLine) -> None:
        publish_condition()
        confirm(agent, line, condition="used")
        decision = Decision.objects.get()
        assert decision.facts["condition"] == "used"
        assert TOO_BAD in str(decision.findings)

    def test_of_an_unknown_name_opens_nothing(self, agent: Client, line: OrderLine) -> None:
        publish_condition()
        confirm(agent, line, condition="eaten")
        assert not Decision.objects.exists()
