"""Documents come in, become orders or wait for a person, and are never lost on the way."""

from intake.services.backfilling import start_backfill, take_records
from intake.services.bulk import settle_plain
from intake.services.channel_returns import track_parcel
from intake.services.connections import (
    TooManySecrets,
    add_secret,
    open_channel,
    retire_secret,
)
from intake.services.editions import NotReady, publish_mapping, publish_rules, try_rules
from intake.services.groups import read_raw, start_freeing
from intake.services.parking import give_up_parked, release_parked, release_parked_for
from intake.services.polling import start_polling, stop_polling
from intake.services.receiving import receive_document
from intake.services.repairs import NotWaiting, discard_document, edit_document, replay_document
from intake.services.settling import bury_document, settle_document

__all__ = [
    "NotReady",
    "NotWaiting",
    "TooManySecrets",
    "add_secret",
    "bury_document",
    "discard_document",
    "edit_document",
    "give_up_parked",
    "open_channel",
    "publish_mapping",
    "publish_rules",
    "read_raw",
    "receive_document",
    "release_parked",
    "release_parked_for",
    "replay_document",
    "retire_secret",
    "settle_document",
    "settle_plain",
    "start_backfill",
    "start_freeing",
    "start_polling",
    "stop_polling",
    "take_records",
    "track_parcel",
    "try_rules",
]
