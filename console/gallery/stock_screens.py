"""The board of holds and the page of a SKU with example contents."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms

from console.components import Action, Badge, Fact, Pager, Tab
from console.gallery import examples
from console.holds.page import HoldPanel, HoldRow, HoldsPage, WaitingRow
from console.stock.page import Buckets, DiscrepancyRow, HeldRow, PlaceRow, SkuPage


class BoardFilter(forms.Form):
    """The filters of the board, as they stand in its address."""

    place = forms.ChoiceField(label="At", choices=[("", "Every place"), ("lej", "Leipzig")])
    channel = forms.ChoiceField(choices=[("", "Every channel"), ("de", "Shopify DE")])
    words = forms.CharField(label="SKU, title or hold")
    use_required_attribute = False


def holds(now: datetime) -> dict[str, Any]:
    views = [
        ("Ending soon", 4),
        ("All running", 214),
        ("By place", None),
        ("With the warehouse", 12),
        ("Waiting", 3),
        ("Ended", None),
    ]
    page = HoldsPage(
        label="Ending soon",
        tabs=[
            Tab(label=label, url="#", count=count, is_current=label == "Ending soon")
            for label, count in views
        ],
        figures="226 held · 4 end within the hour · 3 wait for stock",
        rows=_rows(now),
        panel=_panel(now),
        pager=Pager(shown="3 shown"),
    )
    return {"board": page, "filter_form": BoardFilter()}


def _rows(now: datetime) -> list[HoldRow]:
    first = HoldRow(
        number="HLD-3F9QT-2217P-3",
        url="#",
        case_number="RMA-7K2MH-0419K-5",
        case_url="#",
        title="Trail 2 running shoe, blue 44",
        sku="TRL-2-B44",
        stock_url="#",
        place="Leipzig",
        bin="A-12",
        units=1,
        why=Badge(word="Awaiting goods", tone="warn"),
        clock=examples.clock(now, taken=8, lasts=30),
        extension_url="#",
        release_url="#",
        is_current=True,
    )
    return [
        first,
        replace(
            first,
            number="HLD-8T1KR-0063K-0",
            case_number="RMA-1C4VX-7710P-6",
            title="Phone 12, 128 GB",
            sku="PHN-12-128",
            place="Eindhoven",
            bin="C-02",
            why=Badge(word="Payment in flight, cannot lapse", tone="info"),
            clock=examples.clock(now, taken=26, lasts=30),
            is_current=False,
        ),
        replace(
            first,
            number="HLD-0J7XR-3348Z-0",
            case_number="RMA-9B1XT-4402G-1",
            title="Paper lamp M",
            sku="LMP-M",
            place="Wrocław",
            units=2,
            why=Badge(word="Awaiting payment", tone="warn"),
            clock=examples.clock(now, taken=300, lasts=700),
            is_current=False,
        ),
    ]


def _panel(now: datetime) -> HoldPanel:
    return HoldPanel(
        number="HLD-3F9QT-2217P-3",
        url="#",
        why=Badge(word="Awaiting goods", tone="warn"),
        clock=examples.clock(now, taken=8, lasts=30),
        facts=[
            Fact(term="Case", value="RMA-7K2MH-0419K-5", url="#", is_code=True),
            Fact(term="Item", value="1 × TRL-2-B44", url="#"),
            Fact(term="At", value="Leipzig, bin A-12"),
            Fact(term="Free there", value="6 of 41"),
            Fact(term="Taken", value="10:06"),
            Fact(term="For", value="Regular · shopify-de · Gold"),
        ],
        ranking=examples.availability(),
        lapses="RMA-4H8NW-5521K-4 has waited longest for this item (2 d).",
        actions=[
            Action(label="Extend hold…", url="#", method="get", kind="primary", key="e"),
            Action(label="Give the stock back…", url="#", method="get", key="r"),
        ],
    )


def sku(now: datetime) -> dict[str, Any]:
    page = SkuPage(
        title="Trail 2 running shoe, blue 44",
        sku="TRL-2-B44",
        barcode="4006381333931",
        category="shoes",
        as_of="10:06",
        total=Buckets(available=17, held=4, allocated=3, quarantine=1),
        promisable=13,
        sellable=16,
        places=_places(),
        holds=[
            HeldRow(
                number="HLD-3F9QT-2217P-3",
                url="#",
                case_number="RMA-7K2MH-0419K-5",
                case_url="#",
                place="Leipzig",
                units=1,
                why=Badge(word="Awaiting goods", tone="warn"),
                ends="",
                clock=examples.clock(now, taken=8, lasts=30),
            )
        ],
        allocations=[],
        waiting=[_waiting()],
        discrepancies=[
            DiscrepancyRow(
                number="DSC-5R5DX-1180M-1",
                place="Leipzig",
                lot="",
                source="Counted by the warehouse",
                expected=7,
                counted=6,
                difference="−1",
                when="09:40",
            )
        ],
        ledger_url="#",
        links=[Action(label="Adjust…", url="#", method="get", key="a")],
    )
    return {"page": page}


def _places() -> list[PlaceRow]:
    first = PlaceRow(
        place="Leipzig",
        lot="",
        bin="A-12",
        buckets=Buckets(available=7, held=3, allocated=2, quarantine=1),
        warning="",
        is_first=True,
        safety=2,
        missing=1,
        promisable=4,
        sequence=812,
    )
    return [
        first,
        replace(
            first,
            place="Wrocław",
            bin="B-03",
            buckets=Buckets(available=10, held=1, allocated=1),
            safety=1,
            missing=0,
            promisable=9,
            sequence=96,
        ),
    ]


def _waiting() -> WaitingRow:
    return WaitingRow(
        case_number="RMA-4H8NW-5521K-4",
        case_url="#",
        title="Trail 2 running shoe, blue 44",
        sku="TRL-2-B44",
        stock_url="#",
        units=1,
        channel="Shopify DE",
        since="19 Nov, 09:12",
        age="2 d",
        turn="1 of 1",
        free=17,
        state=Badge(word="Waits", tone="warn"),
    )
