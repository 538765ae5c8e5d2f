"""A draft tried before it is published: on the past, and on one case by its number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from core import jobs
from core.actors import Actor
from core.errors import DomainError
from core.models import Job
from core.permissions import has_permission
from core.roles import Permission
from policies import queries, services
from policies.admin.rights import GrantedByMembership, by_whom, person, to_version
from policies.cases import find_case, name_cases
from policies.models import Backtest, BacktestFlip, Decision, PolicyVersion
from policies.rules import CaseFacts, Judgement, SaidTerm, compare_terms, judge
from policies.states import Verdict, VersionState

DEFAULT_DAYS = 90
FLIPS_SHOWN = 100
LIVE = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Step:
    """One verdict pair of a backtest; `values` is the goods' net, by currency."""

    before: str
    after: str
    count: int
    values: str
    query: str

    @property
    def is_flip(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Trial:
    """A line of a case under the policy in force and under this version."""

    decision: Decision
    before: Judgement
    after: Judgement

    @property
    def has_flipped(self) -> bool:
        return self.before.verdict != self.after.verdict

    @property
    def terms(self) -> list[SaidTerm]:
        return compare_terms(self.before.terms, self.after.terms)


class BacktestPages(GrantedByMembership):
    """The pages of `PolicyVersionAdmin` on which a version is tried."""

    def get_urls(self) -> list[URLPattern]:
        def at(address: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            return path(f"<int:pk>/{address}", guarded, name=f"policies_policyversion_{name}")

        return [
            at("backtest/", require_GET(self.backtest_view), "backtest"),
            at("backtest/start/", require_POST(self.start_backtest_view), "start_backtest"),
            at("backtest/stop/", require_POST(self.stop_backtest_view), "stop_backtest"),
            at("backtest/flips/", require_GET(self.flips_view), "flips"),
            at("try/", require_GET(self.try_view), "try"),
            *super().get_urls(),
        ]

    def get_version(
        self, request: HttpRequest, pk: int | str, permission: Permission
    ) -> PolicyVersion:
        """404 for what the person may not see, 403 for what they may see and not do."""
        if not str(pk).isdecimal():
            raise Http404
        version = get_object_or_404(self.get_queryset(request).select_related("partner"), pk=pk)
        if not has_permission(request.user, permission, version.partner):
            raise PermissionDenied
        return version

    def start_backtest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.get_version(request, pk, Permission.EDIT_POLICY)
        days = request.POST.get("days", "")
        try:
            services.start_backtest(
                version_id=version.pk,
                days=int(days) if days.isdecimal() and len(days) < 6 else 0,
                **by_whom(request, version.partner),
            )
        except DomainError as error:
            messages.error(request, error.message)
        return to_version(version)

    def stop_backtest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.get_version(request, pk, Permission.EDIT_POLICY)
        backtest = queries.find_backtest(version)
        if backtest is not None:
            who = by_whom(request, version.partner)
            jobs.ask_to_stop(backtest.job_id, actor=Actor.user(person(request)), now=who["now"])
        return to_version(version)

    def backtest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The section alone, which the page of the version asks for while the job runs."""
        version = self.get_version(request, pk, Permission.SEE_AUDIT)
        context = {
            "version": version,
            "is_editable": self.has_change_permission(request, version),
            **self.describe_backtest(version),
        }
        return TemplateResponse(request, "admin/policies/policyversion/_backtest.html", context)

    def flips_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The cases of one verdict pair by name, with both reasons."""
        version = self.get_version(request, pk, Permission.SEE_AUDIT)
        backtest = queries.find_backtest(version)
        if backtest is None or not _is_known(request):
            raise Http404(pk)
        flips = _list_flips(backtest, request)
        shown = flips[:FLIPS_SHOWN]
        names = name_cases({flip.case for flip in shown})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Cases that {version} would decide otherwise",
            "version": version,
            "backtest": backtest,
            "flips": [(names.get(flip.case, ""), flip) for flip in shown],
            "next": _next_page(request, shown) if len(flips) > FLIPS_SHOWN else "",
        }
        return TemplateResponse(request, "admin/policies/policyversion/flips.html", context)

    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One case under this version, beside the policy in force. Nothing is kept."""
        version = self.get_version(request, pk, Permission.SEE_AUDIT)
        number = request.GET.get("case", "").strip()[:40]
        found = find_case(version.partner_id, number) if number else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{version} on a case".capitalize(),
            "version": version,
            "number": number,
            "trials": _try(version, found) if found else [],
            "problems": queries.list_problems(version),
        }
        return TemplateResponse(request, "admin/policies/policyversion/try.html", context)

    def describe_backtest(self, version: PolicyVersion) -> dict[str, Any]:
        """What the section shows: the last trial, whether it still speaks about these rules."""
        backtest = queries.find_backtest(version)
        facts: dict[str, Any] = {"backtest": backtest, "days": DEFAULT_DAYS}
        if backtest is None:
            return facts
        return facts | {
            "is_live": backtest.job.state in LIVE,
            "is_done": backtest.job.state == Job.State.DONE,
            "is_stale": version.state == VersionState.DRAFT
            and backtest.content_hash != queries.hash_rules(version),
            "steps": _list_steps(backtest),
            "credits": _say_values(backtest.outcome.get("credits", {}), is_signed=True),
        }


def _list_steps(backtest: Backtest) -> list[Step]:
    labels = dict(Verdict.choices)
    return [
        Step(
            before=str(labels[row["before"]]),
            after=str(labels[row["after"]]),
            count=row["count"],
            values=_say_values(row["values"]),
            query=urlencode({"before": row["before"], "after": row["after"]}),
        )
        for row in backtest.outcome.get("steps", [])
    ]


def _say_values(values: dict[str, str], *, is_signed: bool = False) -> str:
    sign = "+" if is_signed else ""
    return ", ".join(
        f"{Decimal(value):{sign},.2f} {currency}".replace("-", "−")
        for currency, value in values.items()
    )


def _is_known(request: HttpRequest) -> bool:
    known = set(Verdict.values)
    after = request.GET.get("after_id", "0")
    return {request.GET.get("before"), request.GET.get("after")} <= known and after.isdecimal()


def _list_flips(backtest: Backtest, request: HttpRequest) -> list[BacktestFlip]:
    flips = backtest.flips.filter(
        before=request.GET["before"],
        after=request.GET["after"],
        pk__gt=min(int(request.GET.get("after_id", "0")), 2**62),
    )
    return list(flips.order_by("pk")[: FLIPS_SHOWN + 1])


def _next_page(request: HttpRequest, shown: list[BacktestFlip]) -> str:
    return urlencode(
        {
            "before": request.GET["before"],
            "after": request.GET["after"],
            "after_id": shown[-1].pk,
        }
    )


def _try(version: PolicyVersion, case: str) -> list[Trial]:
    before = queries.get_book(queries.get_published(version.partner_id))
    after = queries.get_book(version)
    trials = []
    for decision in queries.list_last_decisions(partner_id=version.partner_id, case=case):
        facts = CaseFacts.from_json(decision.facts)
        trials.append(
            Trial(decision, judge(facts=facts, rules=before), judge(facts=facts, rules=after))
        )
    return trials
