"""Events, their deliveries and jobs: looked at, never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from core import clock, deliveries, jobs
from core.actors import Actor
from core.admin_rights import ShownByMembership
from core.models import Event, EventDelivery, Job
from core.permissions import has_permission, partners_granting
from core.roles import Permission


@admin.register(Event)
class EventAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_AUDIT
    list_display = ("at", "kind", "subject", "sequence", "case", "actor")
    list_filter = ("kind",)
    ordering = ("-id",)
    search_fields = ("=subject", "=case", "=actor")
    search_help_text = "A subject, case or actor as it is written here, such as return:12"
    show_full_result_count = False


@admin.register(EventDelivery)
class EventDeliveryAdmin(ShownByMembership, admin.ModelAdmin):
    """The outbox. A delivery has the partner of its event."""

    sees = Permission.SEE_AUDIT
    list_display = ("event", "subscriber", "state", "attempts", "due_at", "last_error")
    list_filter = ("state", "subscriber")
    list_select_related = ("event",)
    ordering = ("-id",)
    search_fields = ("=subject",)
    show_full_result_count = False
    actions = ("revive_dead",)

    def get_queryset(self, request: HttpRequest) -> Any:
        partners = partners_granting(request.user, self.sees)
        return EventDelivery.objects.filter(event__partner__in=partners)

    def has_revive_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.RUN_MACHINERY)

    @admin.action(description="Revive dead deliveries", permissions=["revive"])
    def revive_dead(self, request: HttpRequest, chosen: Any) -> None:
        runs = partners_granting(request.user, Permission.RUN_MACHINERY)
        mine = chosen.filter(event__partner__in=runs).order_by("pk").values_list("pk", flat=True)
        revived = sum(deliveries.revive(delivery_id=pk) for pk in mine)
        self.message_user(request, f"{revived} will be delivered again.", messages.SUCCESS)


@admin.register(Job)
class JobAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_AUDIT
    list_display = ("kind", "state", "done", "failed", "total", "asked_by", "asked_at", "note")
    list_filter = ("state", "kind")
    list_select_related = ("asked_by",)
    ordering = ("-id",)
    actions = ("ask_to_stop",)

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.RUN_MACHINERY)

    @admin.action(description="Ask to stop", permissions=["stop"])
    def ask_to_stop(self, request: HttpRequest, chosen: Any) -> None:
        mine = chosen.visible_to(request.user, Permission.RUN_MACHINERY).order_by("pk")
        actor = Actor("user", str(request.user.pk))
        for job in mine:
            jobs.ask_to_stop(job.pk, actor=actor, now=clock.now(job.partner))
        self.message_user(request, "They stop at their next step.", messages.SUCCESS)
