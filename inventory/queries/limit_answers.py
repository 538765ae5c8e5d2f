"""What hold and stock rules lay down, in words, and which of them counts where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.models import HoldRule, Location, StockRule, Variant
from inventory.queries.limits import list_hold_limits, list_stock_limits
from inventory.rules import HoldScope, StockScope
from inventory.rules.limits import (
    LABELS,
    Source,
    explain_hold_terms,
    find_pool_cap,
    find_safety_stock,
    say_value,
    say_values,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One value, the rule it comes from, and the rules that would have said otherwise."""

    label: str
    value: str
    because: str
    giving_way: tuple[str, ...] = ()


def describe_hold_rule(rule: HoldRule) -> str:
    (limit,) = list_hold_limits(rule.partner_id, rule_id=rule.pk)
    return say_values(limit.sets)


def describe_stock_rule(rule: StockRule) -> str:
    (limit,) = list_stock_limits(rule.partner_id, rule_id=rule.pk)
    return say_values(limit.sets)


def explain_limits(*, partner_id: int, scope: HoldScope, sku: str = "") -> list[Answer]:
    """Every value for holds of this scope, and with a SKU what of it may be held where."""
    holds = {rule.pk: str(rule) for rule in HoldRule.objects.for_partner(partner_id)}
    sources = explain_hold_terms(list_hold_limits(partner_id), scope)
    answers = [_answer(name, LABELS[name], source, holds) for name, source in sources.items()]
    variants = Variant.objects.for_partner(partner_id).select_related("product")
    variant = variants.filter(sku=sku).first() if sku else None
    return answers + (_explain_stock(variant, scope) if variant else [])


def _explain_stock(variant: Variant, scope: HoldScope) -> list[Answer]:
    rules = StockRule.objects.for_partner(variant.partner_id).select_related("variant", "location")
    names = {rule.pk: str(rule) for rule in rules}
    limits = list_stock_limits(variant.partner_id)
    category = variant.product.category
    answers = []
    for place in Location.objects.for_partner(variant.partner_id).order_by("code"):
        stock = StockScope(variant.pk, category, place.pk, scope.channel)
        label = f"Safety stock in {place.name}"
        source = find_safety_stock(limits, stock)
        answers.append(_answer("safety_stock", label, source, names))
    cap = find_pool_cap(limits, StockScope(variant.pk, category, channel=scope.channel))
    return [*answers, _answer("pool_cap", LABELS["pool_cap"], cap, names)]


def _answer(name: str, label: str, source: Source, names: Mapping[int, str]) -> Answer:
    return Answer(
        label=label,
        value=say_value(name, source.value),
        because=f"the rule for {names[source.rule_id]}" if source.rule_id else "no rule",
        giving_way=tuple(f"the rule for {names[each]}" for each in source.giving_way),
    )
