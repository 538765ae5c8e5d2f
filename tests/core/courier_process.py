"""A courier of its own, to be killed: `python -m tests.core.courier_process [naive]`.

Its effect is a count that the test can read. The naive one acts first and marks afterwards, in
a transaction each, without an inbox: the control that shows what ours prevents.
"""

import os
import sys
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from core import clock, deliveries, events  # noqa: E402
from core.faults import crashpoint  # noqa: E402
from core.models import Event  # noqa: E402
from tests.core.effects import make_effect  # noqa: E402


def act_then_mark(claim: deliveries.Claim, now: datetime | None = None) -> bool:
    make_effect(event=Event.objects.get(pk=claim.event_id), now=clock.now())
    crashpoint("delivery.before_done")
    deliveries._mark_done(claim)
    return True


if __name__ == "__main__":
    events.subscribe("test.effect", "errand.*", handler=make_effect)
    if "naive" in sys.argv:
        deliveries._deliver = act_then_mark
    deliveries.deliver_due()
    connection.close()
