"""What a person reads when a command refuses: the reasons, and that nothing was saved."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from console.components import Banner
from core.errors import ActionBlocked, DomainError

View = Callable[..., HttpResponseBase]


class Once(forms.Form):
    """What every form carries unseen: an id that makes sending twice the same as sending once."""

    op_id = forms.UUIDField()


class Stamp(Once):
    """What a form of a case carries besides: which state was on the screen. `seen` is the newest
    event shown."""

    version = forms.IntegerField(min_value=1)
    seen = forms.IntegerField(min_value=0, required=False)


def stamp(*, version: int, seen: int = 0, op_id: UUID | None = None) -> dict[str, str]:
    """The hidden fields that `Stamp` reads back; a fresh operation id unless one is given."""
    return {"version": str(version), "op_id": str(op_id or uuid4()), "seen": str(seen)}


def sentence_of(error: DomainError) -> str:
    """The refusal in words, every reason after it."""
    reasons = error.reasons if isinstance(error, ActionBlocked) else []
    return " ".join([error.message, *(reason for reason in reasons if reason != error.message)])


def refusal_banner(error: DomainError) -> Banner:
    return Banner(words=sentence_of(error), tone="bad")


def shows_refusals(view: View) -> View:
    """A view whose commands may refuse: it answers with the reasons in place of a fault."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refused(request, error)

    return wrapper


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A page of its own that says why not, with the status the error names."""
    context = {"banner": refusal_banner(error), "back_url": request.headers.get("Referer", "")}
    return render(request, "console/refused.html", context, status=error.status)
