"""Payments whose answers are lost and whose workers are killed: each is taken, and once."""

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connections

from bench.proof import Evidence, Proof, count_broken_laws
from payments import courier, locks, queries, services
from payments.gateways import sandbox
from payments.gateways.port import NothingHappened, OutcomeUnknown
from payments.models import MoneyOperation
from payments.services import outcomes
from tests.factories.cases import NOW
from tests.factories.money import make_account, make_card, run
from tests.factories.sales import make_order
from tests.payments.bank import SECRET, Bank, banking

PAYMENTS, WORKERS, KILLS = 2_000, 4, 40
DROPPED_BEFORE, DROPPED_AFTER = 0.10, 0.15
AMOUNT = Decimal("43.30")
STUCK = 60.0  # seconds without any payment coming to its end, while some are open


def plan_payments() -> None:
    order = make_order()
    make_account(order.partner_id)
    card = make_card(order.customer)
    for number in range(PAYMENTS):
        run(
            services.collect,
            partner_id=order.partner_id,
            case="return:1",
            purpose=f"exchange:{number}",
            order_id=order.pk,
            amount=AMOUNT,
            currency="EUR",
            payment_method_id=card.pk,
        )


def work_for_ever(work: Callable[[], int]) -> None:
    connections.close_all()
    while True:
        if not work():
            time.sleep(0.05)


def start(work: Callable[[], int]) -> int:
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work_for_ever(work)
        finally:
            os._exit(0)
    return pid


def count_open() -> int:
    return MoneyOperation.objects.exclude(state="succeeded").count()


def drive(seed: int, work: Callable[[], int]) -> int:
    """Workers at it until all is done or stuck, each killed now and then; how many were."""
    dice, kills = random.Random(seed), 0
    pids = [start(work) for _ in range(WORKERS)]
    last, left = time.monotonic(), PAYMENTS
    try:
        while (still := count_open()) and time.monotonic() - last < STUCK:
            if still < left:
                last, left = time.monotonic(), still
            time.sleep(0.5)
            if kills < KILLS:
                lane = dice.randrange(WORKERS)
                os.kill(pids[lane], signal.SIGKILL)
                os.waitpid(pids[lane], 0)
                pids[lane], kills = start(work), kills + 1
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return kills


def with_bank(seed: int, work: Callable[[], int]) -> Evidence:
    with banking(folder=Path(tempfile.mkdtemp())) as bank:
        settings.PAYMENT_SANDBOX_URL, settings.PAYMENT_SANDBOX_SECRET = bank.url, SECRET
        bank.behave(drop_before=DROPPED_BEFORE, drop_after=DROPPED_AFTER, seed=seed)
        plan_payments()
        kills = drive(seed, work)
        dropped = round(PAYMENTS * (DROPPED_BEFORE + DROPPED_AFTER))
        wrong = count_wrong(bank) | {"laws broken": count_broken_laws()}
        apart = ", ".join(f"{count} {what}" for what, count in wrong.items())
        return Evidence(PAYMENTS, kills + dropped, sum(wrong.values()), apart)


def count_wrong(bank: Bank) -> dict[str, int]:
    """Taken twice, never taken, or open still."""
    taken = Counter(
        one["reference"].partition("/")[0]
        for one in bank.state()["operation"]
        if one["kind"] == "capture"
    )
    return {
        "taken twice": sum(count - 1 for count in taken.values()),
        "lost": PAYMENTS - len(taken),
        "open still": count_open(),
    }


def take_each_once(seed: int) -> Evidence:
    return with_bank(seed, lambda: courier.carry_out_due(now=NOW))


def take_under_new_keys(seed: int) -> Evidence:
    return with_bank(seed, _work_with_new_keys)


def _work_with_new_keys() -> int:
    """The courier with a new key and no look-up at every try."""
    claims = locks.claim_due(batch=4)
    for claim in claims:
        who: dict[str, Any] = {
            "claim": claim,
            "actor": courier.COURIER,
            "op_id": uuid4(),
            "now": NOW,
        }
        operation = outcomes.begin_call(**who)
        if operation is None or operation.account is None:
            continue
        what = courier.write_instruction(operation)
        anew = {name: getattr(what, name) for name in what.__dataclass_fields__}
        anew["key"] = str(uuid4())
        try:
            outcome = sandbox.carry_out(queries.get_access(operation.account), type(what)(**anew))
        except NothingHappened as error:
            outcomes.note_closed_door(**who, why=str(error))
        except OutcomeUnknown as error:
            outcomes.note_silence(**who, why=str(error))
        else:
            outcomes.note_outcome(**who, outcome=outcome)
    return len(claims)


MONEY_IS_TAKEN_ONCE = Proof(
    claim="2,000 payments, a quarter of the answers lost, workers killed: each is taken once",
    run=take_each_once,
    control=take_under_new_keys,
)
