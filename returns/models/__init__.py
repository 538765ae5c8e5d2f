from returns.models.receipts import Disposition, Inspection, Receipt, ReceiptLine
from returns.models.returns import CaseNote, Return, ReturnLine, UnitClaim

__all__ = [
    "CaseNote",
    "Disposition",
    "Inspection",
    "Receipt",
    "ReceiptLine",
    "Return",
    "ReturnLine",
    "UnitClaim",
]
