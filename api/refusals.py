"""What a refusal knows, by names that are the API's own: ids and positions, no row's key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.references import publish
from core.errors import DomainError
from core.models import Partner
from inventory.rules import Shortage
from inventory.services import OutOfStock

# Members that name rows by their keys: of which kind of thing.
ROWS: Mapping[str, str] = {
    "lines": "orderline",
    "line": "orderline",
    "variants": "variant",
    "discrepancy": "discrepancy",
}


def publish_facts(refusal: DomainError, partner: Partner) -> dict[str, Any]:
    """The members of its problem. What has no name outside, or none any more, is left out."""
    facts = dict(refusal.data)
    names = publish(set(_list_references(refusal)), partner)
    for member in ROWS.keys() & facts.keys():
        facts[member] = _rename(facts[member], ROWS[member], names)
    if "references" in facts:
        facts["references"] = _pick(facts["references"], names)
    if isinstance(refusal, OutOfStock):
        facts["shortages"] = [_shortage(short, names) for short in refusal.shortages]
    return facts


def _list_references(refusal: DomainError) -> Iterator[str]:
    for member, kind in ROWS.items():
        yield from (f"{kind}:{pk}" for pk in _keys(refusal.data.get(member)))
    yield from refusal.data.get("references", ())
    if isinstance(refusal, OutOfStock):
        for short in refusal.shortages:
            yield from (short.reference, *short.behind)


def _keys(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping | list):
        yield from value
    elif value is not None:
        yield value


def _rename(value: Any, kind: str, names: Mapping[str, str]) -> Any:
    """A row's key, a list of them, or facts by them."""
    if isinstance(value, Mapping):
        found = {names.get(f"{kind}:{pk}"): facts for pk, facts in value.items()}
        return {name: facts for name, facts in found.items() if name}
    if isinstance(value, list):
        return _pick([f"{kind}:{pk}" for pk in value], names)
    return names.get(f"{kind}:{value}")


def _shortage(short: Shortage, names: Mapping[str, str]) -> dict[str, Any]:
    """Without a reference where the line that it was for went with the refusal."""
    return {
        "reference": names.get(short.reference),
        "sku": short.sku,
        "wanted": short.wanted,
        "available": short.available,
        "because": short.because,
        "behind": _pick(short.behind, names),
    }


def _pick(references: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names[each] for each in references if each in names]
