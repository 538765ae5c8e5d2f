"""The three pages of the main job with example contents, before and beside the real ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from console.case.page import CasePage, ExchangeSide, ReturnSide
from console.components import (
    Action,
    Badge,
    Banner,
    EmptyState,
    Fact,
    Found,
    MoneyBox,
    MoneyCell,
    Pager,
    RailGroup,
    RailLink,
    Step,
    Stepper,
    Tab,
)
from console.gallery import examples
from console.gallery.new_case_screens import find_order, new_case
from console.gallery.stock_screens import holds, sku
from console.queue.page import QueuePage, QueueRow


class FilterForm(forms.Form):
    """The filters of the queue, as they stand in its address."""

    channel = forms.ChoiceField(choices=[("", "Every channel"), ("de", "Shopify DE")])
    reason = forms.ChoiceField(choices=[("", "Every reason"), ("size", "Wrong size")])
    centre = forms.ChoiceField(choices=[("", "Every centre"), ("lej", "Leipzig")])
    use_required_attribute = False


def navigation(current: str) -> list[RailGroup]:
    def link(label: str, count: int | None = None, key: str = "") -> RailLink:
        return RailLink(
            label=label, url="#", count=count, key=key, is_current=label.lower() == current
        )

    return [
        RailGroup(
            links=[
                link("Today"),
                link("Queue", 38, "g q"),
                link("New case"),
                link("Inspection", 12),
            ]
        ),
        RailGroup(label="Stock", links=[link("Holds", 214), link("Availability")]),
        RailGroup(label="Operations", links=[link("Intake", 2), link("Messages")]),
    ]


def desk(current: str) -> dict[str, Any]:
    """What the shell itself is given."""
    return {
        "navigation": navigation(current),
        "role_word": "Agent",
        "palette_options": [
            Found(label="New case", url="#", icon="plus", hint="g n"),
            Found(label="Queue", url="#", icon="inbox", hint="g q"),
            Found(label="RMA-7K2MH-0419K-5", url="#", icon="swap", hint="Ana Kovačević"),
        ],
    }


def queue(now: datetime) -> dict[str, Any]:
    views = [
        ("Needs me", 7),
        ("Holds ending", 4),
        ("Awaiting parcel", 9),
        ("To inspect", 12),
        ("Ready to ship", 3),
        ("Blocked", 2),
        ("All open", None),
        ("Closed", None),
    ]
    page = QueuePage(
        figures="38 open · 4 holds end within the hour · oldest waits 9 days",
        tabs=[
            Tab(label=label, url="#", count=count, is_current=label == "Needs me")
            for label, count in views
        ],
        rows=_rows(),
        pager=Pager(shown="1–5 of 7", next_url="#"),
        next_case_url="#",
    )
    return {"queue": page, "filter_form": FilterForm()}


def empty_queue(now: datetime) -> dict[str, Any]:
    page = QueuePage(
        tabs=[Tab(label="Holds ending", url="#", count=0, is_current=True)],
        rows=[],
        pager=Pager(shown=""),
        empty=EmptyState(
            title="No hold ends within the hour",
            words="Shown are cases of Shopify DE. Without that filter there are 4.",
            action=Action(label="Clear filters", url="#", method="get"),
        ),
    )
    return {"queue": page, "filter_form": FilterForm(initial={"channel": "de"})}


def _rows() -> list[QueueRow]:
    def row(number: str, who: str, swap: str, sides: tuple[Badge, Badge], **more: Any) -> QueueRow:
        channel, customer, tier = who.split(" | ")
        coming, going, reason = swap.split(" | ")
        return QueueRow(
            number=number,
            url="#",
            channel=channel,
            customer=customer,
            tier=tier,
            coming=coming,
            going=going,
            reason=reason,
            return_badge=sides[0],
            exchange_badge=sides[1],
            hold_urgency=more.pop("hold_urgency", "calm"),
            **more,
        )

    return [
        row(
            "RMA-7K2MH-0419K-5",
            "Shopify DE | Ana Kovačević | Gold",
            "Trail 2 blue 43 | Trail 2 blue 44 | Wrong size",
            (Badge(word="Awaiting parcel", tone="info"), Badge(word="Stock held", tone="hold")),
            difference="€0.00",
            hold="22 min",
            hold_urgency="soon",
            age="12 min",
        ),
        row(
            "RMA-2Q8DT-1177M-7",
            "WooCommerce UK | Tom Whitfield | Standard",
            "Lamp S, oak | Lamp M, oak | Changed mind",
            (Badge(word="Received, grade A", tone="good"), Badge(word="Ready", tone="info")),
            difference="£0.00",
            hold="3 d",
            age="2 d",
        ),
        row(
            "RMA-9B1XT-4402G-1",
            "Shopify JP | 株式会社山本 | Business",
            "Pan 28 cm | Pan 24 cm | Changed mind",
            (Badge(word="In transit", tone="info"), Badge(word="Awaiting goods", tone="warn")),
            difference="¥0",
            hold="6 h",
            age="1 d",
        ),
        row(
            "RMA-5T0CR-0093K-3",
            "WooCommerce UK | Ελένη Παπαδοπούλου | Standard",
            "Brew 400, black | Brew 400, white | Cosmetic damage",
            (Badge(word="Quality reject", tone="bad"), Badge(word="Delivered", tone="good")),
            difference="£0.00",
            hold="–",
            age="6 d",
        ),
        row(
            "RMA-1F6JX-2810P-2",
            "Shopify US | Darnell Brooks | Gold",
            "Phone 12, 128 GB | Phone 12, 128 GB | Dead on arrival",
            (Badge(word="Overdue 3 d", tone="bad"), Badge(word="Hold expired", tone="warn")),
            difference="$0.00",
            hold="ended",
            hold_urgency="over",
            age="9 d",
        ),
    ]


def case(now: datetime) -> dict[str, Any]:
    page = CasePage(
        number="RMA-7K2MH-0419K-5",
        customer="Ana Kovačević",
        customer_url="#",
        order_number="SHP-104233",
        order_url="#",
        opened="Opened 12 min ago by you",
        about=["Shopify DE", "delivered 6 Nov 2026", "Gold account", "1 earlier return"],
        badges=[
            Badge(word="Stock held", tone="hold"),
            Badge(word="Even exchange", tone="info", icon="equals"),
            Badge(word="Regular"),
        ],
        banner=Banner(
            words="The hold on Trail 2, blue 44 ends in 22 min. After that the stock is free for "
            "every channel again.",
            tone="hold",
            action=Action(label="Extend 30 min", url="#"),
        ),
        money=_even_money(),
        return_side=_return_side(),
        exchange_side=_exchange_side(now),
        timeline=examples.timeline(now),
        timeline_tabs=[
            Tab(label=label, url="#", is_current=label == "All")
            for label in ("All", "Stock", "Money", "Messages")
        ],
        actions=examples.action_bar(),
    )
    return {"case": page}


def _even_money() -> MoneyBox:
    return MoneyBox(
        cells=[
            MoneyCell(
                label="Returned value",
                amount="€129.90",
                note="paid 149.90 − 20.00 discount share · incl. VAT 20.74",
            ),
            MoneyCell(
                label="New value",
                amount="€129.90",
                note="price as bought · incl. VAT 20.74",
                operator="right",
            ),
            MoneyCell(
                label="Nothing to pay",
                amount="€0.00",
                note="credit and new order cancel out · rule 31 v2",
                tone="even",
                operator="equals",
            ),
            MoneyCell(
                label="Stock held at Leipzig",
                amount="1 of 1",
                note="out of every channel's reach until 10:36",
                tone="hold",
            ),
        ],
        linking_line="Trail 2, blue 44 leaves Leipzig once blue 43 is inspected there.",
    )


def _return_side() -> ReturnSide:
    return ReturnSide(
        badge=Badge(word="Authorised · awaiting parcel", tone="info"),
        stepper=examples.return_stepper(),
        lines=[examples.trail("43", amount="€129.90")],
        reason="Wrong size",
        decisions=[examples.decision()],
        facts=[
            Fact(term="Goes to", value="Leipzig · restock, bin A-12"),
            Fact(term="Label", value="DHL 0034 0434 1610 94", is_code=True),
            Fact(term="Due back", value="5 Dec 2026"),
        ],
    )


def _exchange_side(now: datetime) -> ExchangeSide:
    return ExchangeSide(
        number="EXC-4M0WD-7731T-8",
        badge=Badge(word="Awaiting goods", tone="warn"),
        stepper=Stepper(
            label="Exchange",
            steps=[
                Step(word="Quoted", state="done", note="10:04"),
                Step(word="Accepted", state="done", note="10:06"),
                Step(word="Awaiting goods", state="now", note="due 5 Dec"),
                Step(word="Ready"),
                Step(word="In transit"),
                Step(word="Delivered"),
            ],
            waits_for="blue 43 to be received and inspected at Leipzig",
        ),
        lines=[
            examples.trail("44", amount="€129.90", detail="1 · hold HLD-3F9QT-2217P-3"),
        ],
        availability=examples.availability(),
        clock=examples.hold_clock(now),
        facts=[
            Fact(term="Arrives", value="Tue 24 Nov, DHL from Leipzig"),
            Fact(term="New order", value="made when the quote was accepted: X-104233-1"),
            Fact(term="Told by", value="E-mail, German"),
        ],
    )


SCREENS = {
    "queue": ("console/queue.html", "queue", queue),
    "empty-queue": ("console/queue.html", "queue", empty_queue),
    "case": ("console/case.html", "queue", case),
    "new-case": ("console/new_case.html", "new case", new_case),
    "holds": ("console/holds.html", "holds", holds),
    "sku": ("console/sku.html", "stock", sku),
    "find-order": ("console/new_case.html", "new case", find_order),
}
