from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.allocations.bodies import NewAllocations, Shipped
from api.allocations.reading import Sale, latest_rows, read_sales
from api.allocations.telling import AllocationsMade, AllocationTold, allocation
from api.commands import Nothing
from api.pages import PageQuestion, cut
from api.problems import BadCall, NoSuchThing
from api.repeating import once
from api.scopes import Scope
from api.shapes import Listed
from api.stock.questions import LocationCode, Sku
from api.views import ApiView
from core import clock
from inventory import services
from inventory.models import Allocation, Location, Variant
from inventory.states import AllocationState
from orders.models import Channel


class AllocationQuestion(PageQuestion):
    sku = Sku(required=False)
    location = LocationCode(required=False)
    state = serializers.ChoiceField(choices=AllocationState.choices, required=False)
    channel = serializers.CharField(required=False, max_length=40)


class Allocations(ApiView):
    """What was sold on channels; selling more of it."""

    scopes = {"GET": Scope.READ_ALLOCATIONS, "POST": Scope.WRITE_ALLOCATIONS}
    question = AllocationQuestion
    bodies = {"POST": NewAllocations}
    answers = {"GET": Listed[AllocationTold], "POST": AllocationsMade}
    status_by_method = {"POST": status.HTTP_201_CREATED}
    columns = {
        "sku": "variant__sku",
        "location": "location__code",
        "state": "state",
        "channel": "channel",
    }

    def get(self, request: Request) -> Response:
        narrowing = {
            column: self.asked[name] for name, column in self.columns.items() if name in self.asked
        }
        rows = latest_rows(self.partner.pk)
        if narrowing:
            fitting = Allocation.objects.for_partner(self.partner).filter(
                reference=OuterRef("reference"), **narrowing
            )
            rows = rows.filter(Exists(fitting))
        page = cut(rows, self.asked)
        references = [row.reference for row in page.rows]
        return Response(page.answer(self.tell(references)))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """All lines or none; out of stock names every short line."""
        body = self.read()
        lines = self.read_lines(body["lines"])
        try:
            services.allocate_stock(
                partner_id=self.partner.pk,
                lines=lines,
                channel=self.read_channel(body.get("channel")),
                actor=self.actor,
                op_id=op_id,
                now=clock.now(self.partner),
            )
        except services.OutOfStock as refusal:
            refusal.data["errors"] = _point_at(lines, refusal)
            raise
        references = [line.reference for line in lines]
        return Response({"data": self.tell(references)}, status=status.HTTP_201_CREATED)

    def tell(self, references: Sequence[str]) -> list[AllocationTold]:
        sales = read_sales(partner_id=self.partner.pk, references=references)
        return [allocation(sales[each], livemode=self.livemode) for each in references]

    def read_lines(self, lines: Sequence[Mapping[str, Any]]) -> list[services.AllocationLine]:
        """Codes to rows. Raises `BadCall` at every code that is not this partner's."""
        skus = Variant.objects.for_partner(self.partner).filter(
            sku__in=[line["sku"] for line in lines]
        )
        variants = dict(skus.values_list("sku", "pk"))
        places = Location.objects.for_partner(self.partner)
        locations = dict(places.values_list("code", "pk"))
        wrong = _unknown(lines, "sku", variants) + _unknown(lines, "location", locations)
        wrong += _twice(lines)
        if wrong:
            raise BadCall("The body is not as it should be.", code="bad_body", errors=wrong)
        return [
            services.AllocationLine(
                reference=line["reference"],
                variant_id=variants[line["sku"]],
                quantity=line["quantity"],
                location_id=locations.get(line.get("location", "")),
            )
            for line in lines
        ]

    def read_channel(self, code: str | None) -> str:
        if code is not None and not (
            Channel.objects.for_partner(self.partner).filter(code=code).exists()
        ):
            where = {
                "pointer": "/channel",
                "code": "unknown",
                "detail": "No channel has this code.",
            }
            raise BadCall("There is no such channel.", code="bad_body", errors=[where])
        return code or ""


def _unknown(
    lines: Sequence[Mapping[str, Any]], field: str, known: Collection[str]
) -> list[dict[str, Any]]:
    return [
        {"pointer": f"/lines/{at}/{field}", "code": "unknown", "detail": f"No such {field}."}
        for at, line in enumerate(lines)
        if field in line and line[field] not in known
    ]


def _twice(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    given = Counter(line["reference"] for line in lines)
    return [
        {
            "pointer": f"/lines/{at}/reference",
            "code": "repeated",
            "detail": "Each line has its own.",
        }
        for at, line in enumerate(lines)
        if given[line["reference"]] > 1
    ]


def _point_at(
    lines: Sequence[services.AllocationLine], refusal: services.OutOfStock
) -> list[dict[str, Any]]:
    at = {line.reference: number for number, line in enumerate(lines)}
    return [
        {
            "pointer": f"/lines/{at[short.reference]}",
            "code": refusal.code,
            "detail": f"{short.available} are free and {short.wanted} were wanted.",
        }
        for short in refusal.shortages
    ]


class OfOneSale(ApiView):
    """What is asked of, or done with, the sale under one of the partner's own references."""

    def find(self, reference: str) -> Sale:
        sales = read_sales(partner_id=self.partner.pk, references=[reference])
        if reference not in sales:
            raise NoSuchThing("There is no such allocation.")
        return sales[reference]

    def answer(self, sale: Sale) -> Response:
        return Response(allocation(sale, livemode=self.livemode))


class OneAllocation(OfOneSale):
    """One sale, and what may be done with it now."""

    scopes = {"GET": Scope.READ_ALLOCATIONS}
    answers = {"GET": AllocationTold}

    def get(self, request: Request, reference: str) -> Response:
        return self.answer(self.find(reference))


class CancelledAllocation(OfOneSale):
    """Open units go back to everyone. What was cancelled already stays so."""

    scopes = {"POST": Scope.WRITE_ALLOCATIONS}
    bodies = {"POST": Nothing}
    answers = {"POST": AllocationTold}

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        self.read()
        sale = self.find(reference)
        if sale.state != AllocationState.CANCELLED:
            sale.may_cancel().require("This allocation cannot be cancelled.")
        services.cancel_allocation(
            partner_id=self.partner.pk,
            references=[reference],
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        return self.answer(self.find(reference))


class ShippedAllocation(OfOneSale):
    """Units have left for the customer."""

    scopes = {"POST": Scope.WRITE_ALLOCATIONS}
    bodies = {"POST": Shipped}
    answers = {"POST": AllocationTold}

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        body = self.read()
        self.find(reference).may_ship().require("This allocation cannot be shipped.")
        services.ship_allocation(
            partner_id=self.partner.pk,
            references=[reference],
            quantities={reference: body["quantity"]} if "quantity" in body else None,
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        return self.answer(self.find(reference))
