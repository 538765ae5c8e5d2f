"""Signs, pictures and keys for the desk's templates."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from console.components import Banner, Tone
from console.glyphs import glyph_of

register = template.Library()

MOST_KEPT = 1000  # of each sort: a page draws the same hundred again and again

TONE_OF_LEVEL: dict[int, Tone] = {
    constants.SUCCESS: "good",
    constants.WARNING: "warn",
    constants.ERROR: "bad",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign from the sprite, hidden from screen readers: words stand beside it."""
    return _symbol("icon", static("img/icons.svg"), name)


@register.simple_tag
def glyph(category: str) -> SafeString:
    """The picture of a category of goods."""
    return _symbol("glyph", static("img/goods.svg"), glyph_of(category))


@register.simple_tag
@lru_cache(maxsize=MOST_KEPT)
def keys(sequence: str) -> SafeString:
    """The keys to press, one <kbd> each: "g q" becomes two."""
    caps = format_html_join("", "<kbd>{}</kbd>", ((_cap(key),) for key in sequence.split()))
    return format_html('<span class="keys" aria-hidden="true">{}</span>', caps)


@register.filter
def as_banner(message: Message) -> Banner:
    """A message of django.contrib.messages as a banner of its tone."""
    return Banner(words=str(message), tone=TONE_OF_LEVEL.get(message.level or 0, "info"))


def _cap(key: str) -> str:
    return key.upper() if len(key) == 1 else key


@lru_cache(maxsize=MOST_KEPT)
def _symbol(css_class: str, sprite: str, name: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css_class, sprite, name
    )
