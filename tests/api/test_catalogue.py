"""The error catalogue says of every code what it means, and knows no other."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rest_framework import exceptions

import api
from api.problems import BadCall
from api.schema.catalogue import BY_CODE, CATALOGUE
from core.errors import DomainError

BELOW = (
    *("core", "approvals", "policies", "notifications", "inventory", "orders", "payments"),
    *("fulfilment", "returns", "exchanges", "intake", "api"),
)
# What only screens, imports and other machines meet.
NOT_BY_A_PROGRAM = {
    *("bad_letter", "unknown_placeholder", "unsafe_subject", "bad_picture", "file_refused"),
    *("not_ready", "not_waiting", "policy_incomplete", "report_id_reused", "too_early"),
    *("too_many_secrets", "too_much_evidence", "sms_too_long"),
}
BY_THE_FRAMEWORK = {
    exceptions.NotAuthenticated.default_code,
    exceptions.AuthenticationFailed.default_code,
    exceptions.PermissionDenied.default_code,
    exceptions.MethodNotAllowed.default_code,
    exceptions.UnsupportedMediaType.default_code,
    exceptions.Throttled.default_code,
}
SAID = re.compile(r'(?:code=|_problem\(500, |code: str = )"([a-z_]+)"')
# Of an error in `errors`, which stands beside the problem's own code.
AT_A_FIELD = {"unknown_field"}


def domain_codes() -> set[str]:
    for app in BELOW:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if not {"migrations", "management"} & set(found.name.split(".")):
                importlib.import_module(found.name)
    return {
        error.code
        for error in subclasses(DomainError)
        if error.__module__.partition(".")[0] in BELOW
    }


def subclasses(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def codes_of_calls() -> set[str]:
    kinds: list[Any] = [BadCall, *subclasses(BadCall)]
    codes: set[str] = {kind.default_code for kind in kinds}
    for file in Path(api.__file__).parent.rglob("*.py"):
        codes |= set(SAID.findall(file.read_text()))
    return codes - AT_A_FIELD


class TestTheCatalogue:
    def test_has_every_code_and_no_other(self) -> None:
        raised = domain_codes() | codes_of_calls() | BY_THE_FRAMEWORK
        unsaid = raised - NOT_BY_A_PROGRAM - set(BY_CODE)
        assert not unsaid, f"say what {unsaid} mean in api/schema/catalogue.py, or name them above"
        assert set(BY_CODE) - raised == set(), "nobody raises these any more"
        assert raised >= NOT_BY_A_PROGRAM

    def test_says_what_each_means_and_what_to_do(self) -> None:
        for each in CATALOGUE:
            assert each.means.endswith("."), each.code
            assert each.do.endswith("."), each.code
            assert 400 <= each.status < 600
        assert len(BY_CODE) == len(CATALOGUE)

    def test_agrees_with_the_code_about_statuses(self) -> None:
        domain_codes()
        amiss = {
            error.code: error.status
            for error in subclasses(DomainError)
            if error.code in BY_CODE
            and error.__module__.partition(".")[0] in BELOW
            and error.status != BY_CODE[error.code].status
        }
        assert amiss == {"stale_version": 409}, "a program is told 412, a person 409"

    def test_stands_in_the_docs(self) -> None:
        """docs/api.md links to it and repeats nothing that could go stale."""
        assert (
            "/api/docs/errors/" in (Path(api.__file__).parents[1] / "docs" / "api.md").read_text()
        )
