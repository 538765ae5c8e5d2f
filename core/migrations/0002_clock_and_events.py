"""What the kernel keeps in the database itself: its clock, its events, and what may not change."""

from django.db import migrations

CLOCK = """
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp()
         + coalesce(nullif(current_setting('swapdesk.clock_offset', true), '')::interval, interval '0')
$$
"""

REFUSE = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""

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


def insert_only(table: str) -> list[migrations.RunSQL]:
    """Triggers that let rows of `table` be added and nothing else."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_insert_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION core_refuse_change()",
            f"DROP TRIGGER {table}_is_insert_only ON {table}",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()",
            f"DROP TRIGGER {table}_is_not_emptied ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION app_now()"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION core_refuse_change()"),
        migrations.RunSQL(
            RECORD,
            "DROP FUNCTION core_record_event(bigint, text, text, text, smallint, timestamptz,"
            " text, uuid, bigint, jsonb, text[])",
        ),
        *insert_only("core_event"),
        *insert_only("core_eventseal"),
    ]
