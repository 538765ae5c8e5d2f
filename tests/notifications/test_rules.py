from __future__ import annotations

import pytest

from notifications.rules import (
    BadLetter,
    Letter,
    UnknownPlaceholder,
    UnsafeSubject,
    fill_letter,
    read_letter,
)

LETTER = read_letter(
    "Subject: About {{ number }}\n\nHello {{ name }},\n\nVia: {{ carrier }}\n\nBye\n"
)


class TestReadLetter:
    def test_takes_subject_body_and_placeholders_apart(self) -> None:
        assert LETTER.subject == "About {{ number }}"
        assert LETTER.placeholders == {"number", "name", "carrier"}

    @pytest.mark.parametrize(
        "text",
        [
            "Hello\n\nNo subject.",
            "Subject: two\nlines\n\nBody",
            "Subject: x\n\n{{ user.password }}",
            "Subject: x\n\n{{name}}",
            "Subject: x\n\n{{ name|safe }}",
            "Subject: x\n\n{{ __class__ }}",
            "Subject: x\n\n{{ a[0] }}",
            "Subject: x\n\nleft open {{ name",
        ],
    )
    def test_refuses_what_is_not_a_plain_name(self, text: str) -> None:
        with pytest.raises(BadLetter):
            read_letter(text)


class TestFillLetter:
    def test_puts_words_in_place_of_names(self) -> None:
        filled = fill_letter(LETTER, {"number": "RMA-1", "name": "Ćiril", "carrier": "DHL"})
        assert filled == Letter("About RMA-1", "Hello Ćiril,\n\nVia: DHL\n\nBye\n")

    def test_leaves_out_a_line_with_nothing_to_say(self) -> None:
        filled = fill_letter(LETTER, {"number": "1", "name": "A", "carrier": " "})
        assert filled.body == "Hello A,\n\nBye\n"

    def test_refuses_a_name_nobody_gave(self) -> None:
        with pytest.raises(UnknownPlaceholder, match="carrier, name"):
            fill_letter(LETTER, {"number": "1"})

    @pytest.mark.parametrize(
        "value", ["{{ name }}", "{% load x %}", "{{ request.user }}", "${7*7}", "<script>", "%s"]
    )
    def test_never_reads_a_value_as_a_letter(self, value: str) -> None:
        filled = fill_letter(LETTER, {"number": "1", "name": "secret", "carrier": value})
        assert f"Via: {value}" in filled.body

    @pytest.mark.parametrize("value", ["1\nBcc: x@y.example", "1\r\nX: y", "1\x00", "1\u2028"])
    def test_refuses_a_line_break_in_the_subject(self, value: str) -> None:
        with pytest.raises(UnsafeSubject):
            fill_letter(LETTER, {"number": value, "name": "A", "carrier": "B"})
