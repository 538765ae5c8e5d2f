"""The desk's addresses, screen by screen.

Each screen has a `urls.py` of its own; this list only puts them together. Numbers in addresses
have converters (`console.addresses`), so ``/cases/new/`` is never taken for a case.
"""

from django.urls import include, path, register_converter

from console.addresses import (
    CaseNumber,
    ClaimNumber,
    HoldNumber,
    MismatchNumber,
    Sku,
    UnknownNumber,
)

register_converter(CaseNumber, "case_number")
register_converter(HoldNumber, "hold_number")
register_converter(MismatchNumber, "mismatch_number")
register_converter(ClaimNumber, "claim_number")
register_converter(UnknownNumber, "unknown_number")
register_converter(Sku, "sku")

app_name = "console"
urlpatterns = [
    path("", include("console.today.urls")),
    path("", include("console.queue.urls")),
    path("", include("console.case.urls")),
    path("", include("console.evidence.urls")),
    path("", include("console.defects.urls")),
    path("", include("console.refund.urls")),
    path("", include("console.options.urls")),
    path("", include("console.repairs.urls")),
    path("", include("console.ratings.urls")),
    path("", include("console.visits.urls")),
    path("", include("console.approvals.urls")),
    path("", include("console.payments.urls")),
    path("", include("console.holds.urls")),
    path("", include("console.new_case.urls")),
    path("", include("console.orders.urls")),
    path("", include("console.customers.urls")),
    path("", include("console.papers.urls")),
    path("", include("console.warehouse.urls")),
    path("", include("console.mismatches.urls")),
    path("", include("console.aftermath.urls")),
    path("", include("console.search.urls")),
    path("", include("console.me.urls")),
    path("", include("console.messages.urls")),
    path("", include("console.promises.urls")),
    path("", include("console.stock_import.urls")),
    path("", include("console.supplies.urls")),
    path("", include("console.adjust.urls")),
    path("", include("console.counts.urls")),
    path("", include("console.discrepancies.urls")),
    path("", include("console.jobs.urls")),
    path("", include("console.intake.urls")),
    path("", include("console.warehouse_links.urls")),
    path("", include("console.webhooks.urls")),
    path("", include("console.palette.urls")),
    # A SKU may have a slash in it: what else begins with /stock/ stands above.
    path("", include("console.stock.urls")),
    path("dev/components/", include("console.gallery.urls")),
]
