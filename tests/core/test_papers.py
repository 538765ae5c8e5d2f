"""Papers hold what they were given, in any script, with codes that a scanner reads."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from core import papers

GOODS = [{"units": "1", "title": "Mug", "sku": "MUG-1", "reason": "Damaged"}]


def slip(**facts: object) -> dict[str, object]:
    words = ("title", "from", "to", "order", "units", "goods", "sku", "reason", "how")
    return {
        "words": {word: word.capitalize() for word in words},
        "shop_name": "Shop",
        "sender": ["Zoë Ćirić"],
        "recipient": ["Lager"],
        "case_number": "RMA-1",
        "order_numbers": "#7",
        "goods": GOODS,
        "qr": papers.qr_code("RMA-1"),
        "barcode": papers.code_128("RMA-1"),
    } | facts


def pixels(**facts: object) -> bytes:
    return papers.draw("packing_slip", slip(**facts))


class TestAPaper:
    def test_is_a_pdf(self) -> None:
        assert papers.render("packing_slip", slip()).startswith(b"%PDF-")

    def test_carries_both_codes_so_that_a_scanner_reads_them(self) -> None:
        read = zxingcpp.read_barcodes(Image.open(io.BytesIO(pixels())))
        assert {(code.format.name, code.text) for code in read} == {
            ("QRCode", "RMA-1"),
            ("Code128", "RMA-1"),
        }

    @pytest.mark.parametrize(
        "name", ["Ćirić Đorđe", "Ιωάννης Παπαδόπουλος", "Дмитрий", "山田太郎", "김민수", "王小明"]
    )
    def test_shows_a_name_in_its_own_script(self, name: str) -> None:
        """Letters without a font would all be the same empty box."""
        boxes = "".join("\U000f0000" if letter.isalpha() else letter for letter in name)
        assert pixels(sender=[name]) != pixels(sender=[boxes])

    @pytest.mark.parametrize(
        "name",
        ['#import "x.typ"', "#read(sys.inputs.data)", "$x^2$ *bold*", "= Head", "\\ #panic()", "]"],
    )
    def test_prints_markup_as_the_words_it_is(self, name: str) -> None:
        whole = pixels(sender=[name])
        assert whole != pixels(sender=[""])
        assert Image.open(io.BytesIO(whole)).size == Image.open(io.BytesIO(pixels())).size


class TestAQRCode:
    @pytest.mark.parametrize("text", ["7", "RMA-2026-1", "https://example.com/r/" + "x" * 80])
    def test_is_never_a_micro_qr(self, text: str) -> None:
        """The smallest ordinary one has 21 modules and a border of 4."""
        width = int(papers.qr_code(text).split('width="')[1].split('"')[0])
        assert width >= 21 + 8
