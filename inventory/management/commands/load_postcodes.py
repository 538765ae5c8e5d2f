from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.models import PostalCentroid
from inventory.postcodes import STARTER, BadPostcodeFile, read_positions

BATCH = 5_000


class Command(BaseCommand):
    help = (
        "Load where postcodes lie, from CSV (country,prefix,latitude,longitude) or a postal file"
        " of GeoNames. What is known is replaced."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=STARTER)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8", newline="") as lines:
                rows = [
                    PostalCentroid(
                        country=position.country,
                        prefix=position.prefix,
                        latitude=position.latitude,
                        longitude=position.longitude,
                    )
                    for position in read_positions(lines)
                ]
        except (OSError, BadPostcodeFile) as error:
            raise CommandError(f"{file}: {error}") from error
        for start in range(0, len(rows), BATCH):
            PostalCentroid.objects.bulk_create(
                rows[start : start + BATCH],
                update_conflicts=True,
                unique_fields=["country", "prefix"],
                update_fields=["latitude", "longitude"],
            )
            self.stdout.write(f"{min(start + BATCH, len(rows))} of {len(rows)} positions")
