"""The desk as `config.wsgi` serves it, with a door that reads a notice whoever signed it.

For the control of a proof, which must show what the signature prevents. Nothing else imports it.
"""

import datetime as dt
import json
from typing import Any

from config.wsgi import application
from core import signatures
from payments.gateways import sandbox
from payments.gateways.port import Notice

__all__ = ["application"]

read_signed = sandbox.read_notice


def believe(headers: Any, body: bytes, *, secrets: Any, now: dt.datetime) -> Notice:
    anew = signatures.write_headers(
        message_id=json.loads(body)["id"], body=body, secrets=secrets, now=now
    )
    return read_signed(anew, body, secrets=secrets, now=now)


sandbox.read_notice = believe
