"""Many documents at once: what was tried on a group is carried out by a job, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from core import documents, jobs
from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.models import Job
from core.operations import operation
from core.transactions import opens_transaction
from intake import mining
from intake.locks import lock_document
from intake.mining import Fix
from intake.models import ChannelDocument, QualityRule, RuleSet, SkuMapping
from intake.services.editions import publish_rules, try_rules
from intake.services.repairs import edit_document, replay_document
from intake.states import DocumentState
from orders.models import Channel

JOB = "intake.free_group"
MOST_AT_ONCE = 5_000
STEPS = UUID("5f1b2a52-6d0c-4b4e-9d7e-0e7d1a0c1f11")


@operation("intake.free_group")
def start_freeing(
    *,
    channel_id: int,
    document_ids: list[int],
    kind: str,
    says: str,
    details: dict[str, str],
    actor: Actor,
    op_id: UUID,
    now: datetime,
) -> Job:
    """Put a fix in place and send a group through again as a job."""
    if not document_ids or len(document_ids) > MOST_AT_ONCE:
        raise BadInput(f"Between 1 and {MOST_AT_ONCE} documents at once.", field="documents")
    channel = Channel.objects.get(pk=channel_id)
    fix = Fix(kind=kind, says=says, details=details)
    if fix.kind == "rule":
        _publish_rules(channel, fix, actor=actor, op_id=op_id, now=now)
    if fix.kind == "sku":
        _map_sku(channel, fix, actor=actor, op_id=op_id, now=now)
    arguments = {"documents": document_ids, "kind": kind, "details": details}
    return jobs.start(
        partner_id=channel.partner_id,
        kind=JOB,
        arguments=arguments,
        total=len(document_ids),
        actor=actor,
        now=now,
    )


def free_document(
    *,
    document_id: int,
    kind: str,
    details: Mapping[str, str],
    actor: Actor,
    job: str,
    now: datetime,
) -> ChannelDocument | None:
    """One step of the job; None for a document that waits no longer. Twice is once."""  # fmt: skip
    document = ChannelDocument.objects.select_related("channel", "content__key").get(pk=document_id)
    if document.state not in {DocumentState.HELD, DocumentState.DEAD_LETTER,
                              DocumentState.CONFLICT, DocumentState.PARKED}:  # fmt: skip
        return None
    op_id = uuid5(STEPS, f"{job}:{document_id}")
    if kind == "edit" and (content := mining.edit(document, details["edit"])) is not None:
        return edit_document(
            document_id=document_id, content=content, actor=actor, op_id=op_id, now=now
        )
    return replay_document(document_id=document_id, actor=actor, op_id=op_id, now=now)


def _publish_rules(channel: Channel, fix: Fix, *, actor: Actor, op_id: UUID, now: datetime) -> None:
    rule_set = RuleSet.objects.create(
        partner_id=channel.partner_id,
        channel=channel,
        number=mining.next_number(channel),
        note=fix.says[:200],
    )
    QualityRule.objects.bulk_create(
        QualityRule(
            partner_id=channel.partner_id,
            rule_set=rule_set,
            kind=rule.kind,
            target=rule.target,
            value=rule.value,
            severity=rule.severity,
            owner=rule.owner,
        )
        for rule in mining.next_rules(channel, fix)
    )
    tried, published = uuid5(op_id, "try"), uuid5(op_id, "publish")
    try_rules(rule_set_id=rule_set.pk, actor=actor, op_id=tried, now=now)
    publish_rules(rule_set_id=rule_set.pk, actor=actor, op_id=published, now=now)


def _map_sku(channel: Channel, fix: Fix, *, actor: Actor, op_id: UUID, now: datetime) -> None:
    mapping, _ = SkuMapping.objects.update_or_create(
        channel=channel,
        theirs=fix.details["theirs"],
        defaults={"ours": fix.details["ours"], "partner_id": channel.partner_id},
    )
    record(
        kind="sku_mapping.made",
        partner_id=channel.partner_id,
        subject=reference(mapping),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": channel.code, "theirs": mapping.theirs, "ours": mapping.ours},
    )


@opens_transaction
def read_raw(*, document_id: int, why: str, actor: Actor, op_id: UUID, now: datetime) -> bytes:
    """The bytes as they came, for a person: that they looked is recorded, and what for.

    Not an `operation`: its result is not kept, and looking twice is twice.
    """
    document = lock_document(document_id)
    record(
        kind="document.raw_read",
        partner_id=document.partner_id,
        subject=reference(document),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": document.channel.code, "why": why},
    )
    return documents.read(document.content)
