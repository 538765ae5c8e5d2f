from django.db import models


class ReturnState(models.TextChoices):
    DRAFT = "draft", "Draft"
    REQUESTED = "requested", "Requested"
    AWAITING_EVIDENCE = "awaiting_evidence", "Awaiting evidence"
    IN_REVIEW = "in_review", "In review"
    AUTHORISED = "authorised", "Authorised"
    REJECTED = "rejected", "Rejected"
    IN_TRANSIT = "in_transit", "In transit"
    PARTLY_RECEIVED = "partly_received", "Partly received"
    RECEIVED = "received", "Received"
    INSPECTED = "inspected", "Inspected"
    SETTLING = "settling", "Settling"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


OVER = (
    ReturnState.REJECTED,
    ReturnState.CLOSED,
    ReturnState.CANCELLED,
    ReturnState.EXPIRED,
)


class LineDecision(models.TextChoices):
    PENDING = "pending", "Pending"
    AUTHORISED = "authorised", "Authorised"
    REVIEW = "review", "In review"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class Reason(models.TextChoices):
    CHANGED_MIND = "changed_mind", "Changed mind"
    WRONG_SIZE = "wrong_size", "Wrong size"
    WRONG_ITEM = "wrong_item", "Wrong item sent"
    DEFECTIVE = "defective", "Defective"
    DAMAGED = "damaged_in_transit", "Damaged in transit"
    NOT_AS_DESCRIBED = "not_as_described", "Not as described"


OUR_FAULT = (Reason.WRONG_ITEM, Reason.DEFECTIVE, Reason.DAMAGED, Reason.NOT_AS_DESCRIBED)


class Outcome(models.TextChoices):
    REFUND = "refund", "Refund"
    STORE_CREDIT = "store_credit", "Store credit"
    EXCHANGE = "exchange", "Exchange"
    REPAIR = "repair", "Repair"


class ReceivedAs(models.TextChoices):
    """How counted goods stand to what was announced. Only the first counts against it."""

    EXPECTED = "expected", "As announced"
    EXTRA = "extra", "Not announced"
    WRONG_ITEM = "wrong_item", "Wrong item"
    WRONG_SERIAL = "wrong_serial", "Wrong serial number"


class Grade(models.TextChoices):
    A = "A", "A · as new"
    B = "B", "B · opened, complete"
    C = "C", "C · used or marked"
    D = "D", "D · broken or incomplete"


class DispositionKind(models.TextChoices):
    RESTOCK = "restock", "Restock"
    QUALITY_REJECT = "quality_reject", "Quality reject"
    REFURBISH = "refurbish", "Refurbish"
    RETURN_TO_VENDOR = "return_to_vendor", "Return to vendor"
    SCRAP = "scrap", "Scrap"
    RETURN_TO_CUSTOMER = "return_to_customer", "Return to customer"


class WarrantyVerdict(models.TextChoices):
    """What the warranty gives for a defect on the day it was reported."""

    FULL_REFUND = "full_refund", "Full refund"
    PARTIAL_CREDIT = "partial_credit", "Partial credit"
    REPAIR = "repair", "Repair"
    NONE = "none", "Nothing"


class PatternState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    DISMISSED = "dismissed", "Dismissed"
    RETIRED = "retired", "Retired"


OPEN_PATTERNS = (PatternState.PROPOSED, PatternState.CONFIRMED)
