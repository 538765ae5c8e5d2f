"""Example contents that the gallery's specimens and screens share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from console.components import (
    Action,
    ActionBar,
    Availability,
    Check,
    Conflict,
    Fact,
    GoodsLine,
    HoldClock,
    MoneyBox,
    MoneyCell,
    Step,
    Stepper,
    StockRow,
    TimelineEntry,
)
from console.decisions import BADGES, AskedRule, DecisionPanel


def clock(now: datetime, *, taken: int, lasts: int) -> HoldClock:
    """A hold taken `taken` minutes ago for `lasts` minutes."""
    taken_at = now - timedelta(minutes=taken)
    expires_at = taken_at + timedelta(minutes=lasts)
    return HoldClock(
        taken_at=taken_at,
        expires_at=expires_at,
        now=now,
        ends_words=f"Hold ends {expires_at:%H:%M}",
    )


def hold_clock(now: datetime) -> HoldClock:
    return clock(now, taken=8, lasts=30)


def trail(size: str, **more: Any) -> GoodsLine:
    """A line of the shoe this gallery swaps, in one size."""
    return GoodsLine(
        title=f"Trail 2 running shoe, blue {size}",
        sku=f"TRL-2-B{size}",
        category="footwear",
        detail=more.pop("detail", "1 of 1"),
        field_name="goes_out",
        **more,
    )


def return_stepper() -> Stepper:
    return Stepper(
        label="Return",
        steps=[
            Step(word="Requested", state="done", note="10:02"),
            Step(word="Authorised", state="done", note="10:03"),
            Step(word="In transit", state="now", note="label made"),
            Step(word="Received"),
            Step(word="Inspected"),
            Step(word="Closed"),
        ],
        waits_for="Ana to hand over the parcel, by 5 Dec",
    )


def stopped_stepper() -> Stepper:
    return Stepper(
        label="Exchange",
        steps=[
            Step(word="Quoted", state="done", note="10:04"),
            Step(word="Accepted", state="done", note="10:06"),
            Step(word="Expired", state="stopped", note="hold ended 10:36"),
            Step(word="Ready"),
            Step(word="In transit"),
            Step(word="Delivered"),
        ],
    )


def upgrade_money() -> MoneyBox:
    return MoneyBox(
        cells=[
            MoneyCell(
                label="Returned value", amount="€148.75", note="paid 175.00 − 26.25 discount share"
            ),
            MoneyCell(label="New value", amount="€249.00", note="today's price", operator="right"),
            MoneyCell(
                label="Customer pays",
                amount="€100.25",
                note="before it leaves",
                tone="due",
                operator="equals",
            ),
            MoneyCell(
                label="Held on card for the old item",
                amount="€148.75",
                note="released when it arrives by 5 Dec",
                tone="hold",
            ),
        ],
        linking_line="The replacement leaves as soon as the difference is paid.",
    )


def availability(*, field_name: str = "") -> Availability:
    """Three centres for one shoe; with a field name they are a choice."""
    is_choice = bool(field_name)
    return Availability(
        caption="Free stock of TRL-2-B44 per centre, best first",
        as_of="As of 10:06:11. Enough stock first, then cost, then distance.",
        field_name=field_name,
        rows=[
            StockRow(
                centre="Leipzig",
                free="6",
                distance="184 km",
                cost="€5.40",
                arrives="Tue 24 Nov",
                reason="Enough stock at the lowest cost",
                value="leipzig" if is_choice else "",
                is_chosen=True,
                is_held_here=not is_choice,
            ),
            StockRow(
                centre="Wrocław",
                free="11",
                distance="291 km",
                cost="€7.10",
                arrives="Wed 25 Nov",
                reason="Costs €1.70 more",
                value="wroclaw" if is_choice else "",
            ),
            StockRow(
                centre="Eindhoven",
                free="0",
                distance="548 km",
                cost="–",
                arrives="not from here",
                reason="0 available, 1 wanted",
                value="eindhoven" if is_choice else "",
                is_short=True,
            ),
        ],
    )


def decision() -> DecisionPanel:
    return DecisionPanel(
        badge=BADGES["authorise"],
        why="The 30 days from delivery on 6 November 2026 end on 6 December 2026 (rule 12 v4).",
        version="policy v7",
        rules=[
            AskedRule(
                outcome="pass",
                sentence="The 30 days from delivery on 6 November 2026 end on 6 December 2026.",
                source="rule 12 v4",
                facts=[
                    ("Case", "asked on 21 November 2026"),
                    ("Rule", "until 6 December 2026"),
                    ("Would change it", "Too late from 7 December 2026."),
                    ("Gave way: rule 3 v1", "for everything: names less"),
                ],
            ),
            AskedRule(
                outcome="told",
                sentence="No restocking fee, as we are at fault.",
                source="rule 22 v3",
                facts=[("Case", "129.90 EUR"), ("Rule", "15 % of the goods without tax")],
            ),
        ],
    )


def refusal() -> DecisionPanel:
    return DecisionPanel(
        badge=BADGES["awaiting_evidence"],
        why="1 photo of 2 is here (rule 31 v2). 1 photo missing: eligible with 2 photos.",
        is_open=True,
        rules=[
            AskedRule(
                outcome="review",
                sentence="1 photo of 2 is here.",
                source="rule 31 v2",
                facts=[
                    ("Case", "1 photo"),
                    ("Rule", "2 photos"),
                    ("Would change it", "1 photo missing: eligible with 2 photos."),
                ],
            )
        ],
    )


def checks() -> list[Check]:
    return [
        Check(sentence="Inside the 30 day window", source="day 15 · rule 12 v4"),
        Check(sentence="Running shoes may come back", source="rule 18 v1"),
        Check(sentence="Wrong size: no fee, shipping on us", source="rule 22 v3"),
        Check(sentence="Third exchange this month", outcome="review", source="rule 40 v1"),
        Check(sentence="Worn outdoors is not taken back", outcome="fail", source="rule 19 v2"),
    ]


def timeline(now: datetime) -> list[TimelineEntry]:
    def at(seconds_ago: int) -> dict[str, Any]:
        moment = now - timedelta(seconds=seconds_ago)
        return {"at": moment, "when": f"{moment:%H:%M:%S}"}

    return [
        TimelineEntry(
            what="E-mail with label and hold sent to Ana",
            detail="delivered 3 s later",
            tone="info",
            **at(420),
        ),
        TimelineEntry(
            what="Held 1 × TRL-2-B44 at Leipzig",
            detail="HLD-3F9QT-2217P-3 · free 7 → 6",
            tone="hold",
            **at(480),
        ),
        TimelineEntry(what="Quote accepted, even", detail="Mara Lindqvist", tone="good", **at(482)),
        TimelineEntry(
            what="Return authorised without review",
            detail="3 of 3 checks passed",
            tone="good",
            **at(660),
        ),
        TimelineEntry(what="Label made", detail="DHL, drop-off", tone="info", **at(662)),
        TimelineEntry(what="Case opened from order SHP-104233", detail="Mara Lindqvist", **at(720)),
    ]


def action_bar() -> ActionBar:
    return ActionBar(
        actions=[
            Action(label="Book the parcel in", url="#", kind="primary", key="a"),
            Action(label="Change item", url="#", method="get"),
            Action(label="Refund instead", url="#", method="get"),
            Action(
                label="Release to warehouse",
                url="#",
                blocked_because="Waits until the old item is received and inspected.",
            ),
        ],
        last=[Action(label="Cancel exchange", url="#", method="get", kind="danger")],
    )


def conflict() -> Conflict:
    return Conflict(
        words="Jonas Weber booked the parcel in while you were writing",
        changes=[
            Fact(term="Return", value="In transit → Received, grade A"),
            Fact(term="When", value="10:14:02, 40 s ago"),
        ],
        unsaved=[Fact(term="Note", value="Customer asks for size 45 instead")],
        reapply=Action(label="Add the note to the case as it is now", url="#", kind="primary"),
    )
