from payments.models.accounts import ProviderAccount, ProviderSecret
from payments.models.memos import CreditMemo, CreditMemoLine
from payments.models.operations import MoneyEntry, MoneyOperation

__all__ = [
    "CreditMemo",
    "CreditMemoLine",
    "MoneyEntry",
    "MoneyOperation",
    "ProviderAccount",
    "ProviderSecret",
]
