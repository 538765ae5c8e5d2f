"""Goods go on from where inspection put them: by second persons, the workshop, claims."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.laws import check_laws
from inventory.models import Location, StockLevel, Variant
from orders.models import Order
from returns.models import (
    Claim,
    ClaimLine,
    Disposition,
    Mismatch,
    ReceiptLine,
    Refurbishment,
    Return,
    UnknownParcel,
)
from returns.services import (
    CountedLine,
    attach_unknown_parcel,
    credit_claim,
    finish_refurbishing,
    give_up_refurbishing,
    move_goods_on,
    open_unknown_parcel,
    refuse_claim,
    send_claim,
    send_unknown_parcel_back,
    start_refurbishing,
)
from returns.states import DispositionKind
from tests.factories.cases import NOW, grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_bin, make_location, make_product, make_variant

pytestmark = pytest.mark.django_db

D = DispositionKind
INSPECTOR, SECOND = Actor.system("inspector"), Actor.system("second")


@pytest.fixture
def lej() -> Location:
    return make_location("LEJ")


@pytest.fixture
def camera(lej: Location) -> Variant:
    return make_variant("CAM", product=make_product(supplier="Lumio"), unit_cost="60")


@pytest.fixture
def case(camera: Variant) -> Return:
    order = make_order(Sold("90.00", "7.20", quantity=3, variant=camera))
    case = open_case(order, want(order.lines.get(), 3, reason="defective"))
    receive(case)
    return case


def put(case: Return, to: str, *, accepted: bool = True, **fields: Any) -> Disposition:
    """All three cameras, graded C, go there."""
    row = ReceiptLine.objects.get()
    chosen = grade(row.pk, 3, grade="C", is_accepted=accepted, disposition=to, **fields)
    inspect(case, chosen, actor=INSPECTOR)
    return Disposition.objects.get()


def who(actor: Actor = SECOND) -> dict[str, Any]:
    return {"actor": actor, "op_id": uuid4(), "now": NOW}


def move(placed: Disposition, to: str, quantity: int = 3, **fields: Any) -> Disposition:
    case_id = placed.inspection.receipt_line.receipt.return_case_id
    arguments = who() | {"because": "passed"} | fields
    return move_goods_on(
        return_id=case_id,
        version=None,
        disposition_id=placed.pk,
        to=to,
        quantity=quantity,
        **arguments,
    )


def buckets(variant: Variant) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=variant)
    return level.available, level.quarantine


def broken_laws() -> list[str]:
    return [law.invariant for law in check_laws(LAWS) if not law.ok]


LAWS = [
    "goods_are_where_their_disposition_says",
    "no_unit_is_put_in_two_places",
    "two_people_bring_goods_back_on_sale",
    "a_line_counts_what_was_received",
    "what_is_missing_is_on_the_desk",
]


class TestQualityReject:
    def test_names_its_bin(self, case: Return, lej: Location, camera: Variant) -> None:
        make_bin(lej, "Q-01")
        chosen = make_bin(lej, "Q-04")
        placed = put(case, D.QUALITY_REJECT, bin_id=chosen.pk)
        assert (placed.bin, buckets(camera)) == (chosen, (0, 3))

    def test_comes_back_on_sale_through_a_second_person(
        self, case: Return, camera: Variant
    ) -> None:
        placed = put(case, D.QUALITY_REJECT)
        with pytest.raises(ActionBlocked, match="cannot go there"):
            move(placed, D.RESTOCK, actor=INSPECTOR)
        assert buckets(camera) == (0, 3)
        move(placed, D.RESTOCK, 2)
        assert (buckets(camera), broken_laws()) == ((2, 1), [])

    def test_goes_no_further_than_it_is(self, case: Return) -> None:
        placed = put(case, D.QUALITY_REJECT)
        move(placed, D.SCRAP, 2, because="broken")
        with pytest.raises(ActionBlocked) as refusal:
            move(placed, D.RESTOCK, 2)
        assert refusal.value.reasons == ["Only 1 of them are still there."]

    def test_is_given_back_by_a_parcel(self, case: Return, camera: Variant) -> None:
        placed = put(case, D.QUALITY_REJECT, accepted=False)
        move(placed, D.RETURN_TO_CUSTOMER)
        assert (buckets(camera), broken_laws()) == ((0, 0), [])

    def test_sets_apart_later_what_was_on_sale(self, case: Return, camera: Variant) -> None:
        placed = put(case, D.RESTOCK)
        aside = move(placed, D.QUALITY_REJECT, 1, because="failed_later")
        assert (buckets(camera), aside.bin is not None) == ((2, 1), True)


class TestRefurbish:
    @pytest.fixture
    def work(self, case: Return) -> Refurbishment:
        put(case, D.REFURBISH)
        work = Refurbishment.objects.get()
        return start_refurbishing(refurbishment_id=work.pk, **who())

    def test_puts_goods_on_sale_as_another_sku(self, work: Refurbishment, camera: Variant) -> None:
        renewed = make_variant("CAM-R", product=camera.product, refurbished_from=camera)
        done = finish_refurbishing(
            refurbishment_id=work.pk, into_variant_id=renewed.pk, cost=Decimal("12.50"), **who()
        )
        assert (done.state, done.cost, done.into_variant) == ("done", Decimal("12.50"), renewed)
        assert (buckets(camera), buckets(renewed), broken_laws()) == ((0, 0), (3, 0), [])

    def test_is_not_passed_by_whoever_inspected(self, work: Refurbishment, camera: Variant) -> None:
        renewed = make_variant("CAM-R", product=camera.product, refurbished_from=camera)
        with pytest.raises(ActionBlocked) as refusal:
            finish_refurbishing(
                refurbishment_id=work.pk,
                into_variant_id=renewed.pk,
                cost=Decimal(0),
                **who(INSPECTOR),
            )
        assert refusal.value.reasons == ["You inspected them: somebody else must pass them."]

    def test_is_given_up_for_a_claim(self, work: Refurbishment) -> None:
        give_up_refurbishing(
            refurbishment_id=work.pk, to=D.RETURN_TO_VENDOR, because="not_worth_it", **who()
        )
        work.refresh_from_db()
        assert (work.state, ClaimLine.objects.get().quantity) == ("given_up", 3)


class TestVendorClaim:
    def test_is_filled_in_and_credited(self, case: Return, camera: Variant) -> None:
        put(case, D.RETURN_TO_VENDOR)
        claim, line = Claim.objects.get(), ClaimLine.objects.get()
        assert (claim.name, line.sku, line.reason, line.quantity) == (
            "Lumio",
            "CAM",
            "defective",
            3,
        )
        assert line.unit_value == Decimal(60)
        send_claim(claim_id=claim.pk, their_reference="RMA 9", **who())
        assert buckets(camera) == (0, 0)
        credited = credit_claim(claim_id=claim.pk, amount=Decimal(180), **who())
        assert (credited.state, credited.credited, broken_laws()) == ("credited", 180, [])

    def test_gathers_what_is_for_the_same_supplier(self, case: Return, camera: Variant) -> None:
        row = ReceiptLine.objects.get()
        to = D.RETURN_TO_VENDOR
        inspect(case, grade(row.pk, 1, disposition=to), grade(row.pk, 2, disposition=to))
        assert (Claim.objects.count(), ClaimLine.objects.count()) == (1, 2)

    def test_claims_fewer_once_goods_go_elsewhere(self, case: Return) -> None:
        placed = put(case, D.RETURN_TO_VENDOR)
        move(placed, D.SCRAP, 1, because="broken")
        assert ClaimLine.objects.get().quantity == 2
        move(placed, D.SCRAP, 2, because="broken")
        with pytest.raises(ActionBlocked, match="cannot be sent"):
            send_claim(claim_id=Claim.objects.get().pk, **who())

    def test_is_refused_after_it_was_sent(self, case: Return) -> None:
        put(case, D.RETURN_TO_VENDOR)
        claim = Claim.objects.get()
        with pytest.raises(ActionBlocked, match="cannot be refused"):
            refuse_claim(claim_id=claim.pk, **who())
        send_claim(claim_id=claim.pk, **who())
        assert refuse_claim(claim_id=claim.pk, **who()).state == "refused"


class TestUnknownParcel:
    @pytest.fixture
    def order(self, camera: Variant) -> Order:
        return make_order(Sold("90.00", quantity=3, variant=camera))

    def written_down(self, lej: Location, *goods: CountedLine) -> UnknownParcel:
        return open_unknown_parcel(
            partner_id=lej.partner_id,
            location_id=lej.pk,
            tracking_number="JD01",
            goods=goods or [CountedLine(return_line_id=None, quantity=2, sku_found="CAM")],
            **who(),
        )

    def test_is_taken_over_by_a_case_uncounted(self, lej: Location, order: Order) -> None:
        parcel = self.written_down(lej)
        case = open_case(order, want(order.lines.get(), 2))
        receipt = attach_unknown_parcel(
            parcel_id=parcel.pk, return_id=case.pk, version=None, **who()
        )
        parcel.refresh_from_db()
        assert (parcel.state, parcel.receipt, receipt.tracking_number) == (
            "attached",
            receipt,
            "JD01",
        )
        assert Return.objects.get(pk=case.pk).state == "received"
        with pytest.raises(ActionBlocked, match="cannot be sent back"):
            send_unknown_parcel_back(
                parcel_id=parcel.pk, carrier="DHL", tracking_number="", **who()
            )

    def test_brings_what_does_not_belong_to_the_mismatch_desk(
        self, lej: Location, order: Order
    ) -> None:
        sock = CountedLine(return_line_id=None, quantity=1, sku_found="SOCK")
        case = open_case(order, want(order.lines.get(), 2))
        parcel = self.written_down(lej, sock)
        attach_unknown_parcel(parcel_id=parcel.pk, return_id=case.pk, version=None, **who())
        kinds = Mismatch.objects.order_by("kind").values_list("kind", "quantity")
        assert list(kinds) == [("extra", 1), ("missing", 2)]

    def test_goes_back_to_whoever_sent_it(self, lej: Location) -> None:
        parcel = send_unknown_parcel_back(
            parcel_id=self.written_down(lej).pk, carrier="DHL", tracking_number="X1", **who()
        )
        assert (parcel.state, parcel.sent_by, parcel.sent_under) == ("sent_back", "DHL", "X1")

    def test_says_something_about_itself(self, lej: Location) -> None:
        with pytest.raises(BadInput, match="Scan what is in it"):
            open_unknown_parcel(partner_id=lej.partner_id, location_id=lej.pk, goods=[], **who())


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def count_damage_that_is_not() -> None:
    run("UPDATE returns_returnline SET received_ok = 2, received_damaged = 1")


def put_where_it_is_not() -> None:
    run("UPDATE returns_disposition SET kind = 'restock' WHERE replaces_id IS NULL")


def take_too_many_on() -> None:
    run("UPDATE returns_disposition SET quantity = 9 WHERE replaces_id IS NOT NULL")


def clear_alone() -> None:
    run("UPDATE returns_disposition SET decided_by = 'system:inspector'")


@pytest.mark.parametrize(
    ("law", "breaker"),
    [
        ("a_line_counts_what_was_received", count_damage_that_is_not),
        ("goods_are_where_their_disposition_says", put_where_it_is_not),
        ("no_unit_is_put_in_two_places", take_too_many_on),
        ("two_people_bring_goods_back_on_sale", clear_alone),
    ],
)
def test_a_broken_law_is_noticed(case: Return, law: str, breaker: Callable[[], None]) -> None:
    move(put(case, D.QUALITY_REJECT), D.RESTOCK, 2)
    assert broken_laws() == []
    breaker()
    assert [broken.violations for broken in check_laws([law])] == [1]


def test_a_missing_unit_that_nobody_is_told_of_is_noticed(camera: Variant) -> None:
    order = make_order(Sold("90.00", quantity=3, variant=camera))
    case = open_case(order, want(order.lines.get(), 3))
    receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1))
    assert broken_laws() == []
    run("UPDATE returns_mismatch SET state = 'resolved'")
    assert broken_laws() == ["what_is_missing_is_on_the_desk"]
