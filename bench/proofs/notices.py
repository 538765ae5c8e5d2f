"""Notices of a provider, repeated, shuffled, forged and early: the end is what is true.

The provider's own notices are taken out of its outbox, sent many times over in any order by
several senders while workers act on them, with as many forged ones as a guesser has patience for.
"""

import datetime as dt
import json
import os
import random
import tempfile
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.proof import Evidence, Proof, count_broken_laws
from bench.proofs.payments import start
from bench.rush import rush
from core import clock, signatures
from orders.models import Order, Tender
from payments import courier, noticing
from payments.gateways import sandbox
from payments.models import Dispute, MoneyOperation, ProviderAccount, ProviderNotice
from payments.services import intents
from tests.factories.cases import NOW
from tests.factories.money import make_account, pay_with, run
from tests.factories.sales import Sold, make_order
from tests.payments.bank import SECRET, Bank, banking

NOTICES, SENDERS, WORKERS = 10_000, 4, 2
REFUNDS, FAILED, DISPUTED, EARLY, FORGED_SHARE = 300, 100, 80, 40, 0.2
GUESSED = "whsec_" + "Z3Vlc3NlZA=="

Truth = dict[str, str]


def sell(account: ProviderAccount, bank: Bank) -> Order:
    order = make_order(Sold("50.00"))
    pay_with(order, bank, account, ("card", "50.00"))
    return order


def refund(order: Order) -> None:
    tender = order.tenders.get()
    run(
        lambda **who: intents.plan_refund_of_tender(
            partner_id=order.partner_id,
            case="",
            purpose=f"order:{order.pk}",
            tender_id=tender.pk,
            amount=Decimal("20.00"),
            currency=order.currency,
            reason="goodwill",
            who=who | {"op_id": None},  # type: ignore[arg-type]
        )
    )


def live(bank: Bank, account: ProviderAccount, dice: random.Random) -> list[str]:
    """What happens at the provider, all of it before anybody here hears; payments not known yet."""
    orders = [sell(account, bank) for _ in range(REFUNDS + DISPUTED)]
    for order in orders[:REFUNDS]:
        refund(order)
    bank.behave(drop_after=0.3, seed=dice.random())
    courier.carry_out_due(now=NOW)
    bank.behave(drop_after=0)
    sent = [one for one in bank.state()["operation"] if one["kind"] == "refund"]
    for one in dice.sample(sent, FAILED):
        bank.act("fail_refund", id=one["id"])
    early = [f"pay_early_{number}" for number in range(EARLY)]
    for name in early:
        bank.act("take", account=account.public_id, id=name, amount="50.00", currency="EUR")
    known = [order.tenders.get().provider_reference for order in orders[REFUNDS:]]
    for name in [*known, *early]:
        bank.act("dispute", id=name)
    for dispute in dice.sample(bank.state()["dispute"], DISPUTED // 2):
        bank.act("close_dispute", id=dispute["id"], outcome=dice.choice(["won", "lost"]))
    return early


def draw_storm(bank: Bank, dice: random.Random) -> list[tuple[bytes, str]]:
    """Bodies and the secret that signs each, in any order: every real one at least once."""
    real = [one["body"].encode() for one in bank.state()["notice"]]
    forged = round(NOTICES * FORGED_SHARE)
    storm = [(body, SECRET) for body in real]
    storm += [(dice.choice(real), SECRET) for _ in range(NOTICES - len(real) - forged)]
    for number in range(forged):
        said = json.loads(dice.choice(real)) | {"id": f"ntc_forged_{number}"}
        storm.append((json.dumps(said).encode(), GUESSED))
    dice.shuffle(storm)
    return storm


def send(account: ProviderAccount, storm: list[tuple[bytes, str]], number: int) -> str:
    body, secret = storm[number]
    headers = signatures.write_headers(
        message_id=json.loads(body)["id"], body=body, secrets=[secret.encode()], now=clock.now()
    )
    answer = Client().post(
        f"/webhooks/payments/sandbox/{account.public_id}/",
        body,
        content_type="application/json",
        headers=headers,
    )
    return f"{answer.status_code} {'real' if secret == SECRET else 'forged'}"


def register(early: list[str]) -> None:
    """The sales whose disputes came before they did."""
    for name in early:
        order = make_order(Sold("50.00"))
        order.tenders.update(provider="sandbox", provider_reference=name)


def storm_through(seed: int, *, believes: bool) -> Evidence:
    dice = random.Random(seed)
    with banking(folder=Path(tempfile.mkdtemp())) as bank:
        settings.PAYMENT_SANDBOX_URL, settings.PAYMENT_SANDBOX_SECRET = bank.url, SECRET
        account = make_account(make_order().partner_id)
        early = live(bank, account, dice)
        storm = draw_storm(bank, dice)
        with _believing() if believes else nullcontext():
            workers = [start(lambda: noticing.settle_notices(now=NOW)) for _ in range(WORKERS)]
            try:
                half = len(storm) // 2
                first = rush(lambda n: send(account, storm, n), calls=half, processes=SENDERS)
                register(early)
                rest = rush(
                    lambda n: send(account, storm, half + n),
                    calls=len(storm) - half,
                    processes=SENDERS,
                )
            finally:
                for pid in workers:
                    os.kill(pid, 9)
                    os.waitpid(pid, 0)
            settle_down()
        answers = first.answers + rest.answers
        broken = sum(
            count for said, count in answers.items() if said not in ("200 real", "401 forged")
        )
        broken += ProviderNotice.objects.filter(notice_id__startswith="ntc_forged").count()
        broken += count_untrue(bank) + count_broken_laws()
        return Evidence(len(storm), len(storm) - len(bank.state()["notice"]), broken)


def settle_down() -> None:
    """What was put off comes due, and what was unknown is asked for, until nothing is left."""
    for hours in range(1, 8):
        clock.shift_database_clock(dt.timedelta(minutes=7 * hours))
        noticing.settle_notices(now=NOW)
        courier.carry_out_due(now=NOW)
    clock.shift_database_clock(dt.timedelta(0))


def count_untrue(bank: Bank) -> int:
    """Everything here that is otherwise at the provider."""
    state = bank.state()
    truth: Truth = {
        one["reference"].partition("/")[0]: one["status"]
        for one in state["operation"]
        if one["kind"] == "refund"
    }
    wrong = 0
    for operation in MoneyOperation.objects.filter(kind="refund"):
        is_gone = operation.reversed_at or operation.state in ("declined", "failed")
        here = "declined" if is_gone else str(operation.state)
        wrong += here != truth.get(operation.public_id, "")
    disputes = {one["id"]: one["status"] for one in state["dispute"]}
    here_too = dict(Dispute.objects.values_list("provider_reference", "state"))
    wrong += sum(here_too.get(name) != status for name, status in disputes.items())
    wrong += len(here_too.keys() - disputes.keys())
    payments = {one["id"]: Decimal(one["refunded"]) for one in state["payment"]}
    for tender in Tender.objects.exclude(provider_reference=""):
        wrong += tender.refunded != payments[tender.provider_reference]
    connection.close()
    return wrong


def _believing() -> AbstractContextManager[Any]:
    """A door that reads a notice whoever signed it."""

    def read(headers: Any, body: bytes, *, secrets: Any, now: dt.datetime) -> Any:
        anew = signatures.write_headers(
            message_id=json.loads(body)["id"], body=body, secrets=[SECRET.encode()], now=now
        )
        return real(anew, body, secrets=[SECRET.encode()], now=now)

    real = sandbox.read_notice
    return mock.patch.object(sandbox, "read_notice", read)


def end_as_it_is_true(seed: int) -> Evidence:
    return storm_through(seed, believes=False)


def believe_whoever_writes(seed: int) -> Evidence:
    return storm_through(seed, believes=True)


NOTICES_END_IN_THE_TRUTH = Proof(
    "10,000 notices, repeated, shuffled, forged, early", end_as_it_is_true, believe_whoever_writes
)
