"""How an admin says what a shop's own documents mean: a path or a constant for each field.

Pure. A mapping makes an order out of any JSON object, or out of the rows of a table; nothing in
it is executed, and the transforms are a fixed list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

ORDER_TARGETS = (
    "external_id",
    "order_number",
    "currency",
    "placed_at",
    "updated_at",
    "customer_email",
    "customer_name",
    "shipping_total",
    "discount_total",
    "tax_total",
    "grand_total",
    "financial_status",
    "fulfillment_status",
    "prices_include_tax",
    "is_test",
    "is_gift",
    "payment_method",
    "payment_reference",
    "ship_name",
    "ship_line1",
    "ship_line2",
    "ship_city",
    "ship_postcode",
    "ship_country",
)
LINE_TARGETS = (
    "lines.external_id",
    "lines.sku",
    "lines.title",
    "lines.quantity",
    "lines.unit_price",
    "lines.discount_total",
    "lines.tax_total",
    "lines.is_final_sale",
    "lines.serials",
    "lines.lots",
)
NEEDED = ("external_id", "placed_at", "grand_total", "lines.quantity", "lines.unit_price")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedField:
    """Where one field comes from: the value at `path`, or `constant` where there is none."""

    target: str
    path: str = ""
    constant: str = ""
    transform: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPlan:
    """`records` leads to the orders, `lines` from an order to its lines. `group_by` names the
    column whose equal values make one order of a table's rows.
    """

    fields: tuple[MappedField, ...]
    records: str = ""
    lines: str = ""
    group_by: str = ""


class Unmappable(Exception):
    """A value that its transform cannot make anything of."""


def find(value: Any, path: str) -> Any:
    """What stands at a dotted path (“totals.0.amount”); None where it leads nowhere."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def list_records(document: Any, plan: MappingPlan) -> list[tuple[str, Any, list[Any]]]:
    """Each order of a document: its path, the order itself, and its lines."""
    found = find(document, plan.records) if plan.records else document
    if plan.group_by:
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        groups: dict[str, list[Any]] = {}
        for row in rows:
            groups.setdefault(str(find(row, plan.group_by) or ""), []).append(row)
        return [(name, rows[0], rows) for name, rows in groups.items() if name]
    records = found if isinstance(found, list) else [found]
    return [
        (str(n) if isinstance(found, list) else "", record, _lines(record, plan))
        for n, record in enumerate(records)
        if isinstance(record, dict)
    ]


def _lines(record: Any, plan: MappingPlan) -> list[Any]:
    lines = find(record, plan.lines) if plan.lines else [record]
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def take(
    record: Any, plan: MappingPlan, targets: tuple[str, ...]
) -> tuple[dict[str, Any], list[str]]:
    """The mapped values of `targets`, and what could not be mapped, in words."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in plan.fields:
        if field.target not in targets:
            continue
        stated = find(record, field.path) if field.path else None
        stated = field.constant if stated in (None, "") else stated
        if stated in (None, ""):
            continue
        try:
            values[field.target.rpartition(".")[2]] = _transform(field, stated)
        except Unmappable as error:
            problems.append(f"{field.target}: {error}")
    return values, problems


def _transform(field: MappedField, stated: Any) -> Any:
    if isinstance(stated, dict | list):
        raise Unmappable("there is no single value there")
    return TRANSFORMS[field.transform](stated, field.argument)


def _as_is(stated: Any, _argument: str) -> Any:
    return stated


def _trim(stated: Any, _argument: str) -> Any:
    return str(stated).strip()


def _upper(stated: Any, _argument: str) -> Any:
    return str(stated).strip().upper()


def _lower(stated: Any, _argument: str) -> Any:
    return str(stated).strip().lower()


def _comma_decimal(stated: Any, _argument: str) -> Any:
    return str(stated).replace(".", "").replace(" ", "").replace(",", ".")


def _divide(stated: Any, argument: str) -> Any:
    try:
        return f"{Decimal(str(stated)) / Decimal(argument or '100'):f}"
    except (InvalidOperation, ZeroDivisionError) as error:
        raise Unmappable("it is not a number that can be divided") from error


def _positive(stated: Any, _argument: str) -> Any:
    return str(stated).strip().removeprefix("-")


def _without_prefix(stated: Any, argument: str) -> Any:
    return str(stated).removeprefix(argument)


def _date(stated: Any, argument: str) -> Any:
    """By a pattern as `strptime` has it; without a zone it is UTC."""
    try:
        moment = datetime.strptime(str(stated).strip(), argument)  # noqa: DTZ007
    except ValueError as error:
        raise Unmappable(f"it is not written as {argument}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _unix(stated: Any, _argument: str) -> Any:
    try:
        return datetime.fromtimestamp(int(str(stated)), UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise Unmappable("it is not a number of seconds") from error


def _yes(stated: Any, argument: str) -> Any:
    """Yes for any of the words in `argument`, or for the usual ones."""
    words = argument.lower().split(",") if argument else ["true", "1", "yes", "y"]
    return str(stated).strip().lower() in {word.strip() for word in words}


def _words(stated: Any, argument: str) -> Any:
    """“bezahlt=paid, offen=pending”: each word of theirs is one of ours."""
    pairs = [part.partition("=") for part in argument.split(",")]
    known = {theirs.strip().lower(): ours.strip() for theirs, _, ours in pairs}
    word = str(stated).strip().lower()
    if word not in known:
        raise Unmappable(f"“{word[:40]}” is none of the words that are mapped")
    return known[word]


TRANSFORMS: dict[str, Callable[[Any, str], Any]] = {
    "": _as_is,
    "trim": _trim,
    "upper": _upper,
    "lower": _lower,
    "comma_decimal": _comma_decimal,
    "divide": _divide,
    "positive": _positive,
    "without_prefix": _without_prefix,
    "date": _date,
    "unix": _unix,
    "yes": _yes,
    "words": _words,
}
NEED_AN_ARGUMENT = {"without_prefix", "date", "words"}


def check_plan(plan: MappingPlan) -> list[str]:
    """Why a mapping cannot work, whatever the document."""
    problems = []
    targets = [field.target for field in plan.fields]
    missing = [target for target in NEEDED if target not in targets]
    if missing:
        problems.append(f"Nothing is mapped to {', '.join(missing)}.")
    if len(set(targets)) != len(targets):
        problems.append("A field is mapped twice.")
    for field in plan.fields:
        if not field.path and not field.constant:
            problems.append(f"{field.target} has neither a path nor a constant.")
        if field.transform in NEED_AN_ARGUMENT and not field.argument:
            problems.append(f"{field.target}: “{field.transform}” needs an argument.")
    return problems
