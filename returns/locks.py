"""The only row locks on returns. Imported by `returns.services` alone."""

from __future__ import annotations

from core.transactions import requires_transaction
from returns.models import DefectPattern, Return


@requires_transaction
def lock_return(return_id: int) -> Return:
    """The case's row, its version raised by one, locked against every other writer.

    One statement: it waits and reads what the other has left, as FOR NO KEY UPDATE does. Without
    a history row: what changes besides writes its own. Raises Return.DoesNotExist.
    """
    rows = Return.objects.raw(
        "UPDATE returns_return SET version = version + 1 WHERE id = %s RETURNING *", [return_id]
    )
    for case in rows:
        return case
    raise Return.DoesNotExist(f"There is no return {return_id}.")


@requires_transaction
def lock_pattern(pattern_id: int) -> DefectPattern:
    """Raises DefectPattern.DoesNotExist."""
    rows = DefectPattern.objects.select_for_update(no_key=True, of=("self",))
    pattern: DefectPattern = rows.select_related("variant__product", "defect_type").get(
        pk=pattern_id
    )
    return pattern
