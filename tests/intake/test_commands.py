from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.models import Partner
from core.strict_json import LARGEST_DOCUMENT
from intake.models import ChannelDocument
from orders.models import Channel, Order
from tests.intake.documents import body, shopify

pytestmark = pytest.mark.django_db


def intake(*arguments: Any) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("intake", "--channel", "shopify", "--json", *map(str, arguments), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def write(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


class TestIntakeCommand:
    def test_works_on_an_empty_database(self, tmp_path: Path) -> None:
        (told,) = intake(write(tmp_path, "order.json", body(shopify())))
        assert (told["outcome"], told["updated"], told["field"]) == ("accepted", False, None)
        assert Order.objects.get().partner == Partner.objects.get(is_house=True)

    def test_prints_the_order_as_the_document_states_it(self, tmp_path: Path) -> None:
        file = write(tmp_path, "order.json", body(shopify(total_price="1.00")))
        (told,) = intake(file)
        assert (told["file"], told["outcome"], told["field"]) == (str(file), "held", "grand_total")
        assert "102.20" in told["reason"]
        assert list(told["order"]) == [
            "external_id",
            "order_number",
            "currency",
            "placed_at",
            "customer_email",
            "lines",
            "shipping_total",
            "discount_total",
            "tax_total",
            "grand_total",
            "financial_status",
            "fulfillment_status",
            "prices_include_tax",
        ]
        assert told["order"]["grand_total"] == "1.00"

    def test_tells_each_outcome_in_the_order_of_the_files(self, tmp_path: Path) -> None:
        newer = shopify(updated_at="2026-03-05T10:00:00Z", financial_status="refunded")
        contents = {
            "1.json": body(shopify()),
            "2.json": body(shopify()),
            "3.json": body(newer),
            "4.json": b'{"id": 1,}',
            "5.json": b'{"id": 1}',
        }
        told = intake(*(write(tmp_path, name, content) for name, content in contents.items()))
        assert [(line["outcome"], line["updated"]) for line in told] == [
            ("accepted", False),
            ("duplicate", False),
            ("accepted", True),
            ("dead_letter", False),
            ("ignored", False),
        ]
        assert told[1]["order"]["external_id"] == "7001"
        assert told[3]["order"] is None

    def test_tells_of_every_order_in_a_list(self, tmp_path: Path) -> None:
        orders = [shopify(), shopify(id=7002, admin_graphql_api_id=None)]
        told = intake(write(tmp_path, "list.json", body({"orders": orders})))
        assert [line["file"].rpartition("#")[2] for line in told] == ["orders/0", "orders/1"]

    def test_hands_the_topic_and_the_account_on(self, tmp_path: Path) -> None:
        file = write(tmp_path, "order.json", body(shopify()))
        (told,) = intake("--topic", "orders/delete", "--account", "ana.myshopify.com", file)
        assert told["outcome"] == "ignored"
        assert ChannelDocument.objects.get().channel.account == "ana.myshopify.com"

    def test_uses_the_same_channel_again(self, tmp_path: Path) -> None:
        file = write(tmp_path, "order.json", body(shopify()))
        intake(file)
        intake(file)
        assert Channel.objects.count() == 1

    def test_goes_on_after_a_file_it_cannot_take_in(self, tmp_path: Path) -> None:
        large = write(tmp_path, "large.json", b"0" * (LARGEST_DOCUMENT + 1))
        good = write(tmp_path, "order.json", body(shopify()))
        with pytest.raises(CommandError, match="2 of the files"):
            intake(tmp_path / "missing.json", large, good)
        assert Order.objects.count() == 1

    def test_speaks_to_people_without_json(self, tmp_path: Path) -> None:
        out = StringIO()
        file = write(tmp_path, "order.json", body(shopify()))
        call_command("intake", "--channel", "shopify", str(file), stdout=out)
        assert out.getvalue() == f"accepted  {file}  #SHP-1001\n"


class TestIntakeSecretCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("intake_secret", "--channel", "shopify", *arguments, stdout=out)
        return out.getvalue()

    def test_reads_the_secret_from_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("hush\n"))
        assert "is live" in self.run("add")
        assert "live" in self.run("list")

    def test_retires_a_secret_by_its_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("hush\n"))
        self.run("add")
        number = str(Channel.objects.get().secrets.get().pk)
        self.run("retire", number)
        assert "retired" in self.run("list")

    def test_says_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO(""))
        with pytest.raises(CommandError, match="standard input"):
            self.run("add")
        with pytest.raises(CommandError, match="no such secret"):
            self.run("retire")
