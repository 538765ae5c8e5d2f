"""The only row locks on money. Imported by `payments.services` alone."""

from __future__ import annotations

from core.transactions import requires_transaction
from payments.models import CreditMemo


@requires_transaction
def lock_memo(memo_id: int) -> CreditMemo:
    """The memo's row, locked against every other writer. Raises CreditMemo.DoesNotExist."""
    return CreditMemo.objects.select_for_update(no_key=True).get(pk=memo_id)
