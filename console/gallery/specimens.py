"""One specimen of every component, rendered as the desk renders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from console.charts import Bar, draw_line
from console.components import (
    Action,
    Badge,
    Banner,
    BucketBar,
    EmptyState,
    Fact,
    Pager,
    Sum,
    Tab,
)
from console.gallery import examples


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
    return [*_states(now), *_goods(), *_lists(now), *_charts(), *_talking()]


def _charts() -> list[Specimen]:
    months = [("2026-08", 0.962, "96.2 %"), ("2026-09", 0.981, "98.1 %"), ("2026-10", 0.99, "99 %")]
    line = draw_line(months, title="Identified right", unit="Month", low=0.9, high=1.0, goal=0.985)
    bars = [
        Bar(label="Pump seal, lot 8813", value="42 · p < 0.001", share=1.0, tone="bad", url="#"),
        Bar(label="Cracked lid", value="11 · p 0.004", share=0.26, tone="warn"),
    ]
    return [
        Specimen(
            name="Bars",
            says="A few things against the largest of them.",
            template="components/bars.html",
            contents=[{"bars": bars}],
        ),
        Specimen(
            name="Line",
            says="A value over time. Its figures are the table beneath.",
            template="components/line.html",
            contents=[{"line": line}],
        ),
    ]


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
            contents=[
                {"stepper": examples.return_stepper()},
                {"stepper": examples.stopped_stepper()},
            ],
            is_bare=True,
        ),
        Specimen(
            name="Money box",
            says="Back, out, and one signed result in words. Never a negative maximum.",
            template="components/money_box.html",
            contents=[{"money": examples.upgrade_money()}],
            is_bare=True,
        ),
        Specimen(
            name="Hold clock",
            says="A hold running out, by the server's clock: calm, soon, over.",
            template="components/hold_clock.html",
            contents=[
                {"clock": examples.clock(now, taken=8, lasts=30)},
                {"clock": examples.clock(now, taken=26, lasts=30)},
                {"clock": examples.clock(now, taken=31, lasts=30)},
            ],
        ),
        Specimen(
            name="Hold meter",
            says="The same in a column that says itself what the time is.",
            template="components/hold_meter.html",
            contents=[
                {"clock": examples.clock(now, taken=8, lasts=30)},
                {"clock": examples.clock(now, taken=26, lasts=30)},
            ],
        ),
        Specimen(
            name="Bucket bar",
            says="Which part of the units on hand is free, held, allocated or in quarantine.",
            template="components/bucket_bar.html",
            contents=[
                {"bar": BucketBar(available=7, held=3, allocated=2, quarantine=1)},
                {"bar": BucketBar()},
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
                {"line": examples.trail("43", amount="€129.90")},
                {"line": examples.trail("44", amount="€129.90", value="TRL-2-B44", is_chosen=True)},
                {"line": examples.trail("45", amount="€129.90", value="TRL-2-B45", is_out=True)},
            ],
        ),
        Specimen(
            name="Availability",
            says="Free stock per centre, best first. What changed since it was shown is marked.",
            template="components/availability.html",
            contents=[{"availability": examples.availability(field_name="centre")}],
        ),
        Specimen(
            name="Checks",
            says="What the rules said, and which rule said it.",
            template="components/checks.html",
            contents=[{"checks": examples.checks()}],
        ),
        Specimen(
            name="Decision",
            says="A verdict, why in a sentence, and every rule that was asked, folded away.",
            template="components/decision.html",
            contents=[
                {"decision": examples.decision()},
                {"decision": examples.refusal()},
            ],
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
            contents=[{"entries": examples.timeline(now)}],
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
            contents=[{"bar": examples.action_bar()}],
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
            contents=[{"conflict": examples.conflict()}],
            is_bare=True,
        ),
        Specimen(
            name="Field",
            says="Label, control, help, error, each tied to the control.",
            template="components/field.html",
            contents=[{"field": field} for field in form],
        ),
    ]
