"""What no writer may do with money, whoever writes to the tables.

An operation keeps what it is, its key above all, and is never deleted. Nothing new starts while
it is unknown whether money moved for the same purpose. The ledger, store credit and proofs are
only ever added to.
"""

from django.db import migrations

from core.migrating import function, insert_only

KEEP = """
CREATE FUNCTION payments_keep_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'money operation % is never deleted', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.partner_id, NEW.public_id, NEW.purpose, NEW.business_key, NEW.kind, NEW.amount,
        NEW.currency, NEW.idempotency_key, NEW.parent_id, NEW.account_id)
       IS DISTINCT FROM
       (OLD.partner_id, OLD.public_id, OLD.purpose, OLD.business_key, OLD.kind, OLD.amount,
        OLD.currency, OLD.idempotency_key, OLD.parent_id, OLD.account_id) THEN
        RAISE EXCEPTION 'money operation % keeps what it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('succeeded', 'declined', 'failed', 'abandoned') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'money operation % is over', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'planned' AND NEW.state = 'submitted' AND EXISTS (
        SELECT FROM payments_moneyoperation other
        WHERE other.purpose = NEW.purpose AND other.state = 'unknown') THEN
        RAISE EXCEPTION 'money of % is unknown: nothing more is tried', NEW.purpose
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$
"""

REFUSE_WHILE_UNKNOWN = """
CREATE FUNCTION payments_refuse_while_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payments_moneyoperation
               WHERE purpose = NEW.purpose AND state = 'unknown') THEN
        RAISE EXCEPTION 'money of % is unknown: nothing more is planned', NEW.purpose
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [
        ("payments", "0004_money_that_stays"),
        ("payments", "0007_ledgers_that_grow"),
        ("payments", "0010_goods_that_were_refused"),
    ]

    dependencies = [("payments", "0002_memos_stay"), ("core", "0002_clock_and_refusal")]

    operations = [
        function(KEEP),
        migrations.RunSQL(
            "CREATE TRIGGER payments_operation_stays BEFORE UPDATE OR DELETE"
            " ON payments_moneyoperation FOR EACH ROW EXECUTE FUNCTION payments_keep_operation()",
            "DROP TRIGGER payments_operation_stays ON payments_moneyoperation",
        ),
        function(REFUSE_WHILE_UNKNOWN),
        migrations.RunSQL(
            "CREATE TRIGGER payments_nothing_while_unknown BEFORE INSERT"
            " ON payments_moneyoperation FOR EACH ROW"
            " EXECUTE FUNCTION payments_refuse_while_unknown()",
            "DROP TRIGGER payments_nothing_while_unknown ON payments_moneyoperation",
        ),
        *insert_only("payments_moneyentry"),
        *insert_only("payments_storecreditentry"),
        *insert_only("payments_proof"),
    ]
