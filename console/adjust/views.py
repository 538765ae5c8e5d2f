"""Adjusting the stock of one SKU by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.adjust.consequences import NOT_YET, Consequences, count_units, of_adjustment
from console.adjust.forms import AdjustForm
from console.adjust.page import AdjustPage, PlaceRow
from console.components import Banner
from console.goods import get_goods, line_of
from console.reader import Reader
from console.refusals import refusal_banner
from console.rights import rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from inventory.models import Location, Lot, StockLevel, Variant
from inventory.services import adjust_stock
from inventory.states import AdjustReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Everything of one variant: where it may lie, what lies there, and its lots."""

    variant: Variant
    places: list[Location]
    levels: list[StockLevel]
    lots: list[str]

    def form(self, data: QueryDict | None = None, **more: object) -> AdjustForm:
        return AdjustForm(data, places=self.places, levels=self.levels, lots=self.lots, **more)

    def level_at(self, location_id: int, lot: str) -> StockLevel:
        """What lies there; an unsaved level of nothing where nothing ever lay."""
        for level in self.levels:
            if (level.location_id, level.lot) == (location_id, lot):
                return level
        place = next(place for place in self.places if place.pk == location_id)
        return StockLevel(variant=self.variant, location=place, lot=lot)


@requires(Permission.ADJUST_STOCK)
def adjust(request: HttpRequest, sku: str) -> HttpResponse:
    """Say what is wrong, read what follows, book it. A change of a field only redraws."""
    shelf = read_shelf(get_goods(sku, rights_of(request), Permission.ADJUST_STOCK))
    if request.method != "POST":
        initial = {"location": request.GET.get("at", ""), "lot": request.GET.get("lot", "")}
        return _draw(request, shelf, shelf.form(initial=initial))
    sent = shelf.form(request.POST)
    if "redraw" in request.POST or _wants_part(request):
        # Not bound to what was typed: nothing is wrong with a field that is still empty.
        return _draw(request, shelf, shelf.form(initial=request.POST.dict()), sent)
    if not sent.is_valid():
        return _draw(request, shelf, sent, sent, status=422)
    level = shelf.level_at(sent.cleaned_data["location"], sent.cleaned_data.get("lot", ""))
    try:
        changed = adjust_stock(
            partner_id=shelf.variant.partner_id,
            variant_id=shelf.variant.pk,
            location_id=level.location_id,
            lot=level.lot,
            change=sent.change,
            reason=AdjustReason(sent.cleaned_data["reason"]),
            **sender_of(request),
        )
    except DomainError as error:
        fresh, banner = read_shelf(shelf.variant), refusal_banner(error)
        return _draw(request, fresh, sent, sent, banner=banner, status=error.status)
    done = f"{count_units(abs(sent.change))} {'added' if sent.change > 0 else 'taken out'}"
    messages.success(request, f"{done} at {level.location}: {changed.available} available now.")
    return redirect("console:stock_adjust", sku=sku)


def read_shelf(variant: Variant) -> Shelf:
    partner = variant.partner_id
    levels = StockLevel.objects.for_partner(partner).filter(variant=variant)
    places = Location.objects.for_partner(partner).filter(is_active=True)
    lots = Lot.objects.for_partner(partner).filter(variant=variant)
    return Shelf(
        variant=variant,
        places=list(places.order_by("name")),
        levels=list(levels.select_related("location", "bin").order_by("location__name", "lot")),
        lots=list(lots.order_by("code").values_list("code", flat=True)),
    )


def list_rows(shelf: Shelf, chosen: StockLevel | None = None) -> list[PlaceRow]:
    return [
        PlaceRow(
            place=level.location.name,
            lot=level.lot,
            bin=level.bin.code if level.bin else "",
            available=level.available,
            held=level.held,
            allocated=level.allocated,
            quarantine=level.quarantine,
            is_chosen=level is chosen,
        )
        for level in shelf.levels
    ]


def _draw(
    request: HttpRequest,
    shelf: Shelf,
    form: AdjustForm,
    sent: AdjustForm | None = None,
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    """`sent` is read for what would follow, `form` is what is shown."""
    reader = Reader.of(request)
    level, follows = None, NOT_YET
    if sent is not None and sent.is_valid():
        level = shelf.level_at(sent.cleaned_data["location"], sent.cleaned_data.get("lot", ""))
        follows = _foresee(shelf, level, sent, reader)
    page = AdjustPage(
        goods=line_of(shelf.variant),
        sku=shelf.variant.sku,
        op_id=operation_of(request),
        rows=list_rows(shelf, level),
        form=form,
        what_follows=follows.checks,
        confirm_label=_label(sent) if level else "Book the change",
        blocked_because=follows.blocked_because,
        banner=banner,
    )
    part = "console/adjust/_adjustment.html"
    template = part if _wants_part(request) else "console/adjust.html"
    return render(request, template, {"adjust": page}, status=status)


def _foresee(shelf: Shelf, level: StockLevel, sent: AdjustForm, reader: Reader) -> Consequences:
    variant = shelf.variant
    worth = variant.unit_cost * abs(sent.change)
    return of_adjustment(
        place=level.location.name,
        available=level.available,
        promised=level.held + level.allocated,
        change=sent.change,
        worth=reader.money(worth, variant.partner.base_currency),
        reason=str(AdjustReason(sent.cleaned_data["reason"]).label),
    )


def _label(sent: AdjustForm | None) -> str:
    change = sent.change if sent else 0
    return f"Take {count_units(-change)} out" if change < 0 else f"Add {count_units(change)}"


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "adjustment"
