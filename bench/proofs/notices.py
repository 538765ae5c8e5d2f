"""Notices of a provider, repeated, shuffled, forged and early: the end is what is true.

2,000 notices are taken out of the provider's own outbox and delivered over HTTP to the served desk,
many times over in any order by several senders while workers act on them: some recorded and sent
again too late, and as many forged ones as a guesser has patience for.
"""

import datetime as dt
import http.client
import json
import os
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.proof import Evidence, Proof, count_broken_laws
from bench.proofs.payments import start
from bench.proofs.web import LONGEST_ANSWER, SERVED, serving
from bench.rush import rush
from core import clock, signatures
from orders.models import Order, Tender
from payments import courier, noticing
from payments.models import Dispute, MoneyOperation, ProviderAccount, ProviderNotice
from payments.services import intents
from tests.factories.cases import NOW
from tests.factories.money import make_account, pay_with, run
from tests.factories.sales import Sold, make_order
from tests.payments.bank import SECRET, Bank, banking

NOTICES, EVENTS, SENDERS, WORKERS = 10_000, 2_000, 4, 2
# Together 2,000 notices: a capture of each sale, refunds and those that failed, disputes and ends.
REFUNDS, FAILED, DISPUTED, EARLY = 640, 180, 160, 70
FORGED_SHARE, LATE_SHARE, TOO_LATE = 0.2, 0.1, dt.timedelta(minutes=6)
RIGHT = {"200 real", "401 forged", "401 late"}
BELIEVING = "bench.unsigned"
GUESSED = "whsec_" + "Z3Vlc3NlZA=="

Truth = dict[str, str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way, signed with the provider's secret or a guessed one."""

    body: bytes
    secret: str = SECRET
    is_late: bool = False

    @property
    def kind(self) -> str:
        return "forged" if self.secret != SECRET else "late" if self.is_late else "real"


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


def live(bank: Bank, account: ProviderAccount, dice: random.Random, share: int) -> list[str]:
    """What happens at the provider, all of it before anybody here hears; payments not known yet."""
    refunds, failed, disputed = REFUNDS // share, FAILED // share, DISPUTED // share
    orders = [sell(account, bank) for _ in range(refunds + disputed)]
    for order in orders[:refunds]:
        refund(order)
    bank.behave(drop_after=0.3, seed=dice.random())
    while courier.carry_out_due(now=NOW):  # a round of it has an end
        pass
    bank.behave(drop_after=0)
    sent = [one for one in bank.state()["operation"] if one["kind"] == "refund"]
    for one in dice.sample(sent, failed):
        bank.act("fail_refund", id=one["id"])
    early = [f"pay_early_{number}" for number in range(EARLY // share)]
    for name in early:
        bank.act("take", account=account.public_id, id=name, amount="50.00", currency="EUR")
    known = [order.tenders.get().provider_reference for order in orders[refunds:]]
    for name in [*known, *early]:
        bank.act("dispute", id=name)
    for dispute in dice.sample(bank.state()["dispute"], disputed // 2):
        bank.act("close_dispute", id=dispute["id"], outcome=dice.choice(["won", "lost"]))
    return early


def draw_storm(bank: Bank, dice: random.Random, notices: int) -> list[Delivery]:
    """In any order: every real notice at least once, late ones, and many that nobody sent."""
    real = [one["body"].encode() for one in bank.state()["notice"]]
    forged, late = round(notices * FORGED_SHARE), round(notices * LATE_SHARE)
    storm = [Delivery(body) for body in real]
    storm += [Delivery(dice.choice(real)) for _ in range(notices - len(real) - forged - late)]
    storm += [Delivery(dice.choice(real), is_late=True) for _ in range(late)]
    for number in range(forged):
        said = json.loads(dice.choice(real)) | {"id": f"ntc_forged_{number}"}
        storm.append(Delivery(json.dumps(said).encode(), secret=GUESSED))
    dice.shuffle(storm)
    return storm


class Sender:
    """A program that delivers, with a connection that each of its processes keeps."""

    def __init__(self, port: int, account: ProviderAccount, storm: list[Delivery]) -> None:
        self.port, self.storm = port, storm
        self.path = f"/webhooks/payments/sandbox/{account.public_id}/"
        self.connections: dict[int, http.client.HTTPConnection] = {}

    def send(self, number: int) -> str:
        one = self.storm[number]
        headers = signatures.write_headers(
            message_id=json.loads(one.body)["id"],
            body=one.body,
            secrets=[one.secret.encode()],
            now=clock.now() - (TOO_LATE if one.is_late else dt.timedelta(0)),
        )
        desk = self.connections.setdefault(
            os.getpid(), http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER)
        )
        desk.request("POST", self.path, one.body, {**headers, "Content-Type": "application/json"})
        answer = desk.getresponse()
        answer.read()
        return f"{answer.status} {one.kind}"


def register(early: list[str]) -> None:
    """The sales whose disputes came before they did."""
    for name in early:
        order = make_order(Sold("50.00"))
        order.tenders.update(provider="sandbox", provider_reference=name)


def storm_through(seed: int, application: str, *, share: int = 1) -> Evidence:
    """All of it over HTTP, to the desk as it is served; `share` makes it that many times less."""
    dice = random.Random(seed)
    with banking(folder=Path(tempfile.mkdtemp())) as bank:
        settings.PAYMENT_SANDBOX_URL, settings.PAYMENT_SANDBOX_SECRET = bank.url, SECRET
        os.environ |= {"PAYMENT_SANDBOX_URL": bank.url, "PAYMENT_SANDBOX_SECRET": SECRET}
        account = make_account(make_order().partner_id)
        early = live(bank, account, dice, share)
        events = len(bank.state()["notice"])
        if share == 1 and events != EVENTS:
            raise RuntimeError(f"{events} events, not {EVENTS}")
        storm = draw_storm(bank, dice, NOTICES // share)
        with serving(application) as port:
            answers = rush_past(Sender(port, account, storm), early)
        settle_down()
        broken = sum(count for said, count in answers.items() if said not in RIGHT)
        broken += ProviderNotice.objects.filter(notice_id__startswith="ntc_forged").count()
        broken += count_untrue(bank) + count_broken_laws()
        return Evidence(len(storm), len(storm) - events, broken)


def rush_past(sender: Sender, early: list[str]) -> Counter[str]:
    """Half of the storm before the early ones' sales are known, half after; workers act on it."""
    half = len(sender.storm) // 2
    workers = [start(lambda: noticing.settle_notices(now=NOW)) for _ in range(WORKERS)]
    try:
        first = rush(sender.send, calls=half, processes=SENDERS)
        register(early)
        rest = rush(
            lambda n: sender.send(half + n), calls=len(sender.storm) - half, processes=SENDERS
        )
    finally:
        for pid in workers:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
    return first.answers + rest.answers


def settle_down() -> None:
    """What was put off comes due, and what was unknown is asked for, until nothing is left."""
    for hours in range(1, 8):
        clock.shift_database_clock(dt.timedelta(minutes=7 * hours))
        while noticing.settle_notices(now=NOW) + courier.carry_out_due(now=NOW):
            pass
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


def end_as_it_is_true(seed: int) -> Evidence:
    return storm_through(seed, SERVED)


def believe_whoever_writes(seed: int) -> Evidence:
    """The control: a door that takes a notice whoever signed it, and whenever."""
    return storm_through(seed, BELIEVING, share=5)


NOTICES_END_IN_THE_TRUTH = Proof(
    "10,000 notices, repeated, shuffled, forged, early", end_as_it_is_true, believe_whoever_writes
)
