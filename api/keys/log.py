"""What the reader's own programs asked, for whoever looks for one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from api.keys.drawing import Badge, draw_tabs
from api.models import LoggedRequest, Repetition
from api.pages import Cursor, cut
from api.problems import BadCall
from api.requests.reading import METHODS, OUTCOMES, RequestQuestion, find_requests
from core.models import User
from core.permissions import requires
from core.roles import Permission

MAY = Permission.RUN_MACHINERY
ADDRESS = "api-requests"
FILTERS = ("request_id", "outcome", "method")
BADGES = {
    2: Badge("Done", "good", "check"),
    4: Badge("Refused", "warn", "alert"),
    5: Badge("Failed", "bad", "alert"),
}


class LogForm(forms.Form):
    """What to look for; `RequestQuestion` is what judges it."""

    use_required_attribute = False

    request_id = forms.CharField(
        required=False,
        label="Request-Id",
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "data-key": "s"}
            | {"aria-keyshortcuts": "s"}
        ),
    )
    outcome = forms.ChoiceField(
        required=False,
        choices=[("", "all"), *((name, f"{word} ({name})") for name, word in OUTCOMES.items())],
        label="Outcome",
    )
    method = forms.ChoiceField(
        required=False, choices=[("", "all"), *((name, name) for name in METHODS)], label="Method"
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One request at a glance. `url` leads to it alone, `code_url` to what its refusal means."""

    request: LoggedRequest
    badge: Badge
    url: str
    code_url: str

    @property
    def repetition(self) -> str:
        """In words, where an Idempotency-Key came along."""
        words = {
            Repetition.SENT: "with an Idempotency-Key",
            Repetition.REPLAYED: "repeated: the first answer once more",
        }
        return words.get(Repetition(self.request.repetition), "")


@requires(MAY)
def requests(request: HttpRequest) -> HttpResponse:
    """The newest first; what cannot be looked for is said, and nothing is shown."""
    given = _without_blanks(request.GET)
    form = LogForm(initial=request.GET.dict())
    context: dict[str, Any] = {"tabs": draw_tabs(ADDRESS), "form": form}
    try:
        asked = RequestQuestion.read(given)
    except BadCall as refusal:
        context["wrong"] = [_say(each, form) for each in refusal.errors]
        return render(request, "api/requests.html", context, status=400)
    user: Any = request.user
    assert isinstance(user, User)
    page = cut(find_requests(LoggedRequest.objects.visible_to(user, MAY), asked), asked)
    context |= {
        "rows": _draw(page.rows),
        "pager": {
            "shown": f"{len(page.rows)} shown",
            "previous_url": page.prev and _page_url(given, page.prev),
            "next_url": page.next and _page_url(given, page.next),
        },
        "empty": _empty(is_narrowed=bool(set(FILTERS) & set(asked))),
    }
    return render(request, "api/requests.html", context)


def _say(error: Mapping[str, str], form: LogForm) -> str:
    """Under the name by which the reader knows the field."""
    field = form.fields.get(error["parameter"])
    return f"{field.label if field else error['parameter']}: {error['detail']}"


def _without_blanks(sent: QueryDict) -> QueryDict:
    """A form sends what was left blank as well."""
    given = sent.copy()
    for name in [name for name, values in given.lists() if values == [""]]:
        del given[name]
    return given


def _draw(rows: Sequence[LoggedRequest]) -> list[Row]:
    meanings = reverse("api-docs-errors")
    return [
        Row(
            row,
            BADGES.get(row.status // 100, Badge("Answered", "plain", "ring")),
            url=_url({"request_id": row.request_id}),
            code_url=f"{meanings}#{row.code}" if row.code else "",
        )
        for row in rows
    ]


def _page_url(given: QueryDict, cursor: Cursor) -> str:
    kept = {name: str(given[name]) for name in (*FILTERS, "limit") if name in given}
    return _url(kept | {"cursor": str(cursor)})


def _url(parameters: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(parameters)
    return f"{reverse(ADDRESS)}?{query.urlencode()}"


def _empty(*, is_narrowed: bool) -> dict[str, str]:
    if is_narrowed:
        return {
            "icon": "link",
            "title": "No such request",
            "words": "It may be older than what is kept, another partner’s, or never have come.",
        }
    return {
        "icon": "link",
        "title": "No program has asked anything",
        "words": "Each request made with a key of yours stands here once it is answered.",
    }
