"""Money for goods that never came, beyond policy: nothing moves until a second person agrees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.deliveries import deliver_due
from core.roles import Role
from notifications.models import Message
from payments.queries import list_issued
from returns.models import Concession, Mismatch, Return
from returns.services import keep_goods
from tests.factories.cases import NOW, give_terms, inspect, open_case, receive, want
from tests.factories.differences import assert_all_credited, counted, decide, found
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    """Three of one kind for 97.20."""
    make_location("LEJ")
    order = make_order(Sold("90.00", "7.20", quantity=3))
    return open_case(order, want(order.lines.get(), 3))


class TestASecondPerson:
    """32.40 for a unit that never came, where policy gives 25.00 without asking."""

    @pytest.fixture(autouse=True)
    def _put_up(self, case: Return, monkeypatch: pytest.MonkeyPatch) -> None:
        give_terms(monkeypatch, goodwill_limit=Decimal("25.00"), goodwill_currency="EUR")
        receive(case, counted(case, 2))
        inspect(case)
        fields: dict[str, Any] = {"reason": "Ten years.", "writes": True, "actor": lead()}
        decide(Mismatch.objects.get(), "credit_anyway", **fields)
        deliver_due()

    def test_is_asked_and_nothing_is_credited_or_written_meanwhile(self, case: Return) -> None:
        approval = Approval.objects.get()
        assert (approval.kind, approval.amount, approval.state) == (
            "goodwill",
            Decimal("32.40"),
            "asked",
        )
        assert found() == [("missing", 1, "waiting")]
        assert [memo.gross for memo in list_issued(f"return:{case.pk}")] == [Decimal("64.80")]
        assert case.lines.get().awaited == 1
        assert not Message.objects.filter(template="goods_differ").exists()

    def test_says_yes_and_it_is_credited(self, case: Return) -> None:
        answer("approve")
        assert found() == [("missing", 1, "decided")]
        assert_all_credited(case, ["64.80", "32.40"])
        assert Message.objects.filter(template="goods_differ").exists()

    def test_says_no_and_it_is_to_be_decided_again(self, case: Return) -> None:
        answer("reject")
        back = Mismatch.objects.get()
        assert (back.state, back.rule, case.lines.get().awaited) == ("waiting", "", 1)
        assert back.waits_until is not None
        decide(back, "short_close", reason="They said no.")
        assert found() == [("missing", 1, "decided")]

    def test_need_not_answer_once_the_rest_has_come(self, case: Return) -> None:
        receive(case, counted(case, 1))
        assert Approval.objects.get().state == "void"
        assert found() == [("missing", 1, "resolved")]

    def test_need_not_answer_once_it_is_decided_otherwise(self, case: Return) -> None:
        decide(Mismatch.objects.get(), "ask")
        assert Approval.objects.get().state == "void"
        deliver_due()
        assert Mismatch.objects.get().rule == "ask"


class TestTwoAtOnce:
    @pytest.fixture(autouse=True)
    def _put_up(self, case: Return, monkeypatch: pytest.MonkeyPatch) -> None:
        """Something else came for one of three; credit for the two others is asked for."""
        give_terms(monkeypatch, goodwill_limit=Decimal("25.00"), goodwill_currency="EUR")
        line = case.lines.get()
        receive(case, counted(case, 1, sku_found=make_variant().sku))
        missing = Mismatch.objects.get(kind="missing")
        assert missing.quantity == 2
        decide(missing, "credit_anyway", reason="Ten years.", actor=lead())
        assert units_asked() == {line.pk: [2, 3]}

    def test_are_asked_about_other_units(self, case: Return) -> None:
        line = case.lines.get()
        keep_goods(
            return_id=case.pk,
            version=None,
            reason="They may have it.",
            units={line.pk: 1},
            actor=lead(),
            op_id=uuid4(),
            now=NOW,
        )
        assert Concession.objects.filter(state="asked").count() == 2
        assert units_asked() == {line.pk: [1, 2, 3]}
        answer("approve")
        line.refresh_from_db()
        assert (line.missing, line.kept, line.awaited) == (2, 0, 1)
        assert Concession.objects.get(state="asked").mismatch is None

    def test_lapses_where_more_comes_than_it_left(self, case: Return) -> None:
        receive(case, counted(case, 2))
        deliver_due()
        assert Approval.objects.get().state == "void"
        assert Concession.objects.get().state == "lapsed"
        assert not Mismatch.objects.filter(rule="credit_anyway").exclude(state="resolved").exists()


def lead() -> Actor:
    return Actor.user(make_user(Role.LEAD))


def units_asked() -> dict[int, list[int]]:
    asked: dict[int, list[int]] = {}
    for concession in Concession.objects.filter(state="asked"):
        for line in concession.lines:
            asked[line["line"]] = sorted(asked.get(line["line"], []) + line["units"])
    return asked


def answer(verb: str) -> None:
    approval = Approval.objects.order_by("pk")[0]
    who: dict[str, Any] = {"actor": lead(), "op_id": uuid4(), "now": NOW}
    who |= {"approval_id": approval.pk, "proved_at": NOW}
    if verb == "approve":
        approvals.approve(content_hash=approval.content_hash, **who)
    else:
        approvals.reject(reason="Too much.", **who)
    deliver_due()
