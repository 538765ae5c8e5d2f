"""Shapes of answers as JSON Schema: each `TypedDict` becomes a named component."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.db.models import Choices

from api.shapes import Cursor, Day, Moment

Schema = dict[str, Any]

WRITTEN_AS: dict[Any, Schema] = {
    Moment: {"type": "string", "format": "date-time"},
    Day: {"type": "string", "format": "date"},
    Cursor: {"type": "string"},
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}
SUFFIX = "Told"  # of the shape of a resource: `ReturnTold` is “Return” to whoever reads


class Shapes:
    """Writes types as schemas and keeps the named ones, each once."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._shapes: dict[str, tuple[Any, tuple[Any, ...]]] = {}

    def of(self, hint: Any) -> Schema:
        if hint in WRITTEN_AS:
            return dict(WRITTEN_AS[hint])
        origin, parts = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.of(parts[0]) | _said(parts[1])
        if origin is Literal:
            return {"type": "string", "const": parts[0]}
        if origin in (Union, types.UnionType):
            return self._either(parts)
        if origin in (list, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        return self._named(hint, origin or hint, parts)

    def _either(self, parts: Sequence[Any]) -> Schema:
        """A simple type that may be null is written short; generators know it best so."""
        schemas = [self.of(part) for part in parts]
        if len(schemas) == 2 and schemas[1] == {"type": "null"} and "type" in schemas[0]:
            return schemas[0] | {"type": [schemas[0]["type"], "null"]}
        return {"anyOf": schemas}

    def _named(self, hint: Any, shape: Any, parts: Sequence[Any]) -> Schema:
        if not is_typeddict(shape):
            raise TypeError(f"{hint} is no type that an answer can have")
        name = _name_of(shape, parts)
        written = self._shapes.setdefault(name, (shape, tuple(parts)))
        if written != (shape, tuple(parts)):
            other = f"{written[0].__module__}.{written[0].__qualname__}"
            raise TypeError(f"{shape.__module__}.{shape.__qualname__} and {other} are both {name}")
        if name not in self.components:
            self.components[name] = {}  # while its parts are written it may name itself
            self.components[name] = self._write(shape, parts)
        return {"$ref": f"#/components/schemas/{name}"}

    def _write(self, shape: Any, parts: Sequence[Any]) -> Schema:
        filled = dict(zip(getattr(shape, "__parameters__", ()), parts, strict=False))
        # Without names of its own, so that inherited hints are read where they were written.
        hints = get_type_hints(shape, localns={}, include_extras=True)
        return {
            "type": "object",
            "description": inspect.cleandoc(shape.__doc__ or ""),
            "properties": {
                name: self.of(_fill(_unwrap(hint), filled)) for name, hint in hints.items()
            },
            "required": [
                name
                for name, hint in hints.items()
                if name in shape.__required_keys__ and not _may_be_missing(hint)
            ],
        }


def _name_of(shape: Any, parts: Sequence[Any]) -> str:
    if parts:
        return f"{str(parts[0].__name__).removesuffix(SUFFIX)}{shape.__name__}"
    return str(shape.__name__).removesuffix(SUFFIX)


def _may_be_missing(hint: Any) -> bool:
    """Annotations are texts, so only here is it seen what they say."""
    return get_origin(hint) is NotRequired


def _unwrap(hint: Any) -> Any:
    """Without `NotRequired`, which says something of the key and not of the value."""
    return get_args(hint)[0] if _may_be_missing(hint) else hint


def _fill(hint: Any, filled: Mapping[Any, Any]) -> Any:
    """A generic shape's own parameters put in their places."""
    if hint in filled:
        return filled[hint]
    if get_origin(hint) is list and get_args(hint)[0] in filled:
        return list[filled[get_args(hint)[0]]]  # type: ignore[misc]
    return hint


def _said(about: Any) -> Schema:
    """Words about a value; or the values there are so far, of which there may be more one day."""
    if isinstance(about, type) and issubclass(about, Choices):
        return {"x-extensible-enum": list(about.values)}
    return {"description": str(about)}
