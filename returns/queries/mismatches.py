"""What differs between announced and found, as the mismatch desk and the case page need it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.money import round_half_up
from inventory import queries as inventory
from orders.models import OrderLine
from returns.models import Mismatch, ReceiptLine, Return, ReturnLine
from returns.queries.credit import list_open_units
from returns.queries.planning import compute_credit
from returns.queries.serials import find_owner
from returns.rules import GOODS_MAY_COME, MismatchFacts
from returns.states import (
    OUR_FAULT,
    SERIAL_DIFFERS,
    UNDECIDED,
    DispositionKind,
    MismatchKind,
)

GONE = (DispositionKind.RETURN_TO_CUSTOMER, DispositionKind.SCRAP)


def list_open_mismatches(case: Return) -> list[Mismatch]:
    """Undecided ones, oldest first."""
    return list(case.mismatches.filter(state__in=UNDECIDED).order_by("pk"))


def list_blocked_lines(case: Return) -> set[int]:
    """Return lines whose money waits: another unit came in place of one that is still awaited,
    and nobody has decided what that means."""
    held = case.mismatches.filter(
        kind__in=SERIAL_DIFFERS, state__in=UNDECIDED, return_line__isnull=False
    )
    lines = {mismatch.return_line for mismatch in held.select_related("return_line")}
    return {line.pk for line in lines if line is not None and line.awaited}


def get_mismatch_facts(
    mismatch: Mismatch, *, now: dt.datetime, finds_goods: bool = True
) -> MismatchFacts:
    """As much as a suggestion looks at, as of now. Where the goods are decides what may be taken;
    a list, which only suggests, need not ask for every row."""
    line, asked_at = mismatch.return_line, mismatch.asked_at
    return MismatchFacts(
        kind=mismatch.kind,
        value=mismatch.value,
        own_value=mismatch.own_value,
        age_days=(now - mismatch.opened_at).days,
        was_asked=asked_at is not None,
        days_since_asked=(now - asked_at).days if asked_at else 0,
        has_tracking=bool(mismatch.receipt and mismatch.receipt.tracking_number),
        is_our_fault=line is not None and line.reason in OUR_FAULT,
        is_case_open=mismatch.return_case.state in GOODS_MAY_COME,
        is_awaited_elsewhere=_is_awaited_elsewhere(mismatch),
        has_gone=finds_goods and _has_gone(mismatch),
    )


def _is_awaited_elsewhere(mismatch: Mismatch) -> bool:
    row = mismatch.receipt_line
    if row is None or mismatch.kind != MismatchKind.FOREIGN_SERIAL:
        return False
    owner = find_owner(partner_id=mismatch.partner_id, serial=row.serial_found)
    return owner is not None and owner.case is not None


def _has_gone(mismatch: Mismatch) -> bool:
    """The goods are neither here any more nor still to be graded."""
    row = mismatch.receipt_line
    if row is None:
        return False
    where = row.inspections.filter(dispositions__replaced_by__isnull=True)
    kinds = set(where.values_list("dispositions__kind", flat=True))
    return bool(kinds) and kinds <= set(GONE)


# ── what goods are worth ─────────────────────────────────────────────────────


def value_announced(line: ReturnLine, units: int) -> Decimal:
    """What so many of the line's units credit, the last ones claimed."""
    claimed = list_open_units(line)[-units:]
    return compute_credit(line.order_line, claimed).gross if claimed else Decimal(0)


def value_found(row: ReceiptLine, *, at: dt.datetime) -> Decimal | None:
    """What the found goods cost today where the case was sold; None without a price.

    The same SKU is worth what was announced: another serial number changes nothing about it.
    """
    line = row.return_line
    if line is not None and row.variant_id and row.variant_id == line.order_line.variant_id:
        return value_announced(line, row.quantity)
    case = row.receipt.return_case
    if row.variant_id is None:
        return None
    prices = inventory.get_prices(
        variant_ids=[row.variant_id],
        channel_code=case.channel.code,
        currency=case.currency,
        at=at,
    )
    price = prices.get(row.variant_id)
    if price is None:
        return None
    worth = price.amount * row.quantity
    sold = line.order_line if line else None
    if sold and sold.net and not price.is_tax_inclusive:
        worth += worth * sold.tax / sold.net  # what is credited has its tax in it
    return round_half_up(worth, case.currency)


def find_sold_line(case: Return, row: ReceiptLine) -> OrderLine | None:
    """The order line that found goods belong to: the announced one, else one of the same SKU."""
    if row.return_line is not None:
        return row.return_line.order_line
    orders = {line.order_line.order_id for line in case.lines.select_related("order_line")}
    sold = OrderLine.objects.filter(order__customer=case.customer_id, variant=row.variant_id)
    return (
        sold.order_by("-order__placed_at").first()
        or OrderLine.objects.filter(order__in=orders).first()
    )
