"""Into quarantine and out of it, each a thing that is said before it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from console.adjust.consequences import Consequences, count_units, of_quarantine, of_release
from console.adjust.forms import LetOutForm, PutAsideForm, WayOut
from console.adjust.shelf import Shelf
from console.components import Check
from console.reader import Reader
from inventory.models import Bin, QuarantineBalance, StockLevel, Variant
from inventory.queries import list_who_quarantined
from inventory.rules import can_clear
from inventory.services import (
    clear_quarantine,
    quarantine_stock,
    refurbish_stock,
    return_to_vendor,
    scrap_stock,
)

_SERVICES: dict[WayOut, Callable[..., StockLevel]] = {
    WayOut.CLEAR: clear_quarantine,
    WayOut.SCRAP: scrap_stock,
    WayOut.VENDOR: return_to_vendor,
    WayOut.REFURBISH: refurbish_stock,
}


class PuttingAside:
    """Free units go into a quarantine bin."""

    title = "Put into quarantine"
    form_title = "What is put aside"
    form_says = "free units only; held ones stay"

    def __init__(self, shelf: Shelf, bins: list[Bin], back_url: str) -> None:
        self.shelf, self.bins, self.back_url = shelf, bins, back_url

    def form(self, data: QueryDict | None = None, **more: Any) -> PutAsideForm:
        free = [level for level in self.shelf.levels if level.available]
        return PutAsideForm(data, levels=free, bins=self.bins, **more)

    def level_of(self, form: PutAsideForm) -> StockLevel:
        return next(level for level in self.shelf.levels if level.pk == form.cleaned_data["level"])

    def foresee(self, form: PutAsideForm, reader: Reader) -> Consequences:
        level = self.level_of(form)
        chosen = form.cleaned_data["bin_id"]
        code = next((one.code for one in self.bins if one.pk == chosen), "")
        return of_quarantine(
            place=level.location.name,
            bin_code=code,
            available=level.available,
            units=form.cleaned_data["units"],
        )

    def carry_out(self, form: PutAsideForm, sender: dict[str, Any]) -> str:
        level, units = self.level_of(form), form.cleaned_data["units"]
        quarantine_stock(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            quantity=units,
            bin_id=form.cleaned_data["bin_id"],
            **sender,
        )
        return f"{count_units(units)} put into quarantine at {level.location}."


class LettingOut:
    """Units of one quarantine bin leave it, one way or another."""

    title = "Quarantine of"
    form_title = "What becomes of them"

    def __init__(
        self, shelf: Shelf, balance: QuarantineBalance, *, actor: str, back_url: str
    ) -> None:
        self.shelf, self.balance, self.actor, self.back_url = shelf, balance, actor, back_url
        self.form_says = f"{balance.quantity} in bin {balance.bin.code}, {self._place}"
        found = Variant.objects.filter(refurbished_from=shelf.variant, is_active=True)
        self.refurbished = list(found.select_related("product").order_by("sku"))

    def form(self, data: QueryDict | None = None, **more: Any) -> LetOutForm:
        initial = {"units": self.balance.quantity} | more.pop("initial", {})
        return LetOutForm(data, refurbished=self.refurbished, initial=initial, **more)

    def level_of(self, form: LetOutForm) -> StockLevel:
        return next(level for level in self.shelf.levels if level.pk == self.balance.stock_level_id)

    def foresee(self, form: LetOutForm, reader: Reader) -> Consequences:
        way, units = form.way, form.cleaned_data["units"]
        labels = {
            WayOut.CLEAR: f"Clear {count_units(units)} for sale",
            WayOut.SCRAP: f"Scrap {count_units(units)}",
            WayOut.VENDOR: f"Send {count_units(units)} back",
            WayOut.REFURBISH: f"Refurbish {count_units(units)}",
        }
        return of_release(
            units=units,
            quarantined=self.balance.quantity,
            label=labels[way],
            checks=self._checks(form, reader),
        )

    def carry_out(self, form: LetOutForm, sender: dict[str, Any]) -> str:
        level, units = self.balance.stock_level, form.cleaned_data["units"]
        into = {"into_variant_id": form.cleaned_data.get("into")}
        _SERVICES[form.way](
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            quantity=units,
            bin_id=self.balance.bin_id,
            **(into if form.way == WayOut.REFURBISH else {}),
            **sender,
        )
        done = {
            WayOut.CLEAR: "cleared for sale",
            WayOut.SCRAP: "scrapped",
            WayOut.VENDOR: "sent back to the supplier",
            WayOut.REFURBISH: "refurbished",
        }
        return f"{count_units(units)} {done[form.way]}."

    @property
    def _place(self) -> str:
        return str(self.balance.stock_level.location)

    def _checks(self, form: LetOutForm, reader: Reader) -> list[Check]:
        variant, units = self.shelf.variant, form.cleaned_data["units"]
        worth = reader.money(variant.unit_cost * units, variant.partner.base_currency)
        if form.way == WayOut.CLEAR:
            return self._clearance(form, units)
        moved = f"{count_units(units)}, {worth} at cost"
        if form.way == WayOut.SCRAP:
            return [Check(sentence=f"Gone for good: {moved}.", outcome="review")]
        if form.way == WayOut.VENDOR:
            supplier = variant.product.supplier or "the supplier"
            return [Check(sentence=f"Back to {supplier}: {moved}.")]
        into = next(one for one in self.refurbished if one.pk == form.cleaned_data["into"])
        words = f"On sale as {into.sku} at {self._place}: {count_units(units)} more."
        return [Check(sentence=words)]

    def _clearance(self, form: LetOutForm, units: int) -> list[Check]:
        level = self.level_of(form)
        put_by = list_who_quarantined(
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            bin_id=self.balance.bin_id,
        )
        verdict = can_clear(actor=self.actor, put_by=put_by)
        if not verdict:
            return [Check(sentence=reason, outcome="fail") for reason in verdict.reasons]
        before = level.available
        return [Check(sentence=f"Available at {self._place}: {before} → {before + units}.")]
