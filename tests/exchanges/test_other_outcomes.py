"""Policy is asked about another outcome by every way that leads there, and a person beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput, StaleVersion
from core.models import Event
from core.roles import Permission, Role
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.services import WantedReplacement
from exchanges.services.ending import convert_locked
from inventory.models import StockLevel
from policies.models import Decision
from policies.rules import Scope, Warranty
from returns import services as returns
from returns.models import Return
from returns.queries import list_actions
from returns.queries.outcomes import MAY_BE_ASKED
from returns.states import Outcome
from tests.factories.cases import bring_back, open_case, want
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.swaps import NOW, Swap, act_on, make_swap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


def make_repairs_only() -> Swap:
    """What is defective within three years is repaired, and nothing else without a person."""
    swap = make_swap(available=2)
    publish((Warranty(months=36, gives="repair"), Scope()), based_on=swap.policy)
    return swap


def who(agent: Actor | None = None) -> dict[str, Any]:
    return {"actor": agent or Actor.user(make_user()), "op_id": uuid4(), "now": NOW}


def to_repair(swap: Swap) -> Return:
    line = want(swap.order.lines.get(), reason="defective", outcome=Outcome.REPAIR)
    return open_case(swap.order, line)


def change(case: Return, outcome: str) -> Return:
    return returns.change_outcome(
        return_id=case.pk,
        version=None,
        line_id=case.lines.get().pk,
        outcome=outcome,
        reason="They insist.",
        **who(),
    )


def swap_it(case: Return, swap: Swap) -> Exchange:
    line = swap.order.lines.get()
    wanted = WantedReplacement(variant_id=swap.red.pk, replaces_order_line_id=line.pk)
    return services.open_exchange_instead(
        return_id=case.pk, version=None, replacements=[wanted], reason="They insist.", **who()
    )


def take(case: Return, kind: str) -> Return:
    return services.take_option(
        return_id=case.pk, version=None, kind=kind, reason="They insist.", **who()
    )


def ask(case: Return, outcome: str, **more: Any) -> Return:
    arguments: dict[str, Any] = {
        "return_id": case.pk,
        "version": None,
        "outcome": outcome,
        "reason": "A good customer.",
        **who(),
    }
    return returns.ask_exception(**arguments | more)


def agree() -> Approval:
    """Another person says yes to what was asked last."""
    asked = Approval.objects.filter(state="asked").latest("pk")
    return approvals.approve(
        approval_id=asked.pk,
        content_hash=asked.content_hash,
        proved_at=NOW,
        **who(Actor.user(make_user(Role.LEAD))),
    )


def button(case: Return, code: str) -> Any:
    fresh = Return.objects.get(pk=case.pk)
    actions = list_actions(fresh, permissions=list(Permission))
    return next((action for action in actions if action.code == code), None)


def exchange_button(exchange: Exchange, code: str) -> Any:
    fresh = Exchange.objects.get(pk=exchange.pk)
    column = queries.describe_exchange(fresh, permissions=list(Permission))
    return next(action for action in column.actions if action.code == code)


class TestOfAReturn:
    @pytest.mark.parametrize(
        "go",
        [
            lambda case, swap: change(case, "refund"),
            lambda case, swap: change(case, "store_credit"),
            lambda case, swap: swap_it(case, swap),
            lambda case, swap: take(case, "refund"),
        ],
        ids=["refund", "store-credit", "exchange-instead", "take-option"],
    )
    def test_no_way_leads_where_policy_is_against_it(
        self, go: Callable[[Return, Swap], Any]
    ) -> None:
        swap = make_repairs_only()
        case = to_repair(swap)
        with pytest.raises(ActionBlocked) as refused:
            go(case, swap)
        assert "repair" in " ".join(refused.value.reasons)
        assert case.lines.get().outcome == "repair"
        assert not Exchange.objects.exists()
        assert Decision.objects.count() == 1

    def test_the_buttons_say_why_and_which_way_there_is(self) -> None:
        case = to_repair(make_repairs_only())
        for code in ("change_outcome", "exchange_instead"):
            blocked = button(case, code)
            assert not blocked.is_allowed
            assert "repair" in blocked.reasons[0]
            assert MAY_BE_ASKED in blocked.reasons
        assert button(case, "ask_exception").is_allowed

    def test_what_policy_allows_is_kept_as_its_decision(self) -> None:
        case = open_case(make_repairs_only().order)
        assert button(case, "ask_exception") is None
        change(case, "store_credit")
        last = Decision.objects.order_by("-pk").first()
        assert last is not None
        assert (last.verdict, last.facts["outcome"]) == ("authorise", "store_credit")
        assert last.findings


class TestOfAnExchange:
    """Let in for a repair; a person agreed to an exchange, and to that alone."""

    def make(self) -> tuple[Swap, Exchange]:
        swap = make_repairs_only()
        case = to_repair(swap)
        ask(case, "exchange")
        agree()
        return swap, swap_it(case, swap)

    @pytest.mark.parametrize(
        "end",
        [
            lambda it: services.convert_to_refund(**act_on(it, reason="Money.")),
            lambda it: services.convert_to_refund(
                **act_on(it, reason="Credit.", as_store_credit=True)
            ),
            lambda it: services.cancel_exchange(
                **act_on(it, reason="Neither.", continue_return=True)
            ),
            lambda it: take(it.return_case, "refund"),
        ],
        ids=["refund", "store-credit", "cancel", "take-option"],
    )
    def test_no_way_leads_where_policy_is_against_it(self, end: Callable[[Exchange], Any]) -> None:
        swap, exchange = self.make()
        with pytest.raises(ActionBlocked) as refused:
            end(exchange)
        assert "repair" in " ".join(refused.value.reasons)
        assert Exchange.objects.get().state == "quoted"
        assert StockLevel.objects.get(variant=swap.red).held == 1

    def test_the_buttons_say_why_and_it_may_still_be_called_off_whole(self) -> None:
        _, exchange = self.make()
        for code in ("convert_to_refund", "convert_to_credit"):
            blocked = exchange_button(exchange, code)
            assert not blocked.is_allowed
            assert MAY_BE_ASKED in blocked.reasons
        assert exchange_button(exchange, "cancel_exchange").is_allowed
        services.cancel_exchange(**act_on(exchange, reason="Neither.", continue_return=False))
        assert Return.objects.get().state == "cancelled"

    def test_goes_back_to_the_workshop_without_a_word(self) -> None:
        """What it was let in for is never asked about again."""
        _, exchange = self.make()
        take(exchange.return_case, "repair")
        assert Return.objects.get().lines.get().outcome == "repair"
        last = Decision.objects.latest("pk")
        assert (last.verdict, last.facts["outcome"]) == ("authorise", "repair")

    def test_becomes_a_refund_where_a_person_agrees_to_that_too(self) -> None:
        swap, exchange = self.make()
        ask(exchange.return_case, "refund")
        agree()
        assert exchange_button(exchange, "convert_to_refund").is_allowed
        services.convert_to_refund(**act_on(exchange, reason="Money."))
        memo = bring_back(Return.objects.get())
        assert memo.gross == swap.order.grand_total

    def test_becomes_one_by_the_desk_when_a_back_order_does_not_come(self) -> None:
        """That is our doing: nobody is asked."""
        self.make()
        with transaction.atomic():
            convert_locked(
                Exchange.objects.get(),
                note=None,
                why="It has not come.",
                asks_policy=False,
                actor=Actor.system("test"),
                now=NOW,
            )
        assert Return.objects.get().lines.get().outcome == "refund"


class TestAnException:
    def test_is_for_one_outcome_and_opens_its_way(self) -> None:
        case = to_repair(make_repairs_only())
        ask(case, "refund")
        assert not button(case, "ask_exception").is_allowed
        with pytest.raises(ActionBlocked):
            change(case, "refund")
        approval = agree()
        assert (approval.amount, approval.kind) == (case.lines.get().gross, "exception:refund")
        with pytest.raises(ActionBlocked):
            change(case, "store_credit")
        assert change(case, "refund").lines.get().outcome == "refund"
        last = Decision.objects.latest("pk")
        assert (last.verdict, last.facts["outcome"]) == ("review", "refund")

    def test_is_given_by_another_person_alone(self) -> None:
        agent = Actor.user(make_user(Role.LEAD))
        case = to_repair(make_repairs_only())
        ask(case, "refund", actor=agent)
        asked = Approval.objects.get()
        with pytest.raises(ActionBlocked):
            approvals.approve(
                approval_id=asked.pk,
                content_hash=asked.content_hash,
                proved_at=NOW,
                **who(agent),
            )

    def test_is_asked_once_and_tells_what_policy_said(self) -> None:
        case = to_repair(make_repairs_only())
        ask(case, "refund")
        told = Event.objects.get(kind="return.exception_asked").data
        assert told["lines"][0]["verdict"] == "review"
        assert told["lines"][0]["sentence"]
        assert told["lines"][0]["flip"]
        with pytest.raises(ActionBlocked):
            ask(case, "refund")

    def test_is_refused_where_none_is_needed_and_for_what_is_no_outcome(self) -> None:
        swap = make_repairs_only()
        case = to_repair(swap)
        with pytest.raises(ActionBlocked, match="no exception is needed"):
            ask(case, "repair")
        with pytest.raises(BadInput):
            ask(case, "gold")
        with pytest.raises(StaleVersion):
            ask(case, "refund", version=0)

    def test_is_void_once_the_goods_are_settled(self) -> None:
        case = to_repair(make_repairs_only())
        ask(case, "refund")
        returns.cancel_return(return_id=case.pk, version=None, reason="They keep it.", **who())
        deliveries.deliver_due()
        assert Approval.objects.get().state == "void"
