"""Holds that fall due while somebody commits them: one outcome each, and grace keeps its word."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from bench.proof import Evidence, Proof, count_broken_laws
from bench.rush import Tally, rush
from core.actors import Actor
from core.errors import DomainError
from core.models import Event
from core.transactions import opens_transaction
from inventory import services
from inventory.expiry import expire_due
from inventory.models import Reservation, StockLevel
from inventory.rules import Wanted
from tests.factories.stock import make_location, make_stock, make_variant

DESK = Actor.system("prove")
PAYMENT = "moneyoperation:1"
HOLDS, RACERS, PROCESSES = 1_000, 4, 16
# All fall due within the time that the run takes.
SOONEST, LATEST = 0.2, 4.0  # seconds
ENDS = ("reservation.committed", "reservation.expired")


def by() -> dict[str, Any]:
    return {"actor": DESK, "now": dt.datetime.now(dt.UTC)}


def name(number: int) -> str:
    return f"exchangeline:{number}"


def has_grace(number: int) -> bool:
    """A payment is on its way for every fourth."""
    return number % 4 == 0


def make_holds() -> None:
    """Holds that fall due one after the other from now on, those with a grace among them."""
    levels = [make_stock(make_variant(), make_location(f"P{n}"), HOLDS) for n in range(10)]
    for number in range(HOLDS):
        make_hold(levels[number % len(levels)], number)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_reservation r SET expires_at = app_now()"
            " + make_interval(secs => %s + %s * split_part(r.reference, ':', 2)::integer / %s)",
            [SOONEST, LATEST - SOONEST, HOLDS],
        )


@opens_transaction
def make_hold(level: StockLevel, number: int) -> None:
    services.reserve(
        partner_id=level.partner_id,
        case="return:1",
        wanted=[Wanted(name(number), level.variant_id, 1, level.location_id)],
        destination=None,
        hold_for=dt.timedelta(minutes=30),
        **by(),
    )
    if has_grace(number):
        services.grant_grace(
            references=[name(number)],
            payment="moneyoperation:1",
            for_=dt.timedelta(hours=1),
            **by(),
        )


def race_for_ends(
    commit: Callable[[int], str], sweep: Callable[[int], str]
) -> Callable[[int], str]:
    """Of the racers for a hold one sweeps and the others commit."""

    def call(number: int) -> str:
        hold, racer = divmod(number, RACERS)
        return sweep(hold) if racer == 0 else commit(hold)

    return call


def end_each_once(_seed: int) -> Evidence:
    make_holds()

    def commit(number: int) -> str:
        try:
            opens_transaction(services.commit)(references=[name(number)], **by())
        except DomainError:
            return "ended"
        return f"committed {number}"

    def sweep(_number: int) -> str:
        expire_due(now=dt.datetime.now(dt.UTC), batch=50)
        return "swept"

    tally = rush(race_for_ends(commit, sweep), calls=HOLDS * RACERS, processes=PROCESSES)
    sweep(0)
    return Evidence(tally.calls, 0, count_double_ends(tally) + count_broken_laws())


def count_double_ends(tally: Tally) -> int:
    """Holds that ended twice, a commit that was promised and is not there, a grace not kept."""
    ends = Counter(Event.objects.filter(kind__in=ENDS).values_list("subject", flat=True))
    states = dict(Reservation.objects.values_list("reference", "state"))
    promised = Counter(said for said in tally.answers if said.startswith("committed "))
    broken = sum(number > 1 for number in ends.values())
    broken += sum(number > 1 for said, number in tally.answers.items() if said in promised)
    broken += sum(states[name(int(said.split()[1]))] != "committed" for said in promised)
    broken += sum(
        states[name(number)] != "committed" for number in range(HOLDS) if has_grace(number)
    )
    return broken


def end_as_it_was_read(_seed: int) -> Evidence:
    """The control: both look first and write later, and each believes to have ended it."""
    make_holds()

    def end(state: str) -> Callable[[int], str]:
        def write(number: int) -> str:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT state FROM inventory_reservation WHERE reference = %s", [name(number)]
                )
                if cursor.fetchone()[0] != "active":
                    return "ended"
                cursor.execute("SELECT pg_sleep(0.002)")
                cursor.execute(
                    "UPDATE inventory_reservation SET state = %s, expires_at = NULL,"
                    " resolved_at = CASE WHEN %s = 'expired' THEN now() END WHERE reference = %s",
                    [state, state, name(number)],
                )
            return f"{state} {number}"

        return write

    tally = rush(
        race_for_ends(end("committed"), end("expired")),
        calls=HOLDS * RACERS // 4,
        processes=PROCESSES,
    )
    wins = Counter[str]()
    for said, number in tally.answers.items():
        if said != "ended":
            wins[said.split()[1]] += number
    return Evidence(tally.calls, 0, sum(number > 1 for number in wins.values()))


A_HOLD_ENDS_ONCE = Proof(
    "a hold expires or is committed, and grace is kept", end_each_once, end_as_it_was_read
)
