"""Who is not written to, and by which way."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.kept import KeptQuery
from core.models import User
from core.roles import Permission
from notifications.addresses import hash_address
from notifications.kinds import MessageKind, list_kinds
from notifications.models import MutedKind, Suppression
from notifications.states import Reason

# Wishes follow the person to a new address; that nothing arrives is true of the address alone.
OF_PERSON = (Reason.ASKED, Reason.UNSUBSCRIBED)


def _live(partner_id: int, medium: str, whose: Q) -> QuerySet[Suppression]:
    found = Suppression.objects.for_partner(partner_id).filter(
        whose, medium=medium, ended_at__isnull=True
    )
    return found.order_by("-covers_all", "pk")


_OF_ADDRESS: KeptQuery[Suppression] = KeptQuery(
    lambda partner_id, medium, hashed: _live(partner_id, medium, Q(address_hash=hashed))
)
_OF_EITHER: KeptQuery[Suppression] = KeptQuery(
    lambda partner_id, medium, hashed, person: _live(
        partner_id, medium, Q(address_hash=hashed) | Q(person=person, reason__in=OF_PERSON)
    )
)


def find_suppression(
    *, partner_id: int, medium: str, address: str, person: str, is_optional: bool
) -> Suppression | None:
    """Why nothing of this sort goes to this address or person by this way; None where it may."""
    hashed = hash_address(partner_id=partner_id, medium=medium, address=address)
    found = (
        _OF_EITHER(partner_id, medium, hashed, person)
        if person
        else _OF_ADDRESS(partner_id, medium, hashed)
    )
    return next((each for each in found if is_optional or each.covers_all), None)


def list_suppressions(*, user: User, address: str = "", person: str = "") -> QuerySet[Suppression]:
    """The live ones a user may see, newest first; of one address by its hash, or one person."""
    live = Suppression.objects.visible_to(user, Permission.SEE_MESSAGES).filter(
        ended_at__isnull=True
    )
    if address:
        pairs = live.values_list("partner_id", "medium").distinct()
        hashes = [
            hash_address(partner_id=partner, medium=medium, address=address)
            for partner, medium in pairs
        ]
        live = live.filter(address_hash__in=hashes)
    if person:
        live = live.filter(person=person)
    return live.select_related("partner", "message").order_by("-since", "-pk")


def is_muted(*, partner_id: int, person: str, kind: str) -> bool:
    """Whether a member of staff does not want this kind. Customers mute nothing."""
    model, _, pk = person.partition(":")
    if model != "user":
        return False
    return MutedKind.objects.for_partner(partner_id).filter(user=int(pk), kind=kind).exists()


def list_mutable(user: User) -> list[MessageKind]:
    """What a member of staff may choose not to hear of."""
    roles = set(user.memberships.values_list("role", flat=True))
    return [
        kind
        for kind in list_kinds()
        if kind.is_optional and not kind.is_to_customer and kind.to in roles
    ]


def list_muted(user: User) -> set[str]:
    return set(MutedKind.objects.filter(user=user).values_list("kind", flat=True))
