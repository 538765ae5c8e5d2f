"""What callers send as JSON Schema: the fields of bodies and of query parameters."""

from __future__ import annotations

import inspect
from typing import Any

from rest_framework import serializers

from api.bodies import Body
from api.schema.answers import Schema

Field = serializers.Field[Any, Any, Any, Any]


class Fields:
    """Writes fields as schemas and keeps the bodies among them as named components."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self.kinds: dict[str, type] = {}

    def of(self, field: Field) -> Schema:
        schema = self._of_kind(field)
        if field.help_text:
            schema["description"] = str(field.help_text)
        if field.default is not serializers.empty and not callable(field.default):
            schema["default"] = field.default
        if field.allow_null and "type" in schema:
            schema["type"] = [schema["type"], "null"]
        return schema

    def _of_kind(self, field: Field) -> Schema:
        if hasattr(field, "schema"):  # a field of ours that says itself how it is written
            return dict(field.schema)
        match field:
            case serializers.Serializer():
                return self.of_body(type(field))
            case serializers.ListField():
                return self._list(field, self.of(field.child))
            case serializers.ChoiceField():
                return {"type": "string", "enum": list(field.choices)}
            case serializers.BooleanField():
                return {"type": "boolean"}
            case serializers.IntegerField():
                return _bounded(field, {"type": "integer"}, "minimum", "maximum", "value")
            case serializers.CharField():
                return _text(field)
        raise TypeError(f"{type(field).__name__} is no field that a caller can be told of")

    def of_body(self, kind: type[serializers.BaseSerializer[Any]]) -> Schema:
        name = kind.__name__
        if self.kinds.setdefault(name, kind) is not kind:
            raise TypeError(f"two bodies are called {name}")
        if name not in self.components:
            fields: dict[str, Field] = kind().fields  # type: ignore[attr-defined]
            self.components[name] = {
                "type": "object",
                "description": inspect.cleandoc(kind.__doc__ or "")
                if kind.__doc__ != Body.__doc__
                else "",
                "properties": {key: self.of(field) for key, field in fields.items()},
                "additionalProperties": False,
            }
            if required := [key for key, field in fields.items() if field.required]:
                self.components[name]["required"] = required
        return {"$ref": f"#/components/schemas/{name}"}

    def _list(self, field: Any, items: Schema) -> Schema:
        schema: Schema = {"type": "array", "items": items}
        return _bounded(field, schema, "minItems", "maxItems", "length")


def _bounded(field: Any, schema: Schema, least: str, most: str, of: str) -> Schema:
    for name, limit in ((least, f"min_{of}"), (most, f"max_{of}")):
        if getattr(field, limit, None) is not None:
            schema[name] = getattr(field, limit)
    return schema


def _text(field: serializers.CharField) -> Schema:
    schema = _bounded(field, {"type": "string"}, "minLength", "maxLength", "length")
    if not field.allow_blank:
        schema.setdefault("minLength", 1)
    if isinstance(field, serializers.RegexField):
        # Python's anchors are not those of JSON Schema.
        pattern = next(v for v in field.validators if hasattr(v, "regex")).regex.pattern
        schema["pattern"] = pattern.replace(r"\A", "^").replace(r"\Z", "$")
    return schema
