"""The codes that policy rules may name from here: where it was sold, and to whom."""

from __future__ import annotations

from orders.models import Channel, Customer
from policies import vocabulary


def offer_codes() -> None:
    vocabulary.offer("channel", _channels)
    vocabulary.offer("account_tier", _account_tiers)


def _channels(partner_id: int) -> list[tuple[str, str]]:
    channels = Channel.objects.for_partner(partner_id).order_by("name")
    return list(channels.values_list("code", "name"))


def _account_tiers(partner_id: int) -> list[tuple[str, str]]:
    customers = Customer.objects.for_partner(partner_id).order_by("account_tier")
    tiers = customers.values_list("account_tier", flat=True).distinct()
    return [(tier, tier.replace("_", " ").capitalize()) for tier in tiers]
