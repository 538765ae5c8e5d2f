"""The door that warehouses report at: who is believed, and what is refused at once."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from core import documents
from core.actors import Actor
from core.errors import TryAgain
from core.models import EncryptedDocument
from fulfilment import services, tasks
from fulfilment.models import WarehouseReport
from fulfilment.webhooks import LARGEST_REPORT
from tests.core.test_strict_json import HOSTILE
from tests.factories.stock import make_location
from tests.factories.swaps import NOW
from tests.factories.warehouses import Reporter, make_warehouse

ACTOR = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.settle_reports, "delay", lambda: None)


@pytest.fixture
def reporter() -> Reporter:
    return Reporter(make_warehouse(make_location()))


class TestTheDoor:
    def test_keeps_the_bytes_first_and_answers_with_the_reports_id(
        self, reporter: Reporter
    ) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        answer = reporter.send(written)
        kept = WarehouseReport.objects.get()
        assert (answer.status_code, answer.json()) == (202, {"report": kept.public_id})
        assert (kept.state, kept.sequence, kept.kind) == ("received", 1, "acknowledged")
        assert json.loads(documents.read(kept.content)) == written

    def test_answers_a_repetition_alike_and_keeps_one(self, reporter: Reporter) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        assert reporter.send(written).json() == reporter.send(written).json()
        assert WarehouseReport.objects.count() == 1

    def test_refuses_other_news_under_an_id_that_was_used(self, reporter: Reporter) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        reporter.send(written)
        answer = reporter.send(written | {"sequence": 2})
        assert (answer.status_code, answer.json()["code"]) == (422, "report_id_reused")

    @pytest.mark.parametrize(
        "change",
        [
            {"webhook-signature": "v1,AAAA"},
            {"webhook-signature": ""},
            {"webhook-id": "another"},
            {"webhook-timestamp": "1"},
            {"webhook-timestamp": "soon"},
        ],
        ids=str,
    )
    def test_counts_a_forgery_and_keeps_nothing_else(
        self, reporter: Reporter, change: dict[str, str]
    ) -> None:
        before = EncryptedDocument.objects.count()
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1"), **change)
        reporter.warehouse.refresh_from_db()
        assert (answer.status_code, reporter.warehouse.forged) == (401, 1)
        assert not WarehouseReport.objects.exists()
        assert EncryptedDocument.objects.count() == before

    def test_believes_two_secrets_while_one_is_being_replaced(self, reporter: Reporter) -> None:
        services.add_secret(
            warehouse=reporter.warehouse, secret="next", actor=ACTOR, op_id=uuid4(), now=NOW
        )
        for secret in (reporter.secret, "next"):
            reporter.secret = secret
            answer = reporter.send(reporter.write("acknowledged", message="wmg_1"))
            assert answer.status_code == 202

    def test_does_not_believe_a_retired_secret(self, reporter: Reporter) -> None:
        secret = reporter.warehouse.secrets.get()
        services.retire_secret(secret_id=secret.pk, actor=ACTOR, op_id=uuid4(), now=NOW)
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1"))
        assert answer.status_code == 401

    @pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
    def test_refuses_what_is_not_plain_json(self, reporter: Reporter, body: bytes) -> None:
        answer = reporter.send_bytes(body)
        assert answer.status_code in (400, 413, 422)
        assert answer["Content-Type"] == "application/problem+json"
        assert not WarehouseReport.objects.exists()

    def test_refuses_what_is_too_large(self, reporter: Reporter) -> None:
        assert reporter.send_bytes(b" " * (LARGEST_REPORT + 1)).status_code == 413

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"sequence": 0}, "sequence"),
            ({"sequence": "1"}, "sequence"),
            ({"kind": "eaten"}, "kind"),
            ({"at": "yesterday"}, "at"),
            ({"at": "2026-11-06T10:00:00"}, "at"),
            ({"data": []}, "data"),
            ({"data": {"message": 7}}, "data.message"),
            ({"kind": "received", "data": {"lines": [{"sku": "A", "quantity": 0}]}}, None),
        ],
        ids=str,
    )
    def test_names_the_field_that_is_wrong(
        self, reporter: Reporter, change: dict[str, Any], field: str | None
    ) -> None:
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1") | change)
        assert answer.status_code == 422
        assert answer.json()["field"] == (field or "data.lines[0].quantity")

    def test_has_no_warehouse_that_nobody_opened(self, reporter: Reporter) -> None:
        reporter.address = "/warehouses/whs_nothere/reports/"
        assert reporter.send(reporter.write("picked", shipment="shp_1")).status_code == 404

    def test_asks_to_come_again_when_the_desk_is_busy(self, reporter: Reporter) -> None:
        with patch("fulfilment.services.receive_report", side_effect=TryAgain("Busy.")):
            answer = reporter.send(reporter.write("picked", shipment="shp_1"))
        assert answer.status_code == 503
