"""`manage.py api_key PARTNER make|list|revoke`: keys of partners' programs."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from api import services
from api.models import CALLS_PER_MINUTE, ApiKey
from api.scopes import Scope
from core import clock
from core.actors import Actor
from core.errors import DomainError
from core.models import Partner

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Make a key for the partner API (told once, on standard output), list or revoke keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partner", help="The partner's code, such as “house”.")
        parser.add_argument("action", nargs="?", choices=["make", "list", "revoke"], default="make")
        parser.add_argument("--name", default="command line", help="Which program uses it.")
        parser.add_argument(
            "--scope", action="append", default=[], choices=Scope.values, help="Once for each."
        )
        parser.add_argument("--days", type=int, help="Until it expires; without: never.")
        parser.add_argument("--calls", type=int, default=CALLS_PER_MINUTE, help="Per minute.")
        parser.add_argument("--prefix", help="Of the key to revoke, as `list` shows it.")

    def handle(self, *args: Any, **options: Any) -> None:
        partner = Partner.objects.filter(code=options["partner"]).first()
        if partner is None:
            known = ", ".join(Partner.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no partner “{options['partner']}”, but: {known}.")
        try:
            getattr(self, f"_{options['action']}")(partner, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _make(self, partner: Partner, options: dict[str, Any]) -> None:
        now = clock.now()
        issued = services.issue_key(
            partner_id=partner.pk,
            name=options["name"],
            scopes=options["scope"],
            calls_per_minute=options["calls"],
            expires_at=now + dt.timedelta(days=options["days"]) if options["days"] else None,
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=now,
        )
        self.stdout.write(issued.secret)

    def _list(self, partner: Partner, _options: dict[str, Any]) -> None:
        for key in ApiKey.objects.for_partner(partner).order_by("pk"):
            state = "live" if key.is_live(clock.now()) else "closed"
            used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            self.stdout.write(f"{key.prefix}  {state}  {key.name}  {' '.join(key.scopes)}  {used}")

    def _revoke(self, partner: Partner, options: dict[str, Any]) -> None:
        key = ApiKey.objects.for_partner(partner).filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandError("There is no such key; `list` shows how they begin.")
        services.revoke_key(key_id=key.pk, actor=COMMAND_LINE, op_id=uuid4(), now=clock.now())
        self.stdout.write(f"{key.prefix} is revoked.")
