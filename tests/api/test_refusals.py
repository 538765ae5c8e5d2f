"""What refusals name: by ids of the API, never by a row of the desk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from api.refusals import publish_facts
from core import clock
from core.errors import BadInput
from core.verdicts import Verdict
from exchanges import rules
from exchanges.models import Exchange
from inventory.rules import Shortage
from inventory.services import AllocationEnded, HoldTooLong, OutOfStock
from orders.rules import NotReturnable
from tests.api.calls import post, problem_of
from tests.factories.desk import make_swap_today
from tests.factories.people import make_partner
from tests.factories.swaps import Swap, open_exchange


@pytest.fixture
def database_clock(db: None) -> Iterator[None]:
    """Set right again after a test that let it run ahead."""
    yield
    clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture
def swap(db: None) -> Swap:
    return make_swap_today(available=5)


@pytest.fixture
def exchange(swap: Swap) -> Exchange:
    return open_exchange(swap)


class TestAHoldThatEnded:
    def test_is_named_by_its_exchange_and_line(
        self,
        shop: Client,
        exchange: Exchange,
        database_clock: None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """It ran when the rule was asked, and does not when it is to be kept."""
        monkeypatch.setattr(rules, "can_extend_hold", lambda facts: Verdict.of())
        clock.shift_database_clock(dt.timedelta(days=90))
        body = {"reason": "They think it over"}
        answer = post(shop, f"exchanges/{exchange.public_id}/extend-hold", body, match="*")
        problem = problem_of(answer, 409)
        assert (problem["code"], problem["references"]) == (
            "hold_ended",
            [f"{exchange.public_id}:1"],
        )
        assert not re.search(r'"[a-z]+:\d', answer.content.decode())


class TestFacts:
    def test_name_what_the_partner_can_ask_for(self, exchange: Exchange) -> None:
        partner, case = exchange.return_case.partner, exchange.return_case
        held, older = f"exchangeline:{exchange.lines.get().pk}", f"return:{case.pk}"
        gone = "exchangeline:999999"
        facts = publish_facts(HoldTooLong("Too long.", references=[held, gone]), partner)
        assert facts["references"] == [f"{exchange.public_id}:1"]
        short = [Shortage(held, "RED-M", 1, 0, behind=(older,)), Shortage(gone, "RED-M", 1, 0)]
        first, second = publish_facts(OutOfStock("Short.", shortages=short), partner)["shortages"]
        assert (first["reference"], first["behind"]) == (
            f"{exchange.public_id}:1",
            [case.public_id],
        )
        assert second["reference"] is None

    def test_name_rows_by_what_they_are_called_outside(self, swap: Swap) -> None:
        partner, line = swap.order.partner, swap.order.lines.get()
        refused = NotReturnable("Too many.", lines={line.pk: {"wanted": 2, "open": 1}})
        assert publish_facts(refused, partner) == {
            "lines": {f"{swap.order.public_id}:1": {"wanted": 2, "open": 1}}
        }
        unsold = BadInput("Not sold.", field="replacements", variants=[swap.red.pk])
        assert publish_facts(unsold, partner)["variants"] == [swap.red.sku]

    def test_leave_a_partners_own_words_as_they_are(self, swap: Swap) -> None:
        ended = AllocationEnded("Not any more.", references=["web-1"])
        assert publish_facts(ended, swap.order.partner) == {"references": ["web-1"]}

    def test_name_nothing_of_another_partner(self, exchange: Exchange) -> None:
        held = f"exchangeline:{exchange.lines.get().pk}"
        refused = HoldTooLong("Too long.", references=[held])
        assert publish_facts(refused, make_partner("rival"))["references"] == []
