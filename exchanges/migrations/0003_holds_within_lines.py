"""Live holds of an exchange line are never of more units than the line.

Looked at when the transaction ends, so that goods may be held before others are given back. The
line stays locked until then: of two that hold for it at once, the second sees the first's.
"""

from django.db import migrations

CHECK = """
CREATE FUNCTION exchanges_check_holds_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_units integer;
BEGIN
    SELECT l.quantity INTO v_units FROM exchanges_exchangeline l
     WHERE l.id = substring(NEW.reference FROM '^exchangeline:([0-9]{1,18})$')::bigint
       FOR NO KEY UPDATE;
    IF FOUND AND v_units < (
        SELECT sum(r.quantity) FROM inventory_reservation r
         WHERE r.reference = NEW.reference AND r.state IN ('active', 'committed'))
    THEN
        RAISE EXCEPTION 'more is held for % than its % units', NEW.reference, v_units
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holds_fit_their_exchange_line';
    END IF;
    RETURN NULL;
END
$$
"""

# A state never turns live again, so only what is new, grows or changes hands can be too much.
TRIGGERS = """
CREATE CONSTRAINT TRIGGER exchanges_new_holds_fit AFTER INSERT ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.reference LIKE 'exchangeline:%' AND NEW.state IN ('active', 'committed'))
    EXECUTE FUNCTION exchanges_check_holds_of_line();
CREATE CONSTRAINT TRIGGER exchanges_changed_holds_fit
    AFTER UPDATE OF quantity, reference, state ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.reference LIKE 'exchangeline:%' AND NEW.state IN ('active', 'committed')
          AND (NEW.quantity > OLD.quantity OR NEW.reference <> OLD.reference
               OR OLD.state NOT IN ('active', 'committed')))
    EXECUTE FUNCTION exchanges_check_holds_of_line()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchanges", "0002_insert_only"),
        ("inventory", "0010_holds_by_level"),
    ]

    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION exchanges_check_holds_of_line()"),
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER exchanges_new_holds_fit ON inventory_reservation;"
            "DROP TRIGGER exchanges_changed_holds_fit ON inventory_reservation",
        ),
    ]
