"""The quality rules of a channel: defaults, what is required, tolerances, severity and owner.

Pure. Rules are tuned by people and apply to the channel's documents from their publication on; a
channel without any has the house's own strictness.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.reading import Finding, ReadLine, ReadOrder, Severity
from intake.rules import complete, repair_order, with_findings


class RuleKind(StrEnum):
    """What a rule does."""

    DEFAULT = "default"
    REQUIRED = "required"
    TOLERANCE = "tolerance"
    SEVERITY = "severity"
    OWNER = "owner"


# What a default may fill in. Anything else is the channel's to say.
DEFAULTS = ("currency", "time_zone", "prices_include_tax", "tax_rate")
REQUIRABLE = (
    "customer_email",
    "shipping_address",
    "tenders",
    "lines.sku",
    "lines.title",
    "financial_status",
    "fulfillment_status",
    "prices_include_tax",
    "tax_total",
)
LARGEST_TOLERANCE = Decimal(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `target` is a field, or the code of a finding for severity and owner."""

    kind: RuleKind
    target: str
    value: str = ""
    severity: str = Severity.HOLD
    owner: str = ""


Rules = tuple[Rule, ...]


def check_rule(rule: Rule) -> str:
    """Why a rule cannot be one, or the empty string."""
    if rule.kind == RuleKind.DEFAULT:
        return _check_default(rule)
    if rule.kind == RuleKind.REQUIRED and rule.target not in REQUIRABLE:
        return f"“{rule.target}” cannot be required; choose of {', '.join(REQUIRABLE)}."
    if rule.kind == RuleKind.TOLERANCE:
        tolerance = _decimal(rule.value)
        if tolerance is None or not 0 <= tolerance <= LARGEST_TOLERANCE:
            return f"A tolerance is an amount from 0 to {LARGEST_TOLERANCE}."
    if rule.kind == RuleKind.SEVERITY and not rule.target:
        return "Say the code of the finding."
    if rule.kind == RuleKind.OWNER and rule.owner not in {"agent", "lead", "warehouse", "admin"}:
        return "The owner is a role: agent, lead, warehouse or admin."
    return ""


def _check_default(rule: Rule) -> str:
    if rule.target not in DEFAULTS:
        return f"There is no default for “{rule.target}”; choose of {', '.join(DEFAULTS)}."
    if rule.target == "currency" and not (len(rule.value) == 3 and rule.value.isupper()):
        return "A currency has three capital letters."
    if rule.target == "time_zone" and _zone(rule.value) is None:
        return f"“{rule.value}” is no time zone."
    if rule.target == "prices_include_tax" and rule.value not in {"yes", "no"}:
        return "Prices include tax: yes or no."
    rate = _decimal(rule.value)
    if rule.target == "tax_rate" and (rate is None or not 0 < rate < 1):
        return "A tax rate of 21 % is written 0.21."
    return ""


def judge(read: ReadOrder, rules: Rules) -> ReadOrder:
    """The order with its findings complete, by the rules of its channel."""
    read = complete(_with_defaults(read, rules))
    findings: Iterable[Finding] = (*read.findings, *_required(read, rules))
    read, findings = _tolerate(read, list(findings), rules)
    judged = [_weigh(finding, rules) for finding in findings]
    return with_findings(read, tuple(sorted(dict.fromkeys(judged), key=repair_order)))


def _with_defaults(read: ReadOrder, rules: Rules) -> ReadOrder:
    defaults = {rule.target: rule.value for rule in rules if rule.kind == RuleKind.DEFAULT}
    if "currency" in defaults and read.currency is None:
        read = _filled(read, "currency", defaults["currency"])
    zone = _zone(defaults.get("time_zone", ""))
    if zone is not None and read.placed_at is None and read.placed_at_local is not None:
        moment = read.placed_at_local.replace(tzinfo=zone).astimezone(UTC)
        read = _filled(read, "placed_at", moment)
    if "prices_include_tax" in defaults and read.prices_include_tax is None:
        is_inside = defaults["prices_include_tax"] == "yes"
        read = replace(_filled(read, "prices_include_tax", is_inside), lines_include_tax=is_inside)
    rate = _decimal(defaults.get("tax_rate", ""))
    if rate is not None and read.prices_include_tax and read.tax_total is None:
        read = _with_tax_inside(read, rate)
    return read


def _filled(read: ReadOrder, field: str, value: object) -> ReadOrder:
    left = tuple(finding for finding in read.findings if finding.field != field)
    told = Finding(field, "default", f"{field} is the channel's default.", Severity.WARNING)
    return replace(read, **{field: value}, findings=(*left, told))  # type: ignore[arg-type]


def _with_tax_inside(read: ReadOrder, rate: Decimal) -> ReadOrder:
    """The tax that prices of this rate have in them, for channels that state none."""
    lines = tuple(_taxed(line, rate) for line in read.lines)
    total = sum((line.tax_total or Decimal(0) for line in lines), Decimal(0))
    return replace(_filled(read, "tax_total", total), lines=lines)


def _taxed(line: ReadLine, rate: Decimal) -> ReadLine:
    if line.unit_price is None or line.quantity is None:
        return line
    gross = line.unit_price * line.quantity - (line.discount_total or 0)
    tax = (gross - gross / (1 + rate)).quantize(Decimal("0.01"))
    return replace(line, tax_total=tax, tax_rate=rate)


def _required(read: ReadOrder, rules: Rules) -> Iterable[Finding]:
    for rule in rules:
        if rule.kind != RuleKind.REQUIRED:
            continue
        for field in _empty(read, rule.target):
            message = f"This channel's orders need {field}."
            yield Finding(field, "required", message, Severity(rule.severity), owner=rule.owner)


def _empty(read: ReadOrder, target: str) -> list[str]:
    """Where the order lacks `target`: the field, or that of each line that lacks it."""
    where, _, inner = target.partition(".")
    if inner:
        return [
            f"lines[{position}].{inner}"
            for position, line in enumerate(read.lines)
            if getattr(line, inner) in (None, "") and not line.is_discount
        ]
    return [target] if getattr(read, where) in (None, "", ()) else []


def _tolerate(
    read: ReadOrder, findings: list[Finding], rules: Rules
) -> tuple[ReadOrder, list[Finding]]:
    """A sum that is off by no more than the tolerance holds; the difference is kept as a fee."""
    allowed = [
        _decimal(rule.value) or Decimal(0) for rule in rules if rule.kind == RuleKind.TOLERANCE
    ]
    for position, finding in enumerate(findings):
        off_by = _decimal(finding.off_by)
        if finding.code != "does_not_add_up" or off_by is None or not allowed:
            continue
        if abs(off_by) <= max(allowed):
            findings[position] = replace(finding, code="tolerated", severity=Severity.WARNING)
            fees, off = (off_by, Decimal(0)) if off_by > 0 else (Decimal(0), -off_by)
            read = replace(
                read, fees_total=read.fees_total + fees, fee_discount=read.fee_discount + off
            )
    return read, findings


def _weigh(finding: Finding, rules: Rules) -> Finding:
    for rule in rules:
        if rule.target not in (finding.code, finding.field):
            continue
        if rule.kind == RuleKind.SEVERITY and finding.severity != Severity.PART:
            finding = replace(finding, severity=Severity(rule.severity))
        if rule.owner and rule.kind in {RuleKind.SEVERITY, RuleKind.OWNER}:
            finding = replace(finding, owner=rule.owner)
    return finding


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
