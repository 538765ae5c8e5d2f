"""The only row locks on returns. Imported by `returns.services` alone."""

from __future__ import annotations

from typing import Any

from core.asking import ask
from core.transactions import requires_transaction
from returns.models import Claim, DefectPattern, Return, UnknownParcel
from returns.states import ClaimState


@requires_transaction
def lock_return(return_id: int) -> Return:
    """The case's row, its version raised by one, locked against every other writer.

    One statement: it waits and reads what the other has left, as FOR NO KEY UPDATE does, and the
    database's clock of that moment with it (`locked_at`). Without a history row: what changes
    besides writes its own. Raises Return.DoesNotExist.
    """
    rows = ask(
        f"UPDATE returns_return SET version = version + 1 WHERE id = %s"
        f" RETURNING {_COLUMNS}, app_now()",
        [return_id],
    )
    if not rows:
        raise Return.DoesNotExist(f"There is no return {return_id}.")
    (row,) = rows
    case = Return.from_db("default", _FIELDS, row[:-1])
    case.locked_at = row[-1]
    return case


_FIELDS = [field.attname for field in Return._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Return._meta.concrete_fields)


@requires_transaction
def lock_pattern(pattern_id: int) -> DefectPattern:
    """Raises DefectPattern.DoesNotExist."""
    rows = DefectPattern.objects.select_for_update(no_key=True, of=("self",))
    pattern: DefectPattern = rows.select_related("variant__product", "defect_type").get(
        pk=pattern_id
    )
    return pattern


@requires_transaction
def lock_claim(claim_id: int) -> Claim:
    """Raises Claim.DoesNotExist."""
    claim: Claim = Claim.objects.select_for_update(no_key=True).get(pk=claim_id)
    return claim


@requires_transaction
def lock_open_claim(**whose: Any) -> Claim | None:
    """The claim that gathers for them now."""
    claims = Claim.objects.select_for_update(no_key=True)
    claim: Claim | None = claims.filter(state=ClaimState.OPEN, **whose).first()
    return claim


@requires_transaction
def lock_unknown_parcel(parcel_id: int) -> UnknownParcel:
    """Raises UnknownParcel.DoesNotExist."""
    parcel: UnknownParcel = UnknownParcel.objects.select_for_update(no_key=True).get(pk=parcel_id)
    return parcel
