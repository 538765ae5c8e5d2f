"""`manage.py provider stripe open`: connect a payment provider; what it signs with; show it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from core.models import Partner
from payments import queries, services
from payments.models import ProviderAccount

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Connect a payment provider. Keys and secrets are read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("adapter", help="sandbox or stripe.")
        parser.add_argument("action", choices=["open", "add-secret", "retire-secret", "show"])
        parser.add_argument("number", nargs="?", type=int, help="Of the secret to retire.")
        parser.add_argument("--label", default="")
        parser.add_argument("--partner", default="house", help="Whose account: the code.")

    def handle(self, *args: Any, **options: Any) -> None:
        partner = Partner.objects.filter(code=options["partner"]).first()
        if partner is None:
            raise CommandError(f"There is no partner {options['partner']}.")
        try:
            if options["action"] == "open":
                self._open(partner, options["adapter"], options["label"])
            else:
                self._act(partner, options["adapter"], options["action"], options["number"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _open(self, partner: Partner, adapter: str, label: str) -> None:
        key = "" if adapter == "sandbox" else sys.stdin.readline().strip()
        if adapter != "sandbox" and not key:
            raise CommandError("The key is read from standard input, and there was none.")
        account = services.open_account(
            partner_id=partner.pk, adapter=adapter, label=label, api_key=key, **_who()
        )
        self.stdout.write(
            f"It sends its notices to /webhooks/payments/{adapter}/{account.public_id}/"
        )

    def _act(self, partner: Partner, adapter: str, action: str, number: int | None) -> None:
        account = queries.find_account(partner_id=partner.pk, adapter=adapter)
        if account is None:
            raise CommandError(f"{adapter} is not connected; `open` connects it.")
        match action:
            case "add-secret":
                secret = sys.stdin.readline().strip()
                added = services.add_notice_secret(account=account, secret=secret, **_who())
                self.stdout.write(f"Secret {added.pk} is live.")
            case "retire-secret":
                self._retire(account, number)
            case "show":
                self._show(account)

    def _retire(self, account: ProviderAccount, number: int | None) -> None:
        secret = account.secrets.filter(pk=number or 0).first()
        if secret is None:
            raise CommandError("There is no such secret; `show` lists their numbers.")
        services.retire_notice_secret(secret=secret, **_who())
        self.stdout.write(f"Secret {secret.pk} is retired and destroyed.")

    def _show(self, account: ProviderAccount) -> None:
        self.stdout.write(f"{account.public_id}  {account.adapter}  {account.label}")
        for secret in account.secrets.order_by("pk"):
            ended = f"retired {secret.retired_at:%Y-%m-%d}" if secret.retired_at else "live"
            self.stdout.write(f"{secret.pk}  added {secret.added_at:%Y-%m-%d}  {ended}")


def _who() -> dict[str, Any]:
    return {"actor": COMMAND_LINE, "op_id": uuid4(), "now": clock.now()}
