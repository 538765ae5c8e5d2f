from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.models import Partner
from inventory.imports import (
    FileError,
    ImportMode,
    ImportPlan,
    RowOutcome,
    plan_stock_import,
    take_rows,
)

OPERATOR = Actor.system("import-stock")
MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Take a stock file (CSV: sku, location, quantity, lot, bin, unit_cost)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mode", choices=[mode.value for mode in ImportMode], default="set")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change.")
        parser.add_argument("--partner", help="Its code; the house when left out.")

    def handle(
        self, *, file: Path, mode: str, dry_run: bool, partner: str | None, **options: Any
    ) -> None:
        owner = _find_partner(partner)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        plan = plan_stock_import(partner_id=owner.pk, content=content, mode=ImportMode(mode))
        if not plan.is_good:
            self._refuse(plan)
        if dry_run:
            self._show(plan)
        else:
            self._take(plan, owner)

    def _refuse(self, plan: ImportPlan) -> None:
        for error in plan.file.errors[:MOST_SHOWN]:
            self.stderr.write(str(error))
        raise CommandError(f"{plan.file.refused} refused, nothing taken.")

    def _show(self, plan: ImportPlan) -> None:
        for planned in plan.rows:
            row = planned.row
            lot = f" lot {row.lot}" if row.lot else ""
            self.stdout.write(
                f"line {row.line}: {row.sku} {row.location}{lot}"
                f" {planned.before} -> {planned.after} ({planned.outcome.value})"
            )
        counts = ", ".join(f"{plan.count(each)} {each.value}" for each in RowOutcome)
        self.stdout.write(f"{len(plan.rows)} lines: {counts}. Nothing was changed.")

    def _take(self, plan: ImportPlan, owner: Partner) -> None:
        counts: Counter[str] = Counter()
        taken = take_rows(plan, partner_id=owner.pk, actor=OPERATOR, now=clock.now(owner))
        for number, outcome in enumerate(taken, start=1):
            if isinstance(outcome, FileError):
                self.stderr.write(str(outcome))
            counts["failed" if isinstance(outcome, FileError) else outcome.value] += 1
            if number % 1000 == 0:
                self.stdout.write(f"{number} of {len(plan.rows)}")
        words = ", ".join(f"{counts[name]} {name}" for name in (*RowOutcome, "failed"))
        self.stdout.write(f"{len(plan.rows)} lines: {words}")


def _find_partner(code: str | None) -> Partner:
    wanted = {"code": code} if code else {"is_house": True}
    partner = Partner.objects.filter(**wanted).first()
    if partner is None:
        raise CommandError(f"There is no partner “{code}”." if code else "There is no shop yet.")
    return partner
