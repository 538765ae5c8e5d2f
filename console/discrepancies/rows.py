"""The list of discrepancies: which belong to a view, and each one as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from console.discrepancies.page import Direction, DiscrepancyRow
from console.discrepancies.proposal import Proposal, read_proposals
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from inventory.models import Discrepancy
from inventory.states import DiscrepancyState


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyTab:
    """One view of the list; `key` is what it is sorted by."""

    code: str
    label: str
    empty: str
    state: DiscrepancyState
    key: str
    descends: bool


TABS = (
    DiscrepancyTab(
        code="open",
        label="Open",
        empty="Everything counted agrees with the ledger",
        state=DiscrepancyState.OPEN,
        key="opened_at",
        descends=False,
    ),
    DiscrepancyTab(
        code="corrected",
        label="Corrected",
        empty="Nothing has been corrected yet",
        state=DiscrepancyState.POSTED,
        key="resolved_at",
        descends=True,
    ),
    DiscrepancyTab(
        code="dismissed",
        label="Dismissed",
        empty="Nothing has been dismissed yet",
        state=DiscrepancyState.DISMISSED,
        key="resolved_at",
        descends=True,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


def list_visible(
    rights: Rights, permission: Permission = Permission.SEE_STOCK
) -> QuerySet[Discrepancy]:
    found: QuerySet[Discrepancy] = Discrepancy.objects.visible_to(rights.user, permission)
    return found.select_related("variant__product", "variant__partner", "location", "bin")


def draw_rows(discrepancies: Sequence[Discrepancy], reader: Reader) -> list[DiscrepancyRow]:
    undecided = [each for each in discrepancies if each.state == DiscrepancyState.OPEN]
    proposals = read_proposals(undecided)
    return [_draw(each, proposals.get(each.pk), reader) for each in discrepancies]


def _draw(discrepancy: Discrepancy, proposal: Proposal | None, reader: Reader) -> DiscrepancyRow:
    resolved = discrepancy.resolved_at
    return DiscrepancyRow(
        number=discrepancy.number,
        url=reverse("console:discrepancy", args=[discrepancy.number]),
        title=discrepancy.variant.full_title,
        sku=discrepancy.variant.sku,
        place=place_of(discrepancy),
        source=str(discrepancy.get_source_display()),
        ours=discrepancy.expected,
        theirs=discrepancy.counted,
        difference=signed(discrepancy.difference),
        direction=direction_of(discrepancy.difference),
        value=value_of(discrepancy, reader),
        age=reader.moment(resolved) if resolved else reader.ago(discrepancy.opened_at),
        danger=_danger(proposal) if proposal else "",
    )


def place_of(discrepancy: Discrepancy) -> str:
    """“Leipzig, bin Q-04, lot B-7”."""
    parts = [discrepancy.location.name]
    if discrepancy.bin:
        parts.append(f"bin {discrepancy.bin.code}")
    if discrepancy.lot:
        parts.append(f"lot {discrepancy.lot}")
    return ", ".join(parts)


def signed(number: int) -> str:
    """With a real minus: “−2”, “+3”, “0”."""
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def direction_of(difference: int) -> Direction:
    if difference == 0:
        return "same"
    return "more" if difference > 0 else "fewer"


def value_of(discrepancy: Discrepancy, reader: Reader) -> str:
    variant = discrepancy.variant
    amount = variant.unit_cost * discrepancy.difference
    return reader.difference(amount, variant.partner.base_currency)


def count_holds(number: int) -> str:
    return "1 hold" if number == 1 else f"{number} holds"


def _danger(proposal: Proposal) -> str:
    """Holds that would end, and how much even that would not cover."""
    parts = [count_holds(len(proposal.ends))] if proposal.ends else []
    if proposal.uncovered:
        parts.append(f"{proposal.uncovered} promised for good")
    return ", ".join(parts)
