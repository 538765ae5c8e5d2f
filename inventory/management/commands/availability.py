from __future__ import annotations

import dataclasses
import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import Partner
from inventory.models import Variant
from inventory.queries import PlacePicture, SkuPicture, get_sku_picture

BUCKETS = ("available", "held", "allocated", "quarantine")


class Command(BaseCommand):
    help = "Say what lies where of SKUs, what may be promised of it, and what keeps the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sku", nargs="+")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="One JSON object per line."
        )
        parser.add_argument("--partner", help="Its code; every partner's when left out.")

    def handle(self, *, sku: list[str], as_json: bool, partner: str | None, **options: Any) -> None:
        for variant in _find(sku, partner):
            picture = get_sku_picture(partner_id=variant.partner_id, variant_id=variant.pk)
            self.stdout.write(_as_json(picture) if as_json else _as_text(picture))


def _find(skus: list[str], partner: str | None) -> list[Variant]:
    """In the order asked for. Raises CommandError for a SKU that nobody has."""
    owners = Partner.objects.filter(code=partner) if partner else Partner.objects.all()
    if partner and not owners.exists():
        raise CommandError(f"There is no partner “{partner}”.")
    found = list(Variant.objects.filter(sku__in=skus, partner__in=owners).order_by("pk"))
    unknown = sorted(set(skus) - {variant.sku for variant in found})
    if unknown:
        raise CommandError(f"Nobody has the SKU {', '.join(unknown)}.")
    return sorted(found, key=lambda variant: skus.index(variant.sku))


def _as_text(picture: SkuPicture) -> str:
    head = f"{picture.variant.sku}  {picture.variant.full_title}"
    as_of = f"as of {picture.as_of:%Y-%m-%d %H:%M:%S %Z}, {picture.promisable} promisable"
    lines = [head, as_of]
    for place in picture.places:
        lines.append(_describe(place))
        lines += [
            f"    lot {level.lot or '-'}  bin {level.bin or '-'}"
            + "".join(f"  {bucket} {getattr(level, bucket)}" for bucket in BUCKETS)
            + ("  blocked" if level.is_blocked else "")
            for level in place.levels
            if len(place.levels) > 1 or level.lot
        ]
    if not picture.places:
        lines.append("  nowhere")
    return "\n".join([*lines, *(f"  {keeper}" for keeper in _list_keepers(picture)), ""])


def _describe(place: PlacePicture) -> str:
    buckets = "".join(f"  {bucket} {getattr(place, bucket)}" for bucket in BUCKETS)
    floor = f"  floor {place.floor} (safety {place.safety}, missing {place.missing})"
    closed = "" if place.is_open else "  closed"
    promisable = f"  promisable {place.promisable}  sequence {place.sequence}"
    return f"  {place.code}{buckets}{floor}{promisable}{closed}"


def _list_keepers(picture: SkuPicture) -> list[str]:
    return [
        *(
            f"hold {hold.number} keeps {hold.quantity} at {hold.location.code} for"
            f" {hold.reference}, "
            + (f"until {hold.expires_at:%Y-%m-%d %H:%M %Z}" if hold.expires_at else "committed")
            for hold in picture.holds
        ),
        *(
            f"sale {one.reference} keeps {one.quantity} at {one.location.code}"
            for one in picture.allocations
        ),
        *(
            f"difference {one.number} at {one.location.code}: {one.expected} in the ledger,"
            f" {one.counted} counted"
            for one in picture.discrepancies
        ),
        *(f"waiting: {one.reference} for {one.quantity}" for one in picture.waiting),
    ]


def _as_json(picture: SkuPicture) -> str:
    return json.dumps(
        {
            "sku": picture.variant.sku,
            "partner": picture.variant.partner.code,
            "as_of": picture.as_of,
            "promisable": picture.promisable,
            "sellable": picture.sellable,
            "on_hand": picture.on_hand,
            "places": [_as_facts(place) for place in picture.places],
            "kept_by": _list_keepers(picture),
        },
        default=_plain,
    )


def _as_facts(place: PlacePicture) -> dict[str, Any]:
    return {
        "location": place.code,
        "is_open": place.is_open,
        **{bucket: getattr(place, bucket) for bucket in BUCKETS},
        "safety": place.safety,
        "missing": place.missing,
        "sellable": place.sellable,
        "promisable": place.promisable,
        "sequence": place.sequence,
        "lots": [dataclasses.asdict(level) for level in place.levels],
    }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
