"""The published events of a stretch of seals, told: for endpoints, and for who asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from api.webhooks.kinds import PUBLISHED
from api.webhooks.telling import describe, read_cases, read_subjects
from core.models import Event, Partner


@dataclass(frozen=True, slots=True)
class News:
    """An event as it is told outside. `position` is that of its seal."""

    event: Event
    position: int
    body: dict[str, Any]

    @property
    def event_id(self) -> str:
        return f"evt_{self.event.event_id.hex}"


def list_news(
    *,
    partner: Partner,
    after: int,
    upto: int,
    names: Collection[str] | None = None,
    limit: int | None = None,
) -> list[News]:
    """Oldest first; `names` are those that partners know, every one without it."""
    wanted = [kind for kind, name in PUBLISHED.items() if names is None or name in names]
    sealed = Event.objects.for_partner(partner).filter(
        kind__in=wanted, seal__sequence__gt=after, seal__sequence__lte=upto
    )
    events = list(sealed.select_related("seal").order_by("seal__sequence")[:limit])
    subjects, cases = read_subjects(events), read_cases(events)
    return [
        News(
            event=event,
            position=event.seal.sequence,
            body=describe(
                event,
                subject=subjects.get(event.subject),
                case=cases.get(event.case),
                livemode=not partner.is_sandbox,
            ),
        )
        for event in events
    ]
