"""What eBay is asked for: orders that changed. Its notifications tell of new ones only."""

from __future__ import annotations

from urllib.parse import quote

from intake.adapters.asking import Asked, Page, Poll, stamp
from intake.adapters.looks import list_in, parse_answer, span_of, turn

ORDERS = "https://api.ebay.com/sell/fulfillment/v1/order"


def _address(asked: Asked) -> str:
    span = span_of(asked)
    if span.onward:
        return span.onward
    between = quote(f"lastmodifieddate:[{stamp(span.since)}..{stamp(span.until)}]")
    return f"{ORDERS}?filter={between}&limit=50"


def _read(answer: bytes, asked: Asked) -> Page:
    """A page is kept as it came: one document with a row for each order."""
    found = parse_answer(answer)
    documents = (answer,) if list_in(found, "orders") else ()
    onward = found.get("next")
    return turn(asked, Page(documents=documents), onward if isinstance(onward, str) else "")


POLLS = (Poll(what="orders", address=_address, read=_read),)
