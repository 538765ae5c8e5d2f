"""What people write may name anybody, so it stands only where it can be erased (domain §1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from core import deliveries
from core.actors import Actor
from core.roles import Role
from exchanges import services as exchanges
from exchanges.models import Exchange
from returns import services as returns
from returns.models import ReceiptLine
from returns.rules import CountedLine, InspectedLine
from tests.console.screens import case_url, sign_in, text_of
from tests.factories.cases import inspect, open_case, receive
from tests.factories.people import make_user
from tests.factories.sales import make_order
from tests.factories.swaps import act_on, make_swap, open_exchange

pytestmark = pytest.mark.django_db

CANARY = "Ana of Ljubljana rang on 041 555 123"
NOTES = "returns_casenote"

Command = Callable[..., object]


def find_canary() -> set[str]:
    """Every table that has the words in any of its columns, where they can be read."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found = set()
    with connection.cursor() as cursor:
        for table in tables & set(connection.introspection.table_names()):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text LIKE %s)",
                [f"%{CANARY}%"],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def act_on_return(exchange: Exchange, **arguments: Any) -> dict[str, Any]:
    arguments = act_on(exchange, **arguments)
    del arguments["exchange_id"]
    return {"return_id": exchange.return_case_id} | arguments


def read_page(exchange: Exchange) -> str:
    return text_of(sign_in(Role.ADMIN).get(case_url(exchange)).content)


class TestReasons:
    @pytest.mark.parametrize(
        ("command", "arguments"),
        [
            (exchanges.cancel_exchange, {"continue_return": True}),
            (exchanges.cancel_exchange, {"continue_return": False}),
            (exchanges.convert_to_refund, {}),
            (exchanges.extend_hold, {}),
            (exchanges.release_hold, {}),
        ],
    )
    def test_stand_in_a_note_and_on_the_page_of_an_exchange(
        self, command: Command, arguments: dict[str, Any]
    ) -> None:
        exchange = open_exchange(make_swap())
        command(**act_on(exchange, reason=CANARY, **arguments))
        deliveries.deliver_due()
        assert find_canary() == {NOTES}
        assert CANARY in read_page(exchange)

    @pytest.mark.parametrize(
        "command", [returns.authorise_return, returns.reject_return, returns.cancel_return]
    )
    def test_stand_in_a_note_and_on_the_page_of_a_return(self, command: Command) -> None:
        exchange = open_exchange(make_swap(net="600.00", tax="48.00"))
        command(**act_on_return(exchange, reason=CANARY))
        deliveries.deliver_due()
        assert find_canary() == {NOTES}
        assert CANARY in read_page(exchange)


class TestRemarks:
    def test_stand_in_a_note_and_on_the_page(self) -> None:
        exchange = open_exchange(make_swap())
        agent = Actor.user(make_user())
        returns.write_note(**act_on_return(exchange, text=CANARY, actor=agent))
        assert find_canary() == {NOTES}
        assert CANARY in read_page(exchange)

    def test_on_goods_stand_with_the_goods_alone(self) -> None:
        line = make_order().lines.get()
        wanted = returns.WantedReturn(
            order_line_id=line.pk, quantity=1, reason="defective", comment=CANARY
        )
        case = open_case(line.order, wanted)
        coming = case.lines.get()
        receive(case, CountedLine(return_line_id=coming.pk, quantity=1, note=CANARY))
        row = ReceiptLine.objects.get()
        inspect(
            case,
            InspectedLine(
                receipt_line_id=row.pk,
                quantity=1,
                grade="A",
                is_accepted=True,
                disposition="restock",
                note=CANARY,
            ),
        )
        assert find_canary() == {"returns_returnline", "returns_receiptline", "returns_inspection"}
