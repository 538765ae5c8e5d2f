from __future__ import annotations

import datetime as dt

import pytest

from notifications.addresses import hash_address, is_usable, read_phone
from notifications.rules import (
    BadLetter,
    Letter,
    QuietHours,
    UnknownPlaceholder,
    UnsafeSubject,
    is_start,
    is_stop,
    judge_promise,
    lay_out,
    measure,
)

NIGHT = QuietHours.read("21:00-08:00")
DAY = dt.date(2026, 11, 9)


class TestMeasure:
    @pytest.mark.parametrize(
        ("text", "alphabet", "units", "segments"),
        [
            ("", "GSM-7", 0, 0),
            ("a" * 160, "GSM-7", 160, 1),
            ("a" * 161, "GSM-7", 161, 2),
            ("a" * 306, "GSM-7", 306, 2),
            ("a" * 307, "GSM-7", 307, 3),
            ("Größe, señor, è: £", "GSM-7", 18, 1),
            ("€" * 80, "GSM-7", 160, 1),
            # 152 units and an escaped character: it moves whole into the second part.
            ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
            ("日" * 70, "UCS-2", 70, 1),
            ("日" * 71, "UCS-2", 71, 2),
            ("á", "UCS-2", 1, 1),
            ("😀" * 35, "UCS-2", 70, 1),
            # 66 units and a surrogate pair: it is not cut in two either.
            ("日" * 66 + "😀" + "日" * 66, "UCS-2", 134, 3),
        ],
    )
    def test_counts_as_carriers_do(self, text, alphabet, units, segments) -> None:
        length = measure(text)
        assert (length.alphabet, length.units, length.segments) == (alphabet, units, segments)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("moment", "zone", "ends"),
        [
            ("2026-11-06T20:30", "Europe/Berlin", "2026-11-07T07:00"),  # 21:30 there
            ("2026-11-06T06:59", "Europe/Berlin", "2026-11-06T07:00"),
            ("2026-11-06T07:00", "Europe/Berlin", None),
            ("2026-11-06T12:00", "Asia/Tokyo", "2026-11-06T23:00"),  # 21:00 there
            ("2026-11-06T12:00", "America/New_York", "2026-11-06T13:00"),  # 07:00 there
            ("2026-03-28T23:00", "Europe/Berlin", "2026-03-29T06:00"),  # an hour is missing
            ("2026-10-24T22:00", "Europe/Berlin", "2026-10-25T07:00"),  # one comes twice
        ],
    )
    def test_end_by_the_clock_of_the_person(self, moment: str, zone: str, ends: str) -> None:
        assert NIGHT
        end = NIGHT.end_after(dt.datetime.fromisoformat(moment + "+00:00"), zone)
        assert end == (dt.datetime.fromisoformat(ends + "+00:00") if ends else None)

    @pytest.mark.parametrize(
        ("act_by", "waits"),
        [
            (None, True),
            ("2026-11-07T09:00", True),  # 10:00 there: two hours after the quiet
            ("2026-11-07T08:00", True),
            ("2026-11-07T07:59", False),  # less than an hour is left in the morning
            ("2026-11-07T02:00", False),
        ],
    )
    def test_give_way_to_what_the_morning_is_too_late_for(self, act_by: str, waits: bool) -> None:
        assert NIGHT
        night = dt.datetime.fromisoformat("2026-11-06T20:30+00:00")
        ends = dt.datetime.fromisoformat(f"{act_by}+00:00") if act_by else None
        assert bool(NIGHT.wait_of(night, "Europe/Berlin", act_by=ends)) == waits

    def test_within_one_day_and_none_at_all(self) -> None:
        noon = QuietHours(dt.time(12), dt.time(14))
        assert noon.end_after(dt.datetime(2026, 11, 6, 13, tzinfo=dt.UTC), "UTC")
        assert not noon.end_after(dt.datetime(2026, 11, 6, 14, tzinfo=dt.UTC), "UTC")
        assert QuietHours.read(" ") is None


class TestStop:
    @pytest.mark.parametrize("words", ["STOP", " stop. ", "Arrêt", "BAJA", "停止", "Abmelden!"])
    def test_is_one_word_in_the_languages_we_write(self, words: str) -> None:
        assert is_stop(words)
        assert not is_start(words)

    @pytest.mark.parametrize("words", ["Please stop by tomorrow", "Hello", ""])
    def test_is_nothing_that_only_holds_the_word(self, words: str) -> None:
        assert not is_stop(words)


class TestPhones:
    @pytest.mark.parametrize(
        ("typed", "country", "read"),
        [
            ("+49 170 1234567", "", "+491701234567"),
            ("0170 / 123 45 67", "DE", "+491701234567"),
            ("090-1234-5678", "jp", "+819012345678"),
            ("0170 1234567", "", ""),
            ("12", "DE", ""),
            ("call me", "DE", ""),
        ],
    )
    def test_are_read_as_people_type_them(self, typed: str, country: str, read: str) -> None:
        assert read_phone(typed, country) == read
        assert is_usable("sms", read_phone(typed, country)) == bool(read)

    def test_are_remembered_however_they_are_written(self) -> None:
        def remember(address: str, partner: int = 1) -> str:
            return hash_address(partner_id=partner, medium="sms", address=address)

        assert remember("+49 170 1234567") == remember("+491701234567")
        assert remember("+491701234567") != remember("+491701234567", partner=2)


class TestJudgePromise:
    @pytest.mark.parametrize(
        ("day", "expected", "risk", "code"),
        [
            (6, None, "", "on_time"),
            (8, None, "", "at_risk"),
            (9, None, "", "at_risk"),
            (10, None, "", "over"),
            (6, 10, "", "at_risk"),
            (6, 9, "", "on_time"),
            (6, None, "The hold ended", "at_risk"),
        ],
    )
    def test_by_the_day_where_the_person_is(self, day, expected, risk, code) -> None:
        standing = judge_promise(
            promised_on=DAY,
            expected_on=expected and dt.date(2026, 11, expected),
            today=dt.date(2026, 11, day),
            risk=risk,
        )
        assert standing.code == code


class TestWording:
    NAMES = ("customer_name", "link")

    @pytest.mark.parametrize(
        "body",
        [
            "{{ customer_name.password }}",
            "{{ customer_name|safe }}",
            "{{customer_name}}",
            "{{ __class__ }}",
            "{{ 7*7 }}",
            "{{ customer_name }",
            "{{ {{ customer_name }} }}",
        ],
    )
    def test_refuses_what_is_no_plain_placeholder(self, body: str) -> None:
        with pytest.raises(BadLetter):
            Letter.of(subject="", body=body).require_names(self.NAMES)

    @pytest.mark.parametrize("body", ["{% debug %}", "${7*7}", "<%= 7 %>", "#{7}", "%(x)s", "{0}"])
    def test_takes_other_engines_words_for_text(self, body: str) -> None:
        assert lay_out(Letter.of(subject="", body=body), {})[0]["items"] == [["", body]]

    def test_refuses_a_name_that_its_kind_cannot_say(self) -> None:
        with pytest.raises(UnknownPlaceholder, match="order_total"):
            Letter.of(subject="{{ order_total }}", body="x").require_names(self.NAMES)

    def test_refuses_a_subject_of_two_lines(self) -> None:
        with pytest.raises(UnsafeSubject):
            Letter.of(subject="Hello\r\nBcc: x@y.example", body="x")


class TestLayOut:
    LETTER = Letter.of(
        subject="", body="Hi {{ name }},\nwell.\n\nTo: {{ to }}\nVia：{{ via }}\n\n{{ link }}\n"
    )

    def test_follows_the_wording_and_never_a_value(self) -> None:
        parts = lay_out(
            self.LETTER,
            {
                "name": "https://evil.example",
                "to": "a: b",
                "via": "",
                "link": "https://pay.example/x",
            },
        )
        assert parts == [
            {"kind": "text", "items": [["", "Hi https://evil.example,"], ["", "well."]]},
            {"kind": "facts", "items": [["To", "a: b"]]},
            {"kind": "link", "items": [["", "https://pay.example/x"]]},
        ]

    @pytest.mark.parametrize("value", ["javascript:alert(1)", "https://a b", 'https://a"x', "no"])
    def test_makes_no_link_of_what_is_none(self, value: str) -> None:
        context = {"name": "A", "to": "", "via": "", "link": value}
        assert lay_out(self.LETTER, context)[-1]["kind"] == "text"
