from __future__ import annotations

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from fulfilment.models import Warehouse, WarehouseSecret
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _location() -> None:
    make_location("LEJ")


def say(*words: str) -> str:
    out = io.StringIO()
    call_command("warehouse", "LEJ", *words, stdout=out)
    return out.getvalue()


class TestWarehouse:
    def test_connects_a_location_and_says_where_to_report(self) -> None:
        said = say("open", "--url", "https://wms.example/in")
        assert Warehouse.objects.get().public_id in said

    def test_takes_secrets_from_standard_input_and_shows_none(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say("open")
        monkeypatch.setattr(sys, "stdin", io.StringIO("whsec_c3dvcmRmaXNo\n"))
        say("add-secret")
        shown = say("show")
        assert "live" in shown
        assert "c3dvcmRmaXNo" not in shown

    def test_retires_a_secret_by_its_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        say("open")
        monkeypatch.setattr(sys, "stdin", io.StringIO("swordfish\n"))
        say("add-secret")
        say("retire-secret", str(WarehouseSecret.objects.get().pk))
        assert "retired" in say("show")

    def test_refuses_in_words(self) -> None:
        with pytest.raises(CommandError, match="has no warehouse"):
            say("show")
        with pytest.raises(CommandError, match="no adapter"):
            say("open", "--adapter", "pigeon")
