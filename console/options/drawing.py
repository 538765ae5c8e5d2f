"""The outcomes in the reader's words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from console.case.record import CaseRecord
from console.components import Action, Badge, Banner, Fact
from console.options.forms import write_goods
from console.options.page import OptionCard, OptionsPage
from console.reader import Reader
from console.refusals import stamp
from console.rights import Rights
from core.roles import Permission
from exchanges.rules import SWAPS, Comparison, Option, OptionKind
from exchanges.rules.options import Cause, StockAtRisk
from inventory.models import Variant
from returns.models import Return

TITLES = {
    OptionKind.REFUND: "Refund",
    OptionKind.EVEN_SWAP: "Even swap",
    OptionKind.UPGRADE: "Upgrade",
    OptionKind.DOWNGRADE: "Downgrade",
    OptionKind.REPAIR: "Repair",
    OptionKind.KEEP_IT: "Keep it, part of the money",
}
CAUSES = {
    Cause.CREDIT: "Credit for the goods",
    Cause.FEES: "Fees and shipping",
    Cause.SALE: "Sold instead",
    Cause.GOODS_OUT: "Cost of what goes out",
    Cause.GOODS_BACK: "Worth once back",
    Cause.SHIPPING_OUT: "Shipping out",
    Cause.WAY_BACK: "Way back",
    Cause.WORKSHOP: "Workshop",
}
UNKNOWN = "not known yet"


def draw_options(
    record: CaseRecord,
    found: Comparison,
    reader: Reader,
    rights: Rights,
    *,
    sku: str = "",
    percent: str = "",
    banner: Banner | None = None,
) -> OptionsPage:
    number = record.case.number
    return OptionsPage(
        case_number=number,
        case_url=reverse("console:case", args=[number]),
        url=reverse("console:options", args=[number]),
        sku=sku,
        percent=percent,
        as_of=f"As of {reader.hour(reader.now)}; weighed again when you take one.",
        obstacle=found.obstacle,
        banner=banner,
        cards=[_card(option, record, reader, rights) for option in found.options],
    )


def say_option(option: Option, reader: Reader) -> str:
    """What is read before the yes, in sentences."""
    said = [f"{_cash(option, reader)}."]
    for risk in option.stock:
        if not risk.is_held:
            said.append(f"{risk.quantity} × {risk.title} is held at {risk.centre} at once.")
    if option.frees:
        units = "1 unit" if option.frees == 1 else f"{option.frees} units"
        said.append(f"{units} held for this case go free at once.")
    if option.kind == OptionKind.KEEP_IT:
        said.append("The goods stay with the customer, and cannot be asked back again.")
    said += [f"A second person has to agree: {why}" for why in option.asks]
    return " ".join([*said, *option.open_ends])


def moves_nothing(option: Option, record: CaseRecord) -> bool:
    """Nobody pays, gets, or has to agree to anything: a click is enough."""
    return (
        option.kind in SWAPS
        and record.column is not None
        and not option.customer
        and not option.asks
    )


def may_take(option: Option, record: CaseRecord, rights: Rights) -> bool:
    """Ending an exchange takes the right to cancel as well."""
    ends = record.column is not None and option.kind not in SWAPS
    return Permission.OPEN_CASE in rights and (not ends or Permission.CANCEL_CASE in rights)


def fields_to_take(option: Option) -> dict[str, str]:
    return {
        "goods": write_goods(option.wanted),
        "rate": "" if option.rate is None else str(option.rate),
        "customer": "" if option.customer is None else str(option.customer),
    }


def _card(option: Option, record: CaseRecord, reader: Reader, rights: Rights) -> OptionCard:
    margin = option.margin
    return OptionCard(
        kind=option.kind.value,
        title=TITLES[option.kind],
        goods=_say_goods(option),
        badge=_badge(option),
        cash_label=_cash_label(option),
        cash="–"
        if option.customer is None
        else reader.money(abs(option.customer), option.currency),
        cash_tone=_tone(option),
        facts=_facts(option, reader),
        margin=[
            Fact(
                term=CAUSES[row.cause],
                value=UNKNOWN
                if row.amount is None
                else reader.difference(row.amount, margin.currency),
            )
            for row in margin.rows
        ]
        if margin
        else [],
        margin_sum=_margin_sum(option, reader),
        notes=[*option.open_ends, *(f"A second person has to agree: {why}" for why in option.asks)],
        warnings=[] if option.is_current else list(option.reasons),
        flip=option.flip,
        action=_action(option, record, rights),
    )


def _badge(option: Option) -> Badge | None:
    if option.is_current:
        return Badge(word="As it is now", tone="info")
    if option.reasons:
        return Badge(word="Not possible", tone="bad")
    return Badge(word="Needs approval", tone="warn") if option.asks else None


def _cash_label(option: Option) -> str:
    if option.customer is None:
        return "Customer"
    if not option.customer:
        return "Nothing to pay"
    return "Customer gets" if option.customer > 0 else "Customer pays"


def _say_amount(option: Option, reader: Reader) -> str:
    if option.customer is None:
        return "–"
    return reader.money(abs(option.customer), option.currency)


def _cash(option: Option, reader: Reader) -> str:
    label = _cash_label(option)
    return f"{label} {_say_amount(option, reader)}" if option.customer else label


def _tone(option: Option) -> str:
    if not option.customer:
        return "even"
    return "refund" if option.customer > 0 else "due"


def _margin_sum(option: Option, reader: Reader) -> str:
    margin = option.margin
    if margin is None:
        return "Costs are kept in another currency" if option.customer is not None else ""
    said = reader.difference(margin.known, margin.currency) or reader.money(
        margin.known, margin.currency
    )
    return said if margin.is_whole else f"{said}, and what is not known yet"


def _facts(option: Option, reader: Reader) -> list[Fact]:
    facts = []
    if option.customer is not None:
        facts.append(Fact(term="Customer has everything", value=_say_days(option)))
    for risk in option.stock:
        facts.append(Fact(term="Stock", value=_say_stock(risk)))
        if risk.older:
            facts.append(Fact(term="Older cases", value=_say_older(risk)))
    return facts


def _say_days(option: Option) -> str:
    if option.days is None:
        return UNKNOWN
    if not option.days:
        return "at once"
    return "in 1 day" if option.days == 1 else f"in {option.days} days at the earliest"


def _say_stock(risk: StockAtRisk) -> str:
    if risk.is_held:
        return f"{risk.quantity} held for this case"
    if not risk.centre:
        return f"{risk.free} free"
    return f"{risk.at_centre} free at {risk.centre}, {risk.free} in all"


def _say_older(risk: StockAtRisk) -> str:
    cases = {int(case.removeprefix("return:")) for case in risk.older if case[7:].isdigit()}
    known = Return.objects.filter(pk__in=cases).order_by("opened_at")
    names = ", ".join(known.values_list("number", flat=True)) or f"{len(risk.older)} older"
    if not risk.lost_by:
        return f"{names} wait for it as well, and lose nothing by it"
    return f"{names} wait for it as well: {risk.lost_by} would find none"


def _say_goods(option: Option) -> str:
    variants = Variant.objects.select_related("product").in_bulk(
        {line.variant_id for line in option.wanted}
    )
    return ", ".join(
        f"{line.quantity} × {variants[line.variant_id].full_title}" for line in option.wanted
    )


def _action(option: Option, record: CaseRecord, rights: Rights) -> Action | None:
    if option.is_current or not may_take(option, record, rights):
        return None
    address = reverse("console:take_option", args=[record.case.number, option.kind.value])
    label = f"Take: {TITLES[option.kind].lower()}"
    if option.reasons:
        return Action(label=label, url=address, blocked_because="See above why not.")
    if moves_nothing(option, record):
        fields = stamp(version=record.case.version, seen=record.seen) | fields_to_take(option)
        return Action(label=label, url=address, fields=fields)
    asked = {
        "goods": write_goods(option.wanted),
        "rate": "" if option.rate is None else str(option.rate),
    }
    return Action(label=f"{label}…", url=f"{address}?{urlencode(asked)}", method="get")
