"""What people look through: unknown money, money to be paid out by hand, disputes, differences."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.models import User
from core.roles import Permission
from orders.models import Tender
from payments.models import Difference, Dispute, MoneyOperation, PaymentRequest
from payments.queries.obligations import list_receivables
from payments.states import BY_HAND, DifferenceState, DisputeState, OperationKind, OperationState

UNCLEAR = Q(state=OperationState.UNKNOWN) | Q(
    state=OperationState.SUBMITTED, needs_person_at__isnull=False
)
TO_PAY_BY_HAND = Q(state=OperationState.SUBMITTED, provider=BY_HAND)
CAME_BACK = Q(kind=OperationKind.REFUND, reversed_at__isnull=False, state=OperationState.SUCCEEDED)


def list_unknown(user: User) -> QuerySet[MoneyOperation]:
    """Every operation whose outcome nobody knows, oldest first."""
    return _visible(user).filter(UNCLEAR).order_by("submitted_at", "pk")


def list_by_hand(user: User) -> QuerySet[MoneyOperation]:
    """Refunds that no provider of ours can send: a person pays them out, and says so."""
    return _visible(user).filter(TO_PAY_BY_HAND).order_by("submitted_at", "pk")


def list_came_back(user: User) -> QuerySet[MoneyOperation]:
    """Refunds that failed days later and whose memo still owes the money."""
    return _visible(user).filter(CAME_BACK).order_by("-reversed_at", "-pk")


def list_open_disputes(user: User) -> QuerySet[Dispute]:
    seen = Dispute.objects.visible_to(user, Permission.SEE_MONEY)
    return seen.filter(state=DisputeState.OPEN).select_related("tender").order_by("opened_at")


def list_differences(user: User) -> QuerySet[Difference]:
    seen = Difference.objects.visible_to(user, Permission.SEE_MONEY)
    rows = seen.filter(state=DifferenceState.OPEN).select_related("operation", "account")
    return rows.order_by("moved_at", "pk")


def list_requests(case: str) -> list[PaymentRequest]:
    """Every link of a case, newest first."""
    return list(PaymentRequest.objects.filter(case=case).order_by("-pk"))


def is_disputed(tender_id: int) -> bool:
    return Dispute.objects.filter(tender=tender_id, state=DisputeState.OPEN).exists()


def find_tender(*, partner_id: int, provider: str, payment: str) -> Tender | None:
    """The payment that a provider knows by this name."""
    tenders = Tender.objects.for_partner(partner_id).filter(
        provider=provider, provider_reference=payment
    )
    found: Tender | None = tenders.exclude(provider_reference="").order_by("pk").first()
    return found


def find_case_of_tender(tender: Tender) -> str:
    """The last case in which anything was done with a payment."""
    operations = MoneyOperation.objects.filter(tender=tender).exclude(case="")
    return operations.order_by("-pk").values_list("case", flat=True).first() or ""


def _visible(user: User) -> QuerySet[MoneyOperation]:
    seen = MoneyOperation.objects.visible_to(user, Permission.SEE_MONEY)
    return seen.select_related("tender", "order", "account", "payment_method")


def count_money(user: User) -> dict[str, int]:
    """What waits for people, for the rail and the tabs."""
    unclear = _visible(user).filter(UNCLEAR | TO_PAY_BY_HAND | CAME_BACK)
    return {
        "unknown_money": unclear.count(),
        "receivables": list_receivables(user).count(),
        "differences": list_differences(user).count(),
    }
