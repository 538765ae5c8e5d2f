"""The cards it knows, by their numbers and as tokens of cards on file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    label: str
    declines: str = ""  # the code
    asks: bool = False  # a 3-D Secure step


CARDS = {
    "4242424242424242": Card("Visa ·· 4242"),
    "5555555555554444": Card("Mastercard ·· 4444"),
    "4000000000000002": Card("Visa ·· 0002", declines="card_declined"),
    "4000000000009995": Card("Visa ·· 9995", declines="insufficient_funds"),
    "4000000000000069": Card("Visa ·· 0069", declines="expired_card"),
    "4000000000003220": Card("Visa ·· 3220", asks=True),
}
# What a shop keeps instead of a number. A card that asks cannot be charged without its owner.
TOKENS = {f"card_{number[-4:]}": card for number, card in CARDS.items()}


def token_of(card: Card | None) -> str | None:
    return next((token for token, known in TOKENS.items() if known == card), None)


def find_card(number: str) -> Card | None:
    return CARDS.get("".join(number.split()).replace("-", ""))


def judge(card: Card | None, *, is_owner_there: bool) -> str:
    """Why it is declined, or nothing."""
    if card is None:
        return "unknown_card"
    if card.declines:
        return card.declines
    if card.asks and not is_owner_there:
        return "authentication_required"
    return ""
