"""The database's clock, and the refusal that keeps rows as they were written."""

from django.db import migrations

from core.migrating import function, insert_only

# A test, a demo or a sandbox shifts it; holds, leases and retries end by it.
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


class Migration(migrations.Migration):
    replaces = [("core", "0002_clock_and_events")]

    dependencies = [("core", "0001_tables")]

    operations = [
        function(CLOCK),
        function(REFUSE),
        *insert_only("core_event"),
        *insert_only("core_eventseal"),
    ]
