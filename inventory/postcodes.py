"""Reading lists of postcodes and where they lie.

``inventory/data/postcodes.csv`` is our own, made by hand: the middle of where people live in
some 65 countries, and of postal areas where we ship most. To a parcel's cost it is near enough.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean

from inventory.rules import list_prefixes

STARTER = Path(__file__).parent / "data" / "postcodes.csv"
COLUMNS = ("country", "prefix", "latitude", "longitude")
GEONAMES_COLUMNS = 12


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
    """Positions from CSV with the columns country, prefix, latitude, longitude, or from GeoNames.

    A postal file of GeoNames has tabs and no heading, and a line for every town that shares a
    postcode: theirs come once, in the middle of them. Raises `BadPostcodeFile`.
    """
    lines = iter(lines)
    first = next(lines, "")
    read = _read_geonames if "\t" in first else _read_csv
    yield from read(chain([first], lines))


def _read_csv(lines: Iterable[str]) -> Iterator[Position]:
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadPostcodeFile(f"line 1: the columns must be {', '.join(COLUMNS)}")
    for row in rows:
        yield _position(
            row["country"], row["prefix"], row["latitude"], row["longitude"], line=rows.line_num
        )


def _read_geonames(lines: Iterable[str]) -> Iterator[Position]:
    """Country, postcode, place, three pairs of region and code, latitude, longitude, accuracy."""
    towns: dict[tuple[str, str], list[Position]] = defaultdict(list)
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != GEONAMES_COLUMNS:
            raise BadPostcodeFile(
                f"line {number}: {len(cells)} columns where GeoNames has {GEONAMES_COLUMNS}"
            )
        town = _position(cells[0], cells[1], cells[9], cells[10], line=number)
        towns[town.country, town.prefix].append(town)
    for (country, prefix), sharing in towns.items():
        yield Position(
            country,
            prefix,
            fmean(town.latitude for town in sharing),
            fmean(town.longitude for town in sharing),
        )


def _position(country: str, postcode: str, latitude: str, longitude: str, *, line: int) -> Position:
    try:
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError):
        raise BadPostcodeFile(f"line {line}: no position") from None
    if len(country) != 2 or not (abs(degrees[0]) <= 90 and abs(degrees[1]) <= 180):
        raise BadPostcodeFile(f"line {line}: no such place")
    return Position(country.upper(), list_prefixes(postcode)[0], *degrees)
