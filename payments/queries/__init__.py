"""Reads of money: what was owed, taken and given back."""

from payments.queries.memos import get_memo

__all__ = ["get_memo"]
