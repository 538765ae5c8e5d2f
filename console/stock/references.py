"""The records that ledger lines name, as links: a case, an order, a count, another SKU."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from django.urls import reverse

from console.components import Found
from console.holds.rows import list_exchange_lines
from console.links import case_url, order_url, stock_url
from console.rights import Rights
from core.roles import Permission
from fulfilment.models import Shipment
from inventory.models import CycleCount, Discrepancy, Variant
from orders.models import OrderLine
from returns.models import Disposition, Return

P = Permission


def list_references(references: Iterable[str], rights: Rights) -> dict[str, Found]:
    """By reference (``orderline:12``), where this person may see it. One query for each kind."""
    ids: dict[str, list[int]] = defaultdict(list)
    for reference in set(references):
        kind, _, key = reference.partition(":")
        if kind in _FIND and key.isdigit():
            ids[kind].append(int(key))
    found: dict[str, Found] = {}
    for kind, keys in ids.items():
        found |= {f"{kind}:{pk}": link for pk, link in _FIND[kind](keys, rights).items()}
    return found


def _find_cases(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    if P.SEE_CASES not in rights:
        return {}
    lines = list_exchange_lines(f"exchangeline:{pk}" for pk in ids)
    return {
        line.pk: Found(
            label=line.exchange.return_case.number,
            url=case_url(line.exchange.return_case),
            icon="swap",
        )
        for line in lines.values()
    }


def _find_returns(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    made = Disposition.objects.visible_to(rights.user, P.SEE_CASES).filter(pk__in=ids)
    cases = made.select_related("inspection__receipt_line__receipt__return_case")
    links = {}
    for each in cases:
        case = each.inspection.receipt_line.receipt.return_case
        links[each.pk] = Found(label=case.number, url=case_url(case), icon="swap")
    return links


def _find_parcels(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    """The cases of replacements that came back."""
    parcels = Shipment.objects.visible_to(rights.user, P.SEE_CASES).filter(pk__in=ids)
    case_of = {
        parcel.pk: int(parcel.case.removeprefix("return:"))
        for parcel in parcels
        if parcel.case.startswith("return:")
    }
    cases = Return.objects.in_bulk(list(case_of.values()))
    return {
        pk: Found(label=cases[case].number, url=case_url(cases[case]), icon="swap")
        for pk, case in case_of.items()
    }


def _find_orders(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    lines = OrderLine.objects.visible_to(rights.user, P.SEE_ORDERS).filter(pk__in=ids)
    return {
        line.pk: Found(label=line.order.number, url=order_url(line.order), icon="order")
        for line in lines.select_related("order")
    }


def _find_discrepancies(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    found = Discrepancy.objects.visible_to(rights.user, P.SEE_STOCK).filter(pk__in=ids)
    return {
        each.pk: Found(
            label=each.number, url=reverse("console:discrepancy", args=[each.number]), icon="alert"
        )
        for each in found
    }


def _find_counts(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    found = CycleCount.objects.visible_to(rights.user, P.SEE_STOCK).filter(pk__in=ids)
    return {each.pk: Found(label=each.number, url="", icon="scan") for each in found}


def _find_variants(ids: Collection[int], rights: Rights) -> dict[int, Found]:
    found = Variant.objects.visible_to(rights.user, P.SEE_STOCK).filter(pk__in=ids)
    return {each.pk: Found(label=each.sku, url=stock_url(each), icon="box") for each in found}


_FIND: dict[str, Callable[[Collection[int], Rights], dict[int, Found]]] = {
    "exchangeline": _find_cases,
    "disposition": _find_returns,
    "shipment": _find_parcels,
    "orderline": _find_orders,
    "discrepancy": _find_discrepancies,
    "cyclecount": _find_counts,
    "variant": _find_variants,
}
