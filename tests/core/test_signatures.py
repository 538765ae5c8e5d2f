from __future__ import annotations

import datetime as dt

import pytest

from core.signatures import WINDOW, BadSignature, sign, verify, write_headers

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
BODY = b'{"test": 2432232314}'
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def signed(*secrets: bytes) -> dict[str, str]:
    return write_headers(message_id="msg_1", body=BODY, secrets=secrets or [SECRET], now=NOW)


class TestSign:
    def test_agrees_with_the_example_of_standard_webhooks(self) -> None:
        signature = sign(
            SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=BODY
        )
        assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class TestVerify:
    def test_gives_back_the_id_of_what_is_signed(self) -> None:
        assert verify(signed(), BODY, secrets=[b"another", SECRET], now=NOW) == "msg_1"

    def test_takes_any_signature_of_several(self) -> None:
        assert verify(signed(b"old", b"new"), BODY, secrets=[b"new"], now=NOW)

    @pytest.mark.parametrize(
        "change",
        [
            {"webhook-id": "msg_2"},
            {"webhook-id": ""},
            {"webhook-id": "a" * 81},
            {"webhook-id": "é"},
            {"webhook-timestamp": "1794736801"},
            {"webhook-timestamp": "-1"},
            {"webhook-timestamp": "９"},
            {"webhook-timestamp": "9" * 30},
            {"webhook-signature": "v1,"},
            {"webhook-signature": "v2," + "A" * 44},
            {"webhook-signature": "\udcff"},
        ],
        ids=repr,
    )
    def test_refuses_whatever_was_changed(self, change: dict[str, str]) -> None:
        with pytest.raises(BadSignature):
            verify(signed() | change, BODY, secrets=[SECRET], now=NOW)

    def test_refuses_another_body_and_nobodys_secret(self) -> None:
        for body, secrets in ((BODY + b" ", [SECRET]), (BODY, []), (BODY, [b""])):
            with pytest.raises(BadSignature):
                verify(signed(), body, secrets=secrets, now=NOW)

    @pytest.mark.parametrize("sign_of_time", [1, -1])
    def test_refuses_what_is_older_or_newer_than_the_window(self, sign_of_time: int) -> None:
        just_outside = NOW + sign_of_time * (WINDOW + dt.timedelta(seconds=1))
        assert verify(signed(), BODY, secrets=[SECRET], now=NOW + sign_of_time * WINDOW)
        with pytest.raises(BadSignature):
            verify(signed(), BODY, secrets=[SECRET], now=just_outside)
