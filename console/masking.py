"""Contact details as far as the reader's role may know them.

Whoever talks to customers sees them whole; the warehouse and auditors see enough to tell two
people apart.
"""

from __future__ import annotations

from console.rights import Rights
from core.roles import Permission


def may_contact(rights: Rights) -> bool:
    return Permission.OPEN_CASE in rights


def email_for(rights: Rights, email: str) -> str:
    """“a…@shop.example” for those who do not write to customers."""
    if not email or may_contact(rights):
        return email
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def phone_for(rights: Rights, phone: str) -> str:
    """The last two digits for those who do not call."""
    return phone if not phone or may_contact(rights) else f"…{phone[-2:]}"
