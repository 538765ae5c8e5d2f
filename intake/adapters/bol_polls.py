"""What bol is asked for: orders that changed, one by one since its lists hold no prices, and
returns. An interval reaches back an hour; further back it lists by day.
"""

from __future__ import annotations

import datetime as dt
import re

from intake.adapters.asking import Asked, Follow, Page, Poll
from intake.adapters.looks import Span, list_in, parse_answer, span_of, turn

API = "https://api.bol.com/retailer"
INTERVAL = dt.timedelta(minutes=55)
ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
FULL_PAGE = 50


def _orders(asked: Asked) -> str:
    span = span_of(asked)
    when = "change-interval-minute=60"
    if span.until - span.since > INTERVAL:
        when = f"latest-change-date={span.since.date().isoformat()}"
    return f"{API}/orders?fulfilment-method=ALL&status=ALL&{when}&page={_number(span)}"


def _read_orders(answer: bytes, asked: Asked) -> Page:
    span = span_of(asked)
    listed = [str(one.get("orderId", "")) for one in list_in(parse_answer(answer), "orders")]
    page = Page(
        follow=tuple(Follow(f"{API}/orders/{one}") for one in listed if ORDER_ID.fullmatch(one))
    )
    if len(listed) >= FULL_PAGE:
        return turn(asked, page, str(_number(span) + 1))
    if span.until - span.since > INTERVAL and span.since.date() < span.until.date():
        return Page(follow=page.follow, cursor=_next_day(span), has_more=True)
    return turn(asked, page, "")


def _next_day(span: Span) -> str:
    """The day that was listed is done; the one after it is asked for next, from its first page."""
    day = span.since.date() + dt.timedelta(days=1)
    begins = dt.datetime.combine(day, dt.time.min, dt.UTC)
    return Span(begins, span.until).go_on("1")


def _returns(asked: Asked) -> str:
    return f"{API}/returns?handled=false&fulfilment-method=FBR&page={_number(span_of(asked))}"


def _read_returns(answer: bytes, asked: Asked) -> Page:
    """The open ones, and with their first page those that were handled last."""
    number = _number(span_of(asked))
    listed = list_in(parse_answer(answer), "returns")
    handled = f"{API}/returns?handled=true&fulfilment-method=FBR&page=1"
    page = Page(
        documents=(answer,) if listed else (),
        follow=(Follow(handled, read=_read_handled),) if number == 1 else (),
    )
    return turn(asked, page, str(number + 1) if len(listed) >= FULL_PAGE else "")


def _read_handled(answer: bytes) -> Page:
    return Page(documents=(answer,) if parse_answer(answer).get("returns") else ())


def _number(span: Span) -> int:
    return int(span.onward) if span.onward.isdigit() else 1


POLLS = (
    Poll(what="orders", address=_orders, read=_read_orders),
    Poll(what="returns", address=_returns, read=_read_returns, every=dt.timedelta(minutes=30)),
)
