"""Names for records: numbers people read aloud, and ids programs exchange.

Both are random, so that knowing one never helps to guess another (about 50 and 130 bits).
Numbers use Crockford's base 32, which has no I, L, O or U to misread.
"""

from __future__ import annotations

import secrets

from core.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_CHARACTERS = ALPHABET.encode() * 8  # of each byte: 256 is a whole number of alphabets
_DIGITS = 10


class MistypedNumber(BadInput):
    """The check character does not fit: a letter was mistyped or two were swapped."""

    code = "mistyped_number"


def new_number(prefix: str) -> str:
    """A fresh number such as ``RMA-7K2MH-0419K-5``."""
    body = _draw(_DIGITS)
    return f"{prefix}-{body[:5]}-{body[5:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """The check character of ten base-32 characters.

    A weighted sum in GF(32) with a different power of its generator at each place: every
    single wrong character and every swap of two characters changes it.
    """
    total = 0
    for products, character in zip(_PRODUCTS, body, strict=True):
        total ^= products[character]
    return ALPHABET[total]


def _draw(characters: int) -> str:
    """Random characters, each from five bits of a byte: orders come by the thousand."""
    return secrets.token_bytes(characters).translate(_CHARACTERS).decode()


def _times(left: int, right: int) -> int:
    """Multiplication in GF(2^5), reduced by x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= 0b100101
        right >>= 1
    return product


def _list_products() -> list[dict[str, int]]:
    """For each place, every character times the power of the generator that stands there."""
    products, weight = [], 1
    for _ in range(_DIGITS):
        weight = _times(weight, 2)
        products.append({each: _times(weight, digit) for digit, each in enumerate(ALPHABET)})
    return products


_PRODUCTS = _list_products()


def read_number(text: str) -> str:
    """The canonical form of a number as a person typed it.

    Case, spaces and the classic misreadings (O for 0, I or L for 1) are forgiven.
    Raises `MistypedNumber` when the check character does not fit.
    """
    prefix, _, rest = text.strip().upper().partition("-")
    body = rest.replace("-", "").replace(" ", "").translate(_MISREAD)
    if len(body) != _DIGITS + 1 or any(character not in ALPHABET for character in body):
        raise MistypedNumber(f"“{text}” is not a number of the desk.", field="number")
    if check_character(body[:_DIGITS]) != body[_DIGITS]:
        raise MistypedNumber(f"“{text}” has a typing error.", field="number")
    return f"{prefix}-{body[:5]}-{body[5:10]}-{body[10]}"


def new_public_id(prefix: str) -> str:
    """A fresh id for addresses and the API, such as ``ord_3f9…`` (26 random characters)."""
    return f"{prefix}_{_draw(26).lower()}"
