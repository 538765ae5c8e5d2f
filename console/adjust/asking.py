"""A change by hand: said what it would do at every change of a field, done when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.adjust.consequences import NOT_YET, Consequences
from console.adjust.page import AdjustPage
from console.adjust.shelf import Shelf
from console.components import Banner
from console.goods import line_of
from console.reader import Reader
from console.refusals import refusal_banner
from console.sending import operation_of, sender_of
from core.errors import BadInput, DomainError
from inventory.models import StockLevel


class Deed(Protocol):
    """One thing that may be done to the stock of a variant."""

    title: str
    form_title: str
    form_says: str
    back_url: str
    shelf: Shelf

    def form(self, data: QueryDict | None = None, **more: Any) -> forms.Form: ...

    def level_of(self, form: Any) -> StockLevel:
        """Where it would happen. Only of a valid form, as are the others."""
        ...

    def foresee(self, form: Any, reader: Reader) -> Consequences: ...

    def carry_out(self, form: Any, sender: dict[str, Any]) -> str:
        """One service call; says what was done. Raises `DomainError`."""
        ...


def ask(request: HttpRequest, read: Callable[[], Deed]) -> HttpResponse:
    """A change of a field, and Enter, only redraw; `read` is asked again after a refusal."""
    deed = read()
    if request.method != "POST":
        return _draw(request, deed, deed.form(initial=request.GET.dict()))
    sent = deed.form(request.POST)
    if "redraw" in request.POST or _wants_part(request):
        # Not bound to what was typed: nothing is wrong with a field that is still empty.
        return _draw(request, deed, deed.form(initial=request.POST.dict()), sent)
    if not sent.is_valid():
        return _draw(request, deed, sent, sent, status=422)
    try:
        done = deed.carry_out(sent, sender_of(request))
    except BadInput as error:
        sent.add_error(error.field if error.field in sent.fields else None, error.message)
        return _draw(request, deed, sent, status=error.status)
    except DomainError as error:
        banner = refusal_banner(error)
        return _draw(request, read(), sent, sent, banner=banner, status=error.status)
    messages.success(request, done)
    return redirect(deed.back_url)


def _draw(
    request: HttpRequest,
    deed: Deed,
    form: forms.Form,
    sent: forms.Form | None = None,
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    """`sent` is read for what would follow, `form` is what is shown."""
    is_said = sent is not None and sent.is_valid()
    follows = deed.foresee(sent, Reader.of(request)) if is_said else NOT_YET
    page = AdjustPage(
        title=deed.title,
        goods=line_of(deed.shelf.variant),
        sku=deed.shelf.variant.sku,
        op_id=operation_of(request),
        rows=deed.shelf.list_rows(deed.level_of(sent) if is_said else None),
        form=form,
        form_title=deed.form_title,
        form_says=deed.form_says,
        what_follows=follows.checks,
        confirm_label=follows.label,
        blocked_because=follows.blocked_because,
        banner=banner,
    )
    part = "console/adjust/_adjustment.html"
    template = part if _wants_part(request) else "console/adjust.html"
    return render(request, template, {"adjust": page}, status=status)


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "adjustment"
