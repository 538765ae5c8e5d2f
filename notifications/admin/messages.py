"""Messages and what became of them. What they say is personal and is read at the desk."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.http import HttpRequest

from core import clock
from core.actors import Actor
from core.admin_rights import ShownByMembership
from core.permissions import has_permission
from core.roles import Permission
from notifications import services
from notifications.models import Message
from notifications.states import MessageState


@admin.register(Message)
class MessageAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_MESSAGES
    list_display = (
        "public_id",
        "template",
        "case",
        "state",
        "attempts",
        "queued_at",
        "sent_at",
        "last_error",
    )
    list_filter = ("state", "template", "locale")
    exclude = ("content",)
    ordering = ("-id",)
    search_fields = ("=public_id", "=case")
    actions = ("queue_again",)

    def has_queue_again_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.RUN_MACHINERY)

    @admin.action(description="Queue failed messages again", permissions=["queue_again"])
    def queue_again(self, request: HttpRequest, chosen: Any) -> None:
        failed = chosen.visible_to(request.user, Permission.RUN_MACHINERY).filter(
            state=MessageState.FAILED
        )
        actor = Actor("user", str(request.user.pk))
        for message in failed.order_by("pk"):
            services.queue_again(
                message_id=message.pk, actor=actor, op_id=uuid4(), now=clock.now(message.partner)
            )
        self.message_user(request, "They will be sent again.", messages.SUCCESS)
