"""Payments that a customer's bank takes back: which, until when to answer, and with what."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import Badge, EmptyState, Fact, Tab
from console.links import order_url
from console.payments.drawing import draw_tabs, read_cases
from console.reader import Reader
from console.rights import Rights, rights_of
from core.permissions import requires
from core.roles import Permission
from fulfilment import queries as fulfilment
from notifications.models import Message
from orders.models import Order
from payments import queries
from payments.models import Dispute
from payments.queries import list_issued
from payments.states import DisputeState
from returns.models import Evidence, Inspection, Receipt, Return

P = Permission
MOST_ROWS = 100
REASONS = {
    "not_as_described": "Not as described",
    "product_not_received": "Goods never came",
    "fraudulent": "The cardholder knows nothing of it",
    "duplicate": "Charged twice",
    "credit_not_processed": "A refund never came",
    "subscription_canceled": "Cancelled before",
    "product_unacceptable": "Defective or not as ordered",
    "general": "No reason given",
}
BADGES = {
    DisputeState.OPEN: Badge(word="To be answered", tone="bad"),
    DisputeState.WON: Badge(word="Won", tone="good"),
    DisputeState.LOST: Badge(word="Lost", tone="plain"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    url: str
    reason: str
    amount: str
    badge: Badge
    customer: str
    payment: str
    case: str
    case_url: str
    respond_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesPage:
    tabs: list[Tab]
    rows: list[DisputeRow]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePage:
    """`pack` is what the desk has to show, `missing` what it has not."""

    row: DisputeRow
    facts: list[Fact]
    pack: list[Fact]
    missing: list[str]


@require_GET
@requires(P.SEE_MONEY)
def disputes(request: HttpRequest) -> HttpResponse:
    """Every dispute; those to be answered come first, the most pressing on top."""
    rights, reader = rights_of(request), Reader.of(request)
    found = list(queries.list_disputes(rights.user)[:MOST_ROWS])
    cases = read_cases({one.case for one in found}, rights)
    empty = EmptyState(
        title="No bank disputes a payment",
        words="When a customer's bank takes money back it is listed here with what can be shown. "
        "While it is open the payment gives nothing back.",
        icon="check",
    )
    page = DisputesPage(
        tabs=draw_tabs(rights, "disputes"),
        rows=[_draw(one, cases, reader) for one in found],
        empty=None if found else empty,
    )
    return render(request, "console/disputes.html", {"disputes": page})


@require_GET
@requires(P.SEE_MONEY)
def dispute(request: HttpRequest, dispute: str) -> HttpResponse:
    """One dispute, with the evidence that the case holds: to be sent in the provider's own desk."""
    rights, reader = rights_of(request), Reader.of(request)
    found = get_object_or_404(queries.list_disputes(rights.user), public_id=dispute)
    cases = read_cases({found.case}, rights)
    pack, missing = _gather(found.tender.order, cases.get(found.case), reader, rights)
    facts = [
        Fact(term="Provider's name for it", value=found.provider_reference, is_code=True),
        Fact(term="Account", value=found.account.label),
        Fact(term="Opened", value=reader.moment(found.opened_at)),
    ]
    if found.closed_at:
        facts.append(Fact(term="Decided", value=reader.moment(found.closed_at)))
    page = DisputePage(row=_draw(found, cases, reader), facts=facts, pack=pack, missing=missing)
    return render(request, "console/dispute.html", {"dispute": page})


def _draw(one: Dispute, cases: dict[str, Return], reader: Reader) -> DisputeRow:
    case = cases.get(one.case)
    is_open = one.state == DisputeState.OPEN
    return DisputeRow(
        url=reverse("console:dispute", args=[one.public_id]),
        reason=REASONS.get(one.reason, one.reason.replace("_", " ").capitalize() or "No reason"),
        amount=reader.money(one.amount, one.currency),
        badge=BADGES[DisputeState(one.state)],
        customer=one.tender.order.customer.name or "Unnamed customer",
        payment=one.tender.label or one.tender.get_kind_display(),
        case=case.number if case else "",
        case_url=reverse("console:case", args=[case.number]) if case else "",
        respond_by=reader.day(one.respond_by) if one.respond_by and is_open else "",
    )


def _gather(
    order: Order, case: Return | None, reader: Reader, rights: Rights
) -> tuple[list[Fact], list[str]]:
    """What the desk can show of the sale and of what became of it, and what it cannot."""
    pack = [
        Fact(
            term="Order",
            value=f"{order.number}, placed {reader.day(order.placed_at)}",
            url=order_url(order),
        )
    ]
    missing = []
    if order.delivered_at:
        pack.append(Fact(term="Delivered", value=reader.day(order.delivered_at)))
    else:
        missing.append("No proof of delivery: ask the carrier for it.")
    if case is None:
        return pack, [*missing, "No case belongs to this payment."]
    pack += _gather_case(case, reader)
    if not any(fact.term == "Photos" for fact in pack):
        missing.append("No photos of the customer.")
    return pack, missing


def _gather_case(case: Return, reader: Reader) -> list[Fact]:
    url = reverse("console:case", args=[case.number])
    whole = Return.objects.select_related("customer").prefetch_related("lines").get(pk=case.pk)
    reference = f"return:{case.pk}"
    reasons = dict.fromkeys(line.get_reason_display() for line in whole.lines.all())
    pack = [
        Fact(term="Case", value=f"{case.number}, {whole.get_state_display().lower()}", url=url),
        Fact(term="What the customer said", value=", ".join(reasons), url=url),
    ]
    photos = Evidence.objects.filter(return_line__return_case=case, removed_at=None).count()
    if photos:
        pack.append(Fact(term="Photos", value=str(photos), url=url))
    for sent in fulfilment.list_shipments(reference):
        parcel = f"{sent.carrier} {sent.tracking_number}".strip()
        if parcel:
            pack.append(
                Fact(term="Replacement", value=f"{parcel}, {sent.get_state_display().lower()}")
            )
    for receipt in Receipt.objects.filter(return_case=case).order_by("pk"):
        pack.append(Fact(term="Goods received", value=reader.moment(receipt.received_at)))
    grades = Inspection.objects.filter(receipt_line__receipt__return_case=case)
    if letters := sorted(set(grades.values_list("grade", flat=True))):
        pack.append(Fact(term="Inspection", value=f"grade {', '.join(letters)}", url=url))
    for memo in list_issued(reference):
        pack.append(
            Fact(
                term="Credit memo",
                value=f"{memo.number}, {reader.money(memo.gross, memo.currency)}",
                url=reverse("console:one_credit_memo", args=[case.number, memo.number]),
            )
        )
    pack.append(
        Fact(
            term="Payments",
            value="every try, with the provider's references",
            url=reverse("console:pay", args=[case.number]),
        )
    )
    if letters_sent := Message.objects.filter(case=reference).count():
        pack.append(Fact(term="Letters to the customer", value=str(letters_sent), url=url))
    return pack
