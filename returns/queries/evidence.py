"""Photos of cases: what is there, what waits for a case, and where a photo was seen before."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core import clock
from core.asking import ask
from core.models import User
from core.pictures.fingerprints import SAME_WITHIN
from core.roles import Permission
from orders.models import OrderLine
from policies.models import Decision
from returns.models import Evidence, EvidenceRequest, Return, ReturnLine
from returns.states import OVER

# Of the whole photo. So few bits say nothing: white walls are all alike.
FEWEST_BITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBefore:
    """A photo that looks like one of another case."""

    evidence_id: int
    other: Evidence
    other_case: Return


def get_evidence(*, public_id: str, user: User) -> Evidence:
    """A photo that this person may see: of their partners' cases, or one they added themselves.

    Raises Evidence.DoesNotExist for a foreign, a removed and an unknown one alike.
    """
    found: Evidence = (
        Evidence.objects.visible_to(user, Permission.SEE_CASES)
        .filter(removed_at__isnull=True)
        .select_related("key__key", "return_line")
        .get(public_id=public_id)
    )
    if found.return_line_id is None and found.added_by != f"user:{user.pk}":
        raise Evidence.DoesNotExist(public_id)
    return found


def list_evidence(lines: Collection[ReturnLine]) -> dict[int, list[Evidence]]:
    """The photos of return lines, by line id, oldest first."""
    photos: defaultdict[int, list[Evidence]] = defaultdict(list)
    found = Evidence.objects.filter(return_line__in=lines, removed_at__isnull=True)
    for evidence in found.order_by("pk"):
        if evidence.return_line_id is not None:
            photos[evidence.return_line_id].append(evidence)
    return dict(photos)


def list_added(
    *, order_line: OrderLine, public_ids: Sequence[str], added_by: str
) -> list[Evidence]:
    """Photos that somebody added of an order line, in the order they are named."""
    found = Evidence.objects.for_partner(order_line.partner_id).filter(
        order_line=order_line,
        public_id__in=public_ids,
        added_by=added_by,
        removed_at__isnull=True,
    )
    order = {public_id: at for at, public_id in enumerate(public_ids)}
    return sorted(found, key=lambda evidence: order[evidence.public_id])


def list_seen_before(photos: Collection[Evidence]) -> list[SeenBefore]:
    """Which of these photos look like one of another case of the same partner."""
    asked = {each.pk: each for each in photos if is_telling(each.fingerprint)}
    if not asked:
        return []
    pairs = ask(_ALIKE, [list(asked), SAME_WITHIN])
    others = Evidence.objects.select_related("return_line__return_case").in_bulk(
        [other for _, other in pairs]
    )
    found = []
    for mine, other_id in pairs:
        other = others[other_id]
        if other.return_line is not None and is_telling(other.fingerprint):
            case = other.return_line.return_case
            found.append(SeenBefore(evidence_id=mine, other=other, other_case=case))
    return found


def count_seen_before(photos: Collection[Evidence]) -> int:
    """How many of these photos look like one of another case."""
    return len({seen.evidence_id for seen in list_seen_before(photos)})


def is_telling(fingerprint: int) -> bool:
    """Whether enough of the picture's miniature differs from its neighbour to be told apart."""
    bits = (fingerprint & (1 << 64) - 1).bit_count()
    return FEWEST_BITS <= bits <= 64 - FEWEST_BITS


# Both fingerprints are compared bit by bit; a partner's photos are few enough to look at all.
_ALIKE = """
SELECT mine.id, other.id
  FROM returns_evidence mine
  LEFT JOIN returns_returnline mine_line ON mine_line.id = mine.return_line_id
  JOIN returns_evidence other ON other.partner_id = mine.partner_id AND other.id <> mine.id
  JOIN returns_returnline other_line ON other_line.id = other.return_line_id
 WHERE mine.id = ANY (%s) AND other.removed_at IS NULL
   AND other_line.return_case_id IS DISTINCT FROM mine_line.return_case_id
   AND bit_count((other.fingerprint # mine.fingerprint)::bit(64)) <= %s
 ORDER BY mine.id, other.id
 LIMIT 50
"""


def as_signed(fingerprint: int) -> int:
    """64 bits as the database keeps them."""
    return fingerprint - (1 << 64) if fingerprint >= 1 << 63 else fingerprint


def hash_token(token: str) -> str:
    """All that is kept of a link. 256 bits of chance need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_request(token: str) -> EvidenceRequest | None:
    """The request that a link opens; None for one that is unknown, over or answered alike."""
    found: EvidenceRequest | None = (
        EvidenceRequest.objects.filter(
            token_hash=hash_token(token),
            ended_at__isnull=True,
            expires_at__gt=clock.database_now(),
        )
        .exclude(return_case__state__in=OVER)
        .select_related("return_case__customer", "return_case__channel")
        .first()
    )
    return found


def get_open_request(request_id: int) -> EvidenceRequest | None:
    """A request that was opened by its link before, as long as it is still good."""
    found: EvidenceRequest | None = (
        EvidenceRequest.objects.filter(
            pk=request_id, ended_at__isnull=True, expires_at__gt=clock.database_now()
        )
        .exclude(return_case__state__in=OVER)
        .select_related("return_case__customer", "return_case__channel")
        .first()
    )
    return found


def list_unknown(names: Collection[str]) -> set[str]:
    """Names of files that no row knows."""
    known = Evidence.objects.filter(name__in=names).values_list("name", flat=True)
    return set(names) - set(known)


def list_unreadable(names: Collection[str]) -> set[str]:
    """Names of files whose key was destroyed: with their person, or because they were removed."""
    ended = Evidence.objects.filter(name__in=names, key__key__destroyed_at__isnull=False)
    return set(ended.values_list("name", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """What a customer is asked for of one line. `wanted` 0: as many as they like."""

    pk: int
    title: str
    photos: int
    wanted: int
    asks_serial: bool
    serial: str


def describe_wanted(case: Return) -> list[WantedLine]:
    """The lines of a case that can still be shown, for the customer's page."""
    lines = list(
        case.lines.select_related("order_line__variant__product", "defect_report")
        .exclude(decision__in=["rejected", "cancelled", "expired"])
        .order_by("position")
    )
    photos = list_evidence(lines)
    decisions = Decision.objects.filter(subject__in=[f"returnline:{each.pk}" for each in lines])
    standing = {each.subject: each for each in decisions.order_by("pk")}
    return [
        WantedLine(
            pk=line.pk,
            title=line.order_line.title,
            photos=len(photos.get(line.pk, [])),
            wanted=read_wanted(standing.get(f"returnline:{line.pk}")),
            asks_serial=_is_serialised(line),
            serial=report.serial if (report := getattr(line, "defect_report", None)) else "",
        )
        for line in lines
    ]


def _is_serialised(line: ReturnLine) -> bool:
    variant = line.order_line.variant
    return bool(variant and variant.product.is_serialised)


def read_wanted(decision: Decision | None) -> int:
    """How many photos the policy asks for, by the decision that stands."""
    for finding in decision.findings if decision else []:
        if finding.get("kind") == "evidence":
            return int(finding.get("values", {}).get("wanted") or 0)
    return 0
