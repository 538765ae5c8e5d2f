"""Who did something, by name: events and ledger lines hold ids only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from console.reader import Reader
from core.models import User

_OF_NO_USER = {"customer": "the customer", "system": "Swapdesk", "partner": "the partner"}


def name_people(actors: Collection[str]) -> dict[str, str]:
    """Names by ``user:12``; whoever is no user of the desk is left out."""
    ids = [int(key) for kind, _, key in (ref.partition(":") for ref in actors) if kind == "user"]
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}


def word_for(actor: str, names: Mapping[str, str], reader: Reader) -> str:
    """“you”, a colleague's name out of `names`, or what else acted."""
    if actor == f"user:{reader.user.pk}":
        return "you"
    return names.get(actor, _OF_NO_USER.get(actor.partition(":")[0], "someone"))
