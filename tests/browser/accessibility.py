"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA.

Two thirds of its time go into the contrast of each text, and a desk says most of its texts in
the same few colours. So a text is not weighed again where one was found to be right that had the
same colours, size and weight on the same ground.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# No style sheet is fetched anew: axe would look for what they import beside the page.
NAMED = {
    "runOnly": {"type": "tag", "values": RULES},
    "resultTypes": ["violations"],
    "preload": False,
}
# Naming each element that is right would take three times as long.
POINTED_AT = NAMED | {
    "resultTypes": ["violations", "passes"],
    "elementRef": True,
    "selectors": False,
}
# No element is written out in HTML either: what is wrong is named by where it is.
# What lies over something else by its position is not told by its ancestors: it has no look.
SCRIPT = """
window.looks = () => {
    const grounds = new Map([[null, '']]);
    const groundOf = element => {
        if (!grounds.has(element)) {
            const below = groundOf(element.parentElement);
            const style = getComputedStyle(element);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity,
                style.filter, style.mixBlendMode].join(' ');
            const moved = ['absolute', 'fixed'].includes(style.position) ||
                style.transform !== 'none' || style.translate !== 'none';
            const same = own === 'rgba(0, 0, 0, 0) none 1 none normal';
            grounds.set(element, moved || below === null ? null : same ? below : below + '|' + own);
        }
        return grounds.get(element);
    };
    const lookOf = element => {
        const ground = groundOf(element);
        const style = getComputedStyle(element);
        return ground === null ? null : [style.color, style.fontSize, style.fontWeight,
            style.textShadow, style.webkitTextStroke, ground].join(' ');
    };
    return new Map([...document.body.querySelectorAll('*')].map(one => [one, lookOf(one)]));
};
axe.configure({noHtml: true, rules: [{id: 'color-contrast', selector: '[data-unweighed]'}]});
"""
ASK = """
async ([pointedAt, named, right]) => {
    const known = new Set(right);
    const looks = window.looks();
    looks.forEach((look, one) => one.toggleAttribute('data-unweighed', !known.has(look)));
    const found = await axe.run(pointedAt);
    const wrong = found.violations.length ? (await axe.run(named)).violations : [];
    looks.forEach((look, one) => one.removeAttribute('data-unweighed'));
    const weighed = found.passes.filter(rule => rule.id === 'color-contrast');
    return [
        wrong.flatMap(({id, help, nodes}) => nodes.map(
            ({target}) => `${id}: ${help} at ${target[0]}`
        )),
        weighed.flatMap(({nodes}) => nodes.map(({element}) => looks.get(element))),
    ];
}
"""
_right: set[str] = set()  # looks of texts, in any page of this process


def barriers(page: Page) -> list[str]:
    """One line for each element at fault: the rule, what it asks for, where."""
    if not page.evaluate("'axe' in window"):  # once for a page, not for each of its looks
        page.evaluate(AXE_SCRIPT)
        page.evaluate(SCRIPT)
    found: list[str]
    found, right = page.evaluate(ASK, [POINTED_AT, NAMED, list(_right)])
    _right.update(look for look in right if look)
    return found
