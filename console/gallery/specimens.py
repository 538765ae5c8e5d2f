"""One specimen of every component, rendered as the desk renders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms

from console.components import (
    Action,
    ActionBar,
    Availability,
    Badge,
    Banner,
    Check,
    Conflict,
    EmptyState,
    Fact,
    GoodsLine,
    HoldClock,
    MoneyBox,
    MoneyCell,
    Pager,
    Step,
    Stepper,
    StockRow,
    Sum,
    Tab,
    TimelineEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A component with one set of contents. `says` is when to reach for it."""

    name: str
    says: str
    template: str
    contents: list[dict[str, Any]]
    is_bare: bool = False


class ReleaseForm(forms.Form):
    """Every kind of field, with one in error."""

    reason = forms.ChoiceField(choices=[("found", "Customer keeps the old one"), ("x", "Other")])
    until = forms.CharField(label="Free until", help_text="Local time of the centre.")
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    tell = forms.BooleanField(label="Tell the customer", required=False)


def all_specimens(now: datetime) -> list[Specimen]:
    return [*_states(now), *_goods(), *_lists(now), *_talking()]


def _states(now: datetime) -> list[Specimen]:
    tones = [
        ("Draft", "plain"),
        ("In transit", "info"),
        ("Received, grade A", "good"),
        ("Awaiting payment", "warn"),
        ("Quality reject", "bad"),
        ("Stock held", "hold"),
    ]
    return [
        Specimen(
            name="Badge",
            says="A state in a word. The sign repeats the tone, so colour is never alone.",
            template="components/badge.html",
            contents=[{"badge": Badge(word=w, tone=t)} for w, t in tones],  # type: ignore[arg-type]
        ),
        Specimen(
            name="Stepper",
            says="Where one side stands. Dates under what is done, under now what it waits for.",
            template="components/stepper.html",
            contents=[{"stepper": return_stepper()}, {"stepper": stopped_stepper()}],
            is_bare=True,
        ),
        Specimen(
            name="Money box",
            says="Back, out, and one signed result in words. Never a negative maximum.",
            template="components/money_box.html",
            contents=[{"money": upgrade_money()}],
            is_bare=True,
        ),
        Specimen(
            name="Hold clock",
            says="A hold running out, by the server's clock: calm, soon, over.",
            template="components/hold_clock.html",
            contents=[
                {"clock": _clock(now, taken=8, lasts=30)},
                {"clock": _clock(now, taken=26, lasts=30)},
                {"clock": _clock(now, taken=31, lasts=30)},
            ],
        ),
    ]


def _goods() -> list[Specimen]:
    return [
        Specimen(
            name="Goods line",
            says="One thing with its picture; with a value it is a choice.",
            template="components/goods_line.html",
            contents=[
                {"line": trail("43", amount="€129.90")},
                {"line": trail("44", amount="€129.90", value="TRL-2-B44", is_chosen=True)},
                {"line": trail("45", amount="€129.90", value="TRL-2-B45", is_out=True)},
            ],
        ),
        Specimen(
            name="Availability",
            says="Free stock per centre, best first. What changed since it was shown is marked.",
            template="components/availability.html",
            contents=[{"availability": availability(field_name="centre")}],
        ),
        Specimen(
            name="Checks",
            says="What the rules said, and which rule said it.",
            template="components/checks.html",
            contents=[{"checks": checks()}],
        ),
        Specimen(
            name="Facts",
            says="A term and its value.",
            template="components/facts.html",
            contents=[
                {
                    "facts": [
                        Fact(term="Goes to", value="Leipzig · restock, bin A-12"),
                        Fact(term="Label", value="DHL 0034 0434 1610 94", is_code=True),
                        Fact(term="Order", value="SHP-104233", url="#", is_code=True),
                    ]
                }
            ],
        ),
        Specimen(
            name="Sums",
            says="How an amount comes about.",
            template="components/sums.html",
            contents=[
                {
                    "sums": [
                        Sum(term="Trail 2 as paid", amount="€149.90"),
                        Sum(term="Share of WELCOME20", amount="−€20.00"),
                        Sum(term="Returned value", amount="€129.90", is_total=True),
                    ]
                }
            ],
        ),
    ]


def _lists(now: datetime) -> list[Specimen]:
    return [
        Specimen(
            name="Timeline",
            says="Events of a case, newest first; the tone says what they concern.",
            template="components/timeline.html",
            contents=[{"entries": timeline(now)}],
        ),
        Specimen(
            name="Tabs",
            says="Views of one list.",
            template="components/tabs.html",
            contents=[
                {
                    "label": "Views",
                    "tabs": [
                        Tab(label="Needs me", url="#", count=7, is_current=True),
                        Tab(label="Holds ending", url="#", count=4),
                        Tab(label="All open", url="#"),
                    ],
                }
            ],
        ),
        Specimen(
            name="Pager",
            says="Walks a list by key. What is shown, and on.",
            template="components/pager.html",
            contents=[{"pager": Pager(shown="1–25", next_url="#")}],
        ),
        Specimen(
            name="Empty state",
            says="Says what emptied the list, and the way on.",
            template="components/empty_state.html",
            contents=[
                {
                    "empty": EmptyState(
                        title="No hold ends within the hour",
                        words="Shown are holds at Leipzig for shoes. 12 end later today.",
                        action=Action(label="Clear filters", url="#", method="get"),
                    )
                }
            ],
        ),
    ]


def _talking() -> list[Specimen]:
    form = ReleaseForm({"reason": "found", "until": "", "note": ""})
    return [
        Specimen(
            name="Action bar",
            says="The next step first, the way out last. What is blocked stays and says why.",
            template="components/action_bar.html",
            contents=[{"bar": action_bar()}],
            is_bare=True,
        ),
        Specimen(
            name="Banner",
            says="One sentence that concerns the whole page.",
            template="components/banner.html",
            contents=[
                {"banner": Banner(words="Saved. Ana is told by e-mail.", tone="good")},
                {
                    "banner": Banner(
                        words="The hold on Trail 2, blue 44 ends in 22 min.",
                        tone="hold",
                        action=Action(label="Extend 30 min", url="#"),
                    )
                },
                {
                    "banner": Banner(
                        words="The hold has ended; the stock is free again.", tone="bad"
                    )
                },
            ],
        ),
        Specimen(
            name="Conflict",
            says="Someone was quicker: what is now, what was typed, and the way to go on.",
            template="components/conflict.html",
            contents=[{"conflict": _conflict()}],
            is_bare=True,
        ),
        Specimen(
            name="Field",
            says="Label, control, help, error, each tied to the control.",
            template="components/field.html",
            contents=[{"field": field} for field in form],
        ),
    ]


def _clock(now: datetime, *, taken: int, lasts: int) -> HoldClock:
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
    return _clock(now, taken=8, lasts=30)


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
                value="wroclaw" if is_choice else "",
            ),
            StockRow(
                centre="Eindhoven",
                free="0",
                distance="548 km",
                cost="–",
                arrives="none free",
                value="eindhoven" if is_choice else "",
                is_short=True,
            ),
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


def _conflict() -> Conflict:
    return Conflict(
        words="Jonas Weber booked the parcel in while you were writing",
        changes=[
            Fact(term="Return", value="In transit → Received, grade A"),
            Fact(term="When", value="10:14:02, 40 s ago"),
        ],
        unsaved=[Fact(term="Note", value="Customer asks for size 45 instead")],
        reapply=Action(label="Add the note to the case as it is now", url="#", kind="primary"),
    )
