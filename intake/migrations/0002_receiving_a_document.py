"""A document is kept by one statement: its row, its bytes, their key, its history and its event.

What is answered with 200 is what this has committed. Whoever adds a field to `ChannelDocument`
replaces the function; every test that receives a document says so.
"""

from django.db import migrations

from core.migrating import function

# The row first: the same bytes again insert nothing, and nothing of them is kept twice. Keys to
# other rows are looked at when the transaction ends.
RECEIVE = """
CREATE FUNCTION intake_receive_document(
    p_partner bigint, p_channel bigint, p_public_id text, p_topic text, p_source text,
    p_sha256 text, p_urgency smallint, p_now timestamptz, p_content bigint, p_kind text,
    p_content_type text, p_size integer, p_ciphertext bytea, p_wrapped bytea, p_actor text,
    p_op uuid, p_data jsonb, p_subscribers text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO intake_channeldocument
        (partner_id, public_id, channel_id, topic, source, sha256, "position", path, content_id,
         kind, state, external_id, is_update, field, cause, reason, currency, is_paid,
         awaits_kind, awaits_key, owner, findings, difference, received_at, queued_at, urgency,
         attempts, lease)
    VALUES (p_partner, p_public_id, p_channel, p_topic, p_source, p_sha256, 0, '', p_content,
            '', 'received', '', false, '', '', '', '', false,
            '', '', '', '[]', '{}', p_now, p_now, p_urgency, 0, 0)
    ON CONFLICT (channel_id, topic, sha256, "position")
        WHERE repeats_id IS NULL AND edited_from_id IS NULL DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO core_encrypteddocument
        (id, partner_id, kind, person, sha256, size, content_type, ciphertext, stored_at)
    VALUES (p_content, p_partner, p_kind, '', p_sha256, p_size, p_content_type, p_ciphertext,
            p_now);
    INSERT INTO core_documentkey (document_id, wrapped) VALUES (p_content, p_wrapped);
    INSERT INTO intake_historicalchanneldocument
        (id, partner_id, public_id, channel_id, topic, source, sha256, "position", path,
         content_id, kind, state, external_id, is_update, field, cause, reason, currency, is_paid,
         awaits_kind, awaits_key, owner, received_at, queued_at, urgency, attempts, lease,
         history_date, history_type)
    VALUES (v_id, p_partner, p_public_id, p_channel, p_topic, p_source, p_sha256, 0, '',
            p_content, '', 'received', '', false, '', '', '', '', false,
            '', '', '', p_now, p_now, p_urgency, 0, 0, clock_timestamp(), '+');
    PERFORM core_record_event(p_partner, '', 'channeldocument:' || v_id, 'document.received',
                              1::smallint, p_now, p_actor, p_op, NULL, p_data, p_subscribers);
    RETURN v_id;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [
        ("intake", "0004_receiving_by_one_statement"),
        ("intake", "0006_sources_that_are_asked"),
    ]

    dependencies = [("intake", "0001_tables"), ("core", "0003_recording_events")]

    operations = [function(RECEIVE)]
