"""Half of what schemathesis sends names rows that are there, so that calls get past the 404.

Loaded by its command line (`SCHEMATHESIS_HOOKS`). Only what is well formed is replaced: a value
that was made to be wrong stays wrong.
"""

import json
import os
import random
import re
from typing import Any
from uuid import uuid4

import schemathesis

KNOWN: dict[str, str] = json.loads(os.environ.get("FUZZ_KNOWN", "{}"))
REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,120}")
KEY = re.compile(r"[ -~]{1,255}")
ETAG = re.compile(r'"[0-9]{1,9}"')
LONGEST = {"order": 40, "sku": 80, "channel": 40}
FIRST = {"line", "quantity", "replaces"}
chance = random.Random(int(os.environ.get("FUZZ_SEED", "0")))


@schemathesis.hook
def before_call(context: Any, case: Any, **_: Any) -> None:
    _replace_headers(case)
    if chance.random() < 0.5:
        return
    given = (case.path_parameters or {}).get("reference")
    name = _kind_of(str(case.path))
    if isinstance(given, str) and REFERENCE.fullmatch(given) and name:
        case.path_parameters["reference"] = KNOWN[name]
    if isinstance(case.body, dict):
        case.body = _known(case.body)


def _replace_headers(case: Any) -> None:
    """A key used twice is another test; a version that was seen is one that matches."""
    for name, value in dict(case.headers or {}).items():
        if name == "Idempotency-Key" and isinstance(value, str) and KEY.fullmatch(value):
            case.headers[name] = str(uuid4())
        if name == "If-Match" and isinstance(value, str) and ETAG.fullmatch(value):
            case.headers[name] = chance.choice(["*", '"1"', value])


def _known(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _known(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_known(inner, name) for inner in value]
    if name in FIRST and type(value) is int and 1 <= value <= 32_767:
        return 1
    is_whole = isinstance(value, str) and 0 < len(value) <= LONGEST.get(name, 0)
    return KNOWN[name] if is_whole and name in KNOWN else value


def _kind_of(path: str) -> str:
    plural = path.removeprefix("/api/v1/").partition("/")[0]
    known = (plural.removesuffix("s"), "webhook" if plural == "webhook-endpoints" else "")
    return next((name for name in known if name in KNOWN), "")
