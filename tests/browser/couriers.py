"""What the desk does by itself, seen from a test that has no time to wait for the schedule."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

from playwright.sync_api import Locator, Page

from core import clock
from notifications import courier
from notifications.services import TIME_TO_UNDO
from tests.mailbox import Mailbox

PULSE = "00:16"  # a case looks every 15 s whether it has changed
PULSES = 200


def pulse_until(page: Page, shown: Locator) -> None:
    """Let the page's own clock run, so that it looks again and again, until it shows this."""
    for _ in range(PULSES):
        if shown.is_visible():
            return
        page.clock.fast_forward(PULSE)
        page.wait_for_load_state("networkidle")
    raise AssertionError(f"{shown} is still not shown.")


def bring_post(mailbox: Mailbox, *, about: str) -> EmailMessage:
    """The letter with this in its subject, sent by the sweep once it can no longer be undone."""
    for _ in range(PULSES):
        for letter in mailbox.messages:
            if about in letter["Subject"]:
                return letter
        _sweep()
    subjects = [letter["Subject"] for letter in mailbox.messages]
    raise AssertionError(f"Nothing about “{about}” among {subjects}.")


def _sweep() -> None:
    clock.shift_database_clock(TIME_TO_UNDO)
    try:
        courier.send_due(now=clock.now())
    finally:
        clock.shift_database_clock(dt.timedelta(0))
