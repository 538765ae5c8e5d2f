"""What would free a group of documents that wait for the same reason: proposals, each tried.

Pure but for the reading of documents. A fix is plain data, so that a job can carry it out.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core import documents
from core.strict_json import MalformedDocument, parse_document
from intake import trying
from intake.changes import say_changes
from intake.models import ChannelDocument, RuleSet
from intake.planning import plan_sale
from intake.quality import Rule, RuleKind
from intake.queries import get_rules
from intake.reading import ReadOrder
from intake.rules import is_ignored
from inventory.models import Variant
from orders import queries as orders_queries
from orders.models import Channel
from orders.rules import compare_facts

MOST_TRIED = 200
MOST_ALIKE = 2_000
LINES = ("line_items", "lineItems", "items", "orderItems", "transactions", "lines", "products")
IDS = ("id", "lineItemId", "orderItemId", "item_id", "transaction_id", "uid")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SMALL_CHANGE = Decimal("0.05")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Something that may be done to every document of a group.

    `kind`: replay (nothing but that), rule, sku, or edit; `details` are what it needs.
    """

    kind: str
    says: str
    details: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Names the fix in an address: “rule-currency-EUR”."""
        return "-".join([self.kind, *self.details.values()])[:120]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a fix would do: how many pass, and why the others stay."""

    fix: Fix
    passes: int
    total: int
    stays: list[tuple[str, int]]


def propose(group: Sequence[ChannelDocument]) -> list[Tried]:
    """Fixes that would free any of the group, the one that frees most first."""
    tried = [try_fix(group, fix) for fix in list_fixes(group)]
    helpful = [each for each in tried if each.passes] or tried[:1]
    return sorted(helpful, key=lambda each: (-each.passes, each.fix.kind != "replay"))


def list_fixes(group: Sequence[ChannelDocument]) -> list[Fix]:
    """Everything worth trying, by what the first documents have in common."""
    fixes = [Fix(kind="replay", says="Send them through again as they are.")]
    if not group:
        return fixes
    channel, causes = group[0].channel, {document.cause for document in group}
    sample = [order for document in group[:10] for order in trying.read_one(document)]
    fixes += _default_fixes(channel, sample)
    if "unknown_sku" in causes:
        fixes += _sku_fixes(channel, sample)
    if "does_not_add_up" in causes:
        fixes.append(Fix(kind="edit", says="Drop a line that repeats another with the same id.",
                         details={"edit": "repeated_lines"}))  # fmt: skip
        fixes += _tolerance_fixes(sample)
    if "starts_with_a_byte_order_mark" in causes:
        fixes.append(Fix(kind="edit", says="Take the byte-order mark off.",
                         details={"edit": "byte_order_mark"}))  # fmt: skip
    if any(cause.startswith("not_valid_json") for cause in causes):
        fixes.append(Fix(kind="edit", says="Take out commas before a closing bracket.",
                         details={"edit": "trailing_commas"}))  # fmt: skip
    return fixes


def _default_fixes(channel: Channel, sample: Iterable[ReadOrder]) -> list[Fix]:
    fixes = []
    orders = list(sample)
    if any(order.currency is None for order in orders):
        rule = {"rule": RuleKind.DEFAULT.value, "target": "currency", "value": channel.currency}
        says = f"Take {channel.currency}, the channel's currency, where none is stated."
        fixes.append(Fix(kind="rule", says=says, details=rule))
    if any(order.placed_at is None and order.placed_at_local for order in orders):
        rule = {"rule": "default", "target": "time_zone", "value": channel.time_zone}
        says = f"Take times without a zone as {channel.time_zone}, the channel's own."
        fixes.append(Fix(kind="rule", says=says, details=rule))
    if len(fixes) == 2:
        both = {"rule": "defaults", "target": channel.currency, "value": channel.time_zone}
        says = f"Take {channel.currency} and {channel.time_zone} where none is stated."
        fixes.append(Fix(kind="rule", says=says, details=both))
    return fixes


def _sku_fixes(channel: Channel, sample: Iterable[ReadOrder]) -> list[Fix]:
    """The nearest SKU of the catalogue for each that is not in it."""
    stated = {str(line.sku) for order in sample for line in order.lines if line.sku is not None}
    fixes = []
    for theirs in sorted(stated)[:10]:
        alike = Variant.objects.for_partner(channel.partner_id).filter(
            sku__istartswith=theirs.strip()[:2]
        )
        known = list(alike.values_list("sku", flat=True)[:MOST_ALIKE])
        by_letters = {_letters(sku): sku for sku in known}
        if theirs in known:
            continue
        near = difflib.get_close_matches(theirs, known, n=1, cutoff=0.75)
        ours = by_letters.get(_letters(theirs)) or (near[0] if near else "")
        if ours:
            says = f"Take “{theirs}” for {ours}, the nearest in the catalogue."
            fixes.append(Fix(kind="sku", says=says, details={"theirs": theirs, "ours": ours}))
    return fixes


def _letters(sku: str) -> str:
    return "".join(filter(str.isalnum, sku)).lower()


def _tolerance_fixes(sample: Iterable[ReadOrder]) -> list[Fix]:
    off = [abs(Decimal(f.off_by)) for order in sample for f in order.findings if f.off_by]
    small = [amount for amount in off if amount <= SMALL_CHANGE]
    if not small:
        return []
    details = {"rule": "tolerance", "target": "grand_total", "value": f"{max(small):f}"}
    return [Fix(kind="rule", says=f"Tolerate totals that are off by {max(small):f} or less.",
                details=details)]  # fmt: skip


def find_fix(group: Sequence[ChannelDocument], code: str) -> Fix | None:
    """The fix that an address names, if it is one for this group."""
    return next((fix for fix in list_fixes(group) if fix.code == code), None)


def try_fix(group: Sequence[ChannelDocument], fix: Fix) -> Tried:
    """Read the group as the fix would have it; nothing is written."""
    tried = group[:MOST_TRIED]
    reasons: Counter[str] = Counter()
    for document in tried:
        reasons[_why_it_stays(document, fix)] += 1
    passes = reasons.pop("", 0)
    return Tried(fix, passes, len(tried), reasons.most_common(5))


def _why_it_stays(document: ChannelDocument, fix: Fix) -> str:
    rules, content = None, None
    if fix.kind == "rule":
        rules = (*rules_of(fix), *get_rules(document.channel))
    if fix.kind == "edit":
        content = edit(document, fix.details["edit"])
        if content is None:
            return "The fix does not fit it."
    orders = trying.read_one(document, rules=rules, content=content)
    if not orders:
        return "It cannot be read."
    skus = {fix.details["theirs"]: fix.details["ours"]} if fix.kind == "sku" else {}
    reasons = (
        trying.why_not(document, order, skus=skus) or _why_conflicting(document, order)
        for order in orders
    )
    return next(filter(None, reasons), "")


def _why_conflicting(document: ChannelDocument, read: ReadOrder) -> str:
    """Other money than what its order was sold for is a conflict however often it is sent."""
    if is_ignored(read):
        return ""
    sale = plan_sale(read)
    sold = orders_queries.get_by_external_id(
        channel_id=document.channel_id, external_id=sale.external_id
    )
    if sold is None:
        return ""
    difference = compare_facts(orders_queries.get_frozen_facts(sold), sale.frozen_facts())
    return say_changes(difference, currency=sold.currency) if difference else ""


def rules_of(fix: Fix) -> tuple[Rule, ...]:
    """The rules that a fix of this kind adds to the channel's."""
    details = fix.details
    if details["rule"] == "defaults":
        return (
            Rule(kind=RuleKind.DEFAULT, target="currency", value=details["target"]),
            Rule(kind=RuleKind.DEFAULT, target="time_zone", value=details["value"]),
        )
    kind = RuleKind(details["rule"])
    return (Rule(kind=kind, target=details["target"], value=details["value"]),)


def edit(document: ChannelDocument, how: str) -> bytes | None:
    """The document's bytes as an edit makes them; None where it changes nothing."""
    try:
        raw = documents.read(document.content)
    except (documents.DocumentErased, documents.DocumentUnreadable):
        return None
    edited = EDITS[how](raw)
    return None if edited == raw else edited


def _without_mark(raw: bytes) -> bytes:
    return raw.removeprefix(BYTE_ORDER_MARK)


def _without_trailing_commas(raw: bytes) -> bytes:
    """Outside of texts alone: a comma in somebody's address stays."""
    text, kept, is_inside, is_escaped = raw.decode("utf-8", "replace"), [], False, False
    for position, letter in enumerate(text):
        if is_inside:
            is_inside = is_escaped or letter != '"'
            is_escaped = letter == "\\" and not is_escaped
        elif letter == '"':
            is_inside = True
        elif letter == "," and text[position + 1 :].lstrip()[:1] in ("}", "]"):
            continue
        kept.append(letter)
    return "".join(kept).encode()


def _without_repeated_lines(raw: bytes) -> bytes:
    try:
        parsed = parse_document(raw)
    except MalformedDocument:
        return raw
    changed = _drop_repeats(parsed)
    if not changed:
        return raw
    return json.dumps(parsed, ensure_ascii=False, default=_number).encode()


def _drop_repeats(value: Any) -> bool:
    changed = False
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in LINES and isinstance(inner, list):
                kept = _first_of_each(inner)
                changed |= len(kept) < len(inner)
                value[key] = kept
            changed |= _drop_repeats(value[key])
    elif isinstance(value, list):
        for inner in value:
            changed |= _drop_repeats(inner)
    return changed


def _first_of_each(lines: list[Any]) -> list[Any]:
    seen: set[str] = set()
    kept = []
    for line in lines:
        named = [str(line[key]) for key in IDS if isinstance(line, dict) and line.get(key)]
        if named and named[0] in seen:
            continue
        seen.update(named[:1])
        kept.append(line)
    return kept


def _number(value: Any) -> Any:
    """Decimals go out as JSON numbers with every digit they came with."""
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    raise TypeError(type(value).__name__)


EDITS = {
    "byte_order_mark": _without_mark,
    "trailing_commas": _without_trailing_commas,
    "repeated_lines": _without_repeated_lines,
}


def next_rules(channel: Channel, fix: Fix) -> list[Rule]:
    """The channel's published rules with the fix's in front, no target twice."""
    added = rules_of(fix)
    targets = {(rule.kind, rule.target) for rule in added}
    kept = [rule for rule in get_rules(channel) if (rule.kind, rule.target) not in targets]
    return [*added, *kept]


def next_number(channel: Channel) -> int:
    last = RuleSet.objects.filter(channel=channel).order_by("-number").first()
    return last.number + 1 if last else 1
