from django.db import models


class MemoState(models.TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    SETTLED = "settled", "Settled"


class OperationKind(models.TextChoices):
    AUTHORISE = "authorise", "Card hold"
    CAPTURE = "capture", "Charge"
    VOID = "void", "Release of a card hold"
    REFUND = "refund", "Refund"


class OperationState(models.TextChoices):
    """`unknown` is left only by asking the provider, or by a person with proof."""

    PLANNED = "planned", "Planned"
    SUBMITTED = "submitted", "At the provider"
    SUCCEEDED = "succeeded", "Succeeded"
    DECLINED = "declined", "Declined"
    UNKNOWN = "unknown", "Unknown"
    FAILED = "failed", "Did not happen"
    ABANDONED = "abandoned", "Called off"


LIVE = (OperationState.PLANNED, OperationState.SUBMITTED, OperationState.UNKNOWN)
IN_FLIGHT = (OperationState.SUBMITTED, OperationState.UNKNOWN)


class Account(models.TextChoices):
    """Whose money it is, in the ledger: what one side gets the other gives."""

    PROVIDER = "provider", "At the provider"
    CUSTOMER = "customer", "Customer"
    STORE_CREDIT = "store_credit", "Store credit"
    GOODWILL = "goodwill", "Goodwill"
    WRITTEN_OFF = "written_off", "Written off"
    DISPUTED = "disputed", "Taken back by a bank"


# Providers that are none of ours: what they hold is moved by a person, or by the ledger itself.
BY_HAND = "by_hand"
STORE_CREDIT = "store_credit"


class RequestState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ObligationState(models.TextChoices):
    OPEN = "open", "Open"
    DUE = "due", "Due"
    MET = "met", "Met"
    CHARGED = "charged", "Charged"
    WAIVED = "waived", "Waived"
    WRITTEN_OFF = "written_off", "Written off"


class ObligationKind(models.TextChoices):
    GOODS = "goods", "Goods"
    MONEY = "money", "Money"


class Debtor(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    SHOP = "shop", "Shop"


class Way(models.TextChoices):
    """How money that a memo owes reaches the customer, where a person chooses."""

    SAME = "same", "To the same payments"
    OTHER_PAYMENT = "other_payment", "To their other payments"
    STORE_CREDIT = "store_credit", "As store credit"
    BY_HAND = "by_hand", "By hand"


class NoticeState(models.TextChoices):
    RECEIVED = "received", "Received"
    DONE = "done", "Acted on"
    IGNORED = "ignored", "Nothing to do"
    PARKED = "parked", "Waits for what it is about"
    DEAD = "dead", "Given up"


class DisputeState(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DifferenceKind(models.TextChoices):
    OURS_MISSING_THERE = "ours_missing_there", "Ours, missing there"
    THEIRS_MISSING_HERE = "theirs_missing_here", "Theirs, missing here"
    AMOUNT_DIFFERS = "amount_differs", "The amount differs"


class DifferenceState(models.TextChoices):
    OPEN = "open", "Open"
    GONE = "gone", "Gone by itself"
    EXPLAINED = "explained", "Explained"


class CreditEntryKind(models.TextChoices):
    GRANTED = "granted", "Granted"
    SPENT = "spent", "Spent"
    EXPIRED = "expired", "Expired"
