"""What becomes of a reading: pure decisions about documents, no database and no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from core.money import UnknownCurrency, quantum
from intake.reading import Finding, ReadLine, ReadOrder, Severity

# The order in which a person repairs a document: who and what first, sums last.
FIELD_ORDER = (
    "external_id",
    "order_number",
    "currency",
    "placed_at",
    "customer_email",
    "lines",
    "shipping_total",
    "discount_total",
    "tax_total",
    "financial_status",
    "fulfillment_status",
    "prices_include_tax",
    "grand_total",
)
# Columns are this wide; an identity that does not fit is held, never cut.
LONGEST = {"external_id": 120, "order_number": 80, "customer_email": 254}
LONGEST_SKU = 80
LARGEST_AMOUNT = Decimal(10) ** 12
LARGEST_QUANTITY = 1_000_000
# Who can put a field right, by role: money is a lead's, the connection and catalogue an admin's.
MONEY_FIELDS = {"shipping_total", "discount_total", "tax_total", "grand_total", "unit_price"}
# Words of English and Dutch that channels' own reasons have in them, the surest first.
REASON_WORDS = {
    "damaged_in_transit": ("damaged", "beschadigd", "carrier_damage", "missing parts"),
    "defective": ("defect", "werkt niet", "not working", "quality", "broken", "kapot"),
    "wrong_item": ("wrong item", "verkeerd artikel", "incorrect item"),
    "not_as_described": ("not as described", "anders dan", "voldoet niet", "inaccurate"),
    "wrong_size": ("too small", "too large", "size", "maat", "te klein", "te groot"),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a document waits, in words, with the field and the role that can put it right."""

    field: str
    reason: str
    owner: str
    code: str = ""


def complete(read: ReadOrder) -> ReadOrder:
    """`read` with a finding for everything an order cannot be without, in order of repair."""
    found = dict.fromkeys((*read.findings, *_missing(read), *_misfits(read)))
    return with_findings(read, tuple(sorted(found, key=repair_order)))


def with_findings(read: ReadOrder, findings: tuple[Finding, ...]) -> ReadOrder:
    """`read` with these findings; itself where it has them already, as most have none."""
    return read if findings == read.findings else replace(read, findings=findings)


def is_ignored(read: ReadOrder) -> str:
    """Why this is no order (a draft), or the empty string."""
    return next((finding.message for finding in read.found(Severity.IGNORE)), "")


def is_part(read: ReadOrder) -> str:
    """What of the order comes in another document, or the empty string."""
    return next((finding.message for finding in read.found(Severity.PART)), "")


def why_held(read: ReadOrder) -> Hold | None:
    """The first thing a person has to put right, or None when the order may be registered."""
    for finding in read.found(Severity.HOLD):
        owner = finding.owner or owner_of(finding.field)
        return Hold(finding.field, finding.message, owner, finding.code)
    return None


def find_unknown_sku(read: ReadOrder, *, known: Collection[str]) -> Hold | None:
    """The first line whose SKU is not among the `known` ones, as a reason to hold."""
    for position, line in enumerate(read.lines):
        if line.sku is not None and not line.is_discount and str(line.sku) not in known:
            field = f"lines[{position}].sku"
            reason = f"“{line.sku}” is not in the catalogue."
            return Hold(field, reason, owner_of(field), "unknown_sku")
    return None


def urgency_of(topic: str) -> int:
    """1 first, 9 last: what stops goods or money goes before what can wait."""
    words = topic.lower()
    if any(word in words for word in ("cancel", "refund", "return", "dispute")):
        return 1
    return 5


def guess_reason(stated: str) -> str:
    """The desk's word for why goods come back, from what a channel's customer chose."""
    text = stated.lower()
    for reason, words in REASON_WORDS.items():
        if any(word in text for word in words):
            return reason
    return "changed_mind"


def owner_of(field: str) -> str:
    """The role that can put `field` right: “lead” for money, “admin” for everything else."""
    return "lead" if field.rpartition(".")[2] in MONEY_FIELDS else "admin"


def repair_order(finding: Finding) -> tuple[int, bool]:
    """By field, one line before the sum of all."""
    root = finding.field.partition("[")[0].partition(".")[0]
    known = FIELD_ORDER.index(root) if root in FIELD_ORDER else len(FIELD_ORDER)
    return known, finding.field == root


def _already_held(read: ReadOrder) -> set[str]:
    return {finding.field for finding in read.found(Severity.HOLD)}


def _missing(read: ReadOrder) -> Iterator[Finding]:
    already = _already_held(read)
    if is_part(read):
        return
    for field in ("external_id", "order_number", "currency", "placed_at", "grand_total"):
        if getattr(read, field) is None and field not in already:
            yield Finding(field, "missing", f"The document carries no {field}.")
    if not read.lines and "lines" not in already:
        yield Finding("lines", "missing", "The document carries no lines.")


def _misfits(read: ReadOrder) -> Iterator[Finding]:
    already = _already_held(read)
    for position, line in enumerate(read.lines):
        if line.is_discount:
            continue
        for finding in _line_misfits(line, f"lines[{position}]", read):
            if finding.field not in already:
                yield finding
    for field, most in LONGEST.items():
        if len(getattr(read, field) or "") > most:
            yield Finding(field, "too_long", f"{field} is longer than {most} characters.")
    if read.currency is not None:
        yield from _currency_misfits(read, read.currency)
    if read.replaces and read.grand_total:
        message = f"It replaces {read.replaces} and yet costs {read.grand_total}."
        yield Finding("grand_total", "replacement_costs", message)


def _line_misfits(line: ReadLine, at: str, read: ReadOrder) -> Iterator[Finding]:
    for field in ("quantity", "unit_price", "discount_total", "tax_total"):
        amount = getattr(line, field)
        if amount is None and field == "tax_total" and read.tax_stands_on_order:
            continue
        if amount is None:
            yield Finding(f"{at}.{field}", "missing", f"The line carries no {field}.")
        elif amount < 0:
            yield Finding(f"{at}.{field}", "negative", f"{field} is below nought: {amount}")
    if len(str(line.sku or "")) > LONGEST_SKU:
        yield Finding(f"{at}.sku", "too_long", f"sku is longer than {LONGEST_SKU} characters.")
    quantity, price = line.quantity or Decimal(0), line.unit_price or Decimal(0)
    if quantity > LARGEST_QUANTITY or quantity * price > LARGEST_AMOUNT:
        yield Finding(f"{at}.quantity", "too_large", f"{quantity} × {price} is beyond any order.")
    if line.quantity == 0 and (line.unit_price or line.tax_total):
        yield Finding(f"{at}.quantity", "no_unit", "The line costs money and sells no unit.")


def _currency_misfits(read: ReadOrder, currency: str) -> Iterator[Finding]:
    try:
        smallest = quantum(currency)
    except UnknownCurrency as error:
        yield Finding("currency", "unknown_currency", error.message)
        return
    for field in ("grand_total", "shipping_total", "discount_total", "tax_total"):
        amount: Decimal | None = getattr(read, field)
        if amount is None:
            continue
        if amount % smallest:
            message = f"{amount} {currency} is finer than {smallest}, its smallest unit."
            yield Finding(field, "too_fine", message)
        if not 0 <= amount <= LARGEST_AMOUNT:
            yield Finding(field, "out_of_range", f"{field} is {amount}, not an amount to pay.")
