"""Events of one kind about many subjects, written by one statement."""

from django.db import migrations

# The subjects are locked by the caller, as for `core_record_event`, and none is named twice.
# Who knows that they are new says so, and nobody looks for events that they had before.
RECORD_MANY = """
CREATE FUNCTION core_record_events(
    p_partners bigint[], p_cases text[], p_subjects text[], p_data jsonb[], p_kind text,
    p_schema smallint, p_at timestamptz, p_actor text, p_op uuid, p_cause bigint,
    p_subscribers text[], p_are_new boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := app_now();
BEGIN
    WITH told AS (
        INSERT INTO core_event
            (event_id, partner_id, "case", subject, sequence, kind, schema_version,
             at, actor, op_id, cause, data)
        SELECT gen_random_uuid(), w.partner_id, w.of_case, w.subject,
               CASE WHEN p_are_new THEN 1 ELSE 1 + coalesce(
                   (SELECT max(e.sequence) FROM core_event e WHERE e.subject = w.subject), 0) END,
               p_kind, p_schema, p_at, p_actor, p_op, p_cause, w.data
          FROM unnest(p_partners, p_cases, p_subjects, p_data)
               AS w (partner_id, of_case, subject, data)
        RETURNING id, subject
    )
    INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
    SELECT t.id, name, t.subject, 'pending', v_now
      FROM told t CROSS JOIN unnest(p_subscribers) AS name;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_clock_and_events")]

    operations = [migrations.RunSQL(RECORD_MANY, "DROP FUNCTION core_record_events")]
