"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong is told: naming each element that is right takes three times as long.
# No style sheet is fetched anew: axe would look for what they import beside the page.
WANTED = {
    "runOnly": {"type": "tag", "values": RULES},
    "resultTypes": ["violations"],
    "preload": False,
}
ASK = """
wanted => axe.run(wanted).then(found => found.violations.flatMap(
    violation => violation.nodes.map(
        node => `${violation.id}: ${violation.help} at ${node.target[0]}`
    )
))
"""


def barriers(page: Page) -> list[str]:
    """One line for each element at fault: the rule, what it asks for, where."""
    if not page.evaluate("'axe' in window"):  # once for a page, not for each of its looks
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(ASK, WANTED)
    return found
