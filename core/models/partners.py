from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

from core.kept import insert_kept, update_kept
from core.numbers import new_public_id
from core.roles import GRANTS, Permission

if TYPE_CHECKING:
    from core.models.people import User

M = TypeVar("M", bound=models.Model, covariant=True)


class Partner(models.Model):
    """Whose business a row is. Own shops belong to the house partner; a sandbox is a partner."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "par"))
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    is_house = models.BooleanField(default=False)
    is_sandbox = models.BooleanField(default=False)
    clock_offset = models.DurationField(default=dt.timedelta(0))
    base_currency = models.CharField(max_length=3, default="EUR")
    locale = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_house"], condition=models.Q(is_house=True), name="one_house_partner"
            ),
            models.CheckConstraint(
                condition=models.Q(is_sandbox=True) | models.Q(clock_offset=dt.timedelta(0)),
                name="only_a_sandbox_shifts_its_clock",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(models.QuerySet[M]):
    """Every query of business rows starts from a partner or from what a person may see."""

    def for_partner(self, partner: Partner | int) -> Self:
        return self.filter(partner=partner)

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows of the partners with which `user` has a role that grants `permission`."""
        roles = [role for role, granted in GRANTS.items() if permission in granted]
        partners = user.memberships.filter(role__in=roles).values("partner_id")
        return self.filter(partner_id__in=partners)


class PartnerRow(models.Model):
    """A row of business: it always says whose it is."""

    _do_insert = insert_kept
    _do_update = update_kept  # type: ignore[assignment]

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")

    objects: models.Manager[Any] = PartnerQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """Django's own sets each column as if somebody assigned it: half of what a row costs."""
        is_plain = cls.__init__ is models.Model.__init__
        is_heard = any(each.receivers and each.has_listeners(cls) for each in (pre_init, post_init))
        if more or is_heard or not is_plain:
            return super().from_db(db, field_names, values, **more)
        row = cls.__new__(cls)
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        vars(row).update(zip(field_names, values, strict=True))
        return row
