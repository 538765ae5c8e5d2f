"""Answers that are kept for repetitions, forgotten when no program will ask for them again."""

from __future__ import annotations

import datetime as dt

from api.models import SavedAnswer
from core.models import EncryptedDocument
from core.transactions import opens_transaction

# Longer than any sensible program goes on trying.
ANSWERS_ARE_KEPT_FOR = dt.timedelta(hours=72)
FORGOTTEN_AT_ONCE = 500


@opens_transaction
def forget_answers(*, now: dt.datetime) -> int:
    """Delete answers that no program will ask for again; says how many. A few at a time."""
    old = SavedAnswer.objects.filter(made_at__lt=now - ANSWERS_ARE_KEPT_FOR).order_by("made_at")
    found = dict(old.values_list("pk", "body_id")[:FORGOTTEN_AT_ONCE])
    SavedAnswer.objects.filter(pk__in=found).delete()
    EncryptedDocument.objects.filter(pk__in=found.values()).delete()
    return len(found)
