"""What becomes of goods after inspection, and parcels that nobody knows, on the desk's screens."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.roles import Role
from fulfilment.models import Shipment
from inventory.models import Location, Variant
from orders.models import OrderLineUnit
from returns.models import (
    Claim,
    Disposition,
    Evidence,
    Mismatch,
    ReceiptLine,
    Refurbishment,
    Return,
    UnknownParcel,
)
from tests.console.screens import sign_in, text_of
from tests.factories.cases import grade, inspect, open_case, receive, want
from tests.factories.defects import draw
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_bin, make_location, make_product, make_variant

pytestmark = pytest.mark.django_db

HOME = reverse("console:warehouse")
NEW = reverse("console:new_unknown_parcel")


@pytest.fixture
def camera(db: None) -> Variant:
    make_location("LEJ", name="Leipzig")
    product = make_product(title="Camera", supplier="Lumio")
    return make_variant("CAM", product=product, title="black", unit_cost="60", barcode="40063813")


@pytest.fixture
def case(camera: Variant) -> Return:
    """Two cameras came back as defective."""
    order = make_order(Sold("90.00", "7.20", quantity=2, variant=camera))
    case = open_case(order, want(order.lines.get(), 2, reason="defective"))
    receive(case)
    return case


def place(case: Return, to: str, *, accepted: bool = True) -> Disposition:
    row = ReceiptLine.objects.get()
    inspect(case, grade(row.pk, 2, grade="C", is_accepted=accepted, disposition=to))
    return Disposition.objects.get()


def send(client: Client, url: str, **typed: Any) -> str:
    answer = client.post(url, {"op_id": str(uuid4()), "seen": "0"} | typed, follow=True)
    assert answer.status_code == 200, text_of(answer.content)
    return text_of(answer.content)


def read(client: Client, url: str, **query: Any) -> str:
    return text_of(client.get(url, query).content)


class TestPlacedGoods:
    def test_are_sent_on_with_a_reason(self, case: Return) -> None:
        place(case, "quality_reject")
        client = sign_in(Role.WAREHOUSE)
        listed = reverse("console:placed_goods", args=[case.number])
        assert "2 × Camera black" in read(client, listed)
        url = reverse("console:move_goods_on", args=[case.number, Disposition.objects.get().pk])
        assert "Return to customer: Accepted goods are ours" in read(client, url)
        case.refresh_from_db()
        text = send(client, url, version=case.version, to="restock", quantity=2, because="passed")
        assert "The goods go on." in text
        assert "Restock" in text

    def test_of_another_case_do_not_exist(self, case: Return) -> None:
        placed = place(case, "restock")
        other = open_case(make_order(Sold("10.00")))
        url = reverse("console:move_goods_on", args=[other.number, placed.pk])
        assert sign_in(Role.WAREHOUSE).get(url).status_code == 404

    def test_are_not_for_agents(self, case: Return) -> None:
        url = reverse("console:placed_goods", args=[case.number])
        assert sign_in(Role.AGENT).get(url).status_code == 403


class TestRefurbishing:
    def test_goes_from_the_list_to_the_shelf(self, case: Return, camera: Variant) -> None:
        renewed = make_variant("CAM-R", product=camera.product, refurbished_from=camera)
        place(case, "refurbish")
        client = sign_in(Role.WAREHOUSE)
        assert "1 to refurbish" in read(client, HOME)
        work = Refurbishment.objects.get()
        assert "2 × Camera black" in read(client, reverse("console:refurbishing"))
        start, finish = (
            reverse("console:refurbish", args=[work.pk, deed]) for deed in ("start", "finish")
        )
        assert "Work has begun." in send(client, start)
        text = send(client, finish, into_variant_id=renewed.pk, cost="12.50")
        assert "On sale as refurbished." in text
        assert "Cost €12.50" in text

    def test_says_what_is_missing_from_the_catalogue(self, case: Return) -> None:
        place(case, "refurbish")
        client = sign_in(Role.WAREHOUSE)
        work = Refurbishment.objects.get()
        text = send(client, reverse("console:refurbish", args=[work.pk, "start"]))
        assert "no refurbished SKU of it yet" in text

    def test_is_given_up_with_a_reason(self, case: Return) -> None:
        place(case, "refurbish")
        url = reverse("console:refurbish", args=[Refurbishment.objects.get().pk, "give-up"])
        text = send(sign_in(Role.WAREHOUSE), url, to="scrap", because="broken")
        assert "Given up" in text


class TestClaims:
    def test_are_sent_and_credited(self, case: Return) -> None:
        place(case, "return_to_vendor")
        client = sign_in(Role.WAREHOUSE)
        assert "1 to claim" in read(client, HOME)
        claim = Claim.objects.get()
        assert "Lumio: 2 units" in read(client, reverse("console:claims"))
        assert "€120.00" in read(client, reverse("console:claim", args=[claim.number]))
        deed = "console:claim_deed"
        send(client, reverse(deed, args=[claim.number, "send"]), their_reference="V-9")
        text = send(client, reverse(deed, args=[claim.number, "credit"]), amount="100")
        assert "Credited €100.00" in text

    def test_are_not_sent_by_agents(self, case: Return) -> None:
        place(case, "return_to_vendor")
        url = reverse("console:claim_deed", args=[Claim.objects.get().number, "send"])
        assert sign_in(Role.LEAD).post(url).status_code == 403


class TestSendingBack:
    def test_leaves_and_arrives(self, case: Return) -> None:
        place(case, "return_to_customer", accepted=False)
        client = sign_in(Role.WAREHOUSE)
        assert "1 to send back" in read(client, HOME)
        url = reverse("console:send_back", args=[Shipment.objects.get().public_id])
        assert "The parcel has left." in send(client, url, carrier="DHL", tracking_number="J1")
        assert Shipment.objects.get().tracking_number == "J1"
        assert "The customer has it again." in send(client, url)
        assert Shipment.objects.get().state == "delivered"


class TestUnknownParcel:
    def test_is_offered_where_a_scan_means_nothing(self, camera: Variant) -> None:
        text = read(sign_in(Role.WAREHOUSE), HOME, scan="JD00099")
        assert "Write it down as an unknown parcel" in text

    def test_is_written_down_by_scan_and_given_to_its_case(self, camera: Variant) -> None:
        order = make_order(Sold("90.00", variant=camera))
        OrderLineUnit.objects.create(
            partner=order.partner, line=order.lines.get(), unit_number=1, serial="S-1"
        )
        case = open_case(order)
        client = sign_in(Role.WAREHOUSE)
        body = client.get(NEW, {"heard": ["JD00099", "s-1"]}).content.decode()
        assert 'value="JD00099"' in body
        assert 'value="S-1"' in body
        text = send(
            client,
            NEW,
            location_id=place_id(),
            **typed(),
        )
        parcel = UnknownParcel.objects.get()
        assert f"It belongs to {case.number}" in text
        assert "a serial number of it was sold there" in text
        attach = reverse("console:unknown_parcel_deed", args=[parcel.number, "attach"])
        case.refresh_from_db()
        text = send(client, attach, case=case.number, version=case.version)
        assert "nothing needs to be counted again" in text
        assert Return.objects.get(pk=case.pk).state == "received"

    def test_finds_a_case_by_the_customer(self, camera: Variant) -> None:
        case = open_case(make_order(Sold("90.00", variant=camera)))
        client = sign_in(Role.WAREHOUSE)
        send(client, NEW, location_id=place_id(), tracking_number="X", rows="0")
        url = reverse("console:unknown_parcel", args=[UnknownParcel.objects.get().number])
        assert case.number not in read(client, url)
        assert case.number in read(client, url, q="ana@customers.example")

    def test_goes_back(self, camera: Variant) -> None:
        client = sign_in(Role.WAREHOUSE)
        send(client, NEW, location_id=place_id(), tracking_number="X", rows="0")
        number = UnknownParcel.objects.get().number
        assert "Unknown parcels 1" in read(client, HOME)
        url = reverse("console:unknown_parcel_deed", args=[number, "send-back"])
        assert "Went back by DHL" in send(client, url, carrier="DHL")

    def test_has_something_about_it(self, camera: Variant) -> None:
        answer = sign_in(Role.WAREHOUSE).post(
            NEW, {"op_id": str(uuid4()), "location_id": place_id(), "rows": "0"}
        )
        assert answer.status_code == 422
        assert "Scan what is in it" in text_of(answer.content)


def place_id() -> int:
    return Location.objects.get(code="LEJ").pk


def typed() -> dict[str, str]:
    return {
        "tracking_number": "JD00099",
        "rows": "1",
        "goods-0-sku_found": "CAM",
        "goods-0-serial_found": "S-1",
        "goods-0-quantity": "1",
    }


class TestInspection:
    def url(self, case: Return) -> str:
        return reverse("console:inspect", args=[case.number])

    def test_books_an_empty_box(self, camera: Variant) -> None:
        case = open_case(make_order(Sold("90.00", variant=camera)))
        line = case.lines.get()
        send(
            sign_in(Role.WAREHOUSE),
            self.url(case),
            version=case.version,
            step="count",
            location=place_id(),
            is_empty="on",
            **{f"line-{line.pk}-quantity": 0},
        )
        assert Mismatch.objects.get().kind == "empty_box"

    def test_keeps_photos_of_what_is_inspected(self, case: Return) -> None:
        client = sign_in(Role.WAREHOUSE)
        url = reverse("console:inspect_photos", args=[case.number])
        photo = SimpleUploadedFile("dock.jpg", draw(), "image/jpeg")
        text = send(client, url, line=case.lines.get().pk, photos=photo)
        assert "1 added to the evidence." in text
        evidence = Evidence.objects.get()
        assert evidence.public_id in client.get(self.url(case)).content.decode()
        assert sign_in(Role.AGENT).post(url).status_code == 403

    def test_asks_why_goods_do_not_pass(self, case: Return, camera: Variant) -> None:
        row = ReceiptLine.objects.get()
        make_bin(row.receipt.location, "Q-04")
        chosen: dict[str, Any] = {
            "step": "grade",
            f"row-{row.pk}-grade": "D",
            f"row-{row.pk}-quantity": 2,
            f"row-{row.pk}-passes": "no",
            f"row-{row.pk}-goes-to": "quality_reject",
            f"row-{row.pk}-suggested": "yes|scrap",
        }
        client = sign_in(Role.WAREHOUSE)
        chosen["version"] = Return.objects.get(pk=case.pk).version
        answer = client.post(self.url(case), chosen | {"op_id": str(uuid4())})
        assert "Say why the goods do not pass." in text_of(answer.content)
        assert "Q-04" in answer.content.decode()
        reason = {
            f"row-{row.pk}-refused_because": "used",
            f"row-{row.pk}-is_defect_confirmed": "no",
            f"row-{row.pk}-missing_parts": ["charger"],
        }
        send(client, self.url(case), **chosen | reason)
        look = row.inspections.get()
        assert (look.refused_because, look.is_defect_confirmed, look.missing_parts) == (
            "used",
            False,
            ["charger"],
        )
