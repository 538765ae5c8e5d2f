"""What the demo shop sells: 64 products of everyday kinds, with their variants and prices.

Each row is (code, title, category, EUR list price with tax, grams, variants). Prices elsewhere
follow from the EUR price by a fixed factor and the endings people know from shop windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SIZES = ("XS", "S", "M", "L", "XL")
SHOES = ("39", "40", "41", "42", "43", "44", "45")


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as the demo describes it. `variants` are (SKU suffix, title) pairs."""

    code: str
    title: str
    category: str
    price: Decimal
    weight_grams: int
    variants: tuple[tuple[str, str], ...]
    is_returnable: bool = True
    is_serialised: bool = False
    warranty_months: int = 24

    def sku(self, suffix: str) -> str:
        return f"{self.code}-{suffix}" if suffix else self.code


def _colours(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name.upper()[:3], name) for name in names)


def _sizes(colour: str, sizes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    letter = colour.upper()[0]
    return tuple((f"{letter}{size}", f"{colour} {size}") for size in sizes)


_ONE = (("", ""),)

_ROWS: tuple[tuple[str, str, str, str, int, tuple[tuple[str, str], ...]], ...] = (
    # Shoes
    ("TRL-2", "Trail 2 running shoe", "shoes", "149.90", 820, _sizes("blue", SHOES)),
    ("TRL-3", "Trail 3 running shoe", "shoes", "169.90", 790, _sizes("black", SHOES)),
    ("CTY-1", "City sneaker", "shoes", "99.90", 700, _sizes("white", SHOES)),
    ("HKE-4", "Hike 4 boot", "shoes", "219.00", 1350, _sizes("olive", SHOES)),
    ("SLP-1", "House slipper", "shoes", "39.90", 400, _sizes("grey", SHOES[::2])),
    ("SND-2", "Strap sandal", "shoes", "59.90", 450, _sizes("tan", SHOES[::2])),
    # Jackets and tops
    ("RAIN-1", "Harbour rain jacket", "jackets", "179.00", 640, _sizes("yellow", SIZES)),
    ("RAIN-2", "Harbour rain jacket, long", "jackets", "199.00", 760, _sizes("navy", SIZES)),
    ("DWN-5", "Fjell down jacket", "jackets", "289.00", 520, _sizes("red", SIZES)),
    ("FLC-3", "Brushed fleece", "jackets", "89.00", 410, _sizes("green", SIZES)),
    ("VST-1", "Quilted vest", "jackets", "119.00", 350, _sizes("black", SIZES)),
    ("TEE-1", "Heavy T-shirt", "shirts", "29.90", 220, _sizes("white", SIZES)),
    ("TEE-2", "Striped T-shirt", "shirts", "34.90", 210, _sizes("blue", SIZES)),
    ("OXF-1", "Oxford shirt", "shirts", "69.90", 260, _sizes("blue", SIZES)),
    ("LIN-1", "Linen shirt", "shirts", "79.90", 230, _sizes("sand", SIZES)),
    ("KNT-2", "Merino jumper", "knitwear", "119.90", 330, _sizes("grey", SIZES)),
    ("KNT-4", "Cable jumper", "knitwear", "139.90", 560, _sizes("cream", SIZES)),
    # Trousers
    ("CHN-1", "Slim chinos", "trousers", "79.90", 480, _sizes("khaki", SIZES)),
    ("JNS-1", "Straight jeans", "trousers", "99.90", 690, _sizes("indigo", SIZES)),
    ("SHR-2", "Trail shorts", "trousers", "49.90", 190, _sizes("black", SIZES)),
    ("LEG-1", "Running tights", "trousers", "59.90", 240, _sizes("black", SIZES)),
    # Bags
    ("BKP-20", "Commuter backpack 20 l", "backpacks", "129.00", 980, _colours("black", "moss")),
    ("BKP-35", "Tour backpack 35 l", "backpacks", "179.00", 1450, _colours("rust", "slate")),
    ("TOT-1", "Canvas tote", "bags", "39.00", 320, _colours("natural", "black")),
    ("WKD-1", "Weekend bag", "bags", "149.00", 1250, _colours("brown", "navy")),
    ("SLG-1", "Sling bag", "bags", "54.00", 280, _colours("black", "olive")),
    # Coffee and kitchen
    (
        "BRW-400",
        "Brew 400 coffee machine",
        "coffee machines",
        "175.00",
        3900,
        _colours("black", "white"),
    ),
    (
        "BRW-600",
        "Brew 600 coffee machine",
        "coffee machines",
        "199.00",
        4600,
        _colours("steel", "black"),
    ),
    (
        "BRW-800",
        "Brew 800 coffee machine",
        "coffee machines",
        "249.00",
        5200,
        _colours("steel", "black"),
    ),
    ("GRD-1", "Burr grinder", "coffee grinders", "119.00", 2100, _colours("black", "silver")),
    ("KTL-1", "Gooseneck kettle", "kettles", "89.00", 1200, _colours("black", "white")),
    ("KTL-2", "Whistling kettle", "kettles", "49.00", 1100, _colours("red", "steel")),
    ("PAN-24", "Carbon steel pan 24 cm", "pans", "59.00", 1500, _ONE),
    ("PAN-28", "Carbon steel pan 28 cm", "pans", "69.00", 1900, _ONE),
    ("PAN-32", "Cast-iron pan 32 cm", "pans", "84.00", 3600, _ONE),
    ("POT-5", "Enamel pot 5 l", "pans", "94.00", 3100, _colours("cream", "blue")),
    ("KNF-20", "Chef's knife 20 cm", "knives", "119.00", 310, _ONE),
    ("KNF-9", "Paring knife 9 cm", "knives", "39.00", 110, _ONE),
    ("MUG-1", "Stoneware mug", "mugs", "18.00", 380, _colours("sand", "blue", "green")),
    ("MUG-2", "Travel mug", "mugs", "32.00", 290, _colours("black", "cream")),
    ("BTL-7", "Steel bottle 0.7 l", "bottles", "29.00", 340, _colours("steel", "green", "navy")),
    ("DSC-6", "Descaler, 6 pack", "consumables", "12.00", 600, _ONE),
    ("FLT-100", "Coffee filters, 100 pack", "consumables", "6.50", 200, _ONE),
    # Home
    ("LMP-S", "Paper lamp S", "lamps", "49.00", 700, _ONE),
    ("LMP-M", "Paper lamp M", "lamps", "69.00", 950, _ONE),
    ("LMP-D", "Desk lamp", "lamps", "99.00", 1600, _colours("black", "brass")),
    ("CHR-1", "Oak stool", "chairs", "129.00", 4200, _colours("oak", "black")),
    ("CHR-2", "Work chair", "chairs", "349.00", 14500, _colours("grey", "black")),
    (
        "LIN-D",
        "Linen duvet cover",
        "bedding textiles",
        "139.00",
        1500,
        _colours("white", "sage", "clay"),
    ),
    ("TWL-2", "Waffle towel, pair", "textiles", "44.00", 700, _colours("white", "ochre")),
    ("BLK-1", "Wool blanket", "textiles", "119.00", 1300, _colours("grey", "rust")),
    # Electronics
    ("PHN-12", "Phone 12", "phones", "649.00", 190, _colours("black", "blue")),
    ("PHN-12P", "Phone 12 Pro", "phones", "849.00", 210, _colours("graphite", "silver")),
    ("TAB-10", "Tablet 10", "tablets", "429.00", 480, _colours("grey", "silver")),
    ("HPH-2", "Studio headphones", "headphones", "199.00", 290, _colours("black", "sand")),
    ("EAR-1", "Sleep earbuds", "headphones", "129.00", 60, _colours("white", "black")),
    ("SPK-1", "Shelf speaker", "speakers", "159.00", 2600, _colours("walnut", "black")),
    ("KEY-75", "Mechanical keyboard 75 %", "keyboards", "139.00", 950, _colours("grey", "white")),
    ("WTC-3", "Field watch", "watches", "189.00", 90, _colours("steel", "black")),
    # The rest
    ("NTB-A5", "Dotted notebook A5", "books", "16.00", 310, _colours("black", "red", "blue")),
    ("BK-EXC", "The Exchange, a novel", "books", "22.00", 420, _ONE),
    ("DRL-12", "Cordless drill 12 V", "tools", "119.00", 1700, _ONE),
    ("TOY-B", "Wooden blocks, 48", "toys", "45.00", 2300, _ONE),
    ("GIFT-50", "Gift card 50", "gift cards", "50.00", 5, _ONE),
)

_SERIALISED = frozenset({"phones", "tablets", "coffee machines", "watches"})
_FINAL_SALE = frozenset({"consumables", "gift cards"})


def _goods() -> tuple[Goods, ...]:
    return tuple(
        Goods(
            code=code,
            title=title,
            category=category,
            price=Decimal(price),
            weight_grams=weight,
            variants=variants,
            is_returnable=category not in _FINAL_SALE,
            is_serialised=category in _SERIALISED,
            warranty_months=0 if category in _FINAL_SALE else 24,
        )
        for code, title, category, price, weight, variants in _ROWS
    )


GOODS = _goods()


def price_in(currency: str, eur: Decimal) -> Decimal:
    """The shop-window price for an EUR price: tax included but in the US, where it comes on top."""
    match currency:
        case "EUR":
            return eur
        case "GBP":
            return (eur * Decimal("0.86")).quantize(Decimal(1)) - Decimal("0.01")
        case "USD":
            return (eur * Decimal("0.92")).quantize(Decimal(1)) - Decimal("0.05")
        case "JPY":
            return (eur * Decimal("160")).quantize(Decimal("1E2")).quantize(Decimal(1))
    raise ValueError(f"the demo has no prices in {currency}")
