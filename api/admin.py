"""Keys of partners' programs: made with the secret shown once, revoked, never edited."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from simple_history.admin import SimpleHistoryAdmin

from api import services
from api.models import CALLS_PER_MINUTE, ApiKey
from api.scopes import Scope
from core import clock
from core.actors import Actor
from core.admin_rights import ShownByMembership
from core.errors import DomainError
from core.models import Partner
from core.permissions import has_permission, partners_granting
from core.roles import Permission


class NewKey(forms.Form):
    """Who calls, and what for."""

    partner = forms.ModelChoiceField(Partner.objects.none())
    name = forms.CharField(max_length=80, help_text="Which program uses it, such as “Shop sync”.")
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, label="May"
    )
    calls_per_minute = forms.IntegerField(
        min_value=1, max_value=100_000, initial=CALLS_PER_MINUTE, label="Calls per minute"
    )
    expires_at = forms.DateTimeField(
        required=False,
        label="Expires",
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text="UTC. Blank: when it is revoked.",
    )

    def __init__(self, *args: Any, partners: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["partner"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Partner.objects.filter(pk__in=partners)


@admin.register(ApiKey)
class ApiKeyAdmin(ShownByMembership, SimpleHistoryAdmin):
    """A key opens its partner's rows to a program, so it is an admin's to give."""

    sees = Permission.RUN_MACHINERY
    list_display = ("name", "prefix", "partner", "scopes", "state", "expires_at", "last_used_at")
    list_filter = (("partner", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("partner",)
    search_fields = ("name", "=prefix")
    ordering = ("-pk",)
    actions = ("revoke",)
    history_list_display = ("scopes", "revoked_at")
    fields = (
        *("name", "prefix", "partner", "scopes", "calls_per_minute", "made_at", "made_by"),
        *("expires_at", "revoked_at", "last_used_at"),
    )

    @admin.display(description="state")
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "live" if key.is_live(clock.now()) else "expired"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.RUN_MACHINERY)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.RUN_MACHINERY)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; once it is sent, the page that shows the key this one time."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        partners = partners_granting(request.user, Permission.RUN_MACHINERY)
        sent = request.POST if request.method == "POST" else None
        form = NewKey(sent, partners=partners)
        issued = _issue(request, form) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The new key" if issued else "New API key",
            "form": form,
            "issued": issued,
        }
        answer = TemplateResponse(request, "admin/api/apikey/new.html", context)
        add_never_cache_headers(answer)
        return answer

    @admin.action(description="Revoke, for ever", permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: Any) -> None:
        keys = chosen.visible_to(request.user, Permission.RUN_MACHINERY).order_by("pk")
        for key in keys:
            services.revoke_key(
                key_id=key.pk, actor=_actor(request), op_id=uuid4(), now=clock.now()
            )
        self.message_user(request, f"{len(keys)} revoked. They open nothing any more.")


def _issue(request: HttpRequest, form: NewKey) -> services.IssuedKey | None:
    asked = form.cleaned_data
    try:
        return services.issue_key(
            partner_id=asked["partner"].pk,
            name=asked["name"],
            scopes=asked["scopes"],
            calls_per_minute=asked["calls_per_minute"],
            expires_at=asked["expires_at"],
            actor=_actor(request),
            op_id=uuid4(),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return None


def _actor(request: HttpRequest) -> Actor:
    return Actor("user", str(request.user.pk))
