"""Writing down a parcel that names no case, scan by scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.components import Banner
from console.refusals import refusal_banner
from console.rights import Rights, rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from inventory.models import Location, Variant
from orders.models import OrderLineUnit
from returns.rules import CountedLine
from returns.services import open_unknown_parcel

MAY = Permission.RECEIVE_GOODS
GOODS_AT_MOST = 30


class ParcelForm(forms.Form):
    """Where it is, and what stands on it."""

    use_required_attribute = False

    location_id = forms.TypedChoiceField(label="Received at", coerce=int)
    tracking_number = forms.CharField(required=False, max_length=80)
    order_number = forms.CharField(
        required=False, max_length=80, help_text="If a slip or an invoice lay inside."
    )

    def __init__(self, *args: Any, locations: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["location_id"]
        field.choices = [(place.pk, place.name) for place in locations]


class GoodsForm(forms.Form):
    """One kind of goods in the parcel. A row without anything in it is left out."""

    use_required_attribute = False

    sku_found = forms.CharField(label="SKU", required=False, max_length=120)
    serial_found = forms.CharField(label="Serial number", required=False, max_length=80)
    quantity = forms.IntegerField(label="Units", min_value=1, max_value=999, initial=1)
    damaged = forms.IntegerField(min_value=0, max_value=999, required=False)

    @property
    def counted(self) -> CountedLine | None:
        said = self.cleaned_data
        if not said["sku_found"] and not said["serial_found"]:
            return None
        return CountedLine(
            return_line_id=None,
            quantity=said["quantity"],
            damaged=said["damaged"] or 0,
            sku_found=said["sku_found"],
            serial_found=said["serial_found"],
        )


@requires(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """Scan by scan: a scan only redraws, the button writes it down."""
    rights = rights_of(request)
    data = request.POST.copy() if request.method == "POST" else _begin(request)
    if scan := data.get("scan", "").strip():
        _hear(scan, data, rights)
    form = ParcelForm(data, locations=_list_places(rights), auto_id="parcel-%s")
    rows = [GoodsForm(data, prefix=f"goods-{number}") for number in range(_count_rows(data))]
    asked_only = bool(scan) or "redraw" in request.POST or "add" in request.POST
    only_redraws = request.method != "POST" or asked_only
    if only_redraws:
        return _draw_new(request, form, rows)
    if not (form.is_valid() and all(row.is_valid() for row in rows)):
        return _draw_new(request, form, rows, status=422)
    location = Location.objects.get(pk=form.cleaned_data["location_id"])
    try:
        parcel = open_unknown_parcel(
            partner_id=location.partner_id,
            goods=[row.counted for row in rows if row.counted],
            **form.cleaned_data,
            **sender_of(request),
        )
    except DomainError as error:
        return _draw_new(request, form, rows, banner=refusal_banner(error), status=error.status)
    return redirect("console:unknown_parcel", number=parcel.number)


def _begin(request: HttpRequest) -> QueryDict:
    """What was scanned at the dock is in it already."""
    data = QueryDict(mutable=True)
    places = _list_places(rights_of(request))
    data["location_id"] = str(places[0].pk) if places else ""
    for words in request.GET.getlist("heard")[:GOODS_AT_MOST]:
        _hear(words.strip(), data, rights_of(request))
    return data


def _hear(scan: str, data: QueryDict, rights: Rights) -> None:
    """A SKU or barcode is goods, a known serial number one unit; anything else is the label."""
    data["scan"] = ""
    variants = Variant.objects.visible_to(rights.user, MAY)
    variant = variants.filter(Q(sku__iexact=scan) | Q(barcode=scan)).first()
    units = OrderLineUnit.objects.visible_to(rights.user, MAY).filter(serial__iexact=scan)
    unit = units.select_related("line").first()
    if variant is not None:
        _add(data, sku=variant.sku, serial="")
    elif unit is not None:
        _add(data, sku=unit.line.sku, serial=scan.upper())
    elif not data.get("tracking_number"):
        data["tracking_number"] = scan
    else:
        _add(data, sku="", serial=scan.upper())


def _add(data: QueryDict, *, sku: str, serial: str) -> None:
    rows = _count_rows(data)
    for number in range(rows):
        is_same = sku and not serial and data.get(f"goods-{number}-sku_found") == sku
        if is_same and not data.get(f"goods-{number}-serial_found"):
            units = data.get(f"goods-{number}-quantity", "")
            more = int(units) + 1 if str(units).isdecimal() else 1
            data[f"goods-{number}-quantity"] = str(more)
            return
    data[f"goods-{rows}-sku_found"] = sku
    data[f"goods-{rows}-serial_found"] = serial
    data[f"goods-{rows}-quantity"] = "1"
    data["rows"] = str(rows + 1)


def _count_rows(data: QueryDict) -> int:
    text = str(data.get("rows", ""))
    known = int(text) if text.isdecimal() else 0
    return min(known + ("add" in data), GOODS_AT_MOST)


def _draw_new(
    request: HttpRequest,
    form: ParcelForm,
    rows: list[GoodsForm],
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "parcel_form": form,
        "goods_forms": rows,
        "op_id": operation_of(request),
        "banner": banner,
    }
    return render(request, "console/new_unknown_parcel.html", context, status=status)


def _list_places(rights: Rights) -> list[Location]:
    places = Location.objects.visible_to(rights.user, MAY).filter(is_active=True)
    return list(places.order_by("name"))
