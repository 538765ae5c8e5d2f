"""The content policy allows no inline script or style, so none may be written."""

import re

import pytest

from tests.architecture.tree import at, templates

FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*="),
    "an inline handler": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*="),
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a javascript address": re.compile(r"(href|action|src)\s*=\s*[\"']\s*javascript:", re.I),
    "something from elsewhere": re.compile(r"<(script|link|img)[^>]*(src|href)=[\"'](https?:)?//"),
}
# E-mail programs read no style sheets.
MAY_STYLE_INLINE = "templates/emails/"


class TestTemplates:
    @pytest.mark.parametrize("offence", FORBIDDEN)
    def test_hold_nothing_the_content_policy_refuses(self, offence: str) -> None:
        offenders = [
            at(path)
            for path in templates()
            if not at(path).startswith(MAY_STYLE_INLINE)
            and FORBIDDEN[offence].search(path.read_text())
        ]
        assert offenders == []
