"""Quality rules and mappings of channels: drafted here, tried, and published whole.

A published edition is never changed; the next one is drafted from it.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from simple_history.admin import SimpleHistoryAdmin

from core import clock
from core.actors import Actor
from core.admin_rights import partner_of
from core.errors import ActionBlocked, DomainError
from core.models import User
from core.permissions import has_permission, partners_granting
from core.roles import Permission
from core.strict_json import MalformedDocument
from intake import services, trying
from intake.channels import CHANNELS, read_document
from intake.mapping import MappedField, MappingPlan, check_plan
from intake.models import Mapping, MappingField, QualityRule, RuleSet, SkuMapping, SourcePoll
from intake.quality import Rule, RuleKind, check_rule
from intake.reading import NotAnOrder, ReadOrder, Severity
from intake.states import EditionState
from orders.models import Channel

EDITS, PUBLISHES = Permission.EDIT_POLICY, Permission.PUBLISH_POLICY


class EditedByAdmins:
    """For what admins of a partner edit; others who see intake may look."""

    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.visible_to(request.user, Permission.SEE_INTAKE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.SEE_INTAKE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.SEE_INTAKE, partner_of(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, EDITS, partner_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        state = getattr(obj, "state", EditionState.DRAFT)
        is_draft = state == EditionState.DRAFT
        return is_draft and has_permission(request.user, EDITS, partner_of(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, PUBLISHES)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only channels of partners for whom the person may edit."""
        if db_field.name == "channel":
            assert isinstance(request.user, User)
            partners = partners_granting(request.user, EDITS)
            kwargs["queryset"] = Channel.objects.filter(partner_id__in=partners)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.partner_id = obj.channel.partner_id
        if hasattr(obj, "number") and obj.number is None:
            known = type(obj).objects.filter(channel=obj.channel).order_by("-number").first()
            obj.number = known.number + 1 if known else 1
        if hasattr(obj, "tried_at"):  # what was tried is no longer what stands there
            obj.tried_at, obj.trial = None, {}
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            row.partner_id = form.instance.partner_id
            row.save()
        for row in formset.deleted_objects:
            row.delete()


class OfDraft:
    """Rows of a draft: whoever may change it may change them."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.SEE_INTAKE, partner_of(obj))

    def _may(self, request: HttpRequest, obj: Any = None) -> bool:
        is_draft = getattr(obj, "state", EditionState.DRAFT) == EditionState.DRAFT
        return is_draft and has_permission(request.user, EDITS, partner_of(obj))

    has_add_permission = has_change_permission = has_delete_permission = _may


class RuleForm(forms.ModelForm):
    class Meta:
        model = QualityRule
        fields = ("kind", "target", "value", "severity", "owner")
        # Django's own would make the row wider than a desk's screen.
        widgets = {
            name: forms.TextInput(attrs={"size": 18}) for name in ("target", "value", "owner")
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        rule = Rule(
            kind=RuleKind(cleaned.get("kind") or RuleKind.DEFAULT),
            target=cleaned.get("target", ""),
            value=cleaned.get("value", ""),
            severity=cleaned.get("severity", Severity.HOLD),
            owner=cleaned.get("owner", ""),
        )
        if problem := check_rule(rule):
            raise ValidationError(problem)
        return cleaned


class RuleInline(OfDraft, admin.TabularInline):
    model = QualityRule
    form = RuleForm
    fields = ("kind", "target", "value", "severity", "owner")


@admin.register(RuleSet)
class RuleSetAdmin(EditedByAdmins, SimpleHistoryAdmin):
    list_display = ("channel", "number", "state", "note", "tried_at", "published_at")
    list_filter = ("state", "channel")
    fields = ("channel", "note", "trial_result")
    readonly_fields = ("trial_result",)
    inlines = (RuleInline,)
    actions = ("try_out", "publish")

    @admin.display(description="What the trial found")
    def trial_result(self, rule_set: RuleSet) -> str:
        trial = rule_set.trial
        if not trial:
            return "Not tried since it was last changed. Use “Try on the last documents”."
        rows = (
            ("Documents read anew", trial["documents"]),
            ("Held now", trial["held_now"]),
            ("Held by this draft", trial["held_by_draft"]),
            ("Would be freed", trial["would_free"]),
            ("False rejects: taken before, held by this draft", trial["false_rejects"]),
            ("For example", ", ".join(trial["stopped"][:3] or trial["freed"][:3]) or "none"),
        )
        return format_html(
            "<table>{}</table>",
            format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows),
        )

    @admin.action(description="Try on the last documents", permissions=["change"])
    def try_out(self, request: HttpRequest, drafts: Any) -> None:
        _each(self, request, drafts, "tried", lambda row, who: services.try_rules(
            rule_set_id=row.pk, **who))  # fmt: skip

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request: HttpRequest, drafts: Any) -> None:
        _each(self, request, drafts, "published", lambda row, who: services.publish_rules(
            rule_set_id=row.pk, **who))  # fmt: skip


class MappingForm(forms.ModelForm):
    """A mapping is tried on a document before it is saved; the document is not kept here."""

    sample = forms.CharField(
        label="Try it on",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField"}),
        help_text="A document of this channel. Left empty, the last one that came is taken.",
    )

    class Meta:
        model = Mapping
        fields = ("channel", "note", "records", "lines", "group_by")

    def clean_channel(self) -> Channel:
        channel: Channel = self.cleaned_data["channel"]
        if not CHANNELS[channel.kind].wants_mapping:
            raise ValidationError("This channel's documents have a shape of their own.")
        return channel


class MappingFormSet(forms.BaseInlineFormSet):
    """Tries the whole mapping, since only all fields together make an order."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not self.instance.channel_id:
            return
        plan = self._plan()
        if problems := check_plan(plan):
            raise ValidationError(problems)
        self._try(plan)

    def _plan(self) -> MappingPlan:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        kept = [row for row in rows if not row.get("DELETE")]
        names = ("target", "path", "constant", "transform", "argument")
        return MappingPlan(
            records=self.instance.records,
            lines=self.instance.lines,
            group_by=self.instance.group_by,
            fields=tuple(MappedField(**{name: row[name] for name in names}) for row in kept),
        )

    def _try(self, plan: MappingPlan) -> None:
        channel = self.instance.channel
        sample = self.data.get("sample", "").encode()
        if not sample.strip():
            sample = trying.read_last_content(channel)
        if not sample:
            raise ValidationError("Nothing has come yet: paste a document to try it on.")
        try:
            parsed = CHANNELS[channel.kind].parse(sample)
        except MalformedDocument as error:
            raise ValidationError(f"The document cannot be read: {error}") from error
        found = read_document(channel.kind, parsed, mapping=plan)
        if isinstance(found, NotAnOrder):
            raise ValidationError(found.reason)
        orders = [one for one in found if isinstance(one, ReadOrder)]
        problems = [
            f"{finding.field}: {finding.message}"
            for order in orders[:5]
            for finding in order.found(Severity.HOLD)
        ]
        if problems:
            read = json.dumps(orders[0].as_stated(), ensure_ascii=False)[:1500]
            raise ValidationError([*dict.fromkeys(problems[:20]), f"It was read as {read}"])


class FieldInline(OfDraft, admin.TabularInline):
    model = MappingField
    formset = MappingFormSet
    fields = ("target", "path", "constant", "transform", "argument")
    extra = 3


@admin.register(Mapping)
class MappingAdmin(EditedByAdmins, SimpleHistoryAdmin):
    list_display = ("channel", "number", "state", "note", "published_at")
    list_filter = ("state", "channel")
    form = MappingForm
    inlines = (FieldInline,)
    actions = ("publish",)

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request: HttpRequest, drafts: Any) -> None:
        _each(self, request, drafts, "published", lambda row, who: services.publish_mapping(
            mapping_id=row.pk, **who))  # fmt: skip


@admin.register(SkuMapping)
class SkuMappingAdmin(EditedByAdmins, SimpleHistoryAdmin):
    list_display = ("channel", "theirs", "ours")
    list_filter = ("channel",)
    search_fields = ("theirs", "ours")
    fields = ("channel", "theirs", "ours")


@admin.register(SourcePoll)
class SourcePollAdmin(EditedByAdmins, admin.ModelAdmin):
    """What channels are asked for. It begins by itself once a channel has an access token."""

    list_display = ("channel", "what", "is_on", "due_at", "last_answered_at", "failures", "found")
    list_filter = ("is_on", "what", "channel")
    fields = ("channel", "what", "address", "is_on", "due_at", "last_answered_at", "last_error")
    readonly_fields = ("channel", "what", "address", "due_at", "last_answered_at", "last_error")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _each(page: Any, request: HttpRequest, rows: Any, done: str, act: Any) -> None:
    assert isinstance(request.user, User)
    for row in rows:
        who = {"actor": Actor.user(request.user), "op_id": uuid4(), "now": clock.now(row.partner)}
        try:
            act(row, who)
        except DomainError as refusal:
            why = refusal.reasons if isinstance(refusal, ActionBlocked) else []
            told = " ".join([f"{row}: {refusal.message}", *why])
            page.message_user(request, told, messages.WARNING)
        else:
            page.message_user(request, f"{row} is {done}.", messages.SUCCESS)
