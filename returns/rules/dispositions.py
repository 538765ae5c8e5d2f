"""Where goods may go on to, once they have been put somewhere. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from core.verdicts import Verdict
from returns.rules.goods import GIVEN_UP
from returns.states import ClaimState, DisposedBecause, DispositionKind, Grade, RefurbishState

D = DispositionKind
Objections = tuple[str | Literal[False], ...]

# Units of these lie in a quarantine bin until somebody takes them further.
IN_QUARANTINE = (D.QUALITY_REJECT, D.REFURBISH, D.RETURN_TO_VENDOR, D.REPAIR)
FINAL = (D.SCRAP, D.RETURN_TO_CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedGoods:
    """As much of a disposition as decides what may become of its units.

    `left` are those that no later disposition took further; `seen_by` who inspected them or put
    them where they are.
    """

    kind: str
    left: int
    grade: str
    is_accepted: bool
    is_stocked: bool
    seen_by: frozenset[str]
    claim: str = ""
    refurbishing: str = ""


def can_move_on(goods: PlacedGoods, *, to: str, quantity: int, because: str, actor: str) -> Verdict:
    """Whether so many units may go from where they are to `to`, and if not, every reason."""
    kind, target = D(goods.kind), D(to)
    return Verdict.of(
        kind in FINAL and f"They are gone: {kind.label.lower()}.",
        target == D.REPAIR and "Goods go to the workshop at inspection.",
        kind == D.REPAIR
        and because != DisposedBecause.REPAIR_ENDED
        and "They are being repaired for the customer.",
        kind == target and "They are there already.",
        quantity > goods.left and f"Only {goods.left} of them are still there.",
        kind == D.RESTOCK
        and target == D.RETURN_TO_CUSTOMER
        and "Goods on sale are ours: nobody gets them back.",
        goods.claim not in ("", ClaimState.OPEN) and "The claim is with the supplier already.",
        goods.refurbishing == RefurbishState.DONE and "They are refurbished and on sale already.",
        *_whose(goods, target, because),
        *_sellable(goods, target, actor),
        target == D.SCRAP and not because and "Say why they are scrapped.",
    )


def _whose(goods: PlacedGoods, target: DispositionKind, because: str) -> Objections:
    """Goods that passed are ours, others the customer's until they give them up."""
    return (
        goods.is_accepted
        and target == D.RETURN_TO_CUSTOMER
        and not (goods.kind == D.REPAIR and because == DisposedBecause.REPAIR_ENDED)
        and "Accepted goods are ours: they do not go back.",
        not goods.is_accepted
        and target not in (D.RETURN_TO_CUSTOMER, D.QUALITY_REJECT)
        and because not in GIVEN_UP
        and "Refused goods are the customer’s until they agree to leave them to us.",
    )


def _sellable(goods: PlacedGoods, target: DispositionKind, actor: str) -> Objections:
    """Nobody alone brings quarantined goods back on sale, and broken ones never come back."""
    if target != D.RESTOCK:
        return ()
    return (
        actor in goods.seen_by and "You put them there: somebody else must pass them.",
        goods.grade == Grade.D and "Grade D goods are never restocked: refurbish them.",
        not goods.is_stocked and "The SKU is not in the catalogue, so it cannot be restocked.",
    )


def list_targets(
    goods: PlacedGoods, *, actor: str, because: Collection[str] = DisposedBecause.values
) -> dict[DispositionKind, Verdict]:
    """Every other place with whether units may go there for some reason, and why not."""
    targets = [kind for kind in D if kind != goods.kind]
    return {kind: _for_any_reason(goods, kind, actor, because) for kind in targets}


def _for_any_reason(
    goods: PlacedGoods, kind: DispositionKind, actor: str, because: Collection[str]
) -> Verdict:
    answers = [
        can_move_on(goods, to=kind, quantity=1, because=reason, actor=actor) for reason in because
    ]
    return next((answer for answer in answers if answer), answers[0])
