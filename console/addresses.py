"""Numbers of the desk as they stand in addresses."""

from __future__ import annotations

_BODY = r"-[0-9A-Za-z]{5}-[0-9A-Za-z]{5}-[0-9A-Za-z]"


class CaseNumber:
    """``RMA-7K2MH-0419K-5``, in whatever case it was typed."""

    regex = f"[Rr][Mm][Aa]{_BODY}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class HoldNumber(CaseNumber):
    """``HLD-3F9QT-2217P-3``, in whatever case it was typed."""

    regex = f"[Hh][Ll][Dd]{_BODY}"


class MismatchNumber(CaseNumber):
    """``MIS-3F9QT-2217P-3``."""

    regex = f"[Mm][Ii][Ss]{_BODY}"


class ClaimNumber(CaseNumber):
    """``CLM-3F9QT-2217P-3``."""

    regex = f"[Cc][Ll][Mm]{_BODY}"


class UnknownNumber(CaseNumber):
    """``UNK-3F9QT-2217P-3``, of a parcel that names no case."""

    regex = f"[Uu][Nn][Kk]{_BODY}"


class Sku:
    """A SKU, which may have a slash in it."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
