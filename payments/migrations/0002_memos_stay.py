"""An issued memo keeps its number, its money and its lines, whoever writes to the table."""

from django.db import migrations

from core.migrating import function

KEEP_MEMO = """
CREATE FUNCTION payments_keep_issued_memo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR
        (NEW.partner_id, NEW.number, NEW."case", NEW.customer_id, NEW.currency, NEW.net, NEW.tax,
         NEW.gross, NEW.issued_at, NEW.state = 'draft')
        IS DISTINCT FROM
        (OLD.partner_id, OLD.number, OLD."case", OLD.customer_id, OLD.currency, OLD.net, OLD.tax,
         OLD.gross, OLD.issued_at, false)) THEN
        RAISE EXCEPTION 'credit memo % is issued and never changes', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'draft' AND NEW.state <> 'draft' AND (
        SELECT coalesce(sum(gross), 0) FROM payments_creditmemoline WHERE memo_id = NEW.id
    ) <> NEW.gross THEN
        RAISE EXCEPTION 'credit memo % is not the sum of its lines', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""

KEEP_LINES = """
CREATE FUNCTION payments_keep_issued_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.memo_id ELSE OLD.memo_id END;
BEGIN
    IF EXISTS (SELECT FROM payments_creditmemo WHERE id = touched AND state <> 'draft') THEN
        RAISE EXCEPTION 'the credit memo of this line is issued and never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("payments", "0002_issued_memos_stay")]

    dependencies = [("payments", "0001_tables")]

    operations = [
        function(KEEP_MEMO),
        migrations.RunSQL(
            "CREATE TRIGGER payments_issued_memo_stays BEFORE UPDATE OR DELETE"
            " ON payments_creditmemo FOR EACH ROW EXECUTE FUNCTION payments_keep_issued_memo()",
            "DROP TRIGGER payments_issued_memo_stays ON payments_creditmemo",
        ),
        function(KEEP_LINES),
        migrations.RunSQL(
            "CREATE TRIGGER payments_issued_lines_stay BEFORE INSERT OR UPDATE OR DELETE"
            " ON payments_creditmemoline FOR EACH ROW"
            " EXECUTE FUNCTION payments_keep_issued_lines()",
            "DROP TRIGGER payments_issued_lines_stay ON payments_creditmemoline",
        ),
    ]
