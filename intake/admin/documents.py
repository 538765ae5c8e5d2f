"""Documents as they came and what became of them. Read-only; the ones that wait can be replayed."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import admin, messages
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from core import clock
from core.actors import Actor
from core.admin_rights import ShownByMembership
from core.errors import DomainError
from core.models import PartnerQuerySet, User
from core.permissions import has_permission
from core.roles import Permission
from intake import services
from intake.models import ChannelDocument


@admin.register(ChannelDocument)
class ChannelDocumentAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_INTAKE
    list_display = (
        "received_at",
        "channel",
        "topic",
        "source",
        "state",
        "field",
        "reason",
        "owner",
        "order",
    )
    list_filter = ("state", "channel", "owner", "field")
    search_fields = ("external_id", "public_id", "source", "sha256")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")
    list_select_related = ("channel", "order")
    actions = ("replay",)
    fieldsets = (
        (None, {"fields": ("public_id", "channel", "topic", "source", "path", "received_at")}),
        (
            "Outcome",
            {
                "fields": (
                    "state",
                    "is_update",
                    "field",
                    "reason",
                    "owner",
                    "order",
                    "external_id",
                    "repeats",
                    "processed_at",
                    "attempts",
                )
            },
        ),
        ("Found on the way", {"fields": ("findings", "difference")}),
        ("Edited", {"fields": ("edited_from", "edited_by")}),
        ("Content", {"fields": ("sha256",)}),
    )

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.REPLAY_INTAKE)

    @admin.action(description="Send through again", permissions=["replay"])
    def replay(self, request: HttpRequest, documents: PartnerQuerySet[ChannelDocument]) -> None:
        assert isinstance(request.user, User)
        for document in documents.visible_to(request.user, Permission.REPLAY_INTAKE):
            try:
                settled = services.replay_document(
                    document_id=document.pk,
                    actor=Actor.user(request.user),
                    op_id=uuid4(),
                    now=clock.now(document.partner),
                )
            except DomainError as refusal:
                self.message_user(request, f"{document}: {refusal.message}", messages.WARNING)
            else:
                told = f"{document}: {settled.get_state_display().lower()}. {settled.reason}"
                self.message_user(request, told.strip(), messages.SUCCESS)
