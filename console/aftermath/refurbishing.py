"""The workshop's list: what waits, what is under way, what was made of it."""

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

from console.aftermath.drawing import answer, draw_tabs, facts_of, goods_of, nothing
from console.aftermath.page import ListPage, Question, RecordPage, Row
from console.components import Badge, Banner, Fact, Tone
from console.people import name_people, word_for
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import operation_of
from core.permissions import requires
from core.roles import Permission
from inventory.models import Variant
from returns.models import Refurbishment
from returns.queries import count_left
from returns.rules import can_finish_refurbishing, can_start_refurbishing
from returns.services import finish_refurbishing, give_up_refurbishing, start_refurbishing
from returns.states import DisposedBecause, DispositionKind, RefurbishState

S = RefurbishState
TABS = (
    ("waiting", "Waiting"),
    ("under_way", "Under way"),
    ("done", "Done"),
    ("given_up", "Given up"),
)
TONES: dict[str, Tone] = {
    S.WAITING: "warn",
    S.UNDER_WAY: "info",
    S.DONE: "good",
    S.GIVEN_UP: "plain",
}


class FinishForm(forms.Form):
    """As what the goods are sold from now on, and what putting them right took."""

    use_required_attribute = False

    into_variant_id = forms.TypedChoiceField(label="Sold as", coerce=int)
    cost = forms.DecimalField(
        label="Cost", min_value=Decimal(0), max_digits=12, decimal_places=2, initial=0
    )

    def __init__(self, *args: Any, variants: list[Variant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into_variant_id"]
        field.choices = [(each.pk, f"{each.full_title} ({each.sku})") for each in variants]


class GiveUpForm(forms.Form):
    use_required_attribute = False

    to = forms.ChoiceField(
        label="Then it",
        choices=[
            (DispositionKind.SCRAP.value, "is scrapped"),
            (DispositionKind.RETURN_TO_VENDOR.value, "goes back to the supplier"),
        ],
    )
    because = forms.ChoiceField(
        label="Why",
        choices=[
            (each.value, each.label)
            for each in (
                DisposedBecause.BROKEN,
                DisposedBecause.NOT_WORTH_IT,
                DisposedBecause.UNSAFE,
            )
        ],
    )


@require_GET
@requires(Permission.RECEIVE_GOODS)
def works(request: HttpRequest, tab: str = "waiting") -> HttpResponse:
    if tab not in dict(TABS):
        raise Http404(tab)
    reader, visible = Reader.of(request), _list_visible(rights_of(request))
    page = take_page(visible.filter(state=tab), key="asked_at", descends=False, query=request.GET)
    rows = [_row(work, reader) for work in page.rows]
    counts = {code: visible.filter(state=code).count() for code in ("waiting", "under_way")}
    listed = ListPage(
        title="Refurbishing",
        says="Goods in quarantine that are put right and sold under a SKU of their own.",
        tabs=draw_tabs(
            tab, TABS, lambda code: reverse("console:refurbishing_tab", args=[code]), counts
        ),
        rows=rows,
        pager=draw_pager(page, request.GET),
        empty=nothing(
            "Nothing here", "Inspection sends goods to be refurbished; they come up here.", rows
        ),
    )
    return render(request, "console/warehouse_list.html", {"list": listed})


@require_GET
@requires(Permission.RECEIVE_GOODS)
def work(request: HttpRequest, work: int) -> HttpResponse:
    return _show(request, work)


@require_POST
@requires(Permission.INSPECT_GOODS)
def do(request: HttpRequest, work: int, deed: str) -> HttpResponse:
    """Start, finish or give up."""
    found = get_object_or_404(_list_visible(rights_of(request)), pk=work)
    to = reverse("console:refurbishment", args=[found.pk])
    what: dict[str, Any] = {"refurbishment_id": found.pk}
    show = partial(_show, request, found.pk)
    match deed:
        case "start":
            return answer(request, show, start_refurbishing, done="Work has begun.", to=to, **what)
        case "finish":
            form = FinishForm(request.POST, variants=_list_renewed(found))
            show = partial(_show, request, found.pk, deed="finish")
            return answer(
                request,
                show,
                finish_refurbishing,
                form=form,
                done="On sale as refurbished.",
                to=to,
                **what,
            )
        case "give-up":
            return answer(
                request,
                partial(_show, request, found.pk, deed="give-up"),
                give_up_refurbishing,
                form=GiveUpForm(request.POST),
                done="Given up; the goods go on.",
                to=to,
                **what,
            )
    raise Http404(deed)


def _show(
    request: HttpRequest,
    work: int,
    *,
    form: Any = None,
    deed: str = "",
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    found = get_object_or_404(_list_visible(rights), pk=work)
    placed = found.disposition
    row = placed.inspection.receipt_line
    page = RecordPage(
        title=f"Refurbish {goods_of(row, units=1).title}",
        code=row.serial_found or row.sku_found,
        back_label="Refurbishing",
        back_url=reverse("console:refurbishing"),
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        lines=[goods_of(row, units=count_left(placed) or placed.quantity)],
        facts=[
            *facts_of(placed, reverse("console:case", args=[row.receipt.return_case.number])),
            *_told(found, reader),
        ],
        questions=_questions(request, found, rights, typed={deed: form} if form else {}),
        banner=banner,
    )
    return render(request, "console/warehouse_record.html", {"record": page}, status=status)


def _questions(
    request: HttpRequest, found: Refurbishment, rights: Rights, *, typed: dict[str, Any]
) -> list[Question]:
    if Permission.INSPECT_GOODS not in rights or found.state in (S.DONE, S.GIVEN_UP):
        return []

    def ask(deed: str, label: str, says: str, **more: Any) -> Question:
        url = reverse("console:refurbish", args=[found.pk, deed])
        fields = {"op_id": operation_of(request)}
        return Question(label=label, says=says, url=url, fields=fields, **more)

    questions = []
    if can_start_refurbishing(found.state):
        questions.append(ask("start", "Start", "You have taken it to the bench.", kind="primary"))
    renewed = _list_renewed(found)
    why_not = " ".join(
        can_finish_refurbishing(
            found.state,
            actor=f"user:{rights.user.pk}",
            inspected_by=found.disposition.inspection.inspected_by,
        ).reasons
    )
    if found.state == S.UNDER_WAY:
        if not renewed:
            why_not = "The catalogue has no refurbished SKU of it yet: an admin adds one."
        questions.append(
            ask(
                "finish",
                "Done",
                "It is as good as it gets, and on sale at once.",
                form=None if why_not else typed.get("finish") or FinishForm(variants=renewed),
                kind="primary",
                blocked_because=why_not,
            )
        )
    questions.append(
        ask(
            "give-up",
            "Not worth it",
            "It cannot or need not be put right.",
            form=typed.get("give-up") or GiveUpForm(),
            kind="danger",
        )
    )
    return questions


def _told(found: Refurbishment, reader: Reader) -> list[Fact]:
    names = name_people({found.started_by, found.ended_by} - {""})
    facts = [Fact(term="Asked for", value=reader.moment(found.asked_at))]
    if found.started_at:
        who = word_for(found.started_by, names, reader)
        facts.append(Fact(term="Begun", value=f"{reader.moment(found.started_at)} by {who}"))
    if found.ended_at:
        who = word_for(found.ended_by, names, reader)
        facts.append(Fact(term="Ended", value=f"{reader.moment(found.ended_at)} by {who}"))
    if found.into_variant:
        facts.append(Fact(term="Sold as", value=found.into_variant.sku, is_code=True))
        cost = reader.money(found.cost, found.partner.base_currency)
        facts.append(Fact(term="Cost", value=cost))
    return facts


def _list_renewed(found: Refurbishment) -> list[Variant]:
    variant = found.disposition.inspection.receipt_line.variant_id
    renewed = Variant.objects.filter(refurbished_from=variant, is_active=True)
    return list(renewed.select_related("product").order_by("sku")) if variant else []


def _row(found: Refurbishment, reader: Reader) -> Row:
    placed = found.disposition
    row = placed.inspection.receipt_line
    units = count_left(placed) or placed.quantity
    where = f"bin {placed.bin.code} at " if placed.bin else ""
    return Row(
        title=f"{units} × {goods_of(row, units=units).title}",
        url=reverse("console:refurbishment", args=[found.pk]),
        detail=f"{where}{row.receipt.location.name} · grade {placed.inspection.grade} · "
        f"{row.receipt.return_case.number} · {reader.ago(found.asked_at)} old",
        badge=Badge(word=str(found.get_state_display()), tone=TONES[found.state]),
        code=row.serial_found or row.sku_found,
    )


def _list_visible(rights: Rights) -> QuerySet[Refurbishment]:
    found: QuerySet[Refurbishment] = Refurbishment.objects.visible_to(
        rights.user, Permission.RECEIVE_GOODS
    )
    return found.select_related(
        "partner",
        "into_variant",
        "disposition__bin",
        "disposition__inspection__receipt_line__variant__product",
        "disposition__inspection__receipt_line__return_line__order_line",
        "disposition__inspection__receipt_line__receipt__location",
        "disposition__inspection__receipt_line__receipt__return_case",
    )
