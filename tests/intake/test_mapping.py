from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from intake.channels import get_adapter, read_document
from intake.mapping import TRANSFORMS, MappedField, MappingPlan, Unmappable, check_plan, find
from intake.models import Mapping
from intake.planning import plan_sale
from intake.reading import ReadOrder
from intake.rules import why_held
from intake.states import DocumentState
from orders.models import Order
from tests.factories.desk import sign_in
from tests.intake.desk import make_channel, take_in

D = Decimal
JSON = {"bestellungen": [{
    "nr": "B-1", "am": "01.03.2026 11:30", "summe": "1.049,00", "waehrung": "eur",
    "status": "bezahlt", "kunde": {"mail": "ida@customers.example"},
    "posten": [{"art": "LAMP-M", "name": "Lamp", "menge": 2, "preis": "524,50"}]}]}  # fmt: skip
FIELDS = (
    MappedField(target="external_id", path="nr"),
    MappedField(target="placed_at", path="am", transform="date", argument="%d.%m.%Y %H:%M"),
    MappedField(target="grand_total", path="summe", transform="comma_decimal"),
    MappedField(target="currency", path="waehrung", transform="upper"),
    MappedField(target="financial_status", path="status", transform="words",
                argument="bezahlt=paid, offen=pending"),
    MappedField(target="prices_include_tax", constant="yes", transform="yes"),
    MappedField(target="customer_email", path="kunde.mail"),
    MappedField(target="lines.sku", path="art"),
    MappedField(target="lines.title", path="name"),
    MappedField(target="lines.quantity", path="menge"),
    MappedField(target="lines.unit_price", path="preis", transform="comma_decimal"),
)  # fmt: skip
PLAN = MappingPlan(records="bestellungen", lines="posten", fields=FIELDS)


def read(document: Any, plan: MappingPlan) -> list[ReadOrder]:
    found = read_document("generic", document, mapping=plan)
    assert isinstance(found, list)
    return [order for order in found if isinstance(order, ReadOrder)]


class TestMapping:
    def test_makes_an_order_of_any_json(self) -> None:
        (order,) = read(JSON, PLAN)
        assert why_held(order) is None, order.findings
        sale = plan_sale(order)
        assert (sale.number, sale.grand_total, sale.currency) == ("B-1", D("1049.00"), "EUR")
        assert sale.tenders[0].captured == D("1049.00")

    def test_makes_orders_of_the_rows_of_a_table(self) -> None:
        rows = get_adapter("generic").parse(
            b"order;day;sku;qty;price;total\n7;2026-03-01T10:00:00Z;L;1;5.00;9.00\n"
            b"7;2026-03-01T10:00:00Z;S;2;2.00;9.00\n8;2026-03-01T10:00:00Z;S;1;2.00;2.00\n"
        )
        names = {
            "external_id": "order",
            "placed_at": "day",
            "grand_total": "total",
            "lines.sku": "sku",
            "lines.quantity": "qty",
            "lines.unit_price": "price",
        }
        fields = (*(MappedField(target=t, path=p) for t, p in names.items()),
                  MappedField(target="currency", constant="EUR"))  # fmt: skip
        first, second = read(rows, MappingPlan(group_by="order", fields=fields))
        assert (len(first.lines), len(second.lines)) == (2, 1)
        assert why_held(first) is None

    @pytest.mark.parametrize(
        ("path", "found"),
        [("a.0.b", 1), ("a.1.b", None), ("a.b", None), ("", {"a": [{"b": 1}]}), ("x", None)],
    )
    def test_finds_by_path_and_never_fails(self, path: str, found: Any) -> None:
        assert find({"a": [{"b": 1}]}, path) == found

    @pytest.mark.parametrize(
        ("name", "argument", "stated", "made"),
        [
            ("divide", "100", 4900, "49"),
            ("positive", "", "-3.00", "3.00"),
            ("without_prefix", "#", "#7", "7"),
            ("unix", "", 0, "1970-01-01T00:00:00+00:00"),
            ("yes", "ja,wahr", "Ja", True),
        ],
    )
    def test_transforms(self, name: str, argument: str, stated: Any, made: Any) -> None:
        assert TRANSFORMS[name](stated, argument) == made

    @pytest.mark.parametrize("name", ["divide", "unix", "words", "date"])
    def test_says_what_it_cannot_make_anything_of(self, name: str) -> None:
        with pytest.raises(Unmappable):
            TRANSFORMS[name]("?", "%Y" if name == "date" else "")

    def test_holds_the_field_that_cannot_be_mapped(self) -> None:
        document = {"bestellungen": [JSON["bestellungen"][0] | {"status": "storniert"}]}
        (order,) = read(document, PLAN)
        assert "unmappable" in {finding.code for finding in order.findings}

    def test_is_checked_as_a_whole(self) -> None:
        assert check_plan(PLAN) == []
        assert check_plan(MappingPlan(fields=FIELDS[1:]))
        assert check_plan(MappingPlan(fields=(*FIELDS, FIELDS[0])))


@pytest.mark.django_db
class TestMappingAdmin:
    def post(self, client: Client, channel: Any, sample: str, **changes: str) -> Any:
        import json

        fields = {"records": "bestellungen", "lines": "posten", "group_by": "", "note": "",
                  "channel": channel.pk, "sample": sample or json.dumps(JSON),
                  "fields-TOTAL_FORMS": len(FIELDS), "fields-INITIAL_FORMS": 0}  # fmt: skip
        for n, field in enumerate(FIELDS):
            fields |= {f"fields-{n}-target": field.target, f"fields-{n}-path": field.path,
                       f"fields-{n}-constant": field.constant,
                       f"fields-{n}-transform": field.transform,
                       f"fields-{n}-argument": field.argument}  # fmt: skip
        return client.post(reverse("admin:intake_mapping_add"), fields | changes)

    def test_tries_a_mapping_on_a_document_before_it_is_saved(self, client: Client) -> None:
        channel = make_channel("generic", "own-shop")
        sign_in(client, Role.ADMIN, is_staff=True)
        refused = self.post(client, channel, '{"bestellungen": [{"nr": "B-2"}]}')
        assert refused.status_code == 200
        assert b"grand_total" in refused.content
        assert not Mapping.objects.exists()
        assert self.post(client, channel, "").status_code == 302
        mapping = Mapping.objects.get()
        assert (mapping.number, mapping.fields.count()) == (1, len(FIELDS))

        client.post(reverse("admin:intake_mapping_changelist"),
                    {"action": "publish", "_selected_action": [mapping.pk]})  # fmt: skip
        assert take_in(channel, JSON).state == DocumentState.ACCEPTED
        assert Order.objects.get().number == "B-1"

    def test_holds_documents_until_one_is_published(self) -> None:
        held = take_in(make_channel("generic", "own-shop"), JSON)
        assert (held.state, held.cause) == (DocumentState.HELD, "no_mapping")

    def test_is_closed_to_agents(self, client: Client) -> None:
        sign_in(client, Role.AGENT, is_staff=True)
        assert client.get(reverse("admin:intake_mapping_changelist")).status_code == 403
