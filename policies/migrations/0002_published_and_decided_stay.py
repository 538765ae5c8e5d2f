"""What was published is what cases were decided by: the database refuses to change it.

Verdicts are evidence, and are refused any change too.
"""

from django.db import migrations

from core.migrating import insert_only, not_emptied

# FOR SHARE makes an edit and a publication wait for each other: without it, a rule written in
# one transaction could slip into a version that another one publishes meanwhile.
RULES = """
CREATE FUNCTION policies_only_drafts_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_version bigint;
    v_state text;
BEGIN
    FOREACH v_version IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        SELECT state INTO v_state FROM policies_policyversion WHERE id = v_version FOR SHARE;
        IF v_state IS DISTINCT FROM 'draft' THEN
            RAISE EXCEPTION '% of a rule is refused: its policy version is %', TG_OP, v_state
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER policies_rule_of_a_draft BEFORE INSERT OR UPDATE OR DELETE ON policies_rule
    FOR EACH ROW EXECUTE FUNCTION policies_only_drafts_change();
"""

VERSIONS = """
CREATE FUNCTION policies_version_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        ELSIF NEW.state IN ('draft', 'published') AND NEW.partner_id = OLD.partner_id THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a % policy version is refused', TG_OP, OLD.state
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER policies_version_goes_forward BEFORE UPDATE OR DELETE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION policies_version_goes_forward();
"""


class Migration(migrations.Migration):
    replaces = [
        ("policies", "0002_insert_only"),
        ("policies", "0003_published_never_change"),
        ("policies", "0004_no_hold_length_in_drafts"),
        ("policies", "0006_more_kinds"),
    ]

    dependencies = [("policies", "0001_tables"), ("core", "0002_clock_and_refusal")]

    operations = [
        migrations.RunSQL(
            RULES,
            "DROP TRIGGER policies_rule_of_a_draft ON policies_rule;"
            " DROP FUNCTION policies_only_drafts_change()",
        ),
        migrations.RunSQL(
            VERSIONS,
            "DROP TRIGGER policies_version_goes_forward ON policies_policyversion;"
            " DROP FUNCTION policies_version_goes_forward()",
        ),
        not_emptied("policies_policyversion"),
        not_emptied("policies_rule"),
        *insert_only("policies_decision"),
    ]
