"""What a rule lays down: typed fields with what people need to know of each, read and checked.

Each field is annotated with its `Parameter`, from which the admin's form, its checks and its
messages are made; a new kind needs no form of its own.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple, TypeVar, get_type_hints

from core.errors import BadInput
from core.money import UnknownCurrency, exponent

Choices = tuple[tuple[str, str], ...]


class BadParameter(BadInput):
    """A rule's value that can never be right; `field` names it."""

    code = "bad_parameter"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What people need to know of one field. Bounds are inclusive; a list's are each one's."""

    label: str
    help: str = ""
    at_least: Decimal | int | None = None
    at_most: Decimal | int | None = None
    choices: Choices = ()
    is_percentage: bool = False
    is_currency: bool = False


@dataclass(frozen=True, slots=True)
class Parameters:
    """What one kind of rule lays down.

    A kind with a `currency` speaks only of cases in that currency.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str]
    without: ClassVar[str]  # what holds when no rule of the kind speaks about a case
    is_required: ClassVar[bool] = False  # a version without such a rule for everything is refused

    def in_words(self) -> str:
        raise NotImplementedError


class ParameterField(NamedTuple):
    """A field of a kind: what people need to know, its Python type, and its default if any.

    `wanted` is int, Decimal, str, bool or tuple (of whole numbers).
    """

    about: Parameter
    wanted: type
    default: Any
    is_optional: bool = False


def read_fields(kind: type[Parameters]) -> dict[str, ParameterField]:
    """The fields an admin fills in for a kind, by name."""
    return dict(_read_fields(kind))


def _read_fields(kind: type[Parameters]) -> Mapping[str, ParameterField]:
    if kind not in _FIELDS:
        _FIELDS[kind] = _find_fields(kind)
    return _FIELDS[kind]


def _find_fields(kind: type[Parameters]) -> Mapping[str, ParameterField]:
    hints = get_type_hints(kind, include_extras=True)
    return types.MappingProxyType(
        {
            item.name: ParameterField(
                hints[item.name].__metadata__[0],
                *_wanted(hints[item.name].__origin__, item.default),
            )
            for item in dataclasses.fields(kind)
        }
    )


def _wanted(hint: Any, default: Any) -> tuple[type, Any, bool]:
    """Type, default and whether it may be left open, of ``int``, ``int | None``, ``tuple[…]``."""
    default = None if default is dataclasses.MISSING else default
    options = [each for each in typing.get_args(hint) if each is not types.NoneType]
    if isinstance(hint, types.UnionType):
        return options[0], default, True
    return typing.get_origin(hint) or hint, default, False


P = TypeVar("P", bound=Parameters)
_FIELDS: dict[type[Parameters], Mapping[str, ParameterField]] = {}


def read_parameters(kind: type[P], raw: Mapping[str, Any]) -> P:
    """Typed parameters from stored JSON. Raises `BadParameter` naming the field."""
    wanted = _read_fields(kind)
    if unknown := sorted(set(raw) - set(wanted)):
        raise BadParameter(f"{kind.title} knows no “{unknown[0]}”.", field=unknown[0])
    values = {name: _checked(name, raw[name], wanted[name]) for name in wanted if name in raw}
    for name, field in wanted.items():
        if name not in values and _must_be_given(field):
            raise BadParameter(f"“{field.about.label}” is missing.", field=name)
    return kind(**values)


def _must_be_given(field: ParameterField) -> bool:
    """A currency too that has a default: only the neutral rule is without one."""
    return field.about.is_currency or (field.default is None and not field.is_optional)


def plain_parameters(parameters: Parameters) -> dict[str, Any]:
    """JSON for storing: decimals as text, lists as lists."""
    return {name: _plain(value) for name, value in dataclasses.asdict(parameters).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _checked(name: str, value: Any, field: ParameterField) -> Any:
    about = field.about
    if value is None and field.is_optional:
        return None
    value = _typed(name, value, field)
    if about.choices and value not in dict(about.choices):
        raise BadParameter(f"“{about.label}” cannot be “{value}”.", field=name)
    if about.is_currency:
        _check_currency(name, value)
    for each in value if isinstance(value, tuple) else (value,):
        _check_bounds(name, each, about)
    return value


def _check_bounds(name: str, value: Any, about: Parameter) -> None:
    size = len(value) if isinstance(value, str) else value
    if about.at_least is not None and size < about.at_least:
        raise BadParameter(f"“{about.label}” must be at least {about.at_least}.", field=name)
    if about.at_most is not None and size > about.at_most:
        raise BadParameter(f"“{about.label}” may be at most {about.at_most}.", field=name)


def _check_currency(name: str, code: str) -> None:
    try:
        exponent(code)
    except UnknownCurrency as error:
        raise BadParameter(error.message, field=name) from None


def _typed(name: str, value: Any, field: ParameterField) -> Any:
    """`value` as its field wants it; a bool is no number here, and NaN is no amount."""
    wanted = field.wanted
    if wanted is Decimal and (amount := _as_decimal(value)) is not None:
        return amount
    if wanted is tuple and isinstance(value, list | tuple) and all(type(n) is int for n in value):
        return tuple(value)
    if wanted in (int, str, bool) and type(value) is wanted:
        return value
    raise BadParameter(f"“{field.about.label}” is not readable: {value!r}.", field=name)


def _as_decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def percent(rate: Decimal) -> str:
    """``15 %`` for 0.15."""
    return f"{(rate * 100).normalize():f} %"


def count(number: int, what: str) -> str:
    """``1 day``, ``2 days``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
