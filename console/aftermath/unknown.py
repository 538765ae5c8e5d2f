"""Parcels that name no case: written down by scan, then given to a case or sent back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console.aftermath.drawing import answer, draw_tabs, nothing
from console.aftermath.page import ListPage, Question, RecordPage, Row
from console.badges import return_badge
from console.components import Badge, Banner, Fact, GoodsLine, Tone
from console.people import name_people, word_for
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import operation_of
from core.permissions import requires
from core.roles import Permission
from returns.models import Return, UnknownGoods, UnknownParcel
from returns.rules import GOODS_MAY_COME, can_receive
from returns.services import (
    attach_unknown_parcel,
    send_unknown_parcel_back,
)
from returns.states import UnknownState

S = UnknownState
MAY = Permission.RECEIVE_GOODS
TABS = (("open", "Open"), ("attached", "Belong to a case"), ("sent_back", "Sent back"))
TONES: dict[str, Tone] = {S.OPEN: "warn", S.ATTACHED: "good", S.SENT_BACK: "plain"}
GOODS_AT_MOST = 30
CANDIDATES_AT_MOST = 12


class WhoForm(forms.Form):
    """Whom it may be from: looked for, and kept nowhere."""

    q = forms.CharField(
        label="Order number, e-mail or RMA number",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class BackForm(forms.Form):
    use_required_attribute = False

    carrier = forms.CharField(max_length=40)
    tracking_number = forms.CharField(required=False, max_length=80)


@require_GET
@requires(MAY)
def parcels(request: HttpRequest, tab: str = "open") -> HttpResponse:
    if tab not in dict(TABS):
        raise Http404(tab)
    reader, visible = Reader.of(request), _list_visible(rights_of(request))
    page = take_page(
        visible.filter(state=tab), key="received_at", descends=False, query=request.GET
    )
    rows = [draw_row(parcel, reader) for parcel in page.rows]
    counts = {"open": visible.filter(state=S.OPEN).count()}
    listed = ListPage(
        title="Unknown parcels",
        says="They name no case. What was in them is written down once.",
        tabs=draw_tabs(
            tab, TABS, lambda code: reverse("console:unknown_parcels_tab", args=[code]), counts
        ),
        rows=rows,
        pager=draw_pager(page, request.GET),
        empty=nothing("No unknown parcel", "Every parcel found its case.", rows),
    )
    return render(request, "console/warehouse_list.html", {"list": listed})


@require_GET
@requires(MAY)
def parcel(request: HttpRequest, number: str) -> HttpResponse:
    return _show(request, number)


@require_POST
@requires(MAY)
def do(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Give it to a case, or send it back."""
    found = get_object_or_404(_list_visible(rights_of(request)), number=number)
    to = reverse("console:unknown_parcel", args=[found.number])
    show = partial(_show, request, found.number)
    if deed == "send-back":
        return answer(
            request,
            show,
            send_unknown_parcel_back,
            form=BackForm(request.POST),
            done="The parcel goes back.",
            to=to,
            parcel_id=found.pk,
        )
    if deed != "attach":
        raise Http404(deed)
    cases = Return.objects.visible_to(rights_of(request).user, MAY)
    case = get_object_or_404(cases, number=request.POST.get("case", ""))
    version = request.POST.get("version", "")
    return answer(
        request,
        show,
        attach_unknown_parcel,
        done=f"The parcel belongs to {case.number}: nothing needs to be counted again.",
        to=reverse("console:inspect", args=[case.number]),
        parcel_id=found.pk,
        return_id=case.pk,
        version=int(version) if version.isdecimal() else 0,
    )


# ── finding its case ─────────────────────────────────────────────────────────


def _show(
    request: HttpRequest,
    number: str,
    *,
    form: Any = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    found = get_object_or_404(_list_visible(rights), number=number)
    goods = list(found.goods.select_related("variant__product").order_by("pk"))
    is_open = found.state == S.OPEN
    search = WhoForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    page = RecordPage(
        title="Unknown parcel",
        code=found.number,
        back_label="Unknown parcels",
        back_url=reverse("console:unknown_parcels"),
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        lines=[_line(each) for each in goods],
        lines_title="What was in it",
        facts=_facts(found, reader),
        questions=_questions(request, found, goods, words, rights, form) if is_open else [],
        search=search if is_open else None,
        rows_title="Whose it may be",
        banner=banner,
    )
    return render(request, "console/warehouse_record.html", {"record": page}, status=status)


def _questions(
    request: HttpRequest,
    found: UnknownParcel,
    goods: list[UnknownGoods],
    words: str,
    rights: Rights,
    form: Any,
) -> list[Question]:
    """One per case it may belong to, and the way back."""
    attach = reverse("console:unknown_parcel_deed", args=[found.number, "attach"])
    questions = [
        Question(
            label=f"It belongs to {case.number}",
            says=f"{case.customer} · {return_badge(case.state).word.lower()} · {why}",
            url=attach,
            fields={
                "op_id": operation_of(request),
                "case": case.number,
                "version": str(case.version),
            },
            kind="secondary" if at else "primary",
            blocked_because=" ".join(can_receive(case.state).reasons),
        )
        for at, (case, why) in enumerate(find_candidates(found, goods, words, rights))
    ]
    back = Question(
        label="Send it back",
        says="Nobody knows it. It goes back to whoever sent it."
        if questions
        else "No case fits what was in it. Look for the customer, or send it back.",
        url=reverse("console:unknown_parcel_deed", args=[found.number, "send-back"]),
        fields={"op_id": operation_of(request)},
        form=form or BackForm(),
        kind="danger",
    )
    return [*questions, back]


def find_candidates(
    found: UnknownParcel, goods: list[UnknownGoods], words: str, rights: Rights
) -> list[tuple[Return, str]]:
    """Cases of the same partner that it may belong to, the surest first, each with why."""
    cases = Return.objects.visible_to(rights.user, MAY).filter(partner=found.partner_id)
    cases = cases.select_related("customer").distinct()
    serials = [each.serial_found for each in goods if each.serial_found]
    skus = [each.sku_found for each in goods if each.sku_found]
    asked: list[tuple[str, Q]] = []
    if serials:
        by_serial = Q()
        for serial in serials:
            by_serial |= Q(lines__order_line__units__serial__iexact=serial)
        asked.append(("a serial number of it was sold there", by_serial))
    for number, why in ((found.order_number, "the order that lay inside"), (words, "as you asked")):
        if number:
            order = Q(lines__order_line__order__number__iexact=number)
            order |= Q(lines__order_line__order__number__iexact=f"#{number}")
            person = Q(customer__email__iexact=number) | Q(number__iexact=number)
            asked.append((why, order | person))
    if skus:
        awaited = Q(lines__order_line__sku__in=skus, state__in=GOODS_MAY_COME)
        asked.append(("it awaits the same goods", awaited))
    candidates: dict[int, tuple[Return, str]] = {}
    for why, query in asked:
        for case in cases.filter(query).order_by("-opened_at")[:CANDIDATES_AT_MOST]:
            candidates.setdefault(case.pk, (case, why))
    return list(candidates.values())[:CANDIDATES_AT_MOST]


def _line(goods: UnknownGoods) -> GoodsLine:
    variant = goods.variant
    parts = [
        f"serial {goods.serial_found}" if goods.serial_found else "",
        f"{goods.damaged} damaged" if goods.damaged else "",
    ]
    return GoodsLine(
        title=variant.full_title if variant else goods.sku_found or "Not in the catalogue",
        sku=goods.sku_found,
        category=variant.product.category if variant else "",
        detail=" · ".join(part for part in parts if part),
        amount=f"× {goods.quantity}",
    )


def _facts(found: UnknownParcel, reader: Reader) -> list[Fact]:
    names = name_people({found.received_by, found.ended_by} - {""})
    who = word_for(found.received_by, names, reader)
    facts = [
        Fact(term="At", value=found.location.name),
        Fact(term="Received", value=f"{reader.moment(found.received_at)} by {who}"),
    ]
    if found.tracking_number:
        facts.append(Fact(term="Parcel", value=found.tracking_number, is_code=True))
    if found.order_number:
        facts.append(Fact(term="Order inside", value=found.order_number, is_code=True))
    if found.receipt:
        number = found.receipt.return_case.number
        url = reverse("console:case", args=[number])
        facts.append(Fact(term="Case", value=number, url=url, is_code=True))
    if found.sent_by:
        back = f"{found.sent_by} {found.sent_under}".strip()
        facts.append(Fact(term="Went back by", value=back, is_code=True))
    if found.ended_at:
        by = word_for(found.ended_by, names, reader)
        facts.append(Fact(term="Dealt with", value=f"{reader.moment(found.ended_at)} by {by}"))
    return facts


def draw_row(found: UnknownParcel, reader: Reader) -> Row:
    goods = list(found.goods.all())
    names = ", ".join(f"{each.quantity} × {each.sku_found or each.serial_found}" for each in goods)
    return Row(
        title=names or "An empty box",
        url=reverse("console:unknown_parcel", args=[found.number]),
        detail=f"at {found.location.name} · {found.tracking_number or 'no tracking number'} · "
        f"{reader.ago(found.received_at)} old",
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        code=found.number,
    )


def _list_visible(rights: Rights) -> QuerySet[UnknownParcel]:
    found: QuerySet[UnknownParcel] = UnknownParcel.objects.visible_to(rights.user, MAY)
    return found.select_related("location", "receipt__return_case").prefetch_related("goods")
