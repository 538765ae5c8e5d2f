"""What goes with the goods on their way back, and what was not as announced when they came."""

from __future__ import annotations

from django.urls import reverse

from console.case.record import CaseRecord
from console.components import Action
from payments.states import MemoState
from returns.queries import list_open_mismatches
from returns.rules import GOODS_ARE_HERE, MAY_BE_SENT
from returns.states import ReturnState

GOODS_HAVE_COME = (*GOODS_ARE_HERE, ReturnState.SETTLING, ReturnState.CLOSED)
# Paper, its address, and its key.
TO_SEND = (
    ("Label", "label", "p l"),
    ("Packing slip", "packing_slip", "p s"),
    ("Drop-off code", "drop_off_code", "p c"),
)


def list_papers(record: CaseRecord) -> list[Action]:
    """PDF papers that the case has now: for the parcel while one may come, and issued memos."""
    number = record.case.number
    papers = []
    if record.parcel and record.case.state in MAY_BE_SENT:
        papers = [
            Action(
                label=label,
                url=reverse(f"console:{name}", args=[number]),
                method="get",
                kind="quiet",
                key=key,
            )
            for label, name, key in TO_SEND
        ]
    issued = [memo for memo in record.memos if memo.state != MemoState.DRAFT]
    for memo in issued:
        papers.append(
            Action(
                label=f"Credit memo {memo.number}",
                url=reverse("console:one_credit_memo", args=[number, memo.number]),
                method="get",
                kind="quiet",
                key="p m" if memo is issued[-1] else "",
            )
        )
    return papers


def list_differences(record: CaseRecord) -> list[Action]:
    """Each undecided difference, leading to the mismatch desk."""
    if record.case.state not in GOODS_HAVE_COME:
        return []
    return [
        Action(
            label=f"{mismatch.get_kind_display()}: decide",
            url=reverse("console:mismatch", args=[mismatch.number]),
            method="get",
            kind="danger" if mismatch.state == "open" else "secondary",
        )
        for mismatch in list_open_mismatches(record.case)
    ]
