"""What the SQL functions need to know of the world: who hears of it, and who does it."""

from __future__ import annotations

from core.actors import Actor
from core.events import as_array, subscribers_of, wake_couriers_on_commit


def heard_by(kind: str) -> str:
    """Who hears of the events that a function is about to write, when the couriers next come by.

    For holds: to wake them takes longer than a hold. A command that has something urgent to tell
    wakes them for its own event.
    """
    return as_array(subscribers_of(kind))


def told_of(kind: str) -> str:
    """The same for what is urgent: they are woken on commit, where anybody hears of it."""
    if subscribers_of(kind):
        wake_couriers_on_commit()
    return heard_by(kind)


def user_setting(actor: Actor) -> str:
    """What the history trigger reads: the person's id, or nothing for a part of the desk."""
    return "" if actor.user_id is None else str(actor.user_id)
