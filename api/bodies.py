"""What a program sends: JSON and nothing else, read as strictly as a channel's documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

from api.problems import BadCall, TooLarge
from core.strict_json import MalformedDocument, parse_document

LARGEST_BODY = 1024 * 1024  # bytes


class StrictJSONParser(BaseParser):
    """At most 1 MiB, whatever Content-Length claims; what two parsers could read differently
    (a key that stands twice, a byte-order mark, half a surrogate pair) is refused."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"A body has at most {LARGEST_BODY // 1024 // 1024} MiB.")
        try:
            return parse_document(body)
        except MalformedDocument as error:
            where = [{"position": error.position, "detail": error.reason}]
            raise BadCall(str(error), code="malformed_json", errors=where) from error


class OnlyJSON(BaseContentNegotiation):
    """The API speaks JSON to everyone, whatever they said they would like."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        given = request.content_type or StrictJSONParser.media_type
        fitting = (each for each in parsers if media_type_matches(each.media_type, given))
        return next(fitting, None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Body(serializers.Serializer[Any]):
    """An object of a body. A field that is not declared is refused, not overlooked."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, self.fields)
        return super().to_internal_value(data)


def read_body(kind: type[Body], request: Request) -> Mapping[str, Any]:
    """The body as `kind` declares it. Raises `ValidationError` naming all that is wrong."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    told: Mapping[str, Any] = body.validated_data
    return told


def refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        words = serializers.ErrorDetail("There is no such field.", code="unknown_field")
        raise serializers.ValidationError({name: [words] for name in unknown})


class Text(serializers.CharField):
    """A string, as it is: numbers are not turned into one, blanks are not cut off."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"trim_whitespace": False} | how)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false; `"true"`, `1` and `"no"` are neither."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Date(serializers.DateField):
    """A calendar day: `2026-12-01`."""

    schema = {"type": "string", "format": "date"}


class Count(serializers.IntegerField):
    """A whole number; `"3"`, `3.0` and `true` are none."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)
