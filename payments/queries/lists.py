"""What people look through: unknown money, money to be paid out by hand, disputes, differences."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from core import clock
from core.events import reference
from core.kept import KeptQuery, count_of
from core.models import Event, User
from core.roles import Permission
from orders.models import Tender
from payments.models import CreditMemo, Difference, Dispute, MoneyOperation, PaymentRequest
from payments.queries.obligations import list_receivables
from payments.rules import REMIND_BEFORE
from payments.states import (
    BY_HAND,
    LIVE,
    DifferenceState,
    DisputeState,
    MemoState,
    OperationKind,
    OperationState,
    RequestState,
)

UNCLEAR = Q(state=OperationState.UNKNOWN) | Q(
    state=OperationState.SUBMITTED, needs_person_at__isnull=False
)
TO_PAY_BY_HAND = Q(state=OperationState.SUBMITTED, provider=BY_HAND)
MEMO = "creditmemo:"
ENDS_SOON = "payment_request.ends_soon"
OWED_AGAIN = Q(kind=OperationKind.REFUND, reversed_at__isnull=False, state=OperationState.SUCCEEDED)


def list_unknown(user: User) -> QuerySet[MoneyOperation]:
    """Every operation whose outcome nobody knows, oldest first."""
    return _visible(user).filter(UNCLEAR).order_by("submitted_at", "pk")


def list_by_hand(user: User) -> QuerySet[MoneyOperation]:
    """Refunds that no provider of ours can send: a person pays them out, and says so."""
    return _visible(user).filter(TO_PAY_BY_HAND).order_by("submitted_at", "pk")


def list_came_back(user: User) -> QuerySet[MoneyOperation]:
    """Refunds that failed days later and whose money nobody has sent in another way yet.

    That of a memo is sent when the memo owes nothing any more, any other when a later refund of
    the same purpose is on its way, or there.
    """
    owed = _still_owes() | _is_not_sent_again()
    return _visible(user).filter(OWED_AGAIN, owed).order_by("-reversed_at", "-pk")


def is_owed_again(operation: MoneyOperation) -> bool:
    """Whether it is a refund beside a memo that came back, and nobody has sent it since."""
    rows = MoneyOperation.objects.filter(OWED_AGAIN, _is_not_sent_again(), pk=operation.pk)
    return rows.exists()


def _is_not_sent_again() -> Q:
    later = MoneyOperation.objects.filter(
        purpose=OuterRef("purpose"),
        kind=OperationKind.REFUND,
        pk__gt=OuterRef("pk"),
        reversed_at=None,
        state__in=[*LIVE, OperationState.SUCCEEDED],
    )
    return ~Q(purpose__startswith=MEMO) & ~Q(Exists(later))


def has_come_back(memo: CreditMemo) -> bool:
    """Whether a refund of this memo left and came back."""
    return MoneyOperation.objects.filter(OWED_AGAIN, purpose=reference(memo)).exists()


def _still_owes() -> Q:
    """Not on its way again: its memo has an unspent rest that no live refund covers."""
    purpose = Concat(Value(MEMO), Cast(OuterRef("pk"), CharField()))
    under_way = (
        MoneyOperation.objects.filter(purpose=purpose, kind=OperationKind.REFUND, state__in=LIVE)
        .order_by()
        .values("purpose")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    owing = (
        CreditMemo.objects.filter(state=MemoState.ISSUED)
        .annotate(under_way=Coalesce(Subquery(under_way), Value(0), output_field=DecimalField()))
        .filter(
            gross__gt=F("applied") + F("paid_out") + F("forgone") + F("kept_back") + F("under_way")
        )
    )
    named = owing.values_list(Concat(Value(MEMO), Cast("pk", CharField())), flat=True)
    return Q(purpose__in=named)


def list_disputes(user: User) -> QuerySet[Dispute]:
    """Every dispute, those to be answered first and the most pressing of them on top."""
    seen = Dispute.objects.visible_to(user, Permission.SEE_MONEY)
    rows = seen.select_related("tender__order__customer", "account")
    return rows.order_by(
        Case(When(state=DisputeState.OPEN, then=0), default=1),
        F("respond_by").asc(nulls_last=True),
        "-opened_at",
    )


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


def list_requests_to_remind(limit: int = 100) -> list[int]:
    """Open links that end within a day; whether it is time, the command decides."""
    present = clock.database_now()
    near = PaymentRequest.objects.filter(
        state=RequestState.OPEN, expires_at__gt=present, expires_at__lte=present + REMIND_BEFORE
    )
    reminded = Event.objects.filter(
        kind=ENDS_SOON, subject=Concat(Value("paymentrequest:"), Cast(OuterRef("pk"), CharField()))
    )
    unheard = near.exclude(url="").filter(~Exists(reminded))
    return list(unheard.order_by("expires_at", "pk").values_list("pk", flat=True)[:limit])


def is_reminder_due(request: PaymentRequest) -> bool:
    """Whether nobody reminded the customer yet, and no payment of theirs is under way."""
    is_said = Event.objects.filter(kind=ENDS_SOON, subject=reference(request)).exists()
    under_way = MoneyOperation.objects.filter(
        purpose=request.purpose, kind=OperationKind.CAPTURE, state__in=LIVE
    )
    return not is_said and not under_way.exists()


def is_disputed(tender_id: int) -> bool:
    return Dispute.objects.filter(tender=tender_id, state=DisputeState.OPEN).exists()


def was_disputed(order_ids: Iterable[int]) -> bool:
    """Whether a payment of these orders was ever disputed: at our provider, or at the channel's."""
    ids = list(order_ids)
    if Dispute.objects.filter(tender__order__in=ids).exists():
        return True
    reported = Event.objects.filter(kind="payment.reported", data__happened="disputed")
    return reported.filter(subject__in=[f"order:{order_id}" for order_id in ids]).exists()


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


LISTS = (
    list_unknown,
    list_by_hand,
    list_came_back,
    list_open_disputes,
    list_receivables,
    list_differences,
)
_WAITING: KeptQuery[tuple[int, ...]] = KeptQuery(
    lambda user_id: User.objects.filter(pk=user_id).values_list(
        *(count_of(rows(User(pk=user_id))) for rows in LISTS)
    )
)


def count_money(user: User) -> dict[str, int]:
    """What waits for people, for the rail and the tabs."""
    ((unknown, by_hand, came_back, disputes, receivables, differences),) = _WAITING(user.pk)
    return {
        "unknown_money": unknown,
        "pay_out": by_hand + came_back,
        "disputes": disputes,
        "receivables": receivables,
        "differences": differences,
    }
