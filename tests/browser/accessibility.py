"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def barriers(page: Page) -> list[str]:
    """One line for each element at fault: the rule, what it asks for, where."""
    # Without fetching style sheets anew: it would look for what they import beside the page.
    wanted = {"runOnly": {"type": "tag", "values": RULES}, "preload": False}
    results = Axe().run(page, options=wanted)
    return [
        f"{violation['id']}: {violation['help']} at {node['target'][0]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
