"""Events with their deliveries: one by one, and of one kind about many subjects by one statement."""

from django.db import migrations

from core.migrating import function

# The subject's row is locked by the caller, so counting its events leaves no gap.
RECORD = """
CREATE FUNCTION core_record_event(
    p_partner bigint, p_case text, p_subject text, p_kind text, p_schema smallint,
    p_at timestamptz, p_actor text, p_op uuid, p_cause bigint, p_data jsonb, p_subscribers text[]
) RETURNS TABLE (event_id bigint, event_uuid uuid, event_sequence integer)
LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
    v_uuid uuid := gen_random_uuid();
    v_sequence integer;
BEGIN
    SELECT coalesce(max(e.sequence), 0) + 1 INTO v_sequence
      FROM core_event e WHERE e.subject = p_subject;
    INSERT INTO core_event AS e
        (event_id, partner_id, "case", subject, sequence, kind, schema_version,
         at, actor, op_id, cause, data)
    VALUES (v_uuid, p_partner, p_case, p_subject, v_sequence, p_kind, p_schema,
            p_at, p_actor, p_op, p_cause, p_data)
    RETURNING e.id INTO v_id;
    IF cardinality(p_subscribers) > 0 THEN
        INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
        SELECT v_id, name, p_subject, 'pending', app_now() FROM unnest(p_subscribers) AS name;
    END IF;
    RETURN QUERY SELECT v_id, v_uuid, v_sequence;
END
$$
"""

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
    replaces = [("core", "0003_events_in_bulk")]

    dependencies = [("core", "0002_clock_and_refusal")]

    operations = [function(RECORD), function(RECORD_MANY)]
