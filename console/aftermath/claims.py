"""Claims on suppliers and carriers: what they are to make good, and what they answered."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console.aftermath.drawing import answer, draw_tabs, nothing
from console.aftermath.page import ListPage, Question, RecordPage, Row
from console.components import Badge, Banner, Fact, GoodsLine, TimelineEntry, Tone
from console.evidence.page import PhotoTile
from console.people import name_people, word_for
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import operation_of
from console.warehouse.photos import list_tiles
from core.events import reference
from core.models import Event
from core.permissions import requires
from core.roles import Permission
from returns.models import Claim, ClaimLine, ReturnLine
from returns.rules import can_answer_claim, can_send_claim
from returns.services import credit_claim, refuse_claim, send_claim
from returns.states import ClaimAgainst, ClaimState, Reason

S = ClaimState
SEE, MAY = Permission.RECEIVE_GOODS, Permission.ADJUST_STOCK
TABS = (("open", "Open"), ("sent", "Sent"), ("credited", "Credited"), ("refused", "Refused"))
TONES: dict[str, Tone] = {S.OPEN: "warn", S.SENT: "info", S.CREDITED: "good", S.REFUSED: "bad"}
TOLD = {"opened": "Opened", "sent": "Sent", "credited": "Credited", "refused": "Refused"}


class SendForm(forms.Form):
    use_required_attribute = False

    their_reference = forms.CharField(label="Their reference", required=False, max_length=80)
    tracking_number = forms.CharField(required=False, max_length=80)


class CreditForm(forms.Form):
    use_required_attribute = False

    amount = forms.DecimalField(
        label="They credit", min_value=Decimal("0.01"), max_digits=14, decimal_places=2
    )


@require_GET
@requires(SEE)
def claims(request: HttpRequest, tab: str = "open") -> HttpResponse:
    if tab not in dict(TABS):
        raise Http404(tab)
    reader, visible = Reader.of(request), _list_visible(rights_of(request))
    page = take_page(visible.filter(state=tab), key="opened_at", descends=False, query=request.GET)
    rows = [_row(claim, reader) for claim in page.rows]
    counts = {code: visible.filter(state=code).count() for code in ("open", "sent")}
    listed = ListPage(
        title="Claims",
        says="What suppliers and carriers are to make good; open ones gather until they are sent.",
        tabs=draw_tabs(tab, TABS, lambda code: reverse("console:claims_tab", args=[code]), counts),
        rows=rows,
        pager=draw_pager(page, request.GET),
        empty=nothing(
            "No claim here",
            "Goods that inspection sends to their vendor gather here, and what carriers broke.",
            rows,
        ),
    )
    return render(request, "console/warehouse_list.html", {"list": listed})


@require_GET
@requires(SEE)
def claim(request: HttpRequest, number: str) -> HttpResponse:
    return _show(request, number)


@require_POST
@requires(MAY)
def do(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Send it, or enter what they answered."""
    found = get_object_or_404(_list_visible(rights_of(request), MAY), number=number)
    to = reverse("console:claim", args=[found.number])
    show = partial(_show, request, found.number, deed=deed)
    what: dict[str, Any] = {"claim_id": found.pk}
    match deed:
        case "send":
            form = SendForm(request.POST)
            done = "The claim is sent."
            return answer(request, show, send_claim, form=form, done=done, to=to, **what)
        case "credit":
            credit = CreditForm(request.POST)
            done = "The credit is entered."
            return answer(request, show, credit_claim, form=credit, done=done, to=to, **what)
        case "refuse":
            return answer(request, show, refuse_claim, done="Entered as refused.", to=to, **what)
    raise Http404(deed)


def _show(
    request: HttpRequest,
    number: str,
    *,
    form: Any = None,
    deed: str = "",
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    found = get_object_or_404(_list_visible(rights), number=number)
    lines = list(
        found.lines.filter(is_withdrawn=False).select_related(
            "variant__product", "mismatch", "disposition__inspection__receipt_line"
        )
    )
    against = str(ClaimAgainst(found.against).label).lower()
    page = RecordPage(
        title=found.name,
        code=found.number,
        about=f"Claim on the {against}",
        back_label="Claims",
        back_url=reverse("console:claims"),
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        lines=[_line(each, found, reader) for each in lines],
        lines_title="What is claimed",
        facts=_facts(found, lines, reader),
        questions=_questions(request, found, lines, rights, {deed: form} if form else {}),
        history=_history(found, reader),
        photos=_list_photos(lines, reader, rights),
        banner=banner,
    )
    return render(request, "console/warehouse_record.html", {"record": page}, status=status)


def _questions(
    request: HttpRequest,
    found: Claim,
    lines: list[ClaimLine],
    rights: Rights,
    typed: dict[str, Any],
) -> list[Question]:
    if MAY not in rights or found.state in (S.CREDITED, S.REFUSED):
        return []

    def ask(deed: str, label: str, says: str, **more: Any) -> Question:
        url = reverse("console:claim_deed", args=[found.number, deed])
        fields = {"op_id": operation_of(request)}
        return Question(label=label, says=says, url=url, fields=fields, **more)

    if found.state == S.OPEN:
        why_not = " ".join(can_send_claim(found.state, lines=len(lines)).reasons)
        says = (
            "The goods leave quarantine with it."
            if found.against == ClaimAgainst.SUPPLIER
            else "Nothing leaves; the carrier has the figures."
        )
        form = typed.get("send") or SendForm()
        return [
            ask(
                "send",
                "Send the claim",
                says,
                form=None if why_not else form,
                kind="primary",
                blocked_because=why_not,
            )
        ]
    assert can_answer_claim(found.state)
    amount = sum((each.unit_value * each.quantity for each in lines), Decimal(0))
    credit = typed.get("credit") or CreditForm(initial={"amount": f"{amount:.2f}"})
    return [
        ask(
            "credit",
            "Credited",
            "They pay, or take it off what we owe.",
            form=credit,
            kind="primary",
        ),
        ask("refuse", "Refused", "They pay nothing.", kind="danger"),
    ]


def _list_photos(lines: list[ClaimLine], reader: Reader, rights: Rights) -> list[PhotoTile]:
    """Of the return lines that are claimed for: the other side wants to see."""
    pks: set[int] = set()
    for each in lines:
        if each.disposition:
            pks.add(each.disposition.inspection.receipt_line.return_line_id or 0)
        elif each.mismatch:
            pks.add(each.mismatch.return_line_id or 0)
    shown = ReturnLine.objects.filter(pk__in=pks).select_related("return_case")
    return [tile for line in shown for tile in list_tiles(line.return_case, [line], reader, rights)]


def _line(line: ClaimLine, claim: Claim, reader: Reader) -> GoodsLine:
    parts = [
        f"lot {line.lot}" if line.lot else "",
        f"serial {', '.join(line.serials)}" if line.serials else "",
        str(Reason(line.reason).label).lower() if line.reason else "",
        line.defect,
    ]
    worth = reader.money(line.unit_value * line.quantity, claim.currency)
    return GoodsLine(
        title=f"{line.quantity} × {line.title}",
        sku=line.sku,
        category=line.variant.product.category if line.variant else "",
        detail=" · ".join(part for part in parts if part),
        amount=worth,
    )


def _facts(found: Claim, lines: list[ClaimLine], reader: Reader) -> list[Fact]:
    amount = sum((each.unit_value * each.quantity for each in lines), Decimal(0))
    facts = [
        Fact(term="Claimed", value=reader.money(amount, found.currency)),
        Fact(term="Goods at", value=found.location.name),
        Fact(term="Opened", value=reader.moment(found.opened_at)),
    ]
    if found.sent_at:
        facts.append(Fact(term="Sent", value=reader.moment(found.sent_at)))
    if found.their_reference:
        facts.append(Fact(term="Their reference", value=found.their_reference, is_code=True))
    if found.tracking_number:
        facts.append(Fact(term="Parcel", value=found.tracking_number, is_code=True))
    if found.state == S.CREDITED:
        facts.append(Fact(term="Credited", value=reader.money(found.credited, found.currency)))
    return facts


def _history(found: Claim, reader: Reader) -> list[TimelineEntry]:
    events = list(Event.objects.filter(subject=reference(found)).order_by("-pk"))
    names = name_people({event.actor for event in events})
    return [
        TimelineEntry(
            what=TOLD.get(event.kind.rpartition(".")[2], event.kind),
            at=event.at,
            when=reader.moment(event.at),
            detail=word_for(event.actor, names, reader),
        )
        for event in events
    ]


def _row(found: Claim, reader: Reader) -> Row:
    lines = [line for line in found.lines.all() if not line.is_withdrawn]
    amount = sum((line.unit_value * line.quantity for line in lines), Decimal(0))
    units = sum(line.quantity for line in lines)
    return Row(
        title=f"{found.name}: {units} unit{'' if units == 1 else 's'}",
        url=reverse("console:claim", args=[found.number]),
        detail=f"{ClaimAgainst(found.against).label} · at {found.location.name} · "
        f"{reader.ago(found.opened_at)} old",
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        amount=reader.money(amount, found.currency),
        code=found.number,
    )


def _list_visible(rights: Rights, permission: Permission = SEE) -> QuerySet[Claim]:
    found: QuerySet[Claim] = Claim.objects.visible_to(rights.user, permission)
    return found.select_related("location").prefetch_related("lines")
