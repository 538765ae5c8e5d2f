"""From rows to a planned quote. Preview and commit both come through here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from core.errors import BadInput
from core.events import reference
from core.money import ZERO, round_half_up
from core.operations import content_hash
from exchanges.models import Exchange, Quote
from exchanges.queries.describing import (
    describe_replacements,
    describe_returned,
    get_variants,
)
from exchanges.queries.lines import list_exchanged_lines, list_lines, read_taxes
from exchanges.queries.terms import (
    find_approval_limit,
    is_netted,
    is_paid_up_front,
    is_type_offered,
)
from exchanges.rules import (
    Conversion,
    QuotePlan,
    ReturnedGoods,
    Substitute,
    WantedReplacement,
    plan_quote,
    rank_substitutes,
)
from exchanges.states import ExchangeState, ExchangeType
from inventory import queries as inventory
from inventory.models import Variant
from inventory.rules import HoldScope, HoldTerms
from orders.models import Channel, OrderAddress, PaymentMethod
from payments.models import CreditMemoLine
from payments.states import MemoState
from policies import queries as policies
from policies.models import PolicyVersion
from policies.rules import AdvancedExchange, CaseFacts, Terms, local_day
from returns.models import Return, ReturnLine
from returns.queries import (
    PlannedReturn,
    WantedReturn,
    get_facts,
    preview_return,
    read_lines,
)
from returns.states import LineDecision, Outcome

ENDED_WITHOUT = (
    ExchangeState.CANCELLED,
    ExchangeState.EXPIRED,
    ExchangeState.CONVERTED_TO_REFUND,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A quote as it would be saved, the terms it stands on, and where the goods would go.

    `terms` are those of the case's policy version, `hold_terms` those of today's hold rules.
    """

    quote: QuotePlan
    terms: Terms
    hold_terms: HoldTerms
    version: PolicyVersion
    ship_to: OrderAddress | None

    @property
    def content_hash(self) -> str:
        """What an approval or a hold binds to: any other content is another hash."""
        return content_hash(
            {
                "inputs": self.quote.inputs,
                "lines": self.quote.rows,
                "due": str(self.quote.due),
                "needed": str(self.quote.needed),
                "policy_version": self.version.pk,
            }
        )


def plan_exchange(
    exchange: Exchange,
    *,
    now: dt.datetime,
    wanted: Sequence[WantedReplacement] | None = None,
) -> Plan:
    """The quote of an exchange as it stands now, from its lines and the frozen return lines.

    `wanted` instead of its lines: what its quote would be for those.
    """
    case = exchange.return_case
    lines = list_exchanged_lines(exchange)
    read_taxes([line.order_line for line in lines])
    ship_to = lines[0].order_line.order.ship_to
    variants = {}
    if wanted is None:
        wanted = list_wanted(exchange)
        variants = {line.variant_id: line.variant for line in list_lines(exchange)}
    return plan_goods(
        returned=[describe_returned(line.order_line, line, ship_to=ship_to) for line in lines],
        wanted=wanted,
        variants=variants or get_variants(line.variant_id for line in wanted),
        facts=get_facts(lines[0]),
        version=case.policy_version,
        exchange_type=exchange.type,
        channel=case.channel,
        currency=case.currency,
        ship_to=ship_to,
        now=now,
        shipping=exchange.shipping_fee,
        credited=sum_credit(exchange, lines) if _are_accepted(lines) else None,
        conversion=get_conversion(exchange),
        customer_id=case.customer_id,
        but_not=exchange.pk,
    )


def list_wanted(exchange: Exchange) -> list[WantedReplacement]:
    """What goes out, as it was asked for."""
    return [
        WantedReplacement(
            variant_id=line.variant_id,
            quantity=line.quantity,
            replaces_order_line_id=line.replaces.order_line_id if line.replaces else None,
            agreed=line.agreed_price,
            may_wait=line.may_wait,
            second_variant_id=line.second_id,
            second_price=line.second_price,
        )
        for line in list_lines(exchange)
    ]


def is_offered(case: Return, exchange_type: str) -> bool:
    """Whether policy lets the replacement of this case leave when that type says."""
    lines = [line for line in read_lines(case) if line.outcome == Outcome.EXCHANGE]
    return is_type_offered(
        exchange_type,
        [policies.get_terms(version=case.policy_version, facts=get_facts(line)) for line in lines],
    )


def get_advanced_terms(exchange: Exchange) -> AdvancedExchange:
    """Until when the goods of an advanced exchange are due, by the case's policy."""
    case, lines = exchange.return_case, list_exchanged_lines(exchange)
    terms = policies.get_terms(version=case.policy_version, facts=get_facts(lines[0]))
    return terms.advanced_exchange


def _are_accepted(lines: Sequence[ReturnLine]) -> bool:
    return {line.decision for line in lines} == {LineDecision.ACCEPTED}


def get_conversion(exchange: Exchange) -> Conversion | None:
    """The rate an agent put on this exchange, if its replacement is priced elsewhere."""
    stored = exchange.conversion
    return Conversion(**stored | {"rate": Decimal(stored["rate"])}) if stored else None


def sum_due_of_day(
    customer_id: int, channel: Channel, *, now: dt.datetime, but_not: int | None = None
) -> Decimal:
    """What a customer's other exchanges of the channel's day ask of them: splitting is seen."""
    day = local_day(now, channel.time_zone)
    zone = ZoneInfo(channel.time_zone)
    begins = dt.datetime.combine(day, dt.time.min, zone)
    quotes = Quote.objects.filter(
        exchange__return_case__customer=customer_id,
        exchange__return_case__channel=channel,
        exchange__accepted_quote=F("pk"),
        made_at__gte=begins,
        made_at__lt=begins + dt.timedelta(days=1),
        due__gt=0,
    ).exclude(exchange__state__in=ENDED_WITHOUT)
    total: Decimal | None = quotes.exclude(exchange=but_not).aggregate(total=Sum("due"))["total"]
    return round_half_up(total or ZERO, channel.currency)


def plan_goods(
    *,
    returned: Sequence[ReturnedGoods],
    wanted: Sequence[WantedReplacement],
    variants: Mapping[int, Variant],
    facts: CaseFacts,
    version: PolicyVersion,
    exchange_type: str,
    channel: Channel,
    currency: str,
    ship_to: OrderAddress | None,
    now: dt.datetime,
    customer_id: int,
    shipping: Decimal = ZERO,
    credited: Decimal | None = None,
    conversion: Conversion | None = None,
    but_not: int | None = None,
) -> Plan:
    """Plan by the terms of the first returned line. Raises `NoPrice`, `NoTaxRate`, `BadInput`.

    `credited` is what the goods turned out to be worth, once they are accepted; `but_not` is the
    exchange that is quoted, which is not among the others of the day.
    """
    check_wanted(wanted, returned)
    terms = policies.get_terms(version=version, facts=facts)
    above = find_approval_limit(terms, currency)
    quote = plan_quote(
        currency=currency,
        price_policy=terms.price_policy,
        other_product_price_policy=terms.other_product_price_policy,
        returned=returned,
        replacements=describe_replacements(
            wanted,
            variants,
            channel=channel,
            currency=currency,
            ship_to=ship_to,
            now=now,
            conversion=conversion,
        ),
        shipping=shipping,
        credited=credited,
        exchange_type=exchange_type,
        is_paid_up_front=is_paid_up_front(terms),
        is_netted=is_netted(terms),
        wants_card_hold=terms.advanced_exchange.wants_card_hold,
        approval_above=above,
        due_before=sum_due_of_day(customer_id, channel, but_not=but_not, now=now)
        if above is not None
        else ZERO,
    )
    return Plan(
        quote=quote,
        terms=terms,
        hold_terms=inventory.get_hold_terms(
            partner_id=channel.partner_id, scope=_scope_of(facts, exchange_type)
        ),
        version=version,
        ship_to=ship_to,
    )


def check_wanted(wanted: Sequence[WantedReplacement], returned: Sequence[ReturnedGoods]) -> None:
    """Refuse what no exchange can be made of, naming the field."""
    if not returned:
        raise BadInput("Nothing is sent back for an exchange.", field="lines")
    if not wanted:
        raise BadInput("Choose what goes out instead.", field="replacements")
    if any(line.quantity < 1 for line in wanted):
        raise BadInput("At least one unit goes out.", field="quantity")
    known = {goods.order_line_id for goods in returned} | {None}
    if any(line.replaces_order_line_id not in known for line in wanted):
        raise BadInput("A replacement names goods that do not come back.", field="replacements")


def sum_credit(exchange: Exchange, lines: Sequence[ReturnLine]) -> Decimal | None:
    """What an issued memo gives for the exchanged lines, fees off; None until it is issued."""
    rows = CreditMemoLine.objects.filter(
        memo__case=exchange.case, reference__in=[reference(line) for line in lines]
    ).exclude(memo__state=MemoState.DRAFT)
    total: Decimal | None = rows.aggregate(total=Sum("gross"))["total"]
    return total


def list_substitutes(
    variant: Variant, *, now: dt.datetime, quantity: int = 1, scope: HoldScope | None = None
) -> list[Substitute]:
    """Other variants of the product that may be promised in that number, the likest first."""
    siblings = inventory.list_variants_like(variant)
    free = inventory.get_promisable(
        partner_id=variant.partner_id,
        variant_ids=[each.pk for each in siblings],
        scope=scope or HoldScope(),
        now=now,
    )
    candidates = [
        Substitute(
            variant_id=each.pk,
            sku=each.sku,
            title=each.full_title,
            options=each.options,
            available=free[each.pk],
        )
        for each in siblings
    ]
    return rank_substitutes(variant.options, candidates, quantity=quantity)


def get_ship_to(exchange: Exchange) -> OrderAddress | None:
    """Where the replacement goes: to where the goods were sold."""
    return _first_line(exchange).order_line.order.ship_to


def list_payment_methods(exchange: Exchange) -> list[PaymentMethod]:
    """Cards on file that this customer has agreed to have charged, newest first."""
    case = exchange.return_case
    known = PaymentMethod.objects.for_partner(exchange.partner_id).filter(customer=case.customer_id)
    return list(known.order_by("-consented_at", "-pk"))


def get_payment_method(exchange: Exchange, payment_method_id: int) -> PaymentMethod:
    """One of them. Raises `BadInput` for anybody else's."""
    for method in list_payment_methods(exchange):
        if method.pk == payment_method_id:
            return method
    raise BadInput("That card is not on file for this customer.", field="payment_method_id")


def get_hold_scope(exchange: Exchange) -> HoldScope:
    """Whom the holds of an exchange are for, as hold and stock rules speak of it."""
    return _scope_of(get_facts(_first_line(exchange)), exchange.type)


def _first_line(exchange: Exchange) -> ReturnLine:
    """What it is for. A return may be called off a moment before its exchange hears of it: then
    what was to be exchanged still says for whom and where to."""
    lines = list_exchanged_lines(exchange) or read_lines(exchange.return_case)
    return lines[0]


def _scope_of(facts: CaseFacts, exchange_type: str) -> HoldScope:
    return HoldScope(channel=facts.channel, exchange_type=exchange_type, tier=facts.account_tier)


def get_hold_terms(exchange: Exchange) -> HoldTerms:
    """How long its stock is held and on which terms, as the rules stand now."""
    return inventory.get_hold_terms(partner_id=exchange.partner_id, scope=get_hold_scope(exchange))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What confirming would do, saving nothing: the return with its verdict, and the quote."""

    returned: PlannedReturn
    plan: Plan


def preview_quote(
    *,
    lines: Sequence[WantedReturn],
    replacements: Sequence[WantedReplacement],
    now: dt.datetime,
    exchange_type: str = ExchangeType.REGULAR,
) -> Preview:
    """The return and the quote that opening a case with these would make.

    Only lines whose outcome is an exchange are quoted. Raises what opening raises, but for stock.
    """
    returned = preview_return(lines=lines, now=now)
    exchanged = [line for line in returned.lines if line.wanted.outcome == Outcome.EXCHANGE]
    if not exchanged:
        raise BadInput("Nothing is sent back for an exchange.", field="lines")
    order = exchanged[0].order_line.order
    plan = plan_goods(
        returned=[
            describe_returned(line.order_line, line, ship_to=order.ship_to) for line in exchanged
        ],
        wanted=replacements,
        variants=get_variants(line.variant_id for line in replacements),
        facts=exchanged[0].facts,
        version=returned.version,
        exchange_type=exchange_type,
        channel=order.channel,
        currency=returned.currency,
        ship_to=order.ship_to,
        now=now,
        customer_id=order.customer_id,
    )
    return Preview(returned=returned, plan=plan)
