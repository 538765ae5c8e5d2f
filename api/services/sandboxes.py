"""Sandboxes: partners of their own, in which a program is tried out and time is made to pass."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from api.locks import lock_partner
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.models import Membership, Partner
from core.operations import operation
from core.roles import Role
from inventory.services import lay_in_trial_goods
from orders.models import Channel
from payments.queries import find_account
from payments.services import add_notice_secret, open_account
from policies import services as policies
from returns import queries as returns
from returns import services as return_services
from returns.states import ReturnState

SUFFIX = "-sandbox"
MOST_ENDED = 1_000
FARTHEST_AHEAD = dt.timedelta(days=730)
CALENDAR = Actor.system("sandbox-calendar")


class NotASandbox(ActionBlocked):
    """Only a sandbox has a clock that can be set."""

    code = "not_a_sandbox"


@operation("api.open_sandbox")
def open_sandbox(*, partner_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Partner:
    """A sandbox of the partner, with the usual policy, a channel that the API feeds, goods with
    stock to try with, and the sandbox provider for money.

    Its admins are the partner's. One that is there already is given back.
    """
    partner = lock_partner(partner_id)
    if partner.is_sandbox:
        raise ActionBlocked("This is a sandbox itself.")
    sandbox, is_new = Partner.objects.get_or_create(
        code=f"{partner.code[: 50 - len(SUFFIX)]}{SUFFIX}",
        defaults={
            "name": f"{partner.name} sandbox"[:120],
            "is_sandbox": True,
            "base_currency": partner.base_currency,
            "locale": partner.locale,
            "time_zone": partner.time_zone,
        },
    )
    if not is_new:
        _fill(sandbox, actor=actor, op_id=op_id, now=now)
        return sandbox
    for admin in partner.memberships.filter(role=Role.ADMIN):
        Membership.objects.create(partner=sandbox, user=admin.user, role=Role.ADMIN)
    Channel.objects.create(
        partner=sandbox,
        code="sandbox-shop",
        kind="direct",
        account="sandbox-shop",
        name="Sandbox shop",
        currency=sandbox.base_currency,
        time_zone=sandbox.time_zone,
        locale=sandbox.locale,
    )
    policies.install_default_policy(
        partner_id=sandbox.pk, actor=actor, op_id=uuid5(op_id, "policy"), now=now
    )
    _fill(sandbox, actor=actor, op_id=op_id, now=now)
    _record("opened", sandbox, actor=actor, op_id=op_id, now=now)
    return sandbox


def _fill(sandbox: Partner, *, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """Goods with stock to try with, and a provider that only plays at money."""
    channel = Channel.objects.filter(partner=sandbox).order_by("pk").first()
    lay_in_trial_goods(
        partner_id=sandbox.pk,
        currency=sandbox.base_currency,
        country=(channel.country if channel else "") or "DE",
        time_zone=sandbox.time_zone,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    if find_account(partner_id=sandbox.pk) is None:
        who: dict[str, Any] = {"actor": actor, "op_id": uuid5(op_id, "provider"), "now": now}
        account = open_account(
            partner_id=sandbox.pk, adapter="sandbox", label="Sandbox", api_key="", **who
        )
        if settings.PAYMENT_SANDBOX_SECRET:  # it signs its notices with it
            add_notice_secret(account=account, secret=settings.PAYMENT_SANDBOX_SECRET, **who)


@operation("api.set_clock")
def set_clock(
    *, partner_id: int, to: dt.datetime, actor: Actor, op_id: UUID, now: dt.datetime
) -> Partner:
    """Let it be `to` in a sandbox; `now` is what its clock says so far. It only goes forward.

    Returns whose last day has passed by then end at once, as the calendar would end them. Holds
    and quotes end by the real clock. Raises `NotASandbox`, `BadInput`.
    """
    sandbox = lock_partner(partner_id)
    if not sandbox.is_sandbox:
        raise NotASandbox("Only a sandbox has a clock that can be set.")
    ahead = sandbox.clock_offset + (to - now)
    if to < now:
        raise BadInput("A clock only goes forward.", field="now")
    if ahead > FARTHEST_AHEAD:
        raise BadInput("At most two years ahead.", field="now")
    sandbox.clock_offset = ahead
    sandbox.save(update_fields=["clock_offset"])
    _record("clock_set", sandbox, actor=actor, op_id=op_id, now=now)
    _let_returns_end(partner_id, op_id=op_id, now=to)
    return sandbox


def _let_returns_end(partner_id: int, *, op_id: UUID, now: dt.datetime) -> None:
    """As the calendar would; whether the day has passed in the shop's time zone, it says itself."""
    for case in returns.list_overdue(now=now, limit=MOST_ENDED, partner_id=partner_id):
        expire = (
            return_services.expire_rest
            if case.state == ReturnState.PARTLY_RECEIVED
            else return_services.expire_return
        )
        with suppress(ActionBlocked):
            expire(
                return_id=case.pk,
                actor=CALENDAR,
                op_id=uuid5(op_id, f"return:{case.pk}"),
                now=now,
            )


def _record(
    happened: str, sandbox: Partner, *, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    record(
        kind=f"sandbox.{happened}",
        partner_id=sandbox.pk,
        subject=reference(sandbox),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"seconds_ahead": int(sandbox.clock_offset.total_seconds())},
    )
