"""Differences at receipt: what is written down, and what each decision does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.models import Approval
from core.errors import ActionBlocked, BadInput, StaleVersion
from core.laws import check_laws
from core.models import Event
from fulfilment.models import Shipment
from inventory.models import Location, StockLevel
from orders.models import Order, OrderLineUnit
from returns.models import Claim, ClaimLine, Mismatch, ReceiptLine, Return
from returns.services import CountedLine, follow_fewer_awaited, receive_goods
from returns.states import DispositionKind
from tests.factories.cases import AGENT, NOW, give_terms, grade, inspect, open_case, receive, want
from tests.factories.differences import assert_all_credited, counted, decide, found, state_of
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_price, make_variant

pytestmark = pytest.mark.django_db

ASIDE: dict[str, Any] = {"is_accepted": False, "disposition": DispositionKind.QUALITY_REJECT}


@pytest.fixture
def lej() -> Location:
    return make_location("LEJ")


@pytest.fixture
def order(lej: Location) -> Order:
    """Three of one kind for 97.20."""
    return make_order(Sold("90.00", "7.20", quantity=3))


@pytest.fixture
def case(order: Order) -> Return:
    return open_case(order, want(order.lines.get(), 3))


class TestNotice:
    def test_nothing_where_all_came_as_announced(self, case: Return) -> None:
        receive(case)
        assert found() == []

    @pytest.mark.causes("mismatch_found")
    @pytest.mark.usefixtures("staff")
    def test_what_is_missing_once_however_many_parcels_came(self, case: Return) -> None:
        receive(case, counted(case, 1))
        receive(case, counted(case, 1))
        assert found() == [("missing", 1, "open")]
        assert Mismatch.objects.get().value == Decimal("32.40")

    def test_that_what_was_missing_has_come_s13(self, case: Return) -> None:
        receive(case, counted(case, 2))
        receive(case, counted(case, 1), now=NOW + dt.timedelta(days=6))
        assert found() == [("missing", 1, "resolved")]
        assert (state_of(case), case.receipts.count()) == ("received", 2)

    def test_more_than_announced(self, case: Return) -> None:
        receive(case, counted(case, 4))
        assert found() == [("extra", 1, "open")]

    def test_another_item_and_not_besides_that_the_right_one_is_missing(self, case: Return) -> None:
        receive(case, counted(case, 2), counted(case, 1, sku_found="SOCKS"))
        assert found() == [("wrong_item", 1, "open")]

    def test_damage_with_its_value(self, case: Return) -> None:
        receive(case, counted(case, 3, damaged=2))
        assert found() == [("damaged", 2, "open")]
        assert Mismatch.objects.get().value == Decimal("64.80")

    def test_an_empty_box_for_everything_awaited(self, case: Return) -> None:
        receive(case, counted(case, 1))
        receive_empty(case)
        assert found() == [("missing", 2, "resolved"), ("empty_box", 2, "open")]
        receive(case, counted(case, 2))
        assert found()[-1] == ("empty_box", 2, "resolved")

    def test_of_an_empty_box_that_nothing_was_in_it(self, case: Return) -> None:
        with pytest.raises(BadInput, match="nothing in it"):
            receive(case, counted(case, 1), is_empty=True)

    def test_what_found_goods_are_worth_today(self, case: Return) -> None:
        make_price(make_variant("SOCKS"), list_price="4.00")
        receive(case, counted(case, 2, sku_found="SOCKS"))
        mismatch = Mismatch.objects.get(kind="wrong_item")
        assert (mismatch.value, mismatch.own_value) == (Decimal("64.80"), Decimal("8.00"))


def receive_empty(case: Return, **fields: Any) -> None:
    receive_goods(
        return_id=case.pk,
        version=None,
        location_id=Location.objects.get().pk,
        lines=[],
        is_empty=True,
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
        **fields,
    )


class TestFollowFewerAwaited:
    def test_takes_back_what_was_said_to_be_missing(self, case: Return) -> None:
        receive(case, counted(case, 2))
        case.lines.update(missing=1)
        with transaction.atomic():
            follow_fewer_awaited(return_id=case.pk, actor=AGENT, now=NOW)
        assert found() == [("missing", 1, "resolved")]

    def test_leaves_a_case_alone_of_which_nothing_is_missing(self, case: Return) -> None:
        receive(case)
        version = Return.objects.get().version
        with transaction.atomic():
            follow_fewer_awaited(return_id=case.pk, actor=AGENT, now=NOW)
        assert Return.objects.get().version == version


class TestDecide:
    def test_waits_a_week_for_the_rest(self, case: Return) -> None:
        receive(case, counted(case, 2))
        waiting = decide(Mismatch.objects.get(), "wait")
        assert (waiting.state, waiting.waits_until) == ("waiting", NOW + dt.timedelta(days=7))
        assert case.lines.get().awaited == 1

    def test_closes_short_and_settles_what_came(self, case: Return) -> None:
        receive(case, counted(case, 2))
        inspect(case)
        decide(Mismatch.objects.get(), "short_close", reason="Lost at home.")
        line = case.lines.get()
        assert (line.missing, line.awaited, state_of(case)) == (1, 0, "settling")
        line.order_line.refresh_from_db()
        assert (line.order_line.returned, line.order_line.returnable) == (2, 1)

    def test_sends_back_what_lies_in_quarantine(self, case: Return) -> None:
        receive(case, counted(case, 4))
        extra = ReceiptLine.objects.get(kind="extra")
        rows = ReceiptLine.objects.get(kind="expected")
        inspect(case, grade(rows.pk, 3), grade(extra.pk, **ASIDE))
        decide(Mismatch.objects.get(), "send_back", reason="They want it.")
        shipment = Shipment.objects.get()
        assert shipment.reference.startswith("disposition:")
        assert (shipment.state, shipment.case) == ("released", f"return:{case.pk}")
        assert StockLevel.objects.get().quarantine == 0

    def test_tells_inspection_where_it_has_not_been_yet(self, case: Return) -> None:
        receive(case, counted(case, 4))
        decide(Mismatch.objects.get(), "write_off", reason="They do not want it.")
        extra = ReceiptLine.objects.get(kind="extra")
        inspect(
            case,
            grade(
                extra.pk,
                is_accepted=False,
                disposition=DispositionKind.SCRAP,
                because="decided",
            ),
        )
        assert extra.inspections.get().dispositions.get().kind == "scrap"

    def test_takes_another_item_instead(self, case: Return) -> None:
        make_price(make_variant("BETTER"), list_price="50.00")
        receive(case, counted(case, 2), counted(case, 1, sku_found="BETTER"))
        decide(Mismatch.objects.get(), "substitute")
        assert (case.lines.get().awaited, state_of(case)) == (0, "received")
        inspect(case)
        case.lines.get().order_line.refresh_from_db()
        assert case.lines.get().accepted == 3

    def test_takes_instead_what_inspection_had_put_aside(self, case: Return) -> None:
        make_price(make_variant("BETTER"), list_price="50.00")
        receive(case, counted(case, 2), counted(case, 1, sku_found="BETTER"))
        first, second = ReceiptLine.objects.order_by("pk")
        inspect(case, grade(first.pk, 2), grade(second.pk, **ASIDE))
        decide(Mismatch.objects.get(), "substitute")
        assert (case.lines.get().accepted, state_of(case)) == (3, "settling")

    def test_claims_damage_from_the_carrier(self, case: Return) -> None:
        receive(case, counted(case, 3, damaged=1), tracking_number="00340")
        decide(Mismatch.objects.get(), "carrier_claim")
        claim, line = Claim.objects.get(), ClaimLine.objects.get()
        assert (claim.against, claim.currency) == ("carrier", case.currency)
        assert (line.quantity, line.unit_value) == (1, Decimal("32.40"))

    def test_credits_what_never_came_as_far_as_policy_gives(
        self, case: Return, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_terms(monkeypatch, goodwill_limit=Decimal("32.40"), goodwill_currency="EUR")
        receive(case, counted(case, 2))
        inspect(case)
        decide(Mismatch.objects.get(), "credit_anyway", reason="A customer of ten years.")
        assert found() == [("missing", 1, "decided")]
        assert_all_credited(case, ["64.80", "32.40"])
        assert Event.objects.get(kind="return.short_closed").data["rule"] == "goodwill"
        assert not Approval.objects.exists()

    @pytest.mark.parametrize("is_empty", [False, True])
    def test_credits_what_a_carrier_lost_and_claims_it(
        self, case: Return, *, is_empty: bool
    ) -> None:
        receive(case, counted(case, 2), tracking_number="00340")
        inspect(case)
        if is_empty:
            receive_empty(case, tracking_number="00341")
        mismatch = Mismatch.objects.get(state="open")
        decide(mismatch, "carrier_claim", reason="They lost it.")
        assert_all_credited(case, ["64.80", "32.40"])
        line = ClaimLine.objects.get()
        assert (line.claim.against, line.mismatch_id) == ("carrier", mismatch.pk)
        assert (line.quantity, line.unit_value) == (1, Decimal("32.40"))
        assert Event.objects.get(kind="return.short_closed").data["cause"] == "carrier"

    def test_says_what_was_suggested_and_who_chose_what(self, case: Return) -> None:
        receive(case, counted(case, 2))
        decide(Mismatch.objects.get(), "short_close", reason="Given away.", writes=True)
        event = Event.objects.get(kind="return.mismatch_decided")
        assert (event.data["suggested"], event.data["rule"]) == ("wait", "short_close")
        assert "Given away." not in str(event.data)
        decided = Mismatch.objects.get()
        assert decided.note is not None
        assert (decided.note.text, decided.decided_by) == ("Given away.", AGENT.ref)

    def test_wants_a_reason_for_anything_else(self, case: Return) -> None:
        receive(case, counted(case, 2))
        with pytest.raises(BadInput, match="not what the desk suggests"):
            decide(Mismatch.objects.get(), "short_close")
        assert found() == [("missing", 1, "open")]

    def test_decides_nothing_twice(self, case: Return) -> None:
        receive(case, counted(case, 4))
        op_id = uuid4()
        mismatch = Mismatch.objects.get()
        first = decide(mismatch, "write_off", reason="Worthless.", op_id=op_id)
        assert decide(mismatch, "write_off", reason="Worthless.", op_id=op_id) == first
        with pytest.raises(ActionBlocked, match="no decision"):
            decide(mismatch, "send_back", reason="After all.")

    def test_minds_the_version_that_was_seen(self, case: Return) -> None:
        receive(case, counted(case, 2))
        with pytest.raises(StaleVersion):
            decide(Mismatch.objects.get(), "wait", version=1)


class TestSerials:
    @pytest.fixture
    def case(self, lej: Location) -> Return:
        """Two cameras of one line: S-1 and S-2."""
        order = make_order(Sold("200.00", quantity=2))
        line = order.lines.get()
        for number in (1, 2):
            OrderLineUnit.objects.create(
                partner=order.partner, line=line, unit_number=number, serial=f"S-{number}"
            )
        return open_case(order, want(line, 2))

    @pytest.mark.parametrize("again", ["S-1", "s-1"])
    def test_are_counted_once_in_one_parcel(self, case: Return, again: str) -> None:
        one = counted(case, 1, serial_found="S-1")
        with pytest.raises(BadInput, match="S-1 is counted already"):
            receive(case, one, counted(case, 1, serial_found=again))

    def test_are_counted_once_in_all_parcels(self, case: Return) -> None:
        receive(case, counted(case, 1, serial_found="S-1"))
        with pytest.raises(BadInput, match="S-1 is counted already"):
            receive(case, counted(case, 1, serial_found="S-1"))
        assert case.lines.get().received == 1

    def test_hold_the_money_of_their_line_while_another_came(self, case: Return) -> None:
        receive(case, counted(case, 1, serial_found="S-1"), counted(case, 1, serial_found="X-9"))
        right, wrong = ReceiptLine.objects.order_by("pk")
        inspect(case, grade(right.pk), grade(wrong.pk, **ASIDE))
        assert case.lines.get().accepted == 0
        decide(Mismatch.objects.get(), "send_back", reason="Theirs.")
        assert case.lines.get().accepted == 1


PARCELS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["right", "wrong", "extra"]), st.integers(1, 3), st.integers(0, 1)
        ),
        min_size=1,
        max_size=3,
    ),
    max_size=4,
)


class TestAnyParcels:
    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(parcels=PARCELS)
    def test_keep_the_quantities_and_count_no_unit_twice(
        self, lej: Location, parcels: list[list[tuple[str, int, int]]]
    ) -> None:
        order = make_order(Sold("90.00", "7.20", quantity=3))
        case = open_case(order, want(order.lines.get(), 3))
        sent = 0
        for parcel in parcels:
            receive(case, *(_goods(case, *goods) for goods in parcel))
            sent += sum(units for _, units, _ in parcel)
        line = case.lines.get()
        rows = ReceiptLine.objects.filter(receipt__return_case=case)
        expected = sum(row.quantity for row in rows if row.kind == "expected")
        assert line.received == expected == min(3, _right(parcels))
        assert line.awaited + line.received == line.quantity
        assert sum(row.quantity for row in rows) == sent
        broken = [law for law in check_laws(LAWS) if not law.ok]
        assert broken == []


LAWS = ["a_line_counts_what_was_received", "what_is_missing_is_on_the_desk"]


def _right(parcels: list[list[tuple[str, int, int]]]) -> int:
    return sum(units for parcel in parcels for kind, units, _ in parcel if kind == "right")


def _goods(case: Return, kind: str, units: int, damaged: int) -> CountedLine:
    return CountedLine(
        return_line_id=None if kind == "extra" else case.lines.get().pk,
        sku_found="" if kind == "right" else "SOCKS",
        quantity=units,
        damaged=damaged,
    )
