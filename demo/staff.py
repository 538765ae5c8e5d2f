"""Who works at the demo desk. Passwords are random, made once, and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.models import Membership, Partner, User
from core.roles import Role

# role, name, mailbox, time zone
STAFF = (
    (Role.AGENT, "Mara Lindqvist", "agent", "Europe/Berlin"),
    (Role.LEAD, "Jonas Okafor", "lead", "Europe/Berlin"),
    (Role.WAREHOUSE, "Piotr Zieliński", "warehouse", "Europe/Warsaw"),
    (Role.ADMIN, "Chiara Benedetti", "admin", "Europe/Berlin"),
    # Who has worked on a policy does not publish it: four eyes need two admins.
    (Role.ADMIN, "Elif Demir", "second", "Europe/Berlin"),
)
COLLEAGUES = (
    (Role.AGENT, "Yuki Tanabe", "yuki", "Asia/Tokyo"),
    (Role.AGENT, "Ben Adeyemi", "ben", "Europe/London"),
    (Role.AUDITOR, "Ingrid Dahl", "auditor", "Europe/Oslo"),
)


def hire(partner: Partner) -> dict[str, User]:
    """The people by mailbox, none of whom can sign in yet."""
    return {
        mailbox: _hire(partner, role, name, mailbox, time_zone)
        for role, name, mailbox, time_zone in (*STAFF, *COLLEAGUES)
    }


def _hire(partner: Partner, role: Role, name: str, mailbox: str, time_zone: str) -> User:
    user = User.objects.create_user(
        email=f"{mailbox}@swapdesk.example",
        name=name,
        time_zone=time_zone,
        is_staff=role == Role.ADMIN,
        is_superuser=role == Role.ADMIN,
    )
    Membership.objects.create(partner=partner, user=user, role=role)
    return user


def hand_out_passwords(people: dict[str, User], logins: Path) -> None:
    """Give the staff a random password each and write them where only their owner reads.

    One line each: role, e-mail address, password.
    """
    lines = []
    for role, _, mailbox, _ in STAFF:
        user, password = people[mailbox], secrets.token_urlsafe(9)
        user.set_password(password)
        user.save(update_fields=["password"])
        lines.append(f"{role.value} {user.email} {password}\n")
    descriptor = os.open(logins, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)
