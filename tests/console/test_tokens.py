"""Every pair of colours that carries words keeps the contrast the design asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"

# text, ground, least ratio in light, least ratio in dark
PAIRS = [
    ("ink", "surface", 17.21, 13.99),
    ("ink", "page", 16.04, 15.34),
    ("muted", "surface", 6.99, 7.13),
    ("muted", "page", 4.5, 4.5),
    ("muted", "sunken", 4.5, 4.5),
    ("muted", "info-soft", 4.5, 4.5),
    ("accent", "surface", 6.09, 7.91),
    ("on-accent", "accent", 6.09, 8.23),
    ("on-accent", "accent-hover", 6.09, 8.23),
    ("control", "surface", 3.84, 3.96),
    ("control", "page", 3.0, 3.0),
    ("good", "good-soft", 5.68, 8.15),
    ("warn", "warn-soft", 6.43, 8.73),
    ("bad", "bad-soft", 6.38, 7.91),
    ("info", "info-soft", 6.82, 8.11),
    ("hold", "hold-soft", 6.43, 8.02),
    ("bad", "surface", 4.5, 4.5),
    ("warn", "surface", 4.5, 4.5),
    ("good", "surface", 4.5, 4.5),
    ("hold", "surface", 4.5, 4.5),
]


def colours() -> dict[str, tuple[str, str]]:
    text = (CSS / "tokens.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3: from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class TestColours:
    @pytest.mark.parametrize(("text", "ground", "light", "dark"), PAIRS)
    def test_keep_their_contrast_in_light_and_dark(
        self, text: str, ground: str, light: float, dark: float
    ) -> None:
        known = colours()

        assert contrast(known[text][0], known[ground][0]) >= light
        assert contrast(known[text][1], known[ground][1]) >= dark

    def test_are_named_in_one_file_only(self) -> None:
        elsewhere = [path for path in CSS.rglob("*.css") if path.name != "tokens.css"]

        assert [p.name for p in elsewhere if re.search(r"#[0-9a-f]{3,8}\b", p.read_text())] == []

    def test_that_are_used_are_defined(self) -> None:
        # Sheets of the admin build on the admin's own colours.
        sheets = [path.read_text() for path in CSS.rglob("*.css") if "-admin" not in path.name]
        used = {name for sheet in sheets for name in re.findall(r"var\(--([\w-]+)", sheet)}
        defined = {name for sheet in sheets for name in re.findall(r"--([\w-]+):", sheet)}

        assert used - defined == set()
