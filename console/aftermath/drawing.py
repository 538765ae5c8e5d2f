"""What these screens share: goods in the reader's words, tabs, and the answer to a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.aftermath.page import Row
from console.components import EmptyState, Fact, GoodsLine, Tab
from console.refusals import refusal_banner
from console.sending import sender_of
from core.errors import BadInput, DomainError
from returns.models import Disposition, ReceiptLine

Show = Callable[..., HttpResponse]


def goods_of(row: ReceiptLine, *, units: int, detail: str = "") -> GoodsLine:
    parts = [f"serial {row.serial_found}" if row.serial_found else "", detail]
    title = row.variant.full_title if row.variant else row.sku_found
    if row.return_line and row.variant_id == row.return_line.order_line.variant_id:
        title = row.return_line.order_line.title
    return GoodsLine(
        title=title,
        sku=row.sku_found,
        category=row.variant.product.category if row.variant else "",
        detail=" · ".join(part for part in parts if part),
        amount=f"× {units}",
    )


def facts_of(placed: Disposition, case_url: str) -> list[Fact]:
    """Where the goods came from and how they were graded."""
    look, row = placed.inspection, placed.inspection.receipt_line
    facts = [
        Fact(term="Case", value=row.receipt.return_case.number, url=case_url, is_code=True),
        Fact(term="At", value=row.receipt.location.name),
        Fact(term="Grade", value=str(look.get_grade_display())),
    ]
    if placed.bin:
        facts.append(Fact(term="Bin", value=placed.bin.code, is_code=True))
    if row.return_line:
        facts.append(Fact(term="Reason", value=str(row.return_line.get_reason_display())))
    if look.is_defect_confirmed is not None:
        found = "confirmed" if look.is_defect_confirmed else "not found"
        facts.append(Fact(term="Defect", value=found))
    if look.note:
        facts.append(Fact(term="Note", value=look.note))
    return facts


def draw_tabs(
    current: str, tabs: Sequence[tuple[str, str]], url: Callable[[str], str], counts: dict[str, int]
) -> list[Tab]:
    return [
        Tab(label=label, url=url(code), count=counts.get(code), is_current=code == current)
        for code, label in tabs
    ]


def nothing(title: str, words: str, rows: Sequence[Row]) -> EmptyState | None:
    return None if rows else EmptyState(title=title, words=words, icon="box")


def answer(
    request: HttpRequest,
    show: Show,
    command: Callable[..., Model],
    *,
    form: forms.Form | None = None,
    done: str,
    to: str,
    **what: Any,
) -> HttpResponse:
    """One service call and then `to`; or the page again with why not and what was typed."""
    if form is not None and not form.is_valid():
        return show(form=form, status=422)
    try:
        command(**what, **(form.cleaned_data if form else {}), **sender_of(request))
    except BadInput as error:
        if form is None:
            return show(banner=refusal_banner(error), status=error.status)
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return show(form=form, status=error.status)
    except DomainError as error:
        return show(form=form, banner=refusal_banner(error), status=error.status)
    messages.success(request, done)
    return redirect(to)
