"""Commands that are carried out once, however often they are sent.

The caller makes the `op_id`; its row is written in the command's own transaction, so a crash or
a refusal leaves neither. A twin that comes while the first still runs waits for it (both insert
the same key) and then gets its result.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Set
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import models

from core.asking import ask, tell
from core.errors import OperationReused
from core.transactions import opens_transaction

P = ParamSpec("P")
R = TypeVar("R")

_NOT_PAYLOAD = frozenset({"actor", "op_id", "now", "version"})


def operation(kind: str, *, formerly: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a command of a function with keyword-only `actor`, `op_id` and `now`.

    No two have one `kind`. What was carried out while it was called `formerly` is known still.

    Opens the transaction. The function must return a saved model, a list of them, `None`, or
    plain JSON values: that is what a repetition gets back, read anew. The same `op_id` with
    other arguments raises `OperationReused`.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        @opens_transaction
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            op_id = cast(UUID, kwargs["op_id"])
            digest = fingerprint(kwargs)
            if not _begin(op_id, kind, kwargs["actor"].ref, digest):  # type: ignore[attr-defined]
                return _first_result(op_id, {kind, formerly or kind}, digest)
            result = function(*args, **kwargs)
            _end(op_id, result)
            return result

        wrapper.operation = kind  # type: ignore[attr-defined]
        return wrapper

    return decorate


def fingerprint(arguments: Mapping[str, Any]) -> str:
    """SHA-256 over the arguments that make a command what it is."""
    payload = {name: value for name, value in arguments.items() if name not in _NOT_PAYLOAD}
    return content_hash(payload)


def content_hash(content: Any) -> str:
    """SHA-256 of a canonical JSON form: sorted keys, no spaces, decimals and dates as text."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def _begin(op_id: UUID, kind: str, actor: str, digest: str) -> bool:
    written = tell(
        "INSERT INTO core_operation (op_id, kind, actor, payload_hash) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (op_id) DO NOTHING",
        [op_id, kind, actor, digest],
    )
    return written == 1


def _end(op_id: UUID, result: Any) -> None:
    tell(
        "UPDATE core_operation SET result = %s::jsonb WHERE op_id = %s",
        [json.dumps(_pack(result)), op_id],
    )


def _first_result(op_id: UUID, kinds: Set[str], digest: str) -> Any:
    ((kind, payload_hash, result),) = ask(
        "SELECT kind, payload_hash, result::text FROM core_operation WHERE op_id = %s", [op_id]
    )
    if kind not in kinds or payload_hash != digest:
        raise OperationReused("This operation id was already used for something else.")
    return _unpack(json.loads(result))


def _pack(result: Any) -> Any:
    if isinstance(result, models.Model):
        return {"__model__": result._meta.label_lower, "pk": result.pk}
    if isinstance(result, list | tuple):
        return [_pack(item) for item in result]
    return result


def _unpack(packed: Any) -> Any:
    if isinstance(packed, dict) and "__model__" in packed:
        return apps.get_model(packed["__model__"])._default_manager.get(pk=packed["pk"])
    if isinstance(packed, list):
        return [_unpack(item) for item in packed]
    return packed
