"""Reads of what we owe and what was paid."""

from payments.queries.memos import get_draft, is_all_spent, list_issued, list_memos

__all__ = ["get_draft", "is_all_spent", "list_issued", "list_memos"]
