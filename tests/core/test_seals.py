from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from core import seals
from core.models import EventSeal
from tests.concurrency.races import race
from tests.factories.letters import record_event

pytestmark = pytest.mark.django_db


def record_some(count: int) -> None:
    for number in range(count):
        record_event(subject=f"errand:{number % 3}", data={"amount": f"{number}.00"})


def as_intruder(*statements: str) -> None:
    """Change rows past the triggers, as someone with the database's own rights could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


class TestSealing:
    def test_chains_every_event_to_the_one_before(self) -> None:
        record_some(5)
        assert seals.seal_events() == 5
        links = list(EventSeal.objects.order_by("sequence"))
        assert [link.sequence for link in links] == [1, 2, 3, 4, 5]
        assert [link.previous for link in links] == [seals.GENESIS] + [x.hash for x in links[:4]]
        assert seals.verify_chain() == []

    def test_goes_on_where_it_stopped(self) -> None:
        record_some(2)
        seals.seal_events()
        record_some(2)
        assert seals.seal_events() == 2
        assert seals.seal_events() == 0
        assert seals.head().sequence == 4

    def test_finds_an_event_that_was_overtaken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seals, "LOOK_BACK", 1)
        record_some(4)
        seals.seal_events()
        early = EventSeal.objects.order_by("sequence").values_list("event_id", flat=True)[0]
        as_intruder("TRUNCATE core_eventseal")
        assert seals.seal_events(everything=True) == 4
        assert EventSeal.objects.get(sequence=1).event_id == early

    def test_works_through_more_than_one_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seals, "BATCH", 2)
        record_some(5)
        assert seals.seal_events() == 5
        assert seals.verify_chain() == []


@pytest.mark.django_db(transaction=True)
class TestSealers:
    def test_at_the_same_time_make_one_chain(self) -> None:
        record_some(40)
        race([seals.seal_events] * 4)
        seals.seal_events()
        assert EventSeal.objects.count() == 40
        assert seals.verify_chain() == []

    def test_without_their_lock_would_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The control: the same race with the advisory lock taken away."""
        monkeypatch.setattr(seals, "_seal_batch", seal_without_lock)
        record_some(40)
        finishes = race([seals.seal_events] * 4)
        assert any(not finish.won for finish in finishes)


def seal_without_lock(everything: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        last = seals.head()
        cursor.execute(seals.UNSEALED, [0, 10])
        links = list(seals._link(last, cursor.fetchall()))
        cursor.execute("SELECT pg_sleep(0.05)")
        for link in links:
            cursor.execute("INSERT INTO core_eventseal VALUES (%s, %s, %s, %s)", link)
    return len(links)


EVENT_AT = "(SELECT event_id FROM core_eventseal WHERE sequence = {n})"
MUTATIONS: dict[str, Callable[[int], list[str]]] = {
    column: lambda n, column=column, value=value: [  # type: ignore[misc]
        f"UPDATE core_event SET {column} = {value} WHERE id = {EVENT_AT.format(n=n)}"
    ]
    for column, value in {
        "data": """'{"amount": "9.99"}'""",
        "actor": "'user:666'",
        "kind": "'exchange.cancelled'",
        "at": "at + interval '1 second'",
        '"case"': "'return:666'",
        "subject": "'shipment:666'",
        "sequence": "666",
        "op_id": "gen_random_uuid()",
        "cause": "1",
        "event_id": "gen_random_uuid()",
    }.items()
}
MUTATIONS |= {
    "event removed": lambda n: [f"DELETE FROM core_event WHERE id = {EVENT_AT.format(n=n)}"],
    "seal removed": lambda n: [f"DELETE FROM core_eventseal WHERE sequence = {n}"],
    "hash changed": lambda n: [
        f"UPDATE core_eventseal SET hash = repeat('0', 64) WHERE sequence = {n}"
    ],
    "two seals swapped": lambda n: [
        f"UPDATE core_eventseal SET sequence = -1 WHERE sequence = {n}",
        f"UPDATE core_eventseal SET sequence = {n} WHERE sequence = {n + 1}",
        f"UPDATE core_eventseal SET sequence = {n + 1} WHERE sequence = -1",
    ],
}


class TestVerifyChain:
    @pytest.mark.parametrize("mutation", MUTATIONS)
    def test_finds_and_locates_every_mutation(self, mutation: str) -> None:
        record_some(12)
        seals.seal_events()
        place = random.Random(mutation).randint(2, 10)
        as_intruder(*MUTATIONS[mutation](place))
        broken = seals.verify_chain()
        assert broken
        assert broken[0].sequence in (place, place + 1)

    def test_finds_a_cut_tail_by_a_head_kept_elsewhere(self) -> None:
        record_some(6)
        seals.seal_events()
        kept = seals.head()
        as_intruder("DELETE FROM core_eventseal WHERE sequence > 4")
        assert seals.verify_chain() == []
        (found,) = seals.verify_chain(expected=kept)
        assert (found.sequence, found.why) == (5, "the chain was cut off here")

    def test_finds_a_chain_rewritten_as_a_whole(self) -> None:
        record_some(4)
        seals.seal_events()
        kept = seals.head()
        as_intruder("TRUNCATE core_eventseal", "UPDATE core_event SET actor = 'user:666'")
        seals.seal_events()
        assert seals.verify_chain() == []
        assert [found.sequence for found in seals.verify_chain(expected=kept)] == [4]
