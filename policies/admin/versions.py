from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from core.actors import Actor
from core.admin_rights import posting
from core.errors import DomainError
from core.models import Partner
from core.permissions import has_permission, partners_granting
from core.roles import Permission
from policies import queries, services
from policies.admin.backtests import BacktestPages
from policies.admin.rights import GrantedByMembership, by_whom, person, to_version
from policies.drifting import find_drift_of
from policies.models import PolicyVersion
from policies.rules import KINDS, Parameters, PolicyRule
from policies.states import VersionState


@admin.register(PolicyVersion)
class PolicyVersionAdmin(BacktestPages, GrantedByMembership):
    list_display = ["__str__", "partner", "state", "note", "rule_count"]
    list_display += ["published_at", "published_by"]
    list_filter = ["state", ("partner", admin.RelatedOnlyFieldListFilter)]
    ordering = ["partner", "-number"]
    list_select_related = ["partner", "published_by"]
    change_list_template = "admin/policies/policyversion/list.html"

    @admin.display(description="rules")
    def rule_count(self, version: PolicyVersion) -> int:
        return version.rules.count()

    def get_urls(self) -> list[URLPattern]:
        return [
            posting(self, "start/", self.start_view, "start"),
            posting(self, "<int:pk>/draft/", self.draft_view, "draft"),
            posting(self, "<int:pk>/publish/", self.publish_view, "publish"),
            posting(self, "<int:pk>/discard/", self.discard_view, "discard"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The versions; partners that have none yet are offered the usual policy."""
        editable = partners_granting(request.user, Permission.PUBLISH_POLICY)
        beginners = Partner.objects.filter(pk__in=editable).exclude(
            pk__in=PolicyVersion.objects.values("partner_id")
        )
        context = {"beginners": beginners, "op_id": uuid4(), "title": "Policy versions"}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One version: its rules, what it changes, and what may be done with it."""
        version = self.get_version(request, object_id, Permission.SEE_AUDIT)
        is_draft = version.state == VersionState.DRAFT
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(version).capitalize(),
            "version": version,
            "rules": _with_ids(version),
            "groups": _group_kinds(version),
            "problems": queries.list_problems(version) if is_draft else [],
            **_compare(version, request.GET.get("against", "")),
            "is_editable": is_draft and self.has_change_permission(request, version),
            "may_draft": self.has_change_permission(request, version),
            "may_publish": is_draft
            and has_permission(request.user, Permission.PUBLISH_POLICY, version.partner),
            "has_worked_on_it": Actor.user(person(request)).ref in queries.list_editors(version),
            "drifts": find_drift_of(version) if version.state == VersionState.PUBLISHED else [],
            **self.describe_backtest(version),
            "op_id": uuid4(),
        }
        return TemplateResponse(request, "admin/policies/policyversion/detail.html", context)

    def start_view(self, request: HttpRequest) -> HttpResponse:
        partner = get_object_or_404(Partner, pk=request.POST.get("partner"))
        if not has_permission(request.user, Permission.PUBLISH_POLICY, partner):
            raise PermissionDenied
        version = services.install_default_policy(
            partner_id=partner.pk, **by_whom(request, partner)
        )
        messages.success(request, f"{partner} starts with the usual policy.")
        return to_version(version)

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        source = self.get_version(request, pk, Permission.EDIT_POLICY)
        version = services.draft_version(
            partner_id=source.partner_id,
            based_on_id=source.pk,
            **by_whom(request, source.partner),
        )
        messages.success(request, f"Draft {version} starts with the rules of {source}.")
        return to_version(version)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.get_version(request, pk, Permission.PUBLISH_POLICY)
        try:
            services.publish_version(
                version_id=version.pk,
                note=request.POST.get("note", "").strip()[:200],
                **by_whom(request, version.partner),
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{version} decides every new case from now on.".capitalize())
        return to_version(version)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.get_version(request, pk, Permission.EDIT_POLICY)
        try:
            services.discard_draft(version_id=version.pk, **by_whom(request, version.partner))
        except DomainError as error:
            messages.error(request, error.message)
            return to_version(version)
        messages.success(request, f"The draft {version} is gone.")
        return HttpResponseRedirect(reverse("admin:policies_policyversion_changelist"))


def _with_ids(version: PolicyVersion) -> list[tuple[int, PolicyRule[Parameters]]]:
    """The rules in the order in which they count, each with the id its page is found by."""
    ids = dict(version.rules.values_list("number", "pk"))
    return [(ids[rule.reference.number], rule) for rule in queries.list_rules(version)]


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of rule that may be added; `without` says what holds where no rule of it speaks."""

    kind: str
    title: str
    without: str
    count: int


def _group_kinds(version: PolicyVersion) -> list[tuple[str, list[Offered]]]:
    """What can be laid down, group by group, each with the number of rules there are of it."""
    counts = Counter(version.rules.values_list("kind", flat=True))
    groups: dict[str, list[Offered]] = {}
    for kind in KINDS.values():
        offered = Offered(kind.kind, kind.title, kind.without, counts[kind.kind])
        groups.setdefault(kind.group, []).append(offered)
    return list(groups.items())


def _compare(version: PolicyVersion, against: str) -> dict[str, Any]:
    """The version beside the one that was chosen, else beside the one it replaces."""
    others = PolicyVersion.objects.for_partner(version.partner_id).exclude(pk=version.pk)
    others = others.order_by("-number")
    predecessor = queries.get_predecessor(version)
    chosen = next((other for other in others if str(other.pk) == against), predecessor)
    return {
        "predecessor": predecessor,
        "others": others,
        "against": chosen,
        "differences": queries.list_differences(version, before=chosen),
    }
