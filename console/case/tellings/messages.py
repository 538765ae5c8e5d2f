"""Events of messages to people in words."""

from __future__ import annotations

import datetime as dt

from console.case.tellings.saying import Data, Telling, Words, plain
from console.reader import Reader
from notifications.kinds import find_kind
from notifications.states import WHY_NOT, Medium, Reason


def _mailed(what: str) -> Words:
    """The message by its title, what became of it, and why."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        kind = find_kind(data["template"])
        title = kind.title if kind else str(data["template"]).replace("_", " ")
        medium = str(Medium(data["medium"]).label)
        instead = "in place of one that did not arrive" if data.get("instead_of") else ""
        return f"{medium} “{title}” {what}", WHY_NOT.get(data.get("why", ""), instead)

    return words


def _written(data: Data, reader: Reader) -> tuple[str, str]:
    """Written, and not gone: there is time to undo it."""
    title, why = _mailed("written")(data, reader)
    return title, "; ".join(filter(None, (why, "it can be called off until it is sent")))


def _suppressed(what: str) -> Words:
    """An address that is not written to any more, or again."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        medium = str(Medium(data["medium"]).label)
        return what.format(medium=medium), str(Reason(data["reason"]).label)

    return words


def _promised(what: str) -> Words:
    """A day that the customer was told."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, reader.day(dt.date.fromisoformat(data["promised_on"]))

    return words


OF_MESSAGES: dict[str, Telling] = {
    "order.links_revoked": Telling("messages", "warn", plain("Links to the order taken back")),
    "message.sent": Telling("messages", "info", _mailed("sent")),
    "message.bounced": Telling("messages", "bad", _mailed("came back")),
    "message.failed": Telling("messages", "bad", _mailed("could not be sent")),
    "message.suppressed": Telling("messages", "plain", _mailed("kept back")),
    "message.queued": Telling("messages", "plain", _written),
    "message.delivered": Telling("messages", "good", _mailed("arrived")),
    "message.called_off": Telling("messages", "warn", _mailed("called off before it left")),
    "suppression.made": Telling(
        "messages", "warn", _suppressed("No more {medium} to that address")
    ),
    "suppression.lifted": Telling(
        "messages", "info", _suppressed("{medium} to that address again")
    ),
    "promise.broken": Telling("case", "bad", _promised("Not there on the day we said")),
    "promise.kept": Telling("case", "good", _promised("There as promised")),
}
