"""Messages, promises and wordings, empty and with something of each kind, for the browser."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from core import clock
from core.actors import Actor
from notifications import services
from notifications.models import Message, Promise, Suppression
from notifications.states import Medium, Reason
from returns.models import Return
from tests.browser.shop import Shop


def of_messages(shop: Shop) -> Iterator[str]:
    yield from ("/suppressed/", "/promises/", "/promises/theirs/", "/promises/over/")
    letter = Message.objects.filter(person__startswith="customer:").latest("pk")
    actor, now = Actor.system("test"), clock.now()
    with transaction.atomic():
        services.suppress_address_of(message=letter, reason=Reason.BOUNCED, actor=actor, now=now)
        Promise.objects.create(
            partner=letter.partner,
            case=letter.case,
            about=letter.case,
            what="arrival",
            person=letter.person,
            message=letter,
            promised_on=now.date(),
            time_zone="UTC",
            is_ours=True,
            said_at=now,
        )
        text = services.queue(
            partner_id=letter.partner_id,
            case=letter.case,
            template="payment_link",
            event=letter.event,
            medium=Medium.SMS,
            person=letter.person,
            to="+491713920005",
            locale="ja",
            context={
                **dict.fromkeys(("name", "order", "until"), "2026/11/20"),
                "shop": "House",
                "amount": "¥1,200",
                "link": "https://pay.example/x",
            },
            actor=actor,
            now=now,
        )
    assert text is not None
    yield from ("/dev/messages/", f"/dev/messages/{letter.public_id}/")
    # Not the mail itself: nothing runs on its page, not even what looks for barriers.
    yield f"/dev/messages/{text.public_id}/"
    yield from ("/promises/", "/promises/open/", "/suppressed/")
    yield f"/suppressed/{Suppression.objects.get().pk}/lift/"
    case = Return.objects.get(pk=letter.case.partition(":")[2])
    yield f"/cases/{case.number}/"
