from returns.models.defects import DefectPattern, DefectReport, DefectType
from returns.models.evidence import Evidence, EvidenceRequest
from returns.models.receipts import Disposition, Inspection, Receipt, ReceiptLine
from returns.models.returns import CaseNote, Return, ReturnLine, UnitClaim

__all__ = [
    "CaseNote",
    "DefectPattern",
    "DefectReport",
    "DefectType",
    "Disposition",
    "Evidence",
    "EvidenceRequest",
    "Inspection",
    "Receipt",
    "ReceiptLine",
    "Return",
    "ReturnLine",
    "UnitClaim",
]
