from core.models.documents import DocumentKey, EncryptedDocument
from core.models.events import Event, EventDelivery, EventSeal, InboxEntry
from core.models.jobs import Job, ScheduleRun
from core.models.operations import NumberSequence, Operation
from core.models.partners import Partner, PartnerQuerySet, PartnerRow
from core.models.people import Membership, User

__all__ = [
    "DocumentKey",
    "EncryptedDocument",
    "Event",
    "EventDelivery",
    "EventSeal",
    "InboxEntry",
    "Job",
    "Membership",
    "NumberSequence",
    "Operation",
    "Partner",
    "PartnerQuerySet",
    "PartnerRow",
    "ScheduleRun",
    "User",
]
