"""A return or an exchange, step by step: what and why, what for, and yes.

Every step is one form that carries all that was chosen before, so nothing personal is in an
address and nothing is kept until the customer confirms. Each step is weighed anew by the code
that would carry it out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import DomainError
from core.permissions import public
from exchanges.states import ExchangeType
from inventory.services import OutOfStock
from orders.rules import NotReturnable
from policies.rules import CONDITIONS
from portal.choices import MOST_PHOTOS, Choices, LineChoice, read_choices
from portal.leaves import Leaving, list_ways
from portal.limits import limited
from portal.opening import find_opened, open_case
from portal.options import draw_line, say_when
from portal.visits import Visit, closed, draw, say_next, visiting
from portal.weighing import Weighed, WeighedLine, is_refused, tell_verdict, weigh
from portal.wording import Wording
from returns.states import Outcome, Reason
from returns.taking import read_op_id, take_photos

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@never_cache
@limited("order-steps", calls=200, seconds=3600)
@public
@visiting
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The step that was sent decides which comes next; a mistake shows the same one again."""
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step != "confirm":
        return _take_step(request, visit, step)
    op_id = read_op_id(request.POST)
    opened = find_opened(visit, op_id)
    answer = None if opened else _take_step(request, visit, step)
    if answer is not None and answer.status_code == UNPROCESSABLE:
        # A second tap that ran beside the first finds its goods claimed: by the first.
        opened = find_opened(visit, op_id)
    if opened is not None:
        return closed(redirect("mine:case", number=opened.number))
    assert answer is not None
    return answer


def _take_step(request: HttpRequest, visit: Visit, step: str) -> HttpResponse:
    choices = read_choices(visit.order, request.POST)
    if not step or step == "back":
        return _ask_what(request, visit, choices)
    if not choices.is_told:
        return _ask_what(request, visit, choices, problem="choose_what")
    if step == "what":
        return _ask_for(request, visit, choices)
    return _read_rest(request, visit, choices, step)


def _read_rest(request: HttpRequest, visit: Visit, choices: Choices, step: str) -> HttpResponse:
    choices, refused = _take_photos(request, visit, choices)
    if refused or step == "again":
        return _ask_for(request, visit, choices, refused=refused)
    weighed = weigh(choices, now=clock.now())
    if weighed.trouble or not _is_possible(weighed):
        return _ask_for(request, visit, choices, problem="choose_outcome")
    if step == "confirm":
        return _confirm(request, visit, weighed)
    return _ask_yes(request, visit, weighed)


# ── what comes back ──────────────────────────────────────────────────────────


def _ask_what(
    request: HttpRequest, visit: Visit, choices: Choices, *, problem: str = ""
) -> HttpResponse:
    words = visit.wording
    return draw(
        request,
        words,
        "what",
        status=UNPROCESSABLE if problem else 200,
        **_heading(visit),
        lines=choices.lines,
        can_start=any(line.sold.returnable > 0 for line in choices.lines),
        reasons=[(value, words.say(f"reason_{value}")) for value in Reason.values],
        problem=words.texts.get(problem, ""),
    )


# ── what for ─────────────────────────────────────────────────────────────────


def _ask_for(
    request: HttpRequest,
    visit: Visit,
    choices: Choices,
    *,
    problem: str = "",
    refused: list[str] | None = None,
) -> HttpResponse:
    weighed = weigh(choices, now=clock.now())
    if weighed.trouble:
        key = "not_returnable" if isinstance(weighed.trouble, NotReturnable) else "not_now"
        return _ask_what(request, visit, choices, problem=key)
    words = visit.wording
    lines = [draw_line(line, words) for line in weighed.lines]
    return draw(
        request,
        words,
        "for",
        status=UNPROCESSABLE if problem or refused else 200,
        **_heading(visit),
        lines=lines,
        is_refused=all(line.is_refused for line in lines),
        has_refused=any(line.is_refused for line in lines),
        conditions=[(code, words.say(f"condition_{code}")) for code, _ in CONDITIONS],
        problem=words.texts.get(problem, ""),
        refused=refused or [],
        op_id=uuid4(),
    )


def _take_photos(request: HttpRequest, visit: Visit, choices: Choices) -> tuple[Choices, list[str]]:
    """What was sent along, kept for the case to come; a name and why for each that was not."""
    lines, refused = [], []
    for line in choices.lines:
        uploads: list[UploadedFile] = request.FILES.getlist(f"photos-{line.key}")
        if line.is_ticked and line.is_faulty and uploads:
            taken = take_photos(
                uploads[:MOST_PHOTOS],
                order_line_id=line.sold.pk,
                return_line_id=None,
                actor=visit.actor,
                op_id=read_op_id(request.POST),
                now=clock.now(),
            )
            refused += taken.refused
            line = line.with_photos(taken.kept)
        lines.append(line)
    return replace(choices, lines=lines), refused


def _is_possible(weighed: Weighed) -> bool:
    """Every line has an outcome that policy allows and, where exchanged, goods that exist."""
    if weighed.returned is None:
        return False
    each = all(line.choice.outcome in line.possible for line in weighed.lines)
    return each and not any(is_refused(planned) for planned in weighed.returned.lines)


# ── yes ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A line as it would be confirmed. `sums` are what the customer saw, to be held against."""

    choice: LineChoice
    title: str
    gets: str
    note: str
    second: str
    verdict: list[str]
    sums: str


def _ask_yes(
    request: HttpRequest,
    visit: Visit,
    weighed: Weighed,
    *,
    problem: str = "",
    op_id: UUID | None = None,
) -> HttpResponse:
    words = visit.wording
    ways = list_ways(weighed, words, now=clock.now())
    return draw(
        request,
        words,
        "yes",
        status=UNPROCESSABLE if problem else 200,
        **_heading(visit),
        lines=[_draw_agreed(line, words) for line in weighed.lines],
        ways=ways if len(ways) > 1 else [],
        only=ways[0] if len(ways) == 1 else None,
        leaves=_find_way(request, ways).value if ways else "",
        total=words.difference(weighed.due, weighed.currency),
        is_exchange=bool(weighed.choices.exchanged),
        is_due=weighed.due > 0,
        problem=words.texts.get(problem, ""),
        op_id=op_id or uuid4(),
    )


def _find_way(request: HttpRequest, ways: list[Leaving]) -> Leaving:
    """What was chosen; what leaves after the goods where nothing was, or nothing there is."""
    return next((way for way in ways if way.value == request.POST.get("leaves")), ways[0])


def _draw_agreed(line: WeighedLine, words: Wording) -> Agreed:
    choice, planned = line.choice, line.chosen
    first, second = line.first, line.second
    gets = first.variant.full_title if first else words.say(f"outcome_{choice.outcome}")
    return Agreed(
        choice=choice,
        title=f"{choice.quantity} × {choice.sold.title}",
        gets=f"{choice.quantity} × {gets}" if first else gets,
        note=say_when(first, words, is_ahead=line.may_leave_ahead)
        if first
        else words.say(f"outcome_{choice.outcome}_note"),
        second=words.say(
            "second_agreed",
            title=second.variant.full_title,
            amount=words.difference(second.difference, choice.sold.currency),
        )
        if second
        else "",
        verdict=tell_verdict(planned, locale=words.locale) if planned else [],
        sums=_sums_of(line),
    )


def _sums_of(line: WeighedLine) -> str:
    """What it costs by the first wish and by the second, or what it gives."""
    offers = [offer for offer in (line.first, line.second) if offer and offer.price]
    if line.choice.outcome == Outcome.EXCHANGE:
        return "/".join(str(offer.difference) for offer in offers)
    planned = line.chosen
    return str(planned.gross - planned.fee) if planned else ""


def _confirm(request: HttpRequest, visit: Visit, weighed: Weighed) -> HttpResponse:
    """Only at the sums that were read: whoever agreed to another price is asked again."""
    sums = {f"sums-{line.choice.key}": _sums_of(line) for line in weighed.lines}
    if any(request.POST.get(name) != shown for name, shown in sums.items()):
        return _ask_yes(request, visit, weighed, problem="sums_changed")
    now = clock.now()
    ways = list_ways(weighed, visit.wording, now=now)
    way = _find_way(request, ways) if ways else None
    if way and request.POST.get(f"leaves-{way.value}") != way.sums:
        return _ask_yes(request, visit, weighed, problem="sums_changed")
    op_id = read_op_id(request.POST)
    try:
        case = open_case(
            visit,
            weighed,
            exchange_type=way.value if way else ExchangeType.REGULAR,
            op_id=op_id,
            now=now,
        )
    except OutOfStock:
        return _ask_for(request, visit, weighed.choices, problem="just_gone")
    except NotReturnable:
        return _ask_what(request, visit, weighed.choices, problem="not_returnable")
    except DomainError:
        return _ask_yes(request, visit, weighed, problem="not_now")
    say_next(request, visit.wording, f"opened_{case.state}")
    return closed(redirect("mine:case", number=case.number))


def _heading(visit: Visit) -> dict[str, Any]:
    return {"shop": visit.order.channel.name, "number": visit.order.number}
