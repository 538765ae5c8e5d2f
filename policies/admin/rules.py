from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from core.errors import DomainError
from core.roles import Permission
from policies import queries, services
from policies.admin.rights import GrantedByMembership, by_whom, person, to_version
from policies.forms import SCOPE, RuleForm
from policies.models import PolicyVersion, Rule
from policies.rules import KINDS
from policies.rules.kinds import get_kind, parameters_of
from policies.states import VersionState


@admin.register(Rule)
class RuleAdmin(GrantedByMembership):
    form = RuleForm
    list_display = ["reference", "name", "kind_title", "in_words", "scope", "priority", "version"]
    list_filter = [("version", admin.RelatedOnlyFieldListFilter), "version__state"]
    list_select_related = ["version"]
    search_fields = ["name"]
    ordering = ["-version__number", "number"]
    change_form_template = "admin/policies/rule/form.html"
    object_history_template = "admin/policies/rule/changes.html"

    @admin.display(description="rule", ordering="number")
    def reference(self, rule: Rule) -> str:
        return rule.reference

    @admin.display(description="kind", ordering="kind")
    def kind_title(self, rule: Rule) -> str:
        return get_kind(rule.kind).title

    @admin.display(description="lays down")
    def in_words(self, rule: Rule) -> str:
        return queries.typed_rule(rule).parameters.in_words()

    @admin.display(description="for")
    def scope(self, rule: Rule) -> str:
        return queries.scope_of(rule).in_words()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rules are added from their draft's page, which names the version and the kind."""
        return "version" in request.GET and self.has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Rule | None = None) -> bool:
        is_open = obj is None or obj.version.state == VersionState.DRAFT
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Rule | None = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Rule | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form builds its fields for a rule of a kind, so it needs one also when adding."""
        rule = obj or self._new_rule(request)

        class FormOfKind(RuleForm):
            def __init__(self, *args: Any, **values: Any) -> None:
                super().__init__(*args, **values | {"instance": rule, "initial": {}})

        return FormOfKind

    def get_fieldsets(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": list(self.get_readonly_fields(request, obj))})]
        kind = KINDS[(obj or self._new_rule(request)).kind]
        return [
            (kind.title, {"fields": ["name", *parameters_of(kind.kind)]}),
            (
                "Scope",
                {
                    "fields": [*SCOPE, "priority"],
                    "description": "Blank means every one. The rule that names most counts.",
                },
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return ["reference", "name", "kind_title", "in_words", "scope", "priority", "version"]
        return []

    def _new_rule(self, request: HttpRequest) -> Rule:
        """A rule to fill in, of the draft and the kind in the address. 404 for nonsense."""
        drafts = PolicyVersion.objects.visible_to(person(request), Permission.EDIT_POLICY)
        version = get_object_or_404(
            drafts.filter(state=VersionState.DRAFT), pk=request.GET.get("version")
        )
        kind = request.GET.get("kind", "")
        if kind not in KINDS:
            raise PermissionDenied
        return Rule(version=version, partner=version.partner, kind=kind, number=0)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": "Rules of all versions"}
        return super().changelist_view(request, title | (extra_context or {}))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal (the draft was published meanwhile) is told, not a server error."""
        context = {"op_id": uuid4(), "show_save_and_add_another": False, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        rule = services.write_rule(
            version_id=obj.version_id,
            number=obj.number or None,
            name=obj.name,
            parameters=form.parameters,
            scope=form.scope(),
            priority=obj.priority,
            **by_whom(request, obj.partner),
        )
        obj.pk, obj.number, obj.edition = rule.pk, rule.number, rule.edition

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        services.remove_rule(
            version_id=obj.version_id, number=obj.number, **by_whom(request, obj.partner)
        )

    def response_post_save_add(self, request: HttpRequest, obj: Rule) -> HttpResponseRedirect:
        return to_version(obj.version)

    def response_post_save_change(self, request: HttpRequest, obj: Rule) -> HttpResponseRedirect:
        return to_version(obj.version)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What became of the rule, over all versions, with what each step changed."""
        rule = get_object_or_404(self.get_queryset(request), pk=object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"History of rule {rule.number}",
            "rule": rule,
            "changes": queries.list_rule_changes(rule),
        }
        return TemplateResponse(request, "admin/policies/rule/changes.html", context)
