from returns.models.claims import Claim, ClaimLine
from returns.models.concessions import Concession
from returns.models.defects import DefectPattern, DefectReport, DefectType
from returns.models.evidence import Evidence, EvidenceRequest
from returns.models.mismatches import Mismatch
from returns.models.ratings import Rating
from returns.models.receipts import Disposition, Inspection, Receipt, ReceiptLine
from returns.models.refurbishing import Refurbishment
from returns.models.repairs import Repair
from returns.models.returns import CaseNote, Return, ReturnLine, UnitClaim
from returns.models.risk import RiskAssessment, RiskHold
from returns.models.unknown import UnknownGoods, UnknownParcel

__all__ = [
    "CaseNote",
    "Claim",
    "ClaimLine",
    "Concession",
    "DefectPattern",
    "DefectReport",
    "DefectType",
    "Disposition",
    "Evidence",
    "EvidenceRequest",
    "Inspection",
    "Mismatch",
    "Rating",
    "Receipt",
    "ReceiptLine",
    "Refurbishment",
    "Repair",
    "Return",
    "ReturnLine",
    "RiskAssessment",
    "RiskHold",
    "UnitClaim",
    "UnknownGoods",
    "UnknownParcel",
]
