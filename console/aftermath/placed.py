"""Where the goods of a case are, and sending them on from there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from console.aftermath.drawing import answer, facts_of, goods_of, nothing
from console.aftermath.page import ListPage, Question, RecordPage, Row
from console.components import Badge, Banner, Tone
from console.reader import Reader
from console.refusals import Stamp, stamp
from console.rights import Rights, rights_of
from console.sending import operation_of
from core.permissions import requires
from core.roles import Permission
from inventory.models import Bin
from returns.models import Disposition, Return
from returns.queries import count_left, describe_placed, list_placed
from returns.rules import PlacedGoods, list_targets
from returns.services import move_goods_on
from returns.states import DisposedBecause, DispositionKind

D = DispositionKind
MAY = Permission.INSPECT_GOODS
TONES: dict[str, Tone] = {
    D.RESTOCK: "good",
    D.QUALITY_REJECT: "bad",
    D.REFURBISH: "info",
    D.RETURN_TO_VENDOR: "warn",
    D.SCRAP: "plain",
    D.RETURN_TO_CUSTOMER: "warn",
}
BECAUSE = [
    (reason.value, reason.label) for reason in DisposedBecause if reason != DisposedBecause.DECIDED
]


class MoveForm(forms.Form):
    """Where how many of them go, and why."""

    use_required_attribute = False

    to = forms.ChoiceField(label="Goes to")
    quantity = forms.TypedChoiceField(label="Units", coerce=int)
    because = forms.ChoiceField(label="Why", required=False, choices=[("", "Choose why"), *BECAUSE])
    bin_id = forms.TypedChoiceField(
        label="Quarantine bin", coerce=int, required=False, empty_value=None
    )

    def __init__(
        self, *args: Any, goods: PlacedGoods, location_id: int, actor: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        targets = list_targets(goods, actor=actor)
        field: Any = self.fields["to"]
        field.choices = [(kind.value, kind.label) for kind, may in targets.items() if may]
        units: Any = self.fields["quantity"]
        units.choices = [(each, str(each)) for each in range(goods.left, 0, -1)]
        bins = Bin.objects.filter(location=location_id, kind=Bin.Kind.QUARANTINE).order_by("code")
        shelf: Any = self.fields["bin_id"]
        shelf.choices = [("", "As it is"), *((each.pk, each.code) for each in bins)]


@requires(Permission.RECEIVE_GOODS)
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Every unit that inspection has placed, where it is now."""
    case, reader = _get_case(number, rights_of(request)), Reader.of(request)
    rows = [_row(placed, case, reader) for placed in list_placed(case)]
    page = ListPage(
        title="Where the goods are",
        says=f"{case.number} · {case.customer}",
        tabs=[],
        rows=rows,
        empty=nothing("Nothing is placed yet", "Goods are placed when they are graded.", rows),
    )
    return render(request, "console/warehouse_list.html", {"list": page})


@requires(MAY)
def move_on(request: HttpRequest, number: str, placed: int) -> HttpResponse:
    """One disposition: what may become of its units, asked and done."""
    case = _get_case(number, rights_of(request))
    found = get_object_or_404(
        Disposition.objects.select_related(
            "inspection__receipt_line__variant__product",
            "inspection__receipt_line__return_line__order_line",
            "inspection__receipt_line__receipt__location",
            "inspection__receipt_line__receipt__return_case",
            "bin",
        ),
        pk=placed,
        inspection__receipt_line__receipt__return_case=case,
    )

    def show(**more: Any) -> HttpResponse:
        return _show(request, case, found, **more)

    if request.method != "POST":
        return show()
    sent = Stamp(request.POST)
    return answer(
        request,
        show,
        move_goods_on,
        form=_form(request, found, request.POST),
        done="The goods go on.",
        to=reverse("console:placed_goods", args=[case.number]),
        return_id=case.pk,
        version=sent.cleaned_data["version"] if sent.is_valid() else 0,
        disposition_id=found.pk,
    )


def _form(request: HttpRequest, placed: Disposition, data: Any = None) -> MoveForm:
    return MoveForm(
        data,
        goods=describe_placed(placed),
        location_id=placed.inspection.receipt_line.receipt.location_id,
        actor=f"user:{rights_of(request).user.pk}",
    )


def _show(
    request: HttpRequest,
    case: Return,
    placed: Disposition,
    *,
    form: Any = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or _form(request, placed)
    row, left = placed.inspection.receipt_line, count_left(placed)
    targets = list_targets(describe_placed(placed), actor=f"user:{rights_of(request).user.pk}")
    may = any(targets.values())
    why_not = "" if may else " ".join(dict.fromkeys(r for v in targets.values() for r in v.reasons))
    question = Question(
        label="Send them on",
        says=_say_blocked(targets) if may else "",
        url=reverse("console:move_goods_on", args=[case.number, placed.pk]),
        fields=stamp(version=case.version) | {"op_id": operation_of(request)},
        form=form if may else None,
        kind="primary",
        blocked_because=why_not,
    )
    page = RecordPage(
        title=str(placed.get_kind_display()),
        code="",
        back_label=f"Goods of {case.number}",
        back_url=reverse("console:placed_goods", args=[case.number]),
        badge=Badge(word=f"{left} left", tone=TONES[placed.kind]),
        lines=[goods_of(row, units=left)],
        facts=facts_of(placed, reverse("console:case", args=[case.number])),
        questions=[question],
        banner=banner,
    )
    return render(request, "console/warehouse_record.html", {"record": page}, status=status)


def _say_blocked(targets: Any) -> str:
    """Where they cannot go, and why."""
    blocked = [
        f"{kind.label}: {' '.join(verdict.reasons)}"
        for kind, verdict in targets.items()
        if not verdict
    ]
    return " ".join(blocked)


def _row(placed: Disposition, case: Return, reader: Reader) -> Row:
    row = placed.inspection.receipt_line
    left = count_left(placed)
    goods = goods_of(row, units=left)
    where = f"bin {placed.bin.code} at " if placed.bin else ""
    return Row(
        title=f"{left} × {goods.title}",
        url=reverse("console:move_goods_on", args=[case.number, placed.pk]),
        detail=f"{where}{row.receipt.location.name} · grade {placed.inspection.grade}"
        f" · since {reader.moment(placed.decided_at)}",
        badge=Badge(word=str(placed.get_kind_display()), tone=TONES[placed.kind]),
        code=row.serial_found or row.sku_found,
    )


def _get_case(number: str, rights: Rights) -> Return:
    cases = Return.objects.visible_to(rights.user, Permission.RECEIVE_GOODS)
    found: Return | None = cases.select_related("customer").filter(number=number).first()
    if found is None:
        raise Http404(number)
    return found
