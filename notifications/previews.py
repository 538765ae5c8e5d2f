"""Real cases to try a wording on. Who knows cases offers them; this app knows no shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.models import User
from notifications.kinds import MessageKind
from notifications.rules import Length, Letter, Part, fill_letter, lay_out, measure
from notifications.states import Medium

# By user, partner, the number of a case as typed, the kind's name, locale and now; None where the
# user may see no such case. Raises `BadInput` for a number that is none.
Describe = Callable[..., Mapping[str, str] | None]
_describe: list[Describe] = []


def offer_cases(describe: Describe) -> None:
    """Called once, when the app that knows cases is ready."""
    _describe[:] = [describe]


def describe_case(
    *, user: User, partner_id: int, number: str, kind: str, locale: str, now: dt.datetime
) -> Mapping[str, str] | None:
    """What a message of this kind would say of a real case, as far as the case knows it."""
    for describe in _describe:
        return describe(
            user=user, partner_id=partner_id, number=number, kind=kind, locale=locale, now=now
        )
    return None


@dataclass(frozen=True, slots=True)
class Preview:
    """A wording filled in. `made_up` are the names that came from the samples."""

    letter: Letter
    parts: list[Part]
    made_up: list[str]
    length: Length | None = None


def preview(
    letter: Letter, kind: MessageKind, medium: str, facts: Mapping[str, str] | None = None
) -> Preview:
    """The wording with the facts of a case, and with samples for what these do not know."""
    known = {name: value for name, value in (facts or {}).items() if name in kind.names}
    context = {**kind.names, **known}
    filled = fill_letter(letter, context)
    return Preview(
        letter=filled,
        parts=lay_out(letter, context),
        made_up=sorted(letter.placeholders - known.keys()),
        length=measure(filled.body) if medium == Medium.SMS else None,
    )
