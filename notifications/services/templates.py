"""Wordings as data: drafted, published by another pair of eyes, retired."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Max

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.events import record, reference
from core.operations import operation
from notifications import locks
from notifications.kinds import MessageKind, find_kind
from notifications.letters import LANGUAGES
from notifications.models import MessageTemplate
from notifications.queries.wording import find_wording, list_editors
from notifications.rules import (
    MOST_SEGMENTS,
    BadLetter,
    Letter,
    TooLong,
    fill_letter,
    measure,
)
from notifications.states import Medium, TemplateState


def check_wording(*, kind: str, medium: str, subject: str, body: str) -> Letter:
    """The wording, if it may be saved.

    Raises `BadLetter`, `UnknownPlaceholder`, `UnsafeSubject` or `TooLong` with the field amiss.
    """
    known = _get_kind(kind)
    if not body.strip():
        raise BadLetter("A message says something.", field="body")
    if (medium == Medium.SMS) == bool(subject.strip()):
        words = "A text has no subject." if subject.strip() else "A letter has a subject."
        raise BadLetter(words, field="subject")
    letter = Letter.of(subject=subject, body=body)
    letter.require_names(known.names)
    sample = fill_letter(letter, known.names)
    if medium == Medium.SMS and measure(sample.body).segments > MOST_SEGMENTS:
        raise TooLong(
            f"With usual values this takes {measure(sample.body).in_words};"
            f" at most {MOST_SEGMENTS} are sent.",
            field="body",
        )
    return letter


@operation("template.draft")
def draft_template(
    *,
    partner_id: int,
    kind: str,
    medium: str,
    locale: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> MessageTemplate:
    """A new version that begins with the words in force; the draft there is, where there is one."""
    known = _get_kind(kind)
    if medium not in known.every_medium:
        raise BadInput(f"“{known.title}” never goes by {medium}.", field="medium")
    if locale not in LANGUAGES:
        raise BadInput("Choose one of the languages.", field="locale")
    locks.lock_wording(partner_id=partner_id, kind=kind, medium=medium, locale=locale)
    same = MessageTemplate.objects.for_partner(partner_id).filter(
        kind=kind, medium=medium, locale=locale
    )
    if draft := same.filter(state=TemplateState.DRAFT).first():
        return draft
    start = find_wording(partner_id=partner_id, kind=kind, locale=locale, medium=Medium(medium))
    template = MessageTemplate.objects.create(
        partner_id=partner_id,
        kind=kind,
        medium=medium,
        locale=locale,
        number=(same.aggregate(last=Max("number"))["last"] or 0) + 1,
        subject=start.letter.subject if start else "",
        body=start.letter.body if start else "",
        drafted_by_id=actor.user_id,
        drafted_at=now,
    )
    _tell(template, "drafted", actor=actor, now=now, op_id=op_id)
    return template


@operation("template.write")
def write_template(
    *,
    template_id: int,
    subject: str,
    body: str,
    note: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> MessageTemplate:
    """Change a draft. Raises `ActionBlocked` when it is none, `BadLetter` for words amiss."""
    template = _lock_draft(template_id)
    body = body.replace("\r\n", "\n")
    check_wording(kind=template.kind, medium=template.medium, subject=subject, body=body)
    template.subject, template.body = subject.strip(), body.strip() + "\n"
    template.note = note.strip()[:200]
    template.save()
    _tell(template, "written", actor=actor, now=now, op_id=op_id)
    return template


@operation("template.publish")
def publish_template(
    *, template_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> MessageTemplate:
    """Put a draft in force and retire the version before it.

    Four eyes: whoever wrote it does not publish it. The words are checked again, for the kind may
    have changed. Messages queued before keep theirs.
    """
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    template = _lock_draft(template_id)
    if actor.ref in list_editors(template):
        raise ActionBlocked("You have worked on this draft: somebody else has to publish it.")
    check_wording(
        kind=template.kind,
        medium=template.medium,
        subject=template.subject,
        body=template.body,
    )
    for former in _published_like(template):
        _retire(former, actor=actor, now=now, op_id=op_id)
    template.publish()
    template.published_by_id, template.published_at = actor.user_id, now
    template.save()
    _tell(template, "published", actor=actor, now=now, op_id=op_id)
    return template


@operation("template.retire")
def retire_template(
    *, template_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> MessageTemplate:
    """Go back to the words that we ship."""
    template = locks.lock_template(template_id)
    if template.state != TemplateState.PUBLISHED:
        raise ActionBlocked("Only what is in force can be retired.")
    _retire(template, actor=actor, now=now, op_id=op_id)
    return template


@operation("template.discard")
def discard_template(*, template_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """Throw a draft away."""
    template = _lock_draft(template_id)
    _tell(template, "discarded", actor=actor, now=now, op_id=op_id)
    template.delete()


def _retire(
    template: MessageTemplate, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    template.retire()
    template.retired_at = now
    template.save()
    _tell(template, "retired", actor=actor, now=now, op_id=op_id)


def _published_like(template: MessageTemplate) -> list[MessageTemplate]:
    published = MessageTemplate.objects.for_partner(template.partner_id).filter(
        kind=template.kind,
        medium=template.medium,
        locale=template.locale,
        state=TemplateState.PUBLISHED,
    )
    return list(published)


def _lock_draft(template_id: int) -> MessageTemplate:
    found = MessageTemplate.objects.get(pk=template_id)
    locks.lock_wording(
        partner_id=found.partner_id, kind=found.kind, medium=found.medium, locale=found.locale
    )
    template = locks.lock_template(template_id)
    if template.state != TemplateState.DRAFT:
        raise ActionBlocked(
            f"Version {template.number} is {template.get_state_display().lower()} and never"
            " changes again. Draft a new one from it."
        )
    return template


def _get_kind(name: str) -> MessageKind:
    kind = find_kind(name)
    if kind is None:
        raise BadInput("There is no such message.", field="kind")
    return kind


def _tell(
    template: MessageTemplate, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    record(
        kind=f"template.{happened}",
        partner_id=template.partner_id,
        subject=reference(template),
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "template": template.kind,
            "medium": template.medium,
            "locale": template.locale,
            "number": template.number,
        },
    )
