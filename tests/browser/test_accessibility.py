"""What the screens are judged by finds what is wrong, in each look anew."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.accessibility import barriers

PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
FAULTY = f"""
<!doctype html><html lang="en"><title>Faulty</title>
<style>
  p {{ color: #111; background: #fff }}
  @media (prefers-color-scheme: dark) {{ p {{ background: #222 }} }}
</style>
<main><h1>Faulty</h1><img id="mute" src="{PICTURE}"><p id="faint">Faint in the dark</p></main>
"""


class TestBarriers:
    def test_are_named_with_the_element_at_fault(self, page: Page) -> None:
        page.set_content(FAULTY)
        (mute,) = barriers(page)
        assert mute.startswith("image-alt: ")
        assert mute.endswith(" at #mute")
        page.emulate_media(color_scheme="dark")
        faint, _ = barriers(page)
        assert faint.startswith("color-contrast: ")
        assert faint.endswith(" at #faint")
