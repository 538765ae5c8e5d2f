"""What a notice only announces is asked for, from the hosts of its channel and no others.

Asking happens outside of any transaction. An answer is stored like a document that came by
itself; the notice says which one. A source that fails rests, longer each time, and is probed.
"""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from core import clock, egress
from core.actors import Actor
from core.backoff import Backoff
from core.strict_json import MalformedDocument, parse_document
from core.transactions import opens_transaction
from intake import tokens
from intake.adapters.port import ChannelAdapter
from intake.channels import get_adapter
from intake.facts import ReadNotice
from intake.locks import lock_fetchable, lock_health
from intake.models import ChannelDocument
from intake.queries import get_access_token, get_reading
from intake.rules import Hold
from intake.services.outcomes import Cause, hold, ignore
from intake.services.receiving import receive_document
from intake.states import DocumentState

WORKER = Actor.system("intake-fetch")
MOST_ANSWERED = 10 * 1024 * 1024
MOST_TRIES = 8
FAILURES_BEFORE_REST = 3
REST = Backoff(first=15, longest=3600)


class Refused(Exception):
    """The source will never answer this; `reason` is for people."""


def fetch_next(*, now: dt.datetime, may_reach_loopback: bool = False) -> bool:
    """Fetch what one notice announces; False when there is none whose turn it is."""
    document = _claim(now=now)
    if document is None:
        return False
    try:
        body = _ask(document, may_reach_loopback=may_reach_loopback)
    except Refused as refusal:
        _give_up(document.pk, str(refusal), now=now)
    except (egress.AddressForbidden, egress.Unreachable) as error:
        _put_off(document.pk, str(error) or type(error).__name__, now=now)
    else:
        _keep(document.pk, body, now=now)
    return True


def _ask(document: ChannelDocument, *, may_reach_loopback: bool) -> bytes:
    """Everything the notice announces, put together as one document."""
    read = get_reading(document)
    adapter = get_adapter(document.channel.kind)
    secret = get_access_token(document.channel)
    if not isinstance(read, ReadNotice):
        raise Refused("What it announces can no longer be read.")
    if secret is None:
        raise Refused("This channel has no access token: add one to fetch what it announces.")
    try:
        token = tokens.get_token(secret, adapter.grant)
    except tokens.NoToken as error:
        raise egress.Unreachable(str(error)) from error
    addresses = [read.address] if read.address else []
    if not addresses and adapter.addresses and read.external_id:
        addresses = adapter.addresses(document.channel.account, read.external_id)
    if not addresses:
        raise Refused("It does not say where what it announces can be fetched.")
    answers = [
        _get(address, adapter, token, may_reach_loopback=may_reach_loopback)
        for address in addresses
    ]
    return answers[0] if len(answers) == 1 else _put_together(addresses, answers)


def _get(address: str, adapter: ChannelAdapter, token: bytes, *, may_reach_loopback: bool) -> bytes:
    host = (urlsplit(address).hostname or "").lower()
    is_local = may_reach_loopback and host in {"127.0.0.1", "localhost"}
    if not adapter.is_own(host) and not is_local:
        raise Refused(f"“{host[:60]}” is not a host of this channel; nothing is fetched there.")
    answer = egress.get(
        address,
        headers={**adapter.authorise(token), "Accept": adapter.accepts},
        most=MOST_ANSWERED,
        may_reach_loopback=may_reach_loopback,
    )
    if answer.status in {401, 403, 404, 410}:
        raise Refused(f"The source answers {answer.status}.")
    if answer.status != 200:
        raise egress.Unreachable(f"The source answers {answer.status}.")
    return answer.body


def _put_together(addresses: list[str], answers: list[bytes]) -> bytes:
    """The first answer, with the others in the place of the links to them."""
    try:
        whole = parse_document(answers[0])
        for address, answer in zip(addresses[1:], answers[1:], strict=True):
            whole[address.rstrip("/").rpartition("/")[2]] = parse_document(answer)
    except (MalformedDocument, TypeError) as error:
        raise Refused("The source answers something that is not a document.") from error
    return json.dumps(whole, ensure_ascii=False, default=str).encode()


@opens_transaction
def _claim(*, now: dt.datetime) -> ChannelDocument | None:
    document = lock_fetchable()
    if document is None:
        return None
    document.attempts += 1
    document.leased_until = clock.database_now() + dt.timedelta(seconds=60)
    document.save(update_fields=["attempts", "leased_until"])
    return document


@opens_transaction
def _keep(document_id: int, body: bytes, *, now: dt.datetime) -> None:
    health, document = lock_health(document_id)
    health.failures, health.resting_until = 0, None
    health.last_answered_at, health.last_error = now, ""
    health.save()
    if document.state != DocumentState.PARKED:
        return
    fetched = receive_document(
        channel=document.channel,
        content=body,
        topic=document.topic,
        source=f"fetched for {document.public_id}",
        actor=WORKER,
        op_id=uuid4(),
        now=now,
    )
    reason = f"It only announced a change; that was fetched as {fetched.public_id}."
    ignore(document, reason, Cause(WORKER, _operation(), now))


@opens_transaction
def _put_off(document_id: int, error: str, *, now: dt.datetime) -> None:
    """Not now: this one waits longer each time, and after several the whole source rests."""
    health, document = lock_health(document_id)
    health.failures += 1
    health.last_error = error[:200]
    if health.failures >= FAILURES_BEFORE_REST:
        over = health.failures - FAILURES_BEFORE_REST
        health.resting_until = clock.database_now() + pause_after(over + 1)
    health.save()
    if document.attempts >= MOST_TRIES and document.state == DocumentState.PARKED:
        reason = f"It could not be fetched in {document.attempts} tries: {error}"
        hold(document, Hold("address", reason[:500], "admin", "not_fetched"),
             Cause(WORKER, _operation(), now))  # fmt: skip
        return
    document.leased_until = clock.database_now() + pause_after(document.attempts)
    document.save(update_fields=["leased_until"])


@opens_transaction
def _give_up(document_id: int, reason: str, *, now: dt.datetime) -> None:
    _, document = lock_health(document_id)
    if document.state == DocumentState.PARKED:
        held = Hold("address", reason[:500], "admin", "not_fetched")
        hold(document, held, Cause(WORKER, _operation(), now))


def pause_after(tries: int) -> dt.timedelta:
    """Doubling from a quarter of a minute to an hour, with jitter against herds."""
    return REST.after(tries)


def _operation() -> UUID:
    return uuid4()
