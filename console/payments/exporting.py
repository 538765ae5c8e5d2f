"""The money ledger for finance, as a table to take along."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from console.downloads import csv_answer
from console.reader import Reader
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission
from exchanges.models import Exchange
from payments.models import MoneyEntry
from returns.models import Return

HEADER = ["at", "posting", "cause", "account", "amount", "currency", "case", "rma", "exchange"]
HEADER += ["about", "provider_reference", "by"]
DAYS = dt.timedelta(days=90)


@require_GET
@requires(Permission.SEE_AUDIT)
def export(request: HttpRequest) -> HttpResponse:
    """What moved in the last 90 days: one line per side of a posting.

    `rma` and `exchange` are the numbers that people, parcels and letters name, so that a return,
    its payments and its shipments are found by one. Amounts stay numbers: what is taken along is
    added up.
    """
    user, since = rights_of(request).user, Reader.of(request).now - DAYS
    entries = MoneyEntry.objects.visible_to(user, Permission.SEE_AUDIT).filter(at__gte=since)
    names = _name_cases(set(entries.values_list("case", flat=True)))
    rows = (
        [
            entry.at.isoformat(),
            str(entry.posting),
            entry.cause,
            entry.account,
            entry.amount,
            entry.currency,
            entry.case,
            *names.get(entry.case, ("", "")),
            entry.reference,
            entry.operation.provider_reference if entry.operation else "",
            entry.actor,
        ]
        for entry in entries.select_related("operation").order_by("at", "pk")
    )
    return csv_answer("money.csv", HEADER, rows)


def _name_cases(references: set[str]) -> dict[str, tuple[str, str]]:
    """``return:12`` → its number, and those of its exchanges."""
    ids = [int(one.removeprefix("return:")) for one in references if one.startswith("return:")]
    exchanges: defaultdict[int, list[str]] = defaultdict(list)
    for case, number in (
        Exchange.objects.filter(return_case__in=ids)
        .order_by("pk")
        .values_list("return_case", "number")
    ):
        exchanges[case].append(number)
    numbers = Return.objects.filter(pk__in=ids).values_list("pk", "number")
    return {f"return:{pk}": (number, " ".join(exchanges[pk])) for pk, number in numbers}
