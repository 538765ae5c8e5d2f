"""What a return would be: units, value, fee and verdict. Preview and commit both come here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import BadInput
from core.kept import KeptQuery
from core.money import ZERO
from inventory.models import Location
from orders.models import Order, OrderLine
from orders.rules import LineCredit, check_returnable, compute_line_credit
from policies import queries as policies
from policies.models import PolicyVersion
from policies.rules import CONDITIONS, CaseFacts, Judgement, compute_restocking_fee, local_day
from policies.states import Verdict
from returns.models import Evidence, UnitClaim
from returns.queries.defects import Diagnosis, check_told, diagnose
from returns.queries.evidence import count_seen_before
from returns.queries.habits import Habits, read_habits
from returns.queries.risk import assess_wanted
from returns.queries.warranty import judge_warranty
from returns.rules import RiskScore, compute_header, lowest_free_units
from returns.rules.wanted import WantedReturn
from returns.states import OUR_FAULT, LineDecision, Outcome, Reason, ReturnState

_ORDER_LINES: KeptQuery[OrderLine] = KeptQuery(
    lambda pks: OrderLine.objects.filter(pk__in=pks).select_related(
        "order__channel", "order__customer", "order__ship_to", "variant__product"
    )
)
_CLAIMED: KeptQuery[tuple[int, int]] = KeptQuery(
    lambda order_lines: UnitClaim.objects.filter(
        order_line__in=order_lines, freed_at__isnull=True
    ).values_list("order_line_id", "unit_number")
)
_TAKES_RETURNS: KeptQuery[Location] = KeptQuery(
    lambda partner_id: Location.objects.filter(
        partner=partner_id, is_active=True, accepts_returns=True
    ).order_by("pk")
)

DECISION_OF_VERDICT = {
    Verdict.AUTHORISE: LineDecision.AUTHORISED,
    Verdict.AWAITING_EVIDENCE: LineDecision.PENDING,
    Verdict.REVIEW: LineDecision.REVIEW,
    Verdict.REJECT: LineDecision.REJECTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """A line with the units it would claim, their frozen value, and the verdict on it."""

    wanted: WantedReturn
    order_line: OrderLine
    units: list[int]
    value: LineCredit
    facts: CaseFacts
    judgement: Judgement
    diagnosis: Diagnosis | None = None

    @property
    def decision(self) -> LineDecision:
        return DECISION_OF_VERDICT[self.judgement.verdict]

    @property
    def fee(self) -> Decimal:
        """The restocking fee that settlement would take off; 0 when waived or none."""
        return compute_restocking_fee(
            fee=self.judgement.terms.fee,
            goods_net=self.value.net,
            currency=self.order_line.currency,
        )

    @property
    def quantity(self) -> int:
        return self.wanted.quantity

    @property
    def net(self) -> Decimal:
        return self.value.net

    @property
    def tax(self) -> Decimal:
        return self.value.tax

    @property
    def gross(self) -> Decimal:
        return self.value.gross


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReturn:
    """A return as it would be opened now."""

    version: PolicyVersion
    currency: str
    lines: list[PlannedLine]
    risk: RiskScore

    @property
    def state(self) -> ReturnState:
        return compute_header({line.decision for line in self.lines})

    @property
    def gross(self) -> Decimal:
        """The goods' value, before fees."""
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def fee(self) -> Decimal:
        return sum((line.fee for line in self.lines), ZERO)


def preview_return(*, lines: Sequence[WantedReturn], now: dt.datetime) -> PlannedReturn:
    """The return that opening one with these lines would make, saving nothing.

    Raises BadInput, NoPolicy, and NotReturnable for more units than can come back.
    """
    check_wanted(lines)
    order_lines = get_order_lines(lines)
    check_returnable(list(order_lines.values()), quantities=count_units(lines))
    version = policies.get_published(_first(order_lines).partner_id)
    return plan_return(lines=lines, version=version, now=now)


def plan_return(
    *,
    lines: Sequence[WantedReturn],
    version: PolicyVersion,
    now: dt.datetime,
    counted: Mapping[int, int] | None = None,
) -> PlannedReturn:
    """Units, value and verdict of each line, on one policy version.

    `counted` holds what the order lines' counters include of this very return already, by line
    id: nothing in a preview, everything once the units are claimed.
    """
    order_lines = get_order_lines(lines)
    taken = list_taken_units(order_lines, counted=counted or {})
    habits = read_habits({line.order for line in order_lines.values()}, now=now)
    diagnoses = [_diagnose(wanted, order_lines[wanted.order_line_id], now=now) for wanted in lines]
    risk = assess_wanted(lines, order_lines, diagnoses, habits=habits, now=now)
    planned = []
    for wanted, diagnosis in zip(lines, diagnoses, strict=True):
        order_line = order_lines[wanted.order_line_id]
        units = lowest_free_units(
            quantity=order_line.quantity, taken=taken[order_line.pk], wanted=wanted.quantity
        )
        taken[order_line.pk].update(units)
        planned.append(
            _plan_line(
                wanted,
                order_line,
                units,
                habits=habits,
                diagnosis=diagnosis,
                risk=risk,
                version=version,
                now=now,
            )
        )
    return PlannedReturn(
        version=version,
        currency=_first(order_lines).currency,
        lines=planned,
        risk=risk,
    )


def _plan_line(
    wanted: WantedReturn,
    order_line: OrderLine,
    units: list[int],
    *,
    habits: Habits,
    diagnosis: Diagnosis | None,
    risk: RiskScore,
    version: PolicyVersion,
    now: dt.datetime,
) -> PlannedLine:
    value = compute_credit(order_line, units)
    facts = gather_facts(
        wanted,
        order_line,
        value=value,
        habits=habits,
        diagnosis=diagnosis,
        risk_score=risk.score,
        now=now,
    )
    if diagnosis:
        diagnosis = judge_warranty(
            diagnosis, version=version, facts=facts, order_line=order_line, now=now
        )
    return PlannedLine(
        wanted=wanted,
        order_line=order_line,
        units=units,
        value=value,
        facts=facts,
        judgement=policies.judge_facts(version=version, facts=facts),
        diagnosis=diagnosis,
    )


def _diagnose(wanted: WantedReturn, order_line: OrderLine, *, now: dt.datetime) -> Diagnosis | None:
    if not wanted.tells_of_a_defect:
        return None
    return diagnose(
        order_line=order_line,
        defect_type=wanted.defect_type,
        symptom=wanted.symptom,
        serial=wanted.serial,
        now=now,
    )


def compute_credit(order_line: OrderLine, units: Sequence[int]) -> LineCredit:
    """The frozen value of some units of an order line."""
    return compute_line_credit(
        net=order_line.net,
        tax=order_line.tax,
        gross=order_line.gross,
        quantity=order_line.quantity,
        prices_include_tax=order_line.prices_include_tax,
        units=units,
        currency=order_line.currency,
    )


def check_wanted(lines: Sequence[WantedReturn]) -> None:
    """Refuse lines that no return can be made of, naming the field. Raises BadInput."""
    if not lines:
        raise BadInput("Choose what comes back.", field="lines")
    for line in lines:
        if line.quantity < 1:
            raise BadInput("At least one unit comes back.", field="quantity")
        if line.reason not in Reason.values:
            raise BadInput("Choose why it comes back.", field="reason")
        if line.outcome not in Outcome.values:
            raise BadInput("Choose what the customer wants for it.", field="outcome")
        check_told(symptom=line.symptom, serial=line.serial)
        if line.condition and line.condition not in dict(CONDITIONS):
            raise BadInput("Choose in which condition it is.", field="condition")
    pairs = [(line.order_line_id, line.reason) for line in lines]
    if len(set(pairs)) != len(pairs):
        raise BadInput("An order line is listed twice for one reason.", field="lines")


def count_units(lines: Sequence[WantedReturn]) -> dict[int, int]:
    """Units per order line id, over all reasons."""
    units: Counter[int] = Counter()
    for line in lines:
        units[line.order_line_id] += line.quantity
    return dict(units)


def get_order_lines(lines: Sequence[WantedReturn]) -> dict[int, OrderLine]:
    """The order lines by id. They belong to one customer, channel and currency (domain §1)."""
    wanted = {line.order_line_id for line in lines}
    found = {line.pk: line for line in _ORDER_LINES(sorted(wanted))}
    if len(found) != len(wanted):
        raise BadInput("One of the order lines does not exist.", field="lines")
    owners = {
        (line.order.customer_id, line.order.channel_id, line.currency) for line in found.values()
    }
    if len(owners) != 1:
        raise BadInput("One return is for one customer, channel and currency.", field="lines")
    return found


def list_taken_units(
    order_lines: Mapping[int, OrderLine], *, counted: Mapping[int, int]
) -> dict[int, set[int]]:
    """Unit numbers per order line that cannot be claimed.

    Units that came back without the desk (a channel refunded them itself) have no claim; the
    lowest unclaimed ones stand for them, so that their value is not credited again.
    """
    taken: dict[int, set[int]] = {pk: set() for pk in order_lines}
    for order_line_id, unit in _CLAIMED(sorted(order_lines)):
        taken[order_line_id].add(unit)
    for pk, line in order_lines.items():
        gone = line.return_open + line.returned + line.kept - counted.get(pk, 0)
        elsewhere = max(0, gone - len(taken[pk]))
        taken[pk].update(
            lowest_free_units(quantity=line.quantity, taken=taken[pk], wanted=elsewhere)
        )
    return taken


def gather_facts(
    wanted: WantedReturn,
    order_line: OrderLine,
    *,
    value: LineCredit,
    habits: Habits,
    now: dt.datetime,
    diagnosis: Diagnosis | None = None,
    risk_score: int = 0,
) -> CaseFacts:
    """What the policy is asked about; days are those of the channel's time zone."""
    order = order_line.order
    product = order_line.variant.product if order_line.variant else None

    def day(moment: dt.datetime | None) -> dt.date | None:
        return local_day(moment, order.channel.time_zone) if moment else None

    return CaseFacts(
        channel=order.channel.code,
        account_tier=order.customer.account_tier,
        category=product.category if product else "",
        sku=order_line.sku,
        reason=wanted.reason,
        country=_country(order),
        currency=order.currency,
        requested_on=local_day(now, order.channel.time_zone),
        placed_on=local_day(order.placed_at, order.channel.time_zone),
        shipped_on=day(order.shipped_at),
        delivered_on=day(order.delivered_at),
        is_returnable=product.is_returnable if product else True,
        goods_net=value.net,
        goods_gross=value.gross,
        units=wanted.quantity,
        is_our_fault=wanted.reason in OUR_FAULT,
        is_final_sale=order_line.is_final_sale,
        is_gift=order.is_gift,
        condition=wanted.condition,
        is_serialised=product.is_serialised if product else False,
        warranty_months=product.warranty_months if product else None,
        outcome=wanted.outcome,
        is_new_customer=habits.is_new_customer,
        returns_in_90_days=habits.returns,
        units_in_90_days=habits.units,
        defect_type=wanted.defect_type,
        photos=len(wanted.photos),
        photos_seen_before=_count_seen(wanted, order_line),
        has_serial=bool(wanted.serial.strip()),
        serial_matches=diagnosis.serial_matches if diagnosis else None,
        pattern_cases=diagnosis.pattern_cases if diagnosis else 0,
        risk_score=risk_score,
    )


def _count_seen(wanted: WantedReturn, order_line: OrderLine) -> int:
    photos = Evidence.objects.filter(order_line=order_line, public_id__in=wanted.photos)
    return count_seen_before(list(photos)) if wanted.photos else 0


def _country(order: Order) -> str:
    """Where the goods are: delivery address, else the customer's, else the channel's country."""
    delivered_to = order.ship_to.country if order.ship_to else ""
    return delivered_to or order.customer.country or order.channel.country


def find_returns_location(*, partner_id: int, country: str) -> Location | None:
    """Where a customer in `country` sends goods: there if we can, else the oldest location."""
    locations = _TAKES_RETURNS(partner_id)
    at_home = (location for location in locations if location.country == country)
    return next(at_home, next(iter(locations), None))


def _first(order_lines: Mapping[int, OrderLine]) -> OrderLine:
    return next(iter(order_lines.values()))
