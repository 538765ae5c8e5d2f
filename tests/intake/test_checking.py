from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from intake.channels import read_document
from intake.checking import find_channel_of
from intake.reading import ReadOrder
from tests.intake.documents import body, shopify, woocommerce


def truth_of(channel: str, document: dict[str, Any]) -> dict[str, Any]:
    found = read_document(channel, json.loads(body(document)))
    assert isinstance(found, list)
    assert isinstance(found[0], ReadOrder)
    return found[0].as_stated() | {"arithmetic": found[0].arithmetic.value}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, one of them a list, and their truth."""
    for channel in ("shopify", "woocommerce"):
        (tmp_path / channel).mkdir()
    (tmp_path / "shopify/order.json").write_bytes(body(shopify()))
    (tmp_path / "shopify/refund.json").write_bytes(body({"order_id": 1, "refund_line_items": []}))
    (tmp_path / "woocommerce/orders.json").write_bytes(body([woocommerce()]))
    (tmp_path / "woocommerce/broken.json").write_bytes(b'{"id": 1,}')
    truth = {
        "shopify/order.json": truth_of("shopify", shopify()),
        "woocommerce/orders.json#0": truth_of("woocommerce", woocommerce()),
        "woocommerce/broken.json": {"external_id": None},
    }
    (tmp_path / "TRUTH.json").write_text(json.dumps(truth))
    return tmp_path


def check(folder: Path) -> str:
    out = StringIO()
    call_command("intake_check", str(folder), stdout=out)
    return out.getvalue()


class TestIntakeCheck:
    def test_counts_by_channel_what_is_read_as_the_truth_says(self, folder: Path) -> None:
        rows = [line.split() for line in check(folder).splitlines()]
        assert ["shopify", "2", "2", "0", "0"] in rows
        assert ["woocommerce", "2", "1", "1", "0"] in rows

    def test_finds_the_channel_by_folder_or_by_the_files_first_word(self, tmp_path: Path) -> None:
        names = {
            "etsy/receipt-1.json": "etsy",
            "messaging/ses-bounce-1.json": "ses",
            "csv/shopify-orders.csv": "shopify-csv",
            "carriers-xml/usps-1.xml": "carriers-xml",
            "post/letter-1.json": "",
        }
        assert {name: find_channel_of(tmp_path / name) for name in names} == names

    def test_lists_each_field_that_differs_and_fails(self, folder: Path) -> None:
        truth = json.loads((folder / "TRUTH.json").read_text())
        truth["shopify/order.json"]["grand_total"] = "1.00"
        truth["shopify/order.json"]["lines"][0]["sku"] = "OTHER"
        (folder / "TRUTH.json").write_text(json.dumps(truth))
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("intake_check", str(folder), stdout=out)
        assert "shopify/order.json: grand_total should be '1.00', read '102.20'" in out.getvalue()
        assert "lines[0].sku should be 'OTHER', read 'SHIRT-BLUE-M'" in out.getvalue()

    def test_says_when_an_order_of_the_truth_was_not_found(self, folder: Path) -> None:
        truth = json.loads((folder / "TRUTH.json").read_text())
        truth["shopify/refund.json"] = truth["shopify/order.json"]
        (folder / "TRUTH.json").write_text(json.dumps(truth))
        with pytest.raises(CommandError):
            check(folder)

    def test_refuses_a_folder_without_truth(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"TRUTH\.json"):
            check(tmp_path)
