"""Addresses of people: whether one can be written to, and what is kept of one that cannot.

A suppressed address is remembered only as a keyed hash: it can be recognised when it comes up
again and never be read back, nor be guessed by trying without the desk's key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.events import reference
from core.models import User
from notifications.states import Medium


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who is written to. `person` names them (``customer:12``); the addresses are personal."""

    person: str
    locale: str
    email: str = ""
    phone: str = ""
    country: str = ""
    time_zone: str = ""

    def address_for(self, medium: str) -> str:
        """Where `medium` reaches them, in the form it is sent to; blank where nowhere."""
        if medium == Medium.EMAIL:
            return self.email
        return read_phone(self.phone, self.country)


def is_usable(medium: str, address: str) -> bool:
    if medium == Medium.SMS:
        return address != "" and read_phone(address) == address
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def read_phone(typed: str, country: str = "") -> str:
    """The number in E.164 (``+4917012345678``), or blank where it is none one could text to.

    A national number needs the `country` it was typed in.
    """
    try:
        number = phonenumbers.parse(typed, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def hash_address(*, partner_id: int, medium: str, address: str) -> str:
    """64 hex digits, the same for the same address however it is written."""
    plain = read_phone(address) or address if medium == Medium.SMS else address.strip().casefold()
    return hmac.digest(_key(), f"{partner_id}|{medium}|{plain}".encode(), hashlib.sha256).hex()


def _key() -> bytes:
    """A key of its own, made from the desk's."""
    return hmac.digest(base64.urlsafe_b64decode(settings.DATA_KEY), b"addresses", hashlib.sha256)


def addressee_of(user: User) -> Addressee:
    """A member of staff, who is written to at work."""
    return Addressee(
        person=reference(user), locale=user.locale, email=user.email, time_zone=user.time_zone
    )
