"""The query parameters of an address: each declared and typed, each asked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from api.problems import BadCall


class Question(serializers.Serializer[Any]):
    """Declares the parameters of a view. `read` raises `BadCall` naming each that is wrong."""

    @classmethod
    def read(cls, parameters: QueryDict) -> Mapping[str, Any]:
        fields = cls().fields
        wrong = [
            _error(name, "unknown_parameter", "There is no such parameter.")
            for name in parameters
            if name not in fields
        ]
        wrong += [
            _error(name, "repeated_parameter", "This parameter is given once.")
            for name, field in fields.items()
            if not _takes_many(field) and len(parameters.getlist(name)) > 1
        ]
        question = cls(data=_plain(parameters, fields))
        if not question.is_valid():
            wrong += _errors_of(question.errors)
        if wrong:
            raise _refusal(wrong)
        asked: Mapping[str, Any] = question.validated_data
        return asked


def refuse_parameter(name: str, detail: str) -> BadCall:
    """The refusal of a parameter that is well formed and cannot be looked for."""
    return _refusal([_error(name, "invalid", detail)])


def _refusal(wrong: list[dict[str, str]]) -> BadCall:
    return BadCall("The parameters are not as they should be.", errors=wrong)


class NoQuestion(Question):
    """An address without parameters."""


def _plain(parameters: QueryDict, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Each as it was given: of a form, the framework would take an empty one for none at all."""
    return {
        name: parameters.getlist(name) if _takes_many(fields[name]) else parameters[name]
        for name in parameters
        if name in fields
    }


def _takes_many(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    return isinstance(field, serializers.ListField)


def _errors_of(errors: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for name, details in errors.items():
        flat = details.values() if isinstance(details, Mapping) else [details]
        for each in flat:
            for detail in each if isinstance(each, list) else [each]:
                found.append(_error(name, getattr(detail, "code", "invalid"), str(detail)))
    return found


def _error(parameter: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": parameter, "code": code, "detail": detail}
