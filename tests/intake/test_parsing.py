from __future__ import annotations

import pytest

from core.strict_json import LARGEST_DOCUMENT, MalformedDocument
from intake.parsing import parse_form, parse_table, parse_xml

HOSTILE_TABLES = {
    "nothing": b"",
    "one column": b"a\n1\n",
    "column twice": b"a,a\n1,2\n",
    "more cells than columns": b"a,b\n1,2,3\n",
    "formula": b'a,b\n1,"=HYPERLINK(""http://x"")"\n',
    "formula behind a sign": b"a,b\n1,+cmd|x\n",
    "at sign": b"a,b\n1,@SUM(A1)\n",
    "tab first": b'a,b\n1,"\t=1"\n',
    "nul": b"a,b\n1,\x002\n",
    "latin-1": "a,b\n1,Zoë\n".encode("latin-1"),
    "quote without end": b'a,b\n1,"2\n',
    "too many values": b"a,b\n" + b"1,2\n" * 20_000,
    "too large": b"a,b\n" + b" " * LARGEST_DOCUMENT,
}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<x>&b;</x>"""
HOSTILE_XML = {
    "nothing": b" ",
    "no xml": b"{}",
    "cut off": b"<a><b>",
    "two roots": b"<a/><b/>",
    "entities": BOMB,
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "document type": b'<!DOCTYPE x SYSTEM "http://example.com/x.dtd"><x/>',
    "too deep": b"<a>" * 40 + b"</a>" * 40,
    "too many": b"<a>" + b"<b/>" * 50_001 + b"</a>",
    "nul": b"<a>\x00</a>",
    "attribute twice": b"<a b='1' b='2'/>",
    "wrong encoding": b"<?xml version='1.0' encoding='utf-16'?><a/>",
    "unknown encoding": b"<?xml version='1.0' encoding='klingon'?><a/>",
}


class TestParseTable:
    def test_gives_rows_without_their_empty_cells(self) -> None:
        rows = parse_table(b"\xef\xbb\xbfName;Phone;Off\n#1;+49 30 1234;-0.01\n#2;;\n")
        assert rows == [{"Name": "#1", "Phone": "+49 30 1234", "Off": "-0.01"}, {"Name": "#2"}]

    @pytest.mark.parametrize("hostile", HOSTILE_TABLES.values(), ids=HOSTILE_TABLES.keys())
    def test_refuses_with_a_reason(self, hostile: bytes) -> None:
        with pytest.raises(MalformedDocument):
            parse_table(hostile)


class TestParseXml:
    def test_gives_objects_lists_and_attributes_without_their_spaces(self) -> None:
        parsed = parse_xml(b'<a xmlns="urn:x" id="1"><b>1</b><b>2</b><c>x</c></a>')
        assert parsed == {"a": {"@id": "1", "b": ["1", "2"], "c": "x"}}

    @pytest.mark.parametrize("hostile", HOSTILE_XML.values(), ids=HOSTILE_XML.keys())
    def test_refuses_with_a_reason(self, hostile: bytes) -> None:
        with pytest.raises(MalformedDocument):
            parse_xml(hostile)


class TestParseForm:
    def test_gives_fields(self) -> None:
        assert parse_form(b"MessageSid=SM1&To=%2B49") == {"MessageSid": "SM1", "To": "+49"}

    @pytest.mark.parametrize("hostile", [b"", b"a", b"a=1&a=2", b"a=%00", b"a=%ff", b"\xff=1"])
    def test_refuses_with_a_reason(self, hostile: bytes) -> None:
        with pytest.raises(MalformedDocument):
            parse_form(hostile)
