"""Twilio's REST API, the little of it that sends a text and asks what became of one.

Twilio knows no idempotency key, so a second try first reads the list of what was sent to the
number. Its answers are not repeated in errors: they hold numbers and words.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from core import egress
from notifications.sms.port import NotHeard, Refused

# What the number's owner or carrier says, for good: https://www.twilio.com/docs/api/errors
STOPPED = {21610}
NOBODY_THERE = {21211, 21214, 21217, 21265, 21614}
NOT_NOW = {20429, 14107, 21611}
AS_MANY = 50
LONGEST_LIST = 1024 * 1024


class Twilio:
    name = "twilio"

    def __init__(
        self,
        *,
        account: str,
        token: str,
        sender: str,
        callback: str,
        url: str,
        may_reach_loopback: bool,
    ) -> None:
        self._address = f"{url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        credentials = base64.b64encode(f"{account}:{token}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}
        self._sender, self._callback = sender, callback
        self._may_reach_loopback = may_reach_loopback

    def send(self, *, to: str, body: str, reference: str) -> str:
        by = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        form = {"To": to, by: self._sender, "Body": body}
        if self._callback:
            form["StatusCallback"] = self._callback
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = egress.post(
                self._address,
                urlencode(form).encode(),
                headers=headers,
                may_reach_loopback=self._may_reach_loopback,
            )
        except egress.Unreachable as error:
            raise NotHeard(str(error)) from error
        said = _read(answer.body)
        if answer.status == 201 and isinstance(said.get("sid"), str):
            return str(said["sid"])
        if 400 <= answer.status < 500:
            raise _refusal(answer.status, said.get("code"))
        raise NotHeard(f"answered {answer.status}")

    def find(self, *, to: str, body: str, since: dt.datetime) -> list[str]:
        days = {"DateSent>": since.astimezone(dt.UTC).date().isoformat()}
        query = urlencode({"To": to, "PageSize": AS_MANY, **days})
        try:
            answer = egress.get(
                f"{self._address}?{query}",
                headers=self._headers,
                most=LONGEST_LIST,
                may_reach_loopback=self._may_reach_loopback,
            )
        except egress.Unreachable as error:
            raise NotHeard(str(error)) from error
        if answer.status != 200:
            raise NotHeard(f"answered {answer.status}")
        listed = _read(answer.body).get("messages")
        found = [each for each in listed or [] if _is_it(each, to, body, since)]
        return [str(each["sid"]) for each in reversed(found)]


def _is_it(each: dict[str, Any], to: str, body: str, since: dt.datetime) -> bool:
    """Twilio counts whole seconds, so one second before counts too."""
    made = parsedate_to_datetime(str(each.get("date_created")))
    return (
        each.get("to") == to
        and str(each.get("body", "")).strip() == body.strip()
        and made >= since - dt.timedelta(seconds=1)
    )


def _refusal(status: int, code: Any) -> Refused:
    number = code if isinstance(code, int) else 0
    if status == 429 or number in NOT_NOW:
        return Refused(f"Twilio {number or status}", is_final=False)
    if status in (401, 403) and number not in STOPPED:  # it is us it refuses, not the person
        return Refused(f"Twilio {number or status}", is_final=False)
    reason = "stopped" if number in STOPPED else "bounced" if number in NOBODY_THERE else ""
    return Refused(f"Twilio {number or status}", is_final=True, reason=reason)


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
