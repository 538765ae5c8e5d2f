"""The new-case page of the gallery, with example contents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from console.components import (
    GoodsLine,
    MoneyCell,
    Sum,
)
from console.gallery import examples
from console.new_case.page import ComingLine, GoingGroup, GoingLine, NewCasePage, OrderHit, Outcome


class WhyForm(forms.Form):
    """Why a line comes back, as the new-case page asks it."""

    reason = forms.ChoiceField(choices=[("wrong_size", "Wrong size"), ("defective", "Defective")])
    quantity = forms.ChoiceField(choices=[("1", "1 of 1")])
    note = forms.CharField(required=False)


def new_case(now: datetime) -> dict[str, Any]:
    page = NewCasePage(
        order_number="SHP-104233",
        order_url="#",
        about="Ana Kovačević · delivered 6 Nov 2026",
        currency="EUR",
        op_id="example",
        coming=[
            ComingLine(
                goods=examples.trail(
                    "43",
                    amount="€129.90",
                    detail="bought 1 · may come back 1",
                    value="1",
                    picker="checkbox",
                    is_chosen=True,
                ),
                form=WhyForm({"reason": "wrong_size", "quantity": "1"}),
                decision=examples.decision(),
            ),
            ComingLine(
                goods=GoodsLine(
                    title="Shoe care, 3 pack",
                    sku="CARE-3",
                    category="consumable",
                    detail="opened consumables do not come back · rule 18 v1",
                    amount="€12.00",
                    field_name="line",
                    value="2",
                    picker="checkbox",
                    is_out=True,
                )
            ),
        ],
        going=[GoingGroup(search_name="search-1", lines=_going())],
        outcome=_outcome(),
    )
    return {"new_case": page}


def _going() -> list[GoingLine]:
    return [
        GoingLine(
            goods=examples.trail(
                "44",
                amount="€129.90",
                detail="6 free at Leipzig · arrives Tue 24 Nov",
                value="TRL-2-B44",
                is_chosen=True,
            ),
            availability=examples.availability(field_name="centre"),
        ),
        GoingLine(
            goods=examples.trail(
                "43",
                amount="€129.90",
                detail="the same again · 31 free at Wrocław",
                value="TRL-2-B43",
            )
        ),
        GoingLine(
            goods=examples.trail(
                "45",
                amount="€129.90",
                detail="none free in any centre",
                value="TRL-2-B45",
                is_out=True,
            )
        ),
    ]


def _outcome() -> Outcome:
    return Outcome(
        sums=[
            Sum(term="Trail 2, blue 43 as paid", amount="€149.90"),
            Sum(term="Share of WELCOME20", amount="−€20.00"),
            Sum(term="Returned value", amount="€129.90", is_total=True),
            Sum(term="Trail 2, blue 44, price as bought", amount="€129.90"),
            Sum(term="Return shipping", amount="€0.00"),
            Sum(term="Restocking fee", amount="€0.00"),
        ],
        result=MoneyCell(
            label="Nothing to pay", amount="€0.00", note="even exchange · rule 31 v2", tone="even"
        ),
        what_follows="One Trail 2, blue 44 is held at Leipzig for 14 days. Ana gets the label and "
        "the hold by e-mail. It leaves once blue 43 is received and inspected.",
        confirm_label="Hold stock and open the case",
    )


def find_order(now: datetime) -> dict[str, Any]:
    page = NewCasePage(
        words="ana.kovacevic",
        has_searched=True,
        hits=[
            OrderHit(
                number="SHP-104233",
                url="#",
                customer="Ana Kovačević",
                about="Shopify DE · delivered 6 Nov 2026",
                lines="Trail 2 blue 43, Shoe care 3 pack",
                total="€141.90",
            ),
            OrderHit(
                number="SHP-101877",
                url="#",
                customer="Ana Kovačević",
                about="Shopify DE · delivered 2 Jul 2026",
                lines="Brew 400 coffee machine",
                total="€175.00",
            ),
        ],
    )
    return {"new_case": page}
