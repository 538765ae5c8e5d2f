"""`docs/messages.md` says what the registry says. To write its table anew:
``python -m tests.notifications.test_table``.
"""

from __future__ import annotations

import django

if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from django.conf import settings

from core.events import subscribers_of
from notifications.kinds import MessageKind, list_kinds
from notifications.states import Medium
from tests.notifications.causes import list_caused

TABLE = settings.BASE_DIR / "docs" / "messages.md"
HEAD = ["| Message | When | To | By | Because of |", "|---|---|---|---|---|"]
# Written in the command that records them: the words are chosen there, or the secret is.
SAID_BY_COMMANDS = {
    "defect_pattern.customers_told",
    "order.link_sent",
    "return.evidence_asked",
}
WAYS = {"email": "e-mail", "sms": "SMS"}


def write_row(kind: MessageKind) -> str:
    ways = " and ".join(WAYS[medium] for medium in kind.media)
    if kind.falls_back:
        ways += f", or {WAYS[kind.falls_back]}"
    if kind.is_urgent:
        ways += ", at night too where the morning is too late"
    optional = ", optional" if kind.is_optional else ""
    events = ", ".join(f"`{event}`" for event in kind.because)
    who = str(kind.to.label).lower()
    return f"| `{kind.name}` {kind.title}{optional} | {kind.when} | {who} | {ways} | {events} |"


def read_rows() -> list[str]:
    return [line for line in TABLE.read_text().splitlines() if line.startswith("|")]


class TestTable:
    def test_says_what_the_registry_says(self) -> None:
        assert read_rows() == [*HEAD, *(write_row(kind) for kind in list_kinds())]

    def test_calls_urgent_only_what_can_wake_somebody(self) -> None:
        """Mail keeps no quiet hours: urgent without a text would say nothing."""
        assert [
            kind.name
            for kind in list_kinds()
            if kind.is_urgent and Medium.SMS not in kind.every_medium
        ] == []

    def test_has_a_test_that_causes_each(self) -> None:
        """The real thing is done and the letter is there: a wording alone is no message."""
        assert {kind.name for kind in list_kinds()} - list_caused() == set()

    def test_names_events_that_somebody_hears(self) -> None:
        """A message whose event has no subscriber would never be written."""
        deaf = {
            event
            for kind in list_kinds()
            for event in kind.because
            if not subscribers_of(event) and event not in SAID_BY_COMMANDS
        }
        assert deaf == set()


if __name__ == "__main__":
    kept = [line for line in TABLE.read_text().splitlines() if not line.startswith("|")]
    at = next(n for n, line in enumerate(kept) if line.startswith("## Which")) + 2
    rows = [*HEAD, *(write_row(kind) for kind in list_kinds())]
    TABLE.write_text("\n".join([*kept[:at], *rows, *kept[at:]]).rstrip() + "\n")
