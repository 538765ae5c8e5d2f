"""One difference in the reader's words: both sides, what is suggested, what the customer reads."""

from __future__ import annotations

from django.urls import reverse

from console.components import Badge, Banner, Fact, GoodsLine, TimelineEntry, Tone
from console.mismatches.forms import DecisionForm
from console.mismatches.page import LetterPreview, MismatchPage, RuleChoice, Side
from console.mismatches.rows import kind_badge, may_take, say_announced, say_found
from console.people import name_people, word_for
from console.reader import Reader
from console.refusals import stamp
from console.rights import Rights
from console.warehouse.photos import list_tiles
from core.events import reference
from core.models import Event
from core.roles import Permission
from orders.models import Order, OrderLine
from returns.difference_mail import preview_difference
from returns.models import Mismatch, ReceiptLine
from returns.queries import find_owner, get_mismatch_facts
from returns.rules import Advice, MismatchFacts, can_take_rule, list_rules, suggest_rule
from returns.states import (
    SERIAL_DIFFERS,
    UNDECIDED,
    DispositionKind,
    MismatchKind,
    MismatchState,
    MoneyRule,
)
from returns.words import writes_by_itself

_STATES: dict[str, tuple[str, Tone]] = {
    MismatchState.OPEN: ("To decide", "warn"),
    MismatchState.WAITING: ("Waiting", "info"),
    MismatchState.DECIDED: ("Decided", "good"),
    MismatchState.RESOLVED: ("Came right", "good"),
}
_NOTES: dict[str, str] = {
    MoneyRule.WAIT: "nothing changes; it comes back here in a week",
    MoneyRule.ASK: "by e-mail; it comes back here in a week",
    MoneyRule.ACCEPT: "inspection accepts it, at the shop’s risk",
    MoneyRule.SUBSTITUTE: "counts as the announced goods, credited in full",
    MoneyRule.SHORT_CLOSE: "it is awaited no longer and stays the customer’s",
    MoneyRule.CREDIT_ANYWAY: "it is awaited no longer and credited; beyond policy a second person "
    "agrees first",
    MoneyRule.CARRIER_CLAIM: "credited, and put on the open claim against the carrier",
    MoneyRule.SEND_BACK: "a parcel back to the customer is planned",
    MoneyRule.WRITE_OFF: "scrapped; nobody is owed anything",
}
_TOLD: dict[str, tuple[str, Tone]] = {
    "return.mismatch_found": ("Found", "warn"),
    "return.mismatch_put_up": ("A second person is asked", "warn"),
    "return.concession_asked": ("A second person is asked", "warn"),
    "return.concession_granted": ("A second person has said yes", "good"),
    "return.concession_refused": ("Not granted", "bad"),
    "return.concession_lapsed": ("Nobody need say yes any more", "plain"),
    "return.mismatch_decided": ("Decided", "good"),
    "return.mismatch_resolved": ("Came right by itself", "good"),
}


def draw_mismatch(
    mismatch: Mismatch,
    *,
    rights: Rights,
    reader: Reader,
    asked: str = "",
    form: DecisionForm | None = None,
    op_id: str = "",
    banner: Banner | None = None,
) -> MismatchPage:
    """`asked` is the rule whose letter is looked at."""
    case = mismatch.return_case
    facts = get_mismatch_facts(mismatch, now=reader.now)
    advice = suggest_rule(facts)
    is_open = mismatch.state in UNDECIDED
    chosen = _chosen(mismatch, advice, asked=asked, form=form)
    word, tone = _STATES[mismatch.state]
    may_decide = Permission.DECIDE_MISMATCH in rights
    return MismatchPage(
        number=mismatch.number,
        kind=kind_badge(mismatch),
        state=Badge(word=word, tone=tone),
        about=f"{case.customer} · {reader.ago(mismatch.opened_at)} old",
        case_number=case.number,
        case_url=reverse("console:case", args=[case.number]),
        announced=_announced(mismatch),
        found=_found(mismatch, rights, reader),
        value=reader.money(mismatch.value, case.currency),
        why=advice.why if is_open else "",
        choices=_choices(mismatch, facts, advice, rights, chosen) if is_open else [],
        facts=_facts(mismatch, reader),
        history=_history(mismatch, reader),
        photos=list_tiles(
            case, [mismatch.return_line] if mismatch.return_line else [], reader, rights
        ),
        form=_form(form, chosen) if is_open and may_decide else None,
        decide_url=reverse("console:decide_mismatch", args=[mismatch.number]),
        stamp=stamp(version=case.version) | ({"op_id": op_id} if op_id else {}),
        letter=_letter(mismatch, chosen, reader),
        cannot_decide="" if may_decide else "An agent decides what follows.",
        banner=banner,
    )


def _chosen(mismatch: Mismatch, advice: Advice, *, asked: str, form: DecisionForm | None) -> str:
    typed = str(form.data.get("rule", "")) if form else asked
    if typed in MoneyRule.values:
        return typed
    return str(advice.rule) if mismatch.state in UNDECIDED else mismatch.rule


def _form(form: DecisionForm | None, chosen: str) -> DecisionForm:
    return form or DecisionForm(initial={"writes": writes_by_itself(chosen)})


def _choices(
    mismatch: Mismatch, facts: MismatchFacts, advice: Advice, rights: Rights, chosen: str
) -> list[RuleChoice]:
    return [
        RuleChoice(
            value=rule.value,
            label=str(rule.label),
            note=_NOTES[rule],
            is_chosen=rule == chosen,
            is_suggested=rule == advice.rule,
            blocked_because=_why_not(rule, facts, rights),
        )
        for rule in list_rules(facts)
    ]


def _why_not(rule: MoneyRule, facts: MismatchFacts, rights: Rights) -> str:
    reasons = list(can_take_rule(rule, facts).reasons)
    if not may_take(rule, rights):
        reasons.append("A lead gives that.")
    return " ".join(reasons)


# ── both sides ───────────────────────────────────────────────────────────────


def _announced(mismatch: Mismatch) -> Side:
    line = mismatch.return_line
    if line is None or mismatch.kind == MismatchKind.EXTRA:
        return Side(goods=None, facts=[], says="Nobody announced it.")
    sold = line.order_line
    facts = [Fact(term="Units", value=str(line.quantity))]
    if mismatch.kind in SERIAL_DIFFERS:
        facts.append(Fact(term="Serial sold", value=say_announced(mismatch), is_code=True))
    facts.append(Fact(term="Reason", value=str(line.get_reason_display())))
    return Side(goods=_goods_sold(sold), facts=facts, says=line.comment)


def _goods_sold(sold: OrderLine) -> GoodsLine:
    return GoodsLine(
        title=sold.title,
        sku=sold.sku,
        category=sold.variant.product.category if sold.variant else "",
    )


def _found(mismatch: Mismatch, rights: Rights, reader: Reader) -> Side:
    row = mismatch.receipt_line
    if row is None:
        return Side(goods=None, facts=[], says=f"Found: {say_found(mismatch)}.")
    facts = [Fact(term="Units", value=str(row.quantity))]
    if row.serial_found:
        facts.append(Fact(term="Serial found", value=row.serial_found, is_code=True))
    if row.damaged:
        facts.append(Fact(term="Damaged", value=str(row.damaged)))
    if mismatch.own_value is not None:
        worth = reader.money(mismatch.own_value, mismatch.return_case.currency)
        facts.append(Fact(term="Worth today", value=worth))
    facts += _whose(row, rights)
    facts.append(Fact(term="Is", value=_where(row)))
    return Side(goods=_goods_found(row), facts=facts, says=row.note)


def _goods_found(row: ReceiptLine) -> GoodsLine:
    return GoodsLine(
        title=row.variant.full_title if row.variant else row.sku_found,
        sku=row.sku_found,
        category=row.variant.product.category if row.variant else "",
    )


def _whose(row: ReceiptLine, rights: Rights) -> list[Fact]:
    """On which order a strange unit was sold, and who awaits it: for those who may see both."""
    owner = find_owner(partner_id=row.partner_id, serial=row.serial_found)
    if owner is None:
        return []
    orders = Order.objects.visible_to(rights.user, Permission.SEE_ORDERS)
    order = orders.filter(pk=owner.unit.line.order_id).first()
    if order is None:
        return [Fact(term="Sold", value="to somebody else")]
    url = reverse("console:order", args=[order.public_id])
    facts = [Fact(term="Sold on", value=order.number, url=url, is_code=True)]
    if (
        owner.case
        and owner.case.pk != row.receipt.return_case_id
        and Permission.SEE_CASES in rights
    ):
        case_url = reverse("console:case", args=[owner.case.number])
        facts.append(Fact(term="Awaited in", value=owner.case.number, url=case_url, is_code=True))
    return facts


def _where(row: ReceiptLine) -> str:
    """Where the goods are by now."""
    graded = row.inspections.filter(dispositions__replaced_by__isnull=True)
    kinds = graded.order_by("pk").values_list(
        "dispositions__kind", "dispositions__bin__code", "grade"
    )
    words = [
        f"{DispositionKind(kind).label.lower()}{f', bin {code}' if code else ''} (grade {grade})"
        for kind, code, grade in kinds
    ]
    return ", ".join(words) or f"at {row.receipt.location.name}, not graded yet"


# ── facts, history, letter ───────────────────────────────────────────────────


def _facts(mismatch: Mismatch, reader: Reader) -> list[Fact]:
    case = mismatch.return_case
    facts = [Fact(term="Case", value=case.number, url=_case_url(mismatch), is_code=True)]
    if mismatch.value:
        facts.append(Fact(term="Value", value=reader.money(mismatch.value, case.currency)))
    if receipt := mismatch.receipt:
        facts.append(Fact(term="Received at", value=receipt.location.name))
        facts.append(Fact(term="Received", value=reader.moment(receipt.received_at)))
        if receipt.tracking_number:
            facts.append(Fact(term="Parcel", value=receipt.tracking_number, is_code=True))
    if mismatch.is_put_up:
        facts.append(Fact(term="Waits for", value="a second person’s yes"))
    if mismatch.waits_until and mismatch.state == MismatchState.WAITING:
        facts.append(Fact(term="Waits until", value=reader.day(mismatch.waits_until)))
    if mismatch.state == MismatchState.DECIDED:
        facts.append(Fact(term="Decided", value=str(mismatch.get_rule_display())))
        who = word_for(mismatch.decided_by, name_people({mismatch.decided_by}), reader)
        when = reader.moment(mismatch.decided_at) if mismatch.decided_at else ""
        facts.append(Fact(term="By", value=f"{who}, {when}"))
    if mismatch.note:
        facts.append(Fact(term="Why", value=mismatch.note.text))
    return facts


def _case_url(mismatch: Mismatch) -> str:
    return reverse("console:case", args=[mismatch.return_case.number])


def _history(mismatch: Mismatch, reader: Reader) -> list[TimelineEntry]:
    events = Event.objects.filter(
        subject=reference(mismatch.return_case),
        kind__in=_TOLD,
        data__mismatch=mismatch.number,
    ).order_by("-pk")
    names = name_people({event.actor for event in events})
    return [
        TimelineEntry(
            what=_TOLD[event.kind][0],
            at=event.at,
            when=reader.moment(event.at),
            detail=" · ".join(
                [*_rule_of(event), word_for(event.actor, names, reader)],
            ),
            tone=_TOLD[event.kind][1],
        )
        for event in events
    ]


def _rule_of(event: Event) -> list[str]:
    rule = event.data.get("rule") if event.kind.startswith("return.mismatch_") else None
    return [str(MoneyRule(rule).label)] if rule else []


def _letter(mismatch: Mismatch, rule: str, reader: Reader) -> LetterPreview | None:
    if not rule:
        return None
    preview = preview_difference(mismatch, rule)
    return LetterPreview(
        language=reader.language(preview.locale),
        to=str(mismatch.return_case.customer),
        subject=preview.letter.subject,
        body=preview.letter.body,
    )
