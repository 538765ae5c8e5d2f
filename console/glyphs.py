"""Which picture stands for which category of goods: always the same one, drawn in one line.

The symbols are those of static/img/goods.svg. A category nobody drew is a box.
"""

from __future__ import annotations

# Words a category code may contain, most telling first.
_GLYPH_OF_WORD = {
    "coffee": "coffee",
    "espresso": "coffee",
    "grinder": "coffee",
    "kettle": "kettle",
    "backpack": "backpack",
    "shoe": "shoe",
    "boot": "shoe",
    "footwear": "shoe",
    "jacket": "jacket",
    "outerwear": "jacket",
    "coat": "jacket",
    "trouser": "trousers",
    "jeans": "trousers",
    "shirt": "shirt",
    "knit": "shirt",
    "apparel": "shirt",
    "clothing": "shirt",
    "bag": "bag",
    "luggage": "bag",
    "lamp": "lamp",
    "light": "lamp",
    "chair": "chair",
    "furniture": "chair",
    "pan": "pan",
    "cookware": "pan",
    "knife": "knife",
    "knives": "knife",
    "mug": "mug",
    "tableware": "mug",
    "bottle": "bottle",
    "care": "bottle",
    "headphone": "headphones",
    "phone": "phone",
    "tablet": "tablet",
    "speaker": "speaker",
    "audio": "headphones",
    "keyboard": "keyboard",
    "computer": "keyboard",
    "watch": "watch",
    "book": "book",
    "stationery": "book",
    "textile": "textile",
    "bedding": "textile",
    "tool": "tool",
    "toy": "toy",
    "consumable": "pack",
    "refill": "pack",
}
GLYPHS = frozenset(_GLYPH_OF_WORD.values()) | {"box"}


def glyph_of(category: str) -> str:
    """The symbol for a category code or name; `box` where none is drawn."""
    name = category.casefold()
    return next((glyph for word, glyph in _GLYPH_OF_WORD.items() if word in name), "box")
