from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import deliveries, events, laws, seals
from core.management.commands import verify
from core.models import InboxEntry
from tests.core.test_seals import as_intruder
from tests.factories.letters import record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered() -> Iterator[None]:
    """Three events, delivered to one listener, and sealed."""
    events.subscribe("test.listener", "errand.*", handler=lambda *, event, now: None)
    for _ in range(3):
        record_event()
    deliveries.deliver_due()
    seals.seal_events()
    yield
    events.unsubscribe("test.listener")


def broken() -> list[str]:
    return [outcome.invariant for outcome in laws.check_laws() if not outcome.ok]


class TestTheKernelsLaws:
    def test_hold_after_ordinary_work(self, delivered: None) -> None:
        assert broken() == []

    @pytest.mark.parametrize(
        ("law", "crime"),
        [
            ("events_of_a_subject_have_no_gap", "DELETE FROM core_event WHERE sequence = 2"),
            ("a_delivered_event_was_acted_on_once", "DELETE FROM core_inboxentry"),
            ("a_delivered_event_was_acted_on_once", "DELETE FROM core_eventdelivery"),
            ("no_delivery_is_stuck", "UPDATE core_eventdelivery SET state = 'dead'"),
            (
                "no_delivery_is_stuck",
                "UPDATE core_eventdelivery SET state = 'pending', due_at = '2020-01-01'",
            ),
            ("an_event_is_somebodys", "UPDATE core_event SET partner_id = 0"),
            (
                "an_event_is_somebodys",
                "UPDATE core_eventdelivery SET event_id = 0"
                " WHERE id = (SELECT min(id) FROM core_eventdelivery)",
            ),
            ("events_are_sealed", "TRUNCATE core_eventseal"),
            ("the_audit_chain_holds", "UPDATE core_event SET actor = 'user:666'"),
        ],
    )
    def test_each_notices_its_crime(self, delivered: None, law: str, crime: str) -> None:
        as_intruder(crime)
        assert law in broken()


class TestVerify:
    def run(self, **options: object) -> tuple[int, list[dict]]:
        out = StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("verify", stdout=out, **options)
        return int(end.value.code or 0), [json.loads(line) for line in out.getvalue().splitlines()]

    def test_says_that_all_is_well(self, delivered: None) -> None:
        code, lines = self.run()
        assert code == verify.HOLDS
        assert {line["invariant"] for line in lines} == set(laws.names())
        assert all(line["ok"] and line["violations"] == 0 for line in lines)

    def test_asks_for_stock_alone_when_it_must_be_fast(self) -> None:
        code, lines = self.run(fast=True)
        assert code == verify.HOLDS
        assert {line["invariant"] for line in lines} == set(laws.names("stock"))
        assert "events_are_sealed" not in laws.names("stock")

    def test_names_the_law_and_the_row(self, delivered: None) -> None:
        entry = InboxEntry.objects.first()
        assert entry is not None
        as_intruder(f"DELETE FROM core_inboxentry WHERE event_id = {entry.event_id}")
        code, (line,) = self.run(law=["a_delivered_event_was_acted_on_once"])
        assert code == verify.BROKEN
        assert (line["ok"], line["violations"], len(line["sample_ids"])) == (False, 1, 1)

    def test_never_takes_not_checked_for_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        law = laws.Law("test_law", "", lambda: laws._ask("SELECT 1", "SELECT nonsense"))
        monkeypatch.setattr(laws, "_laws", {"test_law": law})
        code, (line,) = self.run()
        assert code == verify.UNKNOWN
        assert line["ok"] is None
        assert "nonsense" in line["error"]

    def test_compares_with_a_head_kept_elsewhere(self, delivered: None) -> None:
        kept = str(seals.head())
        assert self.run(head=kept)[0] == verify.HOLDS
        as_intruder("DELETE FROM core_eventseal WHERE sequence = 3")
        assert self.run(head=kept, law=["events_of_a_subject_have_no_gap"])[0] == verify.BROKEN

    def test_refuses_a_law_it_does_not_know(self) -> None:
        with pytest.raises(CommandError, match="no law nonsense"):
            call_command("verify", law=["nonsense"])


@pytest.mark.django_db(transaction=True)
class TestSnapshot:
    def test_cannot_write(self, monkeypatch: pytest.MonkeyPatch) -> None:
        law = laws.Law("test_law", "", lambda: laws._ask("SELECT 1", "DELETE FROM core_partner"))
        monkeypatch.setattr(laws, "_laws", {"test_law": law})
        (outcome,) = laws.check_laws()
        assert outcome.ok is None
        assert "read-only" in outcome.error

    def test_sees_one_moment_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []

        def look() -> laws.Findings:
            with connection.cursor() as cursor:
                cursor.execute("SHOW transaction_isolation")
                seen.append(cursor.fetchone()[0])
            return laws.Findings(1, [])

        monkeypatch.setattr(laws, "_laws", {"test_law": laws.Law("test_law", "", look)})
        laws.check_laws()
        assert seen == ["repeatable read"]
        assert not transaction.get_connection().in_atomic_block
