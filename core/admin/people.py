"""Who works here and for whom: an admin of a partner manages that partner's people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.models import Membership, Partner, User
from core.permissions import has_permission, partners_granting
from core.roles import Permission


def edits_people(request: HttpRequest) -> bool:
    return has_permission(request.user, Permission.EDIT_PEOPLE)


def partners_of_editor(request: HttpRequest) -> list[int]:
    return partners_granting(request.user, Permission.EDIT_PEOPLE)


class Invitation(AdminUserCreationForm):
    """A new person: an address, a name, and a first password or none."""

    class Meta:
        model = User
        fields = ("email", "name", "locale", "time_zone")
        field_classes: dict[str, type[forms.Field]] = {}


class Person(UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "name", "locale", "time_zone", "is_active", "is_staff")
        field_classes: dict[str, type[forms.Field]] = {}


class Roles(admin.TabularInline):
    """The person's roles with the partners this editor answers for; others are not shown."""

    model = Membership
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(partner__in=partners_of_editor(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "partner":
            kwargs["queryset"] = Partner.objects.filter(pk__in=partners_of_editor(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return edits_people(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People are deactivated, never deleted: what they did keeps their id.

    An editor changes only those who work for their own partners alone; else a password set
    here would open another partner's desk.
    """

    form, add_form = Person, Invitation
    inlines = (Roles,)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Reads", {"fields": ("locale", "time_zone")}),
        ("May", {"fields": ("is_active", "is_staff")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "locale",
                    "time_zone",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The people of the editor's partners, and those who work for nobody yet."""
        mine = Q(memberships__partner__in=partners_of_editor(request))
        nobodys = Q(memberships__isnull=True, is_superuser=False)
        return User.objects.filter(mine | nobodys).distinct()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return edits_people(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return edits_people(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return edits_people(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return edits_people(request) and (obj is None or self._is_theirs(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _is_theirs(self, request: HttpRequest, user: User) -> bool:
        if user.is_superuser and not request.user.is_superuser:
            return False
        elsewhere = user.memberships.exclude(partner__in=partners_of_editor(request))
        return not elsewhere.exists()


@admin.register(Membership)
class MembershipAdmin(ShownByMembership, SimpleHistoryAdmin):
    """Who had which role when. Roles are given and taken on the person's own page."""

    sees = Permission.EDIT_PEOPLE
    list_display = ("user", "role", "partner")
    list_filter = ("role", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "partner")
    search_fields = ("user__email", "user__name")
    history_list_display = ("role",)


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    """Partners are made by the operator's command; an admin reads their own."""

    list_display = ("name", "code", "is_house", "is_sandbox", "base_currency", "time_zone")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        return Partner.objects.filter(pk__in=partners_of_editor(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return edits_people(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return edits_people(request) and (obj is None or obj.pk in partners_of_editor(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
