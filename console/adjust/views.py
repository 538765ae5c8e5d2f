"""Adjusting the stock of one SKU by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from console.adjust.asking import ask
from console.adjust.consequences import Consequences, count_units, of_adjustment
from console.adjust.forms import AdjustForm
from console.adjust.shelf import Shelf, read_shelf
from console.goods import get_goods
from console.reader import Reader
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission
from inventory.models import StockLevel
from inventory.services import adjust_stock
from inventory.states import AdjustReason


@requires(Permission.ADJUST_STOCK)
def adjust(request: HttpRequest, sku: str) -> HttpResponse:
    """Say what is wrong, read what follows, book it."""
    variant = get_goods(sku, rights_of(request), Permission.ADJUST_STOCK)
    return ask(request, lambda: Adjustment(read_shelf(variant), sku))


class Adjustment:
    """Free units too many or too few are set right, for one of the reasons the ledger knows."""

    title = "Adjust"
    form_title = "What you found"
    form_says = "in the bins, not in the books"

    def __init__(self, shelf: Shelf, sku: str) -> None:
        self.shelf = shelf
        self.back_url = reverse("console:stock_adjust", args=[sku])

    def form(self, data: QueryDict | None = None, **more: Any) -> AdjustForm:
        shelf = self.shelf
        return AdjustForm(data, places=shelf.places, levels=shelf.levels, lots=shelf.lots, **more)

    def level_of(self, form: AdjustForm) -> StockLevel:
        sent = form.cleaned_data
        return self.shelf.level_at(sent["location"], sent.get("lot", ""))

    def foresee(self, form: AdjustForm, reader: Reader) -> Consequences:
        level, variant = self.level_of(form), self.shelf.variant
        worth = variant.unit_cost * abs(form.change)
        return of_adjustment(
            place=level.location.name,
            available=level.available,
            promised=level.held + level.allocated,
            change=form.change,
            worth=reader.money(worth, variant.partner.base_currency),
            reason=str(AdjustReason(form.cleaned_data["reason"]).label),
        )

    def carry_out(self, form: AdjustForm, sender: dict[str, Any]) -> str:
        level = self.level_of(form)
        changed = adjust_stock(
            partner_id=self.shelf.variant.partner_id,
            variant_id=self.shelf.variant.pk,
            location_id=level.location_id,
            lot=level.lot,
            change=form.change,
            reason=AdjustReason(form.cleaned_data["reason"]),
            **sender,
        )
        verb = "added" if form.change > 0 else "taken out"
        return (
            f"{count_units(abs(form.change))} {verb} at {level.location}: "
            f"{changed.available} available now."
        )
