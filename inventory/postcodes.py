"""Reading lists of postcodes and where they lie.

``inventory/data/postcodes.csv`` is our own, made by hand: the middle of where people live in
some 65 countries, and of postal areas where we ship most. To a parcel's cost it is near enough.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inventory.rules import list_prefixes

STARTER = Path(__file__).parent / "data" / "postcodes.csv"
COLUMNS = ("country", "prefix", "latitude", "longitude")


class BadPostcodeFile(ValueError):
    """A line that cannot be read, with its number."""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees. A blank prefix stands for the whole country."""

    country: str
    prefix: str
    latitude: float
    longitude: float


def read_positions(lines: Iterable[str]) -> Iterator[Position]:
    """Positions from CSV text with the columns country, prefix, latitude, longitude."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadPostcodeFile(f"line 1: the columns must be {', '.join(COLUMNS)}")
    for row in rows:
        try:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
        except (TypeError, ValueError):
            raise BadPostcodeFile(f"line {rows.line_num}: no position") from None
        if len(row["country"]) != 2 or abs(latitude) > 90 or abs(longitude) > 180:
            raise BadPostcodeFile(f"line {rows.line_num}: no such place")
        prefix = list_prefixes(row["prefix"])[0]
        yield Position(row["country"].upper(), prefix, latitude, longitude)
