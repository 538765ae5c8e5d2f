"""Who put what into which quarantine bin."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from core.asking import ask
from inventory.models import QuarantineBalance

# The newest units that went in are the ones that lie there: goods leave a bin oldest first.
WHO = """
SELECT DISTINCT put.actor FROM (
    SELECT e.actor,
           sum(e.quantity) OVER (ORDER BY e.sequence DESC) - e.quantity AS newer, q.quantity
      FROM inventory_stocklevel l
      JOIN inventory_quarantinebalance q ON q.stock_level_id = l.id AND q.bin_id = %(bin)s
      JOIN inventory_stockentry e ON e.stock_level_id = l.id AND e.to_bucket = 'quarantine'
       AND (e.bin_id = q.bin_id OR e.bin_id IS NULL)
     WHERE l.variant_id = %(variant)s AND l.location_id = %(location)s AND l.lot = %(lot)s) put
 WHERE put.newer < put.quantity
"""


def list_who_quarantined(
    *, variant_id: int, location_id: int, lot: str, bin_id: int
) -> Collection[str]:
    """Actors (``user:12``) who put the units there that lie in this bin now."""
    where = {"variant": variant_id, "location": location_id, "lot": lot, "bin": bin_id}
    return {actor for (actor,) in ask(WHO, where)}


def find_quarantine_bin(
    *, variant_id: int, location_id: int, lot: str, quantity: int, bin_id: int | None = None
) -> int | None:
    """The first bin with that many quarantined units of a place, or the one named if it has."""
    balances = _balances(variant_id).filter(
        stock_level__location=location_id, stock_level__lot=lot, quantity__gte=quantity
    )
    if bin_id is not None:
        balances = balances.filter(bin=bin_id)
    found: int | None = balances.order_by("bin_id").values_list("bin_id", flat=True).first()
    return found


def list_quarantined(variant_id: int) -> list[QuarantineBalance]:
    """Bins that hold quarantined units of a variant, with their places."""
    return list(_balances(variant_id).filter(quantity__gt=0).order_by("bin__code"))


def _balances(variant_id: int) -> QuerySet[QuarantineBalance]:
    balances: QuerySet[QuarantineBalance] = QuarantineBalance.objects.select_related(
        "bin", "stock_level__location"
    ).filter(stock_level__variant=variant_id)
    return balances
