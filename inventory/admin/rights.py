"""Who may keep the catalogue, and whose choices its forms offer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest

from core.admin_rights import ShownByMembership, partner_of
from core.models import Partner, PartnerRow
from core.permissions import has_permission, partners_granting
from core.roles import Permission


class KeptByMembership(ShownByMembership):
    """To change needs `edit_catalogue` with the row's partner.

    `belongs_to` names the row that a new one takes its partner from; without it the partner is
    asked for. Choices never show what belongs to someone else.
    """

    sees = Permission.SEE_STOCK
    belongs_to = ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_CATALOGUE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_CATALOGUE, partner_of(obj))

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["partner"] if self.belongs_to or obj else []

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        editable = partners_granting(request.user, Permission.EDIT_CATALOGUE)
        target = db_field.related_model
        if target is Partner:
            kwargs["queryset"] = Partner.objects.filter(pk__in=editable)
        elif isinstance(target, type) and issubclass(target, PartnerRow):
            kwargs["queryset"] = target.objects.filter(partner__in=editable)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if self.belongs_to and not change:
            obj.partner = getattr(obj, self.belongs_to).partner
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows entered on the page of another belong to that one's partner."""
        for row in formset.save(commit=False):
            row.partner = form.instance.partner
            row.save()
        for row in formset.deleted_objects:
            row.delete()


class Rows(KeptByMembership, admin.TabularInline):
    """Rows kept on the page of the one they belong to."""

    extra = 0

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["partner"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
