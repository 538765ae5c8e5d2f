"""Wordings: which are in force, and one with its words, a preview and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from core import clock
from core.actors import Actor
from core.admin_rights import ShownByMembership, posting
from core.errors import BadInput, DomainError
from core.models import Partner, User
from core.permissions import has_permission, partners_granting
from core.roles import Permission
from notifications import previews, services
from notifications.forms import NewWordingForm, WordingForm
from notifications.kinds import MessageKind, find_kind
from notifications.letters import LANGUAGES, find_shipped
from notifications.models import MessageTemplate
from notifications.queries import list_editors, list_versions, read_template
from notifications.rules import BadLetter, Letter
from notifications.states import Medium, TemplateState

Act = Callable[..., Any]


class ByLanguage(admin.AllValuesFieldListFilter):
    """The languages there are wordings in, by their names."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            said = str(choice["display"])
            yield {**choice, "display": LANGUAGES.get(said, said)}


class ByKind(admin.AllValuesFieldListFilter):
    """The messages there are wordings of, by their titles."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            kind = find_kind(str(choice["display"]))
            yield {**choice, "display": kind.title if kind else choice["display"]}


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_MESSAGES
    list_display = ("title", "medium", "language", "number", "state", "note", "published_at")
    list_filter = ("state", "medium", ("locale", ByLanguage), ("kind", ByKind))
    list_select_related = ("partner",)
    ordering = ("kind", "medium", "locale", "-number")
    search_fields = ("kind", "body", "note")
    change_list_template = "admin/notifications/messagetemplate/list.html"

    @admin.display(description="message", ordering="kind")
    def title(self, template: MessageTemplate) -> str:
        kind = find_kind(template.kind)
        return kind.title if kind else template.kind

    @admin.display(description="language", ordering="locale")
    def language(self, template: MessageTemplate) -> str:
        return LANGUAGES.get(template.locale, template.locale)

    def get_urls(self) -> list[URLPattern]:
        return [
            posting(self, "draft/", self.draft_view, "draft"),
            posting(self, "<int:pk>/publish/", self.publish_view, "publish"),
            posting(self, "<int:pk>/retire/", self.retire_view, "retire"),
            posting(self, "<int:pk>/discard/", self.discard_view, "discard"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The versions there are; every other wording is the one we ship."""
        partners = partners_granting(request.user, Permission.EDIT_WORDING)
        context = {
            "title": "Wordings",
            "new_form": NewWordingForm(partners=partners) if partners else None,
            "op_id": uuid4(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One version. What is posted here is saved, if its words may be."""
        template = self._get(request, object_id, Permission.SEE_MESSAGES)
        is_draft = template.state == TemplateState.DRAFT
        may_edit = has_permission(request.user, Permission.EDIT_WORDING, template.partner)
        form = WordingForm(request.POST or None, instance=template)
        if request.method == "POST":
            if not (is_draft and may_edit):
                raise PermissionDenied
            if form.is_valid():
                return self._save(request, template, form)
        return self._show(request, template, form if is_draft and may_edit else None)

    def _save(
        self, request: HttpRequest, template: MessageTemplate, form: WordingForm
    ) -> HttpResponse:
        typed = form.cleaned_data
        return self._act(
            request,
            template,
            lambda **who: services.write_template(
                template_id=template.pk,
                subject=typed.get("subject", ""),
                body=typed["body"],
                note=typed["note"],
                **who,
            ),
            "The draft is saved.",
        )

    def _show(
        self, request: HttpRequest, template: MessageTemplate, form: WordingForm | None
    ) -> HttpResponse:
        kind = find_kind(template.kind)
        may_edit = has_permission(request.user, Permission.EDIT_WORDING, template.partner)
        shipped = find_shipped(template.kind, template.locale, Medium(template.medium))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{self.title(template)}, version {template.number}",
            "template": template,
            "kind": kind,
            "language": self.language(template),
            "form": form,
            "shipped": shipped,
            "versions": list_versions(template),
            "is_draft": template.state == TemplateState.DRAFT,
            "is_published": template.state == TemplateState.PUBLISHED,
            "may_edit": may_edit,
            "has_worked_on_it": Actor.user(_person(request)).ref in list_editors(template),
            "op_id": uuid4(),
            **(self._preview(request, template, kind) if kind else {}),
        }
        page = "admin/notifications/messagetemplate/detail.html"
        return TemplateResponse(request, page, context)

    def _preview(
        self, request: HttpRequest, template: MessageTemplate, kind: MessageKind
    ) -> dict[str, Any]:
        """On the case whose number was typed, else with samples; of what is saved."""
        number, trouble, facts = request.GET.get("case", "").strip(), "", None
        try:
            if number:
                facts = previews.describe_case(
                    user=_person(request),
                    partner_id=template.partner_id,
                    number=number,
                    kind=kind.name,
                    locale=template.locale,
                    now=clock.now(template.partner),
                )
                trouble = "" if facts else f"There is no case {number.upper()} here."
            shown = previews.preview(_words_of(template), kind, template.medium, facts)
        except BadLetter as error:
            return {"number": number, "trouble": error.message}
        except BadInput as error:
            trouble = error.message
            shown = previews.preview(_words_of(template), kind, template.medium)
        return {"number": number, "trouble": trouble, "preview": shown, "is_real": bool(facts)}

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        partners = partners_granting(request.user, Permission.EDIT_WORDING)
        form = NewWordingForm(request.POST, partners=partners)
        if not form.is_valid():
            messages.error(request, "Choose a message, a way and a language.")
            return HttpResponseRedirect(_list_url())
        chosen = form.cleaned_data
        try:
            template = services.draft_template(
                partner_id=chosen["partner"].pk,
                kind=chosen["kind"],
                medium=chosen["medium"],
                locale=chosen["locale"],
                **_by_whom(request, chosen["partner"]),
            )
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(_list_url())
        return HttpResponseRedirect(_url_of(template))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self._get(request, pk, Permission.EDIT_WORDING)
        return self._act(
            request,
            template,
            lambda **who: services.publish_template(template_id=pk, **who),
            "Every message of this kind is worded like this from now on.",
        )

    def retire_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self._get(request, pk, Permission.EDIT_WORDING)
        return self._act(
            request,
            template,
            lambda **who: services.retire_template(template_id=pk, **who),
            "The words that we ship are in force again.",
        )

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self._get(request, pk, Permission.EDIT_WORDING)
        self._act(
            request,
            template,
            lambda **who: services.discard_template(template_id=pk, **who),
            "The draft is gone.",
        )
        return HttpResponseRedirect(_list_url())

    def _act(
        self, request: HttpRequest, template: MessageTemplate, act: Act, done: str
    ) -> HttpResponse:
        """One service call; a refusal is told, not a server error."""
        try:
            act(**_by_whom(request, template.partner))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return HttpResponseRedirect(_url_of(template))

    def _get(self, request: HttpRequest, pk: Any, permission: Permission) -> MessageTemplate:
        if not str(pk).isdigit():
            pk = 0
        seen = MessageTemplate.objects.visible_to(_person(request), permission)
        template: MessageTemplate = get_object_or_404(
            seen.select_related("partner", "drafted_by", "published_by"), pk=pk
        )
        return template


def _words_of(template: MessageTemplate) -> Letter:
    return read_template(MessageTemplate.objects.get(pk=template.pk))


def _url_of(template: MessageTemplate) -> str:
    return reverse("admin:notifications_messagetemplate_change", args=[template.pk])


def _list_url() -> str:
    return reverse("admin:notifications_messagetemplate_changelist")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin site lets nobody else through
    return request.user


def _by_whom(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """Who acts, when, and under which operation id: the form's, so that it counts once."""
    try:
        op_id = UUID(request.POST.get("op_id", ""))
    except ValueError:
        op_id = uuid4()
    return {
        "actor": Actor.user(_person(request)),
        "op_id": op_id,
        "now": clock.now(partner),
    }
