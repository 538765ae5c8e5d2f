"""Every kind of message there is: when it is written, to whom, by which way, and what it may name.

Apps register their kinds when they are ready, as they subscribe to events; this app knows no
shop. `docs/messages.md` shows the same table to people, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from notifications.states import Audience, Medium


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One kind. Its `name` is the name of its letter and never changes.

    `because` are the events it follows. `names` are the placeholders its wordings may use, each
    with a value to show. `media` are the ways it goes at once; `falls_back` is taken where none of
    them reaches the person. An *urgent* one leaves in quiet hours where in the morning it would be
    too late to act on it; its writer names that moment (`act_by`). An *optional* one can be opted
    out of; every other belongs to what the person bought, or to the work of who gets it, and
    cannot.
    """

    name: str
    title: str
    when: str
    to: Audience
    because: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    media: tuple[Medium, ...] = (Medium.EMAIL,)
    falls_back: Medium | None = None
    is_urgent: bool = False
    is_optional: bool = False

    @property
    def is_to_customer(self) -> bool:
        return self.to == Audience.CUSTOMER

    @property
    def every_medium(self) -> tuple[Medium, ...]:
        """The ways it can take, at once or in place of another."""
        more = (self.falls_back,) if self.falls_back else ()
        return (*self.media, *more)


_kinds: dict[str, MessageKind] = {}


class KindTwice(RuntimeError):
    """Two apps chose one name; the letters of one would be sent as the other's."""


def register(*kinds: MessageKind) -> None:
    for kind in kinds:
        if _kinds.get(kind.name, kind) != kind:
            raise KindTwice(kind.name)
        _kinds[kind.name] = kind


def find_kind(name: str) -> MessageKind | None:
    return _kinds.get(name)


def list_kinds() -> list[MessageKind]:
    """All of them: those to customers first, then by name."""
    return sorted(_kinds.values(), key=lambda kind: (not kind.is_to_customer, kind.to, kind.name))


def pick(samples: Mapping[str, str], *names: str) -> dict[str, str]:
    """The samples of these names: what a kind may use out of all that its app can say."""
    return {name: samples[name] for name in names}
