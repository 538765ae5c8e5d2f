"""The channels intake can read. A new one is one module in `intake.adapters` and its name here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from core.errors import BadInput
from intake.adapters.port import ChannelAdapter
from intake.facts import Reading
from intake.mapping import MappingPlan
from intake.quality import Rules, judge
from intake.reading import NotAnOrder, ReadOrder

ADAPTERS = (
    "aftership",
    "amazon",
    "bigcommerce",
    "bol",
    "carriers_xml",
    "commercelayer",
    "direct",
    "easypost",
    "easyship",
    "ebay",
    "etsy",
    "generic",
    "magento",
    "paypal",
    "postmark",
    "sendgrid",
    "ses",
    "shipbob",
    "shiphero",
    "shippo",
    "shipstation",
    "shopify",
    "shopify_csv",
    "square",
    "stripe",
    "sweego",
    "twilio",
    "woocommerce",
)


class UnknownChannel(BadInput):
    """No adapter reads this channel's documents."""

    code = "unknown_channel"
    status = 404


def _load() -> dict[str, ChannelAdapter]:
    modules = [import_module(f"intake.adapters.{name}") for name in ADAPTERS]
    return {module.ADAPTER.name: module.ADAPTER for module in modules}


CHANNELS = _load()
ALIASES = {alias: adapter.name for adapter in CHANNELS.values() for alias in adapter.aliases}
NAMES = sorted(CHANNELS.keys() | ALIASES.keys())


def get_adapter(channel: str) -> ChannelAdapter:
    """The adapter for `channel` (“shopify”), by its name or an alias. Raises UnknownChannel."""
    try:
        return CHANNELS[ALIASES.get(channel, channel)]
    except KeyError:
        known = ", ".join(sorted(CHANNELS))
        raise UnknownChannel(f"“{channel}” is not one of {known}.", field="channel") from None


def read_document(
    channel: str,
    document: Any,
    *,
    topic: str = "",
    rules: Rules = (),
    mapping: MappingPlan | None = None,
) -> list[Reading] | NotAnOrder:
    """What `document` tells, each with everything found wrong, or why there is nothing."""
    adapter = get_adapter(channel)
    more = {"mapping": mapping} if adapter.wants_mapping else {}
    found = adapter.read(document, topic=topic, **more)
    if isinstance(found, NotAnOrder):
        return found
    return [judge(one, rules) if isinstance(one, ReadOrder) else one for one in found]
