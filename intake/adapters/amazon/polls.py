"""What Amazon is asked for: orders with their items, returns, and the report of FBA returns.

The account is the marketplace's id, which says of which of three hosts to ask. A report is made on
Amazon's own schedule: here the finished ones are found, and fetched from where they lie, packed.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from urllib.parse import quote

from core.strict_json import LARGEST_DOCUMENT
from intake.adapters.asking import Asked, Follow, Page, Poll, Unanswerable, stamp
from intake.adapters.looks import list_in, parse_answer, span_of, turn

AMERICA = {"ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8", "A2Q3Y263D00KWC"}
FAR_EAST = {"A1VC38T7YXB528", "A39IBJ37TRP1C6", "A19VAU5U5O7RUS"}
HOSTS = tuple(f"sellingpartnerapi-{region}.amazon.com" for region in ("eu", "na", "fe"))
# Where finished reports lie.
STORES = r"tortuga-prod-(eu|na|fe)\.s3([.-][a-z0-9-]+)?\.amazonaws\.com"
ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
REPORT_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
RETURNS_REPORT = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"


def _host(asked: Asked) -> str:
    region = "na" if asked.account in AMERICA else "fe" if asked.account in FAR_EAST else "eu"
    return f"https://sellingpartnerapi-{region}.amazon.com"


def _orders(asked: Asked) -> str:
    span = span_of(asked)
    where = f"{_host(asked)}/orders/v0/orders?MarketplaceIds={quote(asked.account)}"
    if span.onward:
        return f"{where}&NextToken={quote(span.onward, safe='')}"
    return f"{where}&LastUpdatedAfter={stamp(span.since)}"


def _read_orders(answer: bytes, asked: Asked) -> Page:
    payload = parse_answer(answer).get("payload")
    found = payload if isinstance(payload, dict) else {}
    orders = list_in(found, "Orders")
    ids = [str(one.get("AmazonOrderId", "")) for one in orders]
    page = Page(
        documents=(answer,) if orders else (),
        follow=tuple(
            Follow(f"{_host(asked)}/orders/v0/orders/{one}/orderItems")
            for one in ids
            if ORDER_ID.fullmatch(one)
        ),
    )
    return turn(asked, page, _token(found.get("NextToken")))


def _returns(asked: Asked) -> str:
    span = span_of(asked)
    where = f"{_host(asked)}/externalFulfillment/2024-09-11/returns?maxResults=100"
    if span.onward:
        return f"{where}&nextToken={quote(span.onward, safe='')}"
    return f"{where}&lastUpdatedAfter={stamp(span.since)}&lastUpdatedBefore={stamp(span.until)}"


def _read_returns(answer: bytes, asked: Asked) -> Page:
    found = parse_answer(answer)
    documents = (answer,) if list_in(found, "returns") else ()
    return turn(asked, Page(documents=documents), _token(found.get("nextToken")))


def _reports(asked: Asked) -> str:
    span = span_of(asked)
    where = f"{_host(asked)}/reports/2021-06-30/reports"
    if span.onward:
        return f"{where}?nextToken={quote(span.onward, safe='')}"
    wanted = f"reportTypes={RETURNS_REPORT}&processingStatuses=DONE"
    return f"{where}?{wanted}&createdSince={stamp(span.since)}"


def _read_reports(answer: bytes, asked: Asked) -> Page:
    found = parse_answer(answer)
    ids = [str(one.get("reportDocumentId", "")) for one in list_in(found, "reports")]
    where = f"{_host(asked)}/reports/2021-06-30/documents"
    follow = tuple(
        Follow(f"{where}/{one}", read=_read_place) for one in ids if REPORT_ID.fullmatch(one)
    )
    return turn(asked, Page(follow=follow), _token(found.get("nextToken")))


def _read_place(answer: bytes) -> Page:
    """Where a report lies: an address that is signed itself and gets no token of ours."""
    found = parse_answer(answer)
    address, packed = found.get("url"), found.get("compressionAlgorithm")
    if not isinstance(address, str):
        raise Unanswerable("A report is said to be done and lies nowhere.")
    read = _unpack if packed == "GZIP" else _take
    return Page(follow=(Follow(address, read=read, is_authorised=False),))


def _take(answer: bytes) -> Page:
    return Page(documents=(answer,))


def _unpack(answer: bytes) -> Page:
    """No more than a document may hold comes out of it, whatever was packed."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(answer, LARGEST_DOCUMENT + 1)
    except zlib.error as error:
        raise Unanswerable("A report is packed and cannot be unpacked.") from error
    if len(content) > LARGEST_DOCUMENT:
        raise Unanswerable("A report is larger than any document may be.")
    return Page(documents=(content,))


def _token(stated: object) -> str:
    return stated if isinstance(stated, str) else ""


POLLS = (
    Poll(what="orders", address=_orders, read=_read_orders),
    Poll(what="returns", address=_returns, read=_read_returns, every=dt.timedelta(minutes=30)),
    Poll(what="reports", address=_reports, read=_read_reports, every=dt.timedelta(hours=6)),
)
