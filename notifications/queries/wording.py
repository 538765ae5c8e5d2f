"""Which words a kind has: what a partner published for a language, else what we ship."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from core.events import reference
from core.kept import KeptQuery
from core.models import Event
from notifications.letters import find_shipped, list_locales
from notifications.models import MessageTemplate
from notifications.rules import BadLetter, Letter
from notifications.states import Medium, TemplateState


@dataclass(frozen=True, slots=True)
class Wording:
    """Words to be filled in, in `locale`; `version` names the published one (``template:7``)."""

    letter: Letter
    locale: str
    version: str = ""


_PUBLISHED: KeptQuery[MessageTemplate] = KeptQuery(
    lambda partner_id, kind, medium: MessageTemplate.objects.for_partner(partner_id).filter(
        kind=kind, medium=medium, state=TemplateState.PUBLISHED
    )
)


def find_wording(*, partner_id: int, kind: str, locale: str, medium: Medium) -> Wording | None:
    """The words in the nearest language; of one language what was published comes first."""
    published = {template.locale: template for template in _PUBLISHED(partner_id, kind, medium)}
    for candidate in list_locales(locale):
        if template := published.get(candidate):
            return Wording(read_template(template), candidate, reference(template))
        if letter := find_shipped(kind, candidate, medium):
            return Wording(letter, candidate)
    return None


def get_wording(*, partner_id: int, kind: str, locale: str, medium: Medium) -> Wording:
    """As `find_wording`; raises `BadLetter` where there is none: a mistake of the program."""
    wording = find_wording(partner_id=partner_id, kind=kind, locale=locale, medium=medium)
    if wording is None:
        raise BadLetter(f"There is no letter “{kind}” by {medium}.", field="template")
    return wording


def read_template(template: MessageTemplate) -> Letter:
    return Letter.of(subject=template.subject, body=template.body)


def list_editors(template: MessageTemplate) -> set[str]:
    """Who drafted this version or changed it, as actors are called: ``user:12``."""
    worked = ("template.drafted", "template.written")
    events = Event.objects.filter(subject=reference(template), kind__in=worked)
    return {actor for actor in events.values_list("actor", flat=True) if actor.startswith("user:")}


def list_versions(template: MessageTemplate) -> QuerySet[MessageTemplate]:
    """Every version of the same wording, newest first."""
    versions = MessageTemplate.objects.for_partner(template.partner_id).filter(
        kind=template.kind, medium=template.medium, locale=template.locale
    )
    return versions.select_related("drafted_by", "published_by").order_by("-number")
