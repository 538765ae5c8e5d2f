"""Sources that announce nothing are asked again and again, from where the last look ended.

Asking happens outside of any transaction. What an answer holds and the cursor behind it are kept
together or not at all, so a look that fails half-way is made again, and what is known already is
a duplicate. A source that fails is asked less and less often, with jitter, and then rests.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings

from core import clock, egress
from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.operations import operation
from core.transactions import opens_transaction
from intake import tokens
from intake.adapters.asking import Asked, Page, Poll, Unanswerable
from intake.channels import get_adapter
from intake.locks import claim_poll, lock_poll
from intake.models import SourcePoll
from intake.queries import get_access_token
from intake.services.fetching import FAILURES_BEFORE_REST, MOST_ANSWERED, Refused, pause_after
from intake.services.receiving import receive_document
from intake.sources import has_room
from orders.models import Channel

WORKER = Actor.system("intake-poll")
MOST_ADDRESSES = 150  # in one look: a page, and what stands on it
LONGEST_CURSOR = 2_000
LEASE = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Look:
    """A source whose turn it is, and all that is needed to ask it without the database."""

    poll_id: int
    adapter: str
    poll: Poll
    asked: Asked
    secret: bytes | None


# Where the demo's stall says its file lies. Nobody can own a name of this kind (RFC 2606).
SIMULATED_HOST = "market.swapdesk.example"


def located(address: str) -> tuple[str, bool]:
    """Where an address is asked, and whether that may be this machine: of a desk that is tried
    out, the simulated source alone.
    """
    parts = urlsplit(address)
    if settings.SOURCE_SIMULATOR_URL and parts.hostname == SIMULATED_HOST:
        return f"{settings.SOURCE_SIMULATOR_URL}{parts.path}", True
    return address, False


@operation("intake.start_polling")
def start_polling(
    *,
    channel_id: int,
    what: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    address: str = "",
) -> SourcePoll:
    """Ask a channel for something from now on. `address`: where, for what only an admin knows."""
    channel = Channel.objects.get(pk=channel_id)
    poll = _find(channel.kind, what)
    if poll.wants_address and urlsplit(address).scheme != "https":
        raise BadInput("Say where it is fetched: an address that begins with https.",
                       field="address")  # fmt: skip
    row, _ = SourcePoll.objects.update_or_create(
        channel=channel,
        what=what,
        defaults={
            "partner_id": channel.partner_id,
            "address": address if poll.wants_address else "",
            "is_on": True,
            "due_at": now,
        },
    )
    _tell("channel.polling_started", row, actor=actor, op_id=op_id, now=now)
    return row


@operation("intake.stop_polling")
def stop_polling(*, poll_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> SourcePoll:
    """Ask no more; the cursor stays, for when it goes on."""
    row = lock_poll(poll_id)
    row.is_on = False
    row.save(update_fields=["is_on"])
    _tell("channel.polling_stopped", row, actor=actor, op_id=op_id, now=now)
    return row


def poll_next(*, now: dt.datetime) -> bool:
    """Ask one source whose turn it is; False when there is none."""
    look = _begin(now=now)
    if look is None:
        return False
    try:
        page = _ask(look)
    except (Refused, Unanswerable, tokens.NoToken) as error:
        _put_off(look.poll_id, str(error), now=now)
    except (egress.AddressForbidden, egress.Unreachable) as error:
        _put_off(look.poll_id, str(error) or type(error).__name__, now=now)
    else:
        _keep(look, page, now=now)
    return True


@opens_transaction
def _begin(*, now: dt.datetime) -> Look | None:
    row = claim_poll(now=now)
    if row is None:
        return None
    if not has_room(row.channel_id):
        row.due_at = now + pause_after(1)
        row.save(update_fields=["due_at"])
        return None
    row.leased_until = clock.database_now() + LEASE
    row.save(update_fields=["leased_until"])
    return Look(
        poll_id=row.pk,
        adapter=row.channel.kind,
        poll=_find(row.channel.kind, row.what),
        asked=Asked(account=row.channel.account, cursor=row.cursor, now=now, address=row.address),
        secret=get_access_token(row.channel),
    )


def _ask(look: Look) -> Page:
    """The answer and everything it leads to, as documents and one cursor."""
    first = look.poll.read(_get(look, look.poll.address(look.asked)), look.asked)
    documents, waiting, asked = list(first.documents), list(first.follow), 1
    while waiting:
        follow = waiting.pop(0)
        asked += 1
        if asked > MOST_ADDRESSES:
            raise Unanswerable(f"One look leads to more than {MOST_ADDRESSES} addresses.")
        answer = _get(look, follow.address, is_authorised=follow.is_authorised)
        if follow.read is None:
            documents.append(answer)
            continue
        page = follow.read(answer)
        documents.extend(page.documents)
        waiting.extend(page.follow)
    return Page(documents=tuple(documents), cursor=first.cursor, has_more=first.has_more)


def _get(look: Look, address: str, *, is_authorised: bool = True) -> bytes:
    adapter = get_adapter(look.adapter)
    headers = {"Accept": adapter.accepts}
    if not look.poll.wants_address:
        if not adapter.is_own(urlsplit(address).hostname or ""):
            raise Refused("An address that is not of this channel; nothing is asked there.")
        if is_authorised:
            if look.secret is None:
                raise Refused("This channel has no access token: add one to ask it.")
            token = tokens.get_token(look.secret, adapter.grant, located=located)
            headers |= adapter.authorise(token)
    where, is_here = located(address)
    answer = egress.get(where, headers=headers, most=MOST_ANSWERED, may_reach_loopback=is_here)
    if answer.status in {401, 403}:
        tokens.forget()
    if answer.status != 200:
        raise egress.Unreachable(f"The source answers {answer.status}.")
    return answer.body


@opens_transaction
def _keep(look: Look, page: Page, *, now: dt.datetime) -> None:
    row = lock_poll(look.poll_id)
    for content in page.documents:
        receive_document(
            channel=row.channel,
            content=content,
            topic="",
            source=f"asked for {row.what}",
            actor=WORKER,
            op_id=uuid4(),
            now=now,
        )
    pause = dt.timedelta(0) if page.has_more else look.poll.every * random.uniform(0.9, 1.1)
    row.cursor, row.due_at, row.leased_until = _fitting(page.cursor), now + pause, None
    row.failures, row.last_answered_at, row.last_error = 0, now, ""
    row.found = len(page.documents)
    row.save()


def _fitting(cursor: str) -> str:
    """A cursor that is cut would lead astray; without any the last days are looked through."""
    return cursor if len(cursor) <= LONGEST_CURSOR else ""


@opens_transaction
def _put_off(poll_id: int, error: str, *, now: dt.datetime) -> None:
    """Not now: longer each time. After several failures it counts as resting, and is probed."""
    row = lock_poll(poll_id)
    row.failures += 1
    row.last_error = error[:200]
    row.due_at, row.leased_until = now + pause_after(row.failures), None
    row.save()
    if row.failures == FAILURES_BEFORE_REST:
        record(
            kind="channel.polling_fails",
            partner_id=row.partner_id,
            subject=reference(row),
            actor=WORKER,
            now=now,
            data={"channel": row.channel.code, "what": row.what},
        )


def _find(kind: str, what: str) -> Poll:
    """What a kind of channel can be asked for. Raises BadInput."""
    polls = get_adapter(kind).polls
    found = next((poll for poll in polls if poll.what == what), None)
    if found is None:
        known = ", ".join(poll.what for poll in polls) or "nothing"
        raise BadInput(f"“{kind}” can be asked for {known}, not for “{what}”.", field="what")
    return found


def _tell(kind: str, row: SourcePoll, *, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    record(
        kind=kind,
        partner_id=row.partner_id,
        subject=reference(row),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": row.channel.code, "what": row.what},
    )
