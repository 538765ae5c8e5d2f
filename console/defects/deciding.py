"""What a person may decide about a pattern: what it says first, what it asks, what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django import forms

from console.defects.forms import BecauseForm, ConfirmForm
from returns import services
from returns.models import DefectPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    title: str
    label: str
    says: str
    done: str
    carry_out: Callable[..., Any]
    form: type[forms.Form] = BecauseForm
    kind: Literal["primary", "danger"] = "primary"
    is_dry_run: bool = False

    def form_for(self, pattern: DefectPattern, data: Any) -> forms.Form:
        more: dict[str, Any] = (
            {"has_lot": bool(pattern.one_lot)} if self.form is ConfirmForm else {}
        )
        return self.form(data, use_required_attribute=False, **more)


def _confirm(*, stops_lot: bool = False, **more: Any) -> DefectPattern:
    return services.confirm_pattern(stops_lot=stops_lot, **more)


DECISIONS = {
    "confirmation": Decision(
        title="Confirm the pattern",
        label="Confirm",
        says="Cases match it from now on, and those that fit already count with it.",
        done="The pattern is confirmed.",
        carry_out=_confirm,
        form=ConfirmForm,
    ),
    "dismissal": Decision(
        title="Dismiss the pattern",
        label="Dismiss",
        says="It is proposed again only once there are twice as many defects.",
        done="The pattern is dismissed.",
        carry_out=services.dismiss_pattern,
    ),
    "retirement": Decision(
        title="Retire the pattern",
        label="Retire",
        says="No new case matches it, and its lot may be sent as a replacement again.",
        done="The pattern is retired.",
        carry_out=services.retire_pattern,
        kind="danger",
    ),
    "letters": Decision(
        title="Write to whoever has one",
        label="Write to them",
        says="Each is told once, in their language; whoever was told of it before is left out.",
        done="The letters are on their way.",
        carry_out=services.tell_customers,
        form=forms.Form,
        is_dry_run=True,
    ),
}
