"""What the choices come to: verdicts, offers and money, by the code that would carry them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from core.errors import DomainError
from exchanges import queries as exchanges
from exchanges.queries import Offer, Plan, Preview
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeType
from inventory import queries as inventory
from inventory.models import Variant
from policies.states import Verdict
from policies.wording import say_to_customer
from portal.choices import Choices, LineChoice
from returns.queries import PlannedLine, PlannedReturn, preview_return
from returns.states import LineDecision, Outcome

MOST_ALIKE, MOST_OTHERS, LOOKED_AT = 12, 5, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedLine:
    """A line with what policy says of it by outcome, and what could go out, by SKU."""

    choice: LineChoice
    planned: dict[str, PlannedLine]
    offers: dict[str, Offer]

    @property
    def possible(self) -> list[str]:
        """The outcomes that policy does not refuse."""
        return [
            outcome
            for outcome, planned in self.planned.items()
            if planned.decision != LineDecision.REJECTED
        ]

    @property
    def chosen(self) -> PlannedLine | None:
        """The verdict on what was chosen; before that on the first that is possible."""
        outcome = self.choice.outcome or next(iter(self.possible or self.planned), "")
        return self.planned.get(outcome)

    @property
    def may_leave_ahead(self) -> bool:
        """Whether policy lets something leave before these goods are back."""
        swapped = self.planned.get(Outcome.EXCHANGE)
        return swapped is not None and swapped.judgement.terms.advanced_exchange.is_offered

    @property
    def first(self) -> Offer | None:
        return self.offers.get(self.choice.swap)

    @property
    def second(self) -> Offer | None:
        """Only of goods that have a price: it is agreed to."""
        offer = self.offers.get(self.choice.second)
        return offer if offer and offer.price and offer != self.first else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    choices: Choices
    lines: list[WeighedLine]
    returned: PlannedReturn | None = None
    plan: Plan | None = None
    trouble: DomainError | None = field(default=None)

    @property
    def due(self) -> Decimal:
        """Signed: positive, the customer pays."""
        if self.plan is not None:
            return self.plan.quote.due
        return -refund_of(self.returned.lines) if self.returned else Decimal(0)

    @property
    def currency(self) -> str:
        return self.choices.order.currency


def weigh(choices: Choices, *, now: dt.datetime) -> Weighed:
    """Each ticked line by every outcome it may have; together once all have chosen one."""
    try:
        lines = _weigh_lines(choices, now=now)
        returned, plan = _weigh_together(choices, lines, now=now)
    except DomainError as error:
        return Weighed(choices=choices, lines=[], trouble=error)
    return Weighed(choices=choices, lines=lines, returned=returned, plan=plan)


def refund_of(lines: Iterable[PlannedLine]) -> Decimal:
    """What is paid back for lines that are not exchanged, if they come as they were sent."""
    gives_back = (Outcome.REFUND, Outcome.STORE_CREDIT)
    return sum(
        (line.gross - line.fee for line in lines if line.wanted.outcome in gives_back), Decimal(0)
    )


def gives_certain_sum(planned: PlannedLine) -> bool:
    """Under a warranty that gives a part or a repair, what it comes to is found out later."""
    warranty = planned.judgement.terms.warranty
    return warranty is None or warranty.gives == "full_refund"


def tell_verdict(planned: PlannedLine, *, locale: str) -> list[str]:
    """Why, softly and in the customer's language; the verdict comes first."""
    findings = [finding.as_json() for finding in planned.judgement.findings]
    return say_to_customer(verdict=planned.judgement.verdict, findings=findings, locale=locale)


def is_refused(planned: PlannedLine) -> bool:
    return planned.judgement.verdict == Verdict.REJECT


def _outcomes_of(choice: LineChoice) -> list[str]:
    usual: list[str] = [Outcome.EXCHANGE, Outcome.REFUND, Outcome.STORE_CREDIT]
    return [*usual, Outcome.REPAIR] if choice.is_faulty else usual


def _weigh_lines(choices: Choices, *, now: dt.datetime) -> list[WeighedLine]:
    ticked = choices.ticked
    by_outcome: dict[str, dict[int, PlannedLine]] = {}
    for outcome in (Outcome.EXCHANGE, Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.REPAIR):
        wanted = [line.wanted(outcome) for line in ticked if outcome in _outcomes_of(line)]
        planned = preview_return(lines=wanted, now=now).lines if wanted else []
        by_outcome[outcome] = {line.order_line.pk: line for line in planned}
    return [
        _weigh_line(
            line,
            {
                outcome: found[line.sold.pk]
                for outcome, found in by_outcome.items()
                if line.sold.pk in found
            },
            now=now,
        )
        for line in ticked
    ]


def _weigh_line(
    choice: LineChoice, planned: dict[str, PlannedLine], *, now: dt.datetime
) -> WeighedLine:
    swapped, offers = planned[Outcome.EXCHANGE], []
    if not is_refused(swapped):
        offers = _list_offers(choice, swapped, now=now)
    return WeighedLine(
        choice=choice, planned=planned, offers={offer.variant.sku: offer for offer in offers}
    )


def _list_offers(choice: LineChoice, planned: PlannedLine, *, now: dt.datetime) -> list[Offer]:
    """The same product in all its variants; then others of its kind that can go out."""
    sold = choice.sold.variant
    if sold is None:
        return []
    alike = [each for each in (sold, *inventory.list_variants_like(sold)) if each.is_active]
    others = (
        Variant.objects.for_partner(sold.partner_id)
        .filter(is_active=True, product__category=sold.product.category)
        .exclude(product=sold.product_id)
        .select_related("product")
        .order_by("pk")[:LOOKED_AT]
    )
    same = exchanges.list_offers(returned=planned, variants=alike[:MOST_ALIKE], now=now)
    wished = {choice.swap, choice.second}  # kept in view when it has run out
    ranked = exchanges.rank_substitutes(
        exchanges.list_offers(returned=planned, variants=list(others), now=now)
    )
    free = [offer for offer in ranked if offer.can_go_out][:MOST_OTHERS]
    free += [each for each in ranked if each.variant.sku in wished and each not in free]
    return [offer for offer in same if offer.price is not None] + free


def _weigh_together(
    choices: Choices, lines: list[WeighedLine], *, now: dt.datetime
) -> tuple[PlannedReturn | None, Plan | None]:
    if not choices.is_chosen:
        return None, None
    replacements = list_replacements(lines)
    if len(replacements) < len(choices.exchanged):
        return None, None
    if not replacements:
        wanted = [line.wanted() for line in choices.ticked]
        return preview_return(lines=wanted, now=now), None
    previewed = preview(choices, lines, now=now)
    return previewed.returned, previewed.plan


def preview(
    choices: Choices,
    lines: list[WeighedLine],
    *,
    now: dt.datetime,
    exchange_type: str = ExchangeType.REGULAR,
) -> Preview:
    """What confirming these would make, if it left as `exchange_type` says."""
    return exchanges.preview_quote(
        lines=[line.wanted() for line in choices.ticked],
        replacements=list_replacements(lines),
        exchange_type=exchange_type,
        now=now,
    )


def list_replacements(lines: Iterable[WeighedLine]) -> list[WantedReplacement]:
    """What goes out, and what of it may go out instead."""
    return [
        WantedReplacement(
            variant_id=line.first.variant.pk,
            quantity=line.choice.quantity,
            replaces_order_line_id=line.choice.sold.pk,
            second_variant_id=line.second.variant.pk if line.second else None,
        )
        for line in lines
        if line.choice.outcome == Outcome.EXCHANGE and line.first
    ]
