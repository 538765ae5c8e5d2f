from payments.models.accounts import ProviderAccount, ProviderSecret
from payments.models.memos import CreditMemo, CreditMemoLine
from payments.models.notices import Difference, Dispute, ProviderNotice
from payments.models.obligations import Obligation
from payments.models.operations import MoneyEntry, MoneyOperation
from payments.models.proofs import Proof
from payments.models.requests import PaymentRequest
from payments.models.store_credit import StoreCreditEntry

__all__ = [
    "CreditMemo",
    "CreditMemoLine",
    "Difference",
    "Dispute",
    "MoneyEntry",
    "MoneyOperation",
    "Obligation",
    "PaymentRequest",
    "Proof",
    "ProviderAccount",
    "ProviderNotice",
    "ProviderSecret",
    "StoreCreditEntry",
]
