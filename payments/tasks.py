"""What Celery wakes. What waits is rows, so a lost or doubled wake-up is harmless."""

from __future__ import annotations

from celery import shared_task

from core import clock
from payments import courier, linking, noticing, reconciling, sweeps


@shared_task(name="payments.carry_out")
def carry_out() -> int:
    """Ask providers for what is due; the schedule calls it too, for what a crash left behind."""
    now = clock.now()
    ended = sweeps.carry_out_here(now=now)
    ended += linking.follow_requests(now=now)
    return ended + courier.carry_out_due(now=now)


@shared_task(name="payments.settle_notices")
def settle_notices() -> int:
    """Look into what providers say has happened."""
    return noticing.settle_notices(now=clock.now())


@shared_task(name="payments.remind")
def remind() -> int:
    """Of links that end soon."""
    return sweeps.remind_of_payments(now=clock.now())


@shared_task(name="payments.follow_obligations")
def follow_obligations() -> int:
    """Remind, let fall due, charge once; renew card holds; let store credit lapse."""
    now = clock.now()
    sweeps.renew_card_holds(now=now)
    sweeps.expire_store_credit(now=now)
    return sweeps.follow_obligations(now=now)


@shared_task(name="payments.reconcile", time_limit=900, soft_time_limit=880)
def reconcile() -> int:
    """The providers' lists against ours, once a day."""
    return reconciling.reconcile_all(now=clock.now())
