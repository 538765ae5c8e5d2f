"""The only row locks on returns. Imported by `returns.services` alone."""

from __future__ import annotations

from core.transactions import requires_transaction
from returns.models import Return


@requires_transaction
def lock_return(return_id: int) -> Return:
    """The case's row, locked against every other writer. Raises Return.DoesNotExist."""
    return Return.objects.select_for_update(no_key=True).get(pk=return_id)
