"""What an approval is about, read from whatever it names: only what leaves the usual."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from approvals.models import Approval
from console.approvals.page import Described
from console.components import Check, Fact, Sum
from console.links import case_url
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from exchanges.models import Exchange, Quote
from returns.models import Return, ReturnLine
from returns.queries import judge_as

LINE = "returnline"


def describe(approval: Approval, reader: Reader, rights: Rights) -> Described:
    kind, _, pk = approval.subject.partition(":")
    case = _find_case(approval, rights)
    url, number = (case_url(case), case.number) if case else ("", "")
    quote = _find_quote(int(pk), approval) if kind == "exchange" else None
    if quote is None:
        said = [approval.summary, *(_find_objection(int(pk), approval) if kind == LINE else ())]
        return Described(
            differs=[Check(sentence=sentence, outcome="review") for sentence in said],
            cost=_amount(approval, reader),
            covers=[_hash(approval)],
            case_url=url,
            case_number=number,
        )
    asked = quote.inputs["approval"]
    return Described(
        differs=[Check(sentence=sentence, outcome="review") for sentence in asked["why"]],
        sums=_sums(quote, reader),
        cost=_cost(quote, reader),
        covers=[*_covers(quote, reader), _hash(approval)],
        case_url=url,
        case_number=number,
    )


def _find_case(approval: Approval, rights: Rights) -> Return | None:
    kind, _, pk = approval.case.partition(":")
    if kind != "return":
        return None
    case: Return | None = (
        Return.objects.visible_to(rights.user, Permission.SEE_CASES).filter(pk=int(pk)).first()
    )
    return case


def _find_objection(line_id: int, approval: Approval) -> list[str]:
    """What policy says against an outcome of a return line."""
    _, _, outcome = approval.kind.partition(":")
    line = ReturnLine.objects.filter(pk=line_id, partner=approval.partner_id).first()
    return [judge_as(line, outcome).sentence] if line and outcome else []


def _find_quote(exchange_id: int, approval: Approval) -> Quote | None:
    """The quote that was put up: another of the same exchange has another hash."""
    quotes = Quote.objects.filter(
        exchange=exchange_id, content_hash=approval.content_hash, partner=approval.partner_id
    )
    quote: Quote | None = quotes.select_related("exchange", "policy_version").last()
    return quote


def _sums(quote: Quote, reader: Reader) -> list[Sum]:
    """The standard outcome beside the asked one, line by line where they part."""
    sums = []
    for line in quote.lines:
        standard = line.get("standard")
        gross = reader.money(Decimal(line["gross"]), quote.currency)
        if standard is None or Decimal(standard) == Decimal(line["gross"]):
            sums.append(Sum(term=f"{line['quantity']} × {line['sku']}", amount=gross))
            continue
        usual = reader.money(Decimal(standard), quote.currency)
        sums.append(Sum(term=f"{line['quantity']} × {line['sku']}, usually {usual}", amount=gross))
    if quote.shipping:
        sums.append(Sum(term="Shipping", amount=reader.money(quote.shipping, quote.currency)))
    sums.append(
        Sum(term="Comes back", amount=f"−{reader.money(quote.returned_value, quote.currency)}")
    )
    word = "Customer pays" if quote.due >= 0 else "We refund"
    sums.append(Sum(term=word, amount=reader.money(abs(quote.due), quote.currency), is_total=True))
    return sums


def _cost(quote: Quote, reader: Reader) -> str:
    cost = Decimal(quote.inputs["approval"]["cost"])
    if cost:
        return f"{reader.money(cost, quote.currency)} less than policy asks"
    return "Nothing: it is paid in full"


def _covers(quote: Quote, reader: Reader) -> list[Fact]:
    exchange: Exchange = quote.exchange
    back, out = quote.inputs["returned"], quote.lines
    return [
        Fact(
            term="Comes back", value=", ".join(f"{one['quantity']} × {one['sku']}" for one in back)
        ),
        Fact(term="Goes out", value=", ".join(f"{one['quantity']} × {one['sku']}" for one in out)),
        Fact(term="Prices", value="every price, tax, fee and the shipping"),
        Fact(term="Paid", value="up front" if quote.is_paid_up_front else "on accepted receipt"),
        Fact(term="Type", value=str(exchange.get_type_display())),
        Fact(term="Policy", value=f"version {quote.policy_version.number}"),
        Fact(term="Quote", value=f"number {quote.number}, {reader.moment(quote.made_at)}"),
    ]


def _count(lines: list[dict[str, Any]]) -> str:
    return ", ".join(f"{line['quantity']} × {line['sku']}" for line in lines)


def _hash(approval: Approval) -> Fact:
    return Fact(term="Hash", value=approval.content_hash[:16], is_code=True)


def _amount(approval: Approval, reader: Reader) -> str:
    if approval.amount is None:
        return ""
    return reader.money(approval.amount, approval.currency)
