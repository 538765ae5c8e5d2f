"""Numbers of the desk as they stand in addresses."""

from __future__ import annotations


class CaseNumber:
    """``RMA-7K2MH-0419K-5``, in whatever case it was typed."""

    regex = r"[Rr][Mm][Aa]-[0-9A-Za-z]{5}-[0-9A-Za-z]{5}-[0-9A-Za-z]"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value
