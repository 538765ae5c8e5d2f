"""A client made of the document by a generator that we did not write, calling the desk."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.live_server_helper import LiveServer

from api.schema.building import build_document
from tests.api.test_exchanges import body_of
from tests.factories.desk import make_swap_today
from tests.factories.keys import make_key
from tests.factories.swaps import Swap

NAME = "desk_client"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's folder. The generator has nothing to warn of."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(build_document()))
    (folder / "config.json").write_text(
        json.dumps({"package_name_override": NAME, "post_hooks": []})
    )
    words = ["generate", "--path", "openapi.json", "--config", "config.json", "--meta", "none"]
    program = [sys.executable, "-m", "openapi_python_client", *words, "--output-path", NAME]
    told = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Warning" not in told.stdout + told.stderr, told.stdout
    return folder


@pytest.mark.django_db(transaction=True)
class TestAGeneratedClient:
    def test_opens_reads_and_ends_an_exchange(
        self, made: Path, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        swap = make_swap_today(available=3)
        monkeypatch.syspath_prepend(made)
        made_client = importlib.import_module(NAME).AuthenticatedClient(
            base_url=live_server.url,
            token=make_key(partner=swap.order.partner).secret,
            raise_on_unexpected_status=True,
        )
        with made_client as client:
            self.use(client, swap)

    def use(self, client: Any, swap: Swap) -> None:
        models = importlib.import_module(f"{NAME}.models")
        told = call(
            "exchanges.post_exchanges",
            client=client,
            body=models.NewExchange.from_dict(body_of(swap)),
            idempotency_key=str(uuid4()),
        )
        assert (told.object_, told.state, told.due.amount) == (
            "exchange",
            "awaiting_goods",
            "0.00",
        )
        read = call("exchanges.get_exchange", told.id, client=client)
        assert read.to_dict()["lines"] == told.to_dict()["lines"]
        ended = call(
            "exchanges.post_exchange_cancel",
            told.id,
            client=client,
            body=models.Cancelled(continue_return=False, reason="Changed their mind"),
            idempotency_key=str(uuid4()),
            if_match=f'"{read.version}"',
        )
        assert ended.state == "cancelled"
        listed = call("returns.get_returns", client=client, limit=1)
        assert [each.state for each in listed.data] == ["cancelled"]
        refused = call("returns.get_return", "RMA-00000-00000-0", client=client)
        assert (refused.code, refused.status) == ("not_found", 404)


def call(name: str, *args: Any, **kwargs: Any) -> Any:
    return importlib.import_module(f"{NAME}.api.{name}").sync(*args, **kwargs)
