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
LAYERED = """
<!doctype html><html lang="en"><title>Layered</title>
<style>
  body, p { color: #333; background: #fff }
  .dark { background: #222; position: relative; height: 3rem }
  #over { position: absolute; top: 0; left: 0; margin: 0 }
</style>
<main><h1>Layered</h1><p>Right</p></main>
"""
ON_ANOTHER_GROUND = """
<div class="dark"><span id="inside">Wrong</span></div>
<section style="position: relative"><div class="dark"></div><span id="over">Wrong</span></section>
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

    def test_are_found_where_known_colours_stand_on_another_ground(self, page: Page) -> None:
        page.set_content(LAYERED)
        assert barriers(page) == []
        page.set_content(LAYERED.replace("</main>", f"{ON_ANOTHER_GROUND}</main>"))
        assert [one.rpartition(" at ")[2] for one in barriers(page)] == ["#inside", "#over"]

    def test_are_found_where_a_text_of_known_colours_becomes_faint(self, page: Page) -> None:
        page.set_content(LAYERED)
        assert barriers(page) == []
        page.set_content(LAYERED.replace("<p>", "<p style='opacity: .3' id='pale'>"))
        assert [one.rpartition(" at ")[2] for one in barriers(page)] == ["#pale"]
