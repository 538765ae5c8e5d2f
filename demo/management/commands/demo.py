from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from demo.loading import NotEmpty, make_demo


class Command(BaseCommand):
    help = "Fill an empty database with a believable shop. Sign-ins are made on a first run only."

    def handle(self, **options: Any) -> None:
        logins = settings.DATA_DIR / "demo-logins" if settings.FIRST_RUN else None
        try:
            make_demo(now=clock.now(), logins=logins, say=self._say)
        except NotEmpty as refusal:
            raise CommandError(refusal.message) from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
