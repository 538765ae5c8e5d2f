"""What the mismatch desk puts up for approval is a concession, as what a case puts up is.

Requests that wait go on as concessions of the units that they would have credited, under the same
approval. One that was answered while nobody carried it out comes back to the desk.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from core.operations import content_hash


def make_concessions(apps: Any, schema_editor: Any) -> None:
    waiting = apps.get_model("returns", "Mismatch").objects.filter(
        state="waiting", rule="credit_anyway", waits_until=None
    )
    for mismatch in waiting.select_related("return_line"):
        asked = apps.get_model("approvals", "Approval").objects.filter(
            subject=f"mismatch:{mismatch.pk}", state="asked"
        )
        approval = asked.first()
        units = find_units(mismatch)
        if approval is None or not units:
            mismatch.rule, mismatch.waits_until = "", timezone.now()
            mismatch.save()
            asked.update(state="void")
            continue
        concession = make_concession(apps, mismatch, units)
        approval.subject = f"concession:{concession.pk}"
        approval.content_hash = concession.content_hash
        approval.save()


def find_units(mismatch: Any) -> list[int]:
    """The highest open ones, as they would have been credited."""
    claims = mismatch.return_line.claims.filter(freed_at=None, memo=None, grade="")
    units = list(claims.order_by("unit_number").values_list("unit_number", flat=True))
    return units[-mismatch.quantity :] if len(units) >= mismatch.quantity else []


def make_concession(apps: Any, mismatch: Any, units: list[int]) -> Any:
    lines = [{"line": mismatch.return_line_id, "units": units, "rate": "1"}]
    hashed = {
        "case": mismatch.return_case_id,
        "rule": "goodwill",
        "is_rest": True,
        "lines": lines,
        "amount": str(mismatch.value),
    }
    return apps.get_model("returns", "Concession").objects.create(
        partner_id=mismatch.partner_id,
        return_case_id=mismatch.return_case_id,
        mismatch=mismatch,
        rule="goodwill",
        is_rest=True,
        lines=lines,
        amount=mismatch.value,
        content_hash=content_hash(hashed),
        note_id=mismatch.note_id,
        asked_at=mismatch.decided_at,
        asked_by=mismatch.decided_by,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_claims_by_the_first_of_a_subject'),
        ('returns', '0009_ratings'),
        ('approvals', '0003_programs_may_ask'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='concession',
            name='one_concession_is_asked_at_a_time',
        ),
        migrations.AddField(
            model_name='concession',
            name='mismatch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='concessions', to='returns.mismatch'),
        ),
        migrations.AddField(
            model_name='historicalconcession',
            name='mismatch',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.mismatch'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.UniqueConstraint(condition=models.Q(('mismatch__isnull', True), ('state', 'asked')), fields=('return_case',), name='one_concession_is_asked_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('mismatch',), name='one_concession_is_asked_per_mismatch'),
        ),
        migrations.RunPython(make_concessions, migrations.RunPython.noop),
    ]
