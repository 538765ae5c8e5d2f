"""What the SQL functions need to know of the world: who hears of it, and who does it."""

from __future__ import annotations

from core.actors import Actor
from core.events import as_array, subscribers_of, wake_couriers_on_commit


def told_of(kind: str) -> str:
    """Who hears of the events that a function is about to write; they are woken on commit."""
    subscribers = subscribers_of(kind)
    if subscribers:
        wake_couriers_on_commit()
    return as_array(subscribers)


def user_setting(actor: Actor) -> str:
    """What the history trigger reads: the person's id, or nothing for a part of the desk."""
    return "" if actor.user_id is None else str(actor.user_id)
