"""Difference hashes: 64 bits that stay nearly alike when a photo is resized or encoded again.

Method: D. Looks' dHash; each bit says whether a pixel of a 9 × 8 grey miniature is brighter than
its right neighbour.
"""

from __future__ import annotations

from typing import Any

COLUMNS, ROWS = 9, 8
# Re-encoding and resizing move a few bits; other photos of like goods differ by twenty and more.
SAME_WITHIN = 6


def fingerprint(picture: Any) -> int:
    """The hash of a Pillow image."""
    grey = picture.convert("L").resize((COLUMNS, ROWS))
    pixels = grey.tobytes()
    bits = 0
    for row in range(ROWS):
        for column in range(COLUMNS - 1):
            at = row * COLUMNS + column
            bits = bits << 1 | (pixels[at] > pixels[at + 1])
    return bits


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ."""
    return (one ^ other).bit_count()


def is_same_scene(one: int, other: int) -> bool:
    return distance(one, other) <= SAME_WITHIN
