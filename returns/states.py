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


LIVE = (LineDecision.PENDING, LineDecision.REVIEW, LineDecision.AUTHORISED)


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


class PromotionChoice(models.TextChoices):
    KEEP = "keep", "The customer keeps the discount"
    CLAW_BACK = "claw_back", "The discount on the rest is taken off"


class ReceivedAs(models.TextChoices):
    """How counted goods stand to what was announced. Only the first counts against it."""

    EXPECTED = "expected", "As announced"
    EXTRA = "extra", "Not announced"
    WRONG_ITEM = "wrong_item", "Wrong item"
    WRONG_SERIAL = "wrong_serial", "Wrong serial number"
    FOREIGN_SERIAL = "foreign_serial", "Someone else’s serial number"


SERIAL_DIFFERS = (ReceivedAs.WRONG_SERIAL, ReceivedAs.FOREIGN_SERIAL)


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
    REPAIR = "repair", "Workshop, for its owner"


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


class MissingPart(models.TextChoices):
    """What belongs to the goods and was not with them."""

    BOX = "box", "Box"
    CHARGER = "charger", "Charger or cable"
    MANUAL = "manual", "Manual"
    TAG = "tag", "Tag or seal"
    PART = "part", "Part or tool"
    GIFT = "gift", "Free gift"


class RefusalReason(models.TextChoices):
    """Why goods did not pass. A choice: it stays for ever, and customers read it."""

    USED = "used", "Used beyond trying it"
    DAMAGED = "damaged", "Damaged by the customer"
    INCOMPLETE = "incomplete", "Not complete"
    NOT_OURS = "not_ours", "Not what was sold"
    HYGIENE = "hygiene", "Seal broken, for hygiene"


class DisposedBecause(models.TextChoices):
    """Why goods go elsewhere than usual, or on from where they were."""

    BROKEN = "broken", "Beyond repair"
    UNSAFE = "unsafe", "Not safe to use"
    NOT_WORTH_IT = "not_worth_it", "Costs more than it is worth"
    PASSED = "passed", "Looked at again and passed"
    FAILED_LATER = "failed_later", "A fault was found later"
    BY_AGREEMENT = "by_agreement", "Kept by agreement with the customer"
    DECIDED = "decided", "Decided on the mismatch desk"
    REPAIR_ENDED = "repair_ended", "The workshop is done with it"
    REFUSED_BY_VENDOR = "refused_by_vendor", "The supplier does not take it"


class MismatchKind(models.TextChoices):
    """How what came differs from what was announced."""

    MISSING = "missing", "Missing"
    EXTRA = "extra", "Not announced"
    WRONG_ITEM = "wrong_item", "Wrong item"
    WRONG_SERIAL = "wrong_serial", "Wrong serial number"
    FOREIGN_SERIAL = "foreign_serial", "Someone else’s serial number"
    EMPTY_BOX = "empty_box", "Empty box"
    DAMAGED = "damaged", "Damaged in transit"


class MismatchState(models.TextChoices):
    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting"
    DECIDED = "decided", "Decided"
    RESOLVED = "resolved", "Came right by itself"


UNDECIDED = (MismatchState.OPEN, MismatchState.WAITING)


class MoneyRule(models.TextChoices):
    """What follows from a difference for the customer's money and for the goods."""

    WAIT = "wait", "Wait for the right goods"
    ASK = "ask", "Ask the customer"
    ACCEPT = "accept", "Accept as it came"
    SUBSTITUTE = "substitute", "Accept in its place"
    SHORT_CLOSE = "short_close", "Close short, no credit"
    CREDIT_ANYWAY = "credit_anyway", "Close short and credit"
    CARRIER_CLAIM = "carrier_claim", "Credit, and claim on the carrier"
    SEND_BACK = "send_back", "Refuse and send back"
    WRITE_OFF = "write_off", "Write the goods off"


# The customer gets the credit although the announced goods are not here.
CREDITS_WITHOUT_GOODS = (MoneyRule.SUBSTITUTE, MoneyRule.CREDIT_ANYWAY, MoneyRule.CARRIER_CLAIM)


class ClaimAgainst(models.TextChoices):
    SUPPLIER = "supplier", "Supplier"
    CARRIER = "carrier", "Carrier"


class ClaimState(models.TextChoices):
    OPEN = "open", "Open"
    SENT = "sent", "Sent"
    CREDITED = "credited", "Credited"
    REFUSED = "refused", "Refused"


class RefurbishState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    GIVEN_UP = "given_up", "Not worth it"


class UnknownState(models.TextChoices):
    """Of a parcel that nobody announced and that names no case."""

    OPEN = "open", "Open"
    ATTACHED = "attached", "Belongs to a case"
    SENT_BACK = "sent_back", "Sent back"


class ConcessionState(models.TextChoices):
    ASKED = "asked", "Waits for approval"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"
    LAPSED = "lapsed", "Lapsed"


class ShortCloseRule(models.TextChoices):
    """What becomes of the money of goods that never came."""

    NOTHING = "nothing", "Nothing is credited"
    GOODWILL = "goodwill", "Credited as goodwill"
    KEPT = "kept", "Credited as kept by the customer"


class RepairState(models.TextChoices):
    ARRIVED = "arrived", "To the workshop"
    AT_WORKSHOP = "at_workshop", "At the workshop"
    ESTIMATED = "estimated", "Estimate given"
    AGREED = "agreed", "Being repaired"
    REPAIRED = "repaired", "Repaired"
    DECLINED = "declined", "Estimate declined"
    SENT_BACK = "sent_back", "Sent back"
    NOT_REPAIRABLE = "not_repairable", "Not repairable"


REPAIR_OVER = (RepairState.SENT_BACK, RepairState.NOT_REPAIRABLE)
