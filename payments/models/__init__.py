from payments.models.memos import CreditMemo, CreditMemoLine

__all__ = ["CreditMemo", "CreditMemoLine"]
