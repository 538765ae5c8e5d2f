"""Which articles stand for "the same value" and "something dearer" when nobody has named one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import BadInput
from exchanges.queries.offers import Offer, list_offers_for, rank_substitutes
from exchanges.queries.options.situation import Situation, is_of_kind
from exchanges.queries.planning import list_wanted
from exchanges.rules import WantedReplacement
from exchanges.rules.options import OptionKind
from exchanges.states import Evenness
from inventory import queries as inventory
from inventory.models import Variant
from policies import queries as policies
from returns.models import ReturnLine
from returns.queries import get_facts

LOOKED_AT = 30  # dearer articles of the category; their stock is read at once
EVENNESS = {
    OptionKind.EVEN_SWAP: Evenness.EVEN,
    OptionKind.UPGRADE: Evenness.UPGRADE,
    OptionKind.DOWNGRADE: Evenness.DOWNGRADE,
}


def pick(situation: Situation, kind: OptionKind, *, sku: str = "") -> list[WantedReplacement]:
    """What would go out for each line; empty where nothing of that kind is sold.

    What goes out already stays where it is of the kind. `sku` is an article that somebody named
    for the first line. Raises `BadInput` for one that is not sold.
    """
    exchange = situation.exchange
    if not sku and exchange is not None and is_of_kind(exchange, EVENNESS[kind]):
        return list_wanted(exchange)
    wanted = []
    for at, line in enumerate(situation.lines):
        variant = (
            _find_named(situation, sku) if sku and at == 0 else _pick_for(line, situation, kind)
        )
        if variant is None:
            return []
        wanted.append(
            WantedReplacement(
                variant_id=variant.pk,
                quantity=line.quantity,
                replaces_order_line_id=line.order_line_id,
            )
        )
    return wanted


def _find_named(situation: Situation, sku: str) -> Variant:
    variants = Variant.objects.for_partner(situation.case.partner_id).filter(is_active=True)
    found: Variant | None = variants.filter(sku__iexact=sku).first()
    if found is None:
        raise BadInput(f"No article with the SKU “{sku}” is sold.", field="sku")
    return found


def _pick_for(line: ReturnLine, situation: Situation, kind: OptionKind) -> Variant | None:
    """The best that can go out, else the best there is, so that it can be said what it lacks."""
    sold = line.order_line.variant
    if sold is None:
        return None
    if kind == OptionKind.UPGRADE:
        others = _list_dearer(sold)
        fits: Callable[[Offer], bool] = lambda offer: offer.difference > 0  # noqa: E731
    else:
        others = [each for each in (*inventory.list_variants_like(sold), sold) if each.is_active]
        fits = lambda offer: offer.difference == 0  # noqa: E731
    offers = _list_offers(line, situation, others)
    fitting = [offer for offer in offers if offer.price is not None and fits(offer)]
    return next((offer.variant for offer in rank_substitutes(fitting)), None)


def _list_dearer(sold: Variant) -> list[Variant]:
    """Of the same category, and not the same article; what costs less is left out by its price."""
    others = Variant.objects.for_partner(sold.partner_id).filter(
        is_active=True, product__category=sold.product.category
    )
    return list(others.exclude(pk=sold.pk).select_related("product").order_by("pk")[:LOOKED_AT])


def _list_offers(
    line: ReturnLine, situation: Situation, variants: Sequence[Variant]
) -> list[Offer]:
    if not variants:
        return []
    terms = policies.get_terms(version=situation.case.policy_version, facts=get_facts(line))
    return list_offers_for(
        order_line=line.order_line,
        value=line,
        terms=terms,
        variants=variants,
        now=situation.now,
    )
