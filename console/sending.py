"""Whoever sends a form that belongs to no case: as whom, under which operation, and when."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from console.reader import Reader
from console.refusals import Once
from core.actors import Actor


def sender_of(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `op_id` and `now`, as every command takes them."""
    form, reader = Once(request.POST), Reader.of(request)
    op_id = form.cleaned_data["op_id"] if form.is_valid() else uuid4()
    return {"actor": Actor.user(reader.user), "op_id": op_id, "now": reader.now}


def operation_of(request: HttpRequest) -> str:
    """The id to draw a form with: the same again after a refusal, which has left no trace."""
    return request.POST.get("op_id") or str(uuid4())
