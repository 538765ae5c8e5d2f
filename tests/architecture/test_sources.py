"""Habits that a reader of one file could not see broken."""

import ast
from collections import Counter
from pathlib import Path

from tests.architecture.tree import APPS, CHECKOUT, at, calls, services, sources

SAY_NOTHING = {"utils", "util", "helpers", "common", "misc", "manager", "managers", "base"}
LONGEST_FILE = 400
# Reservations change by set-based SQL that writes ledger, event and history with it.
MAY_UPDATE_STATES = "inventory/services"
VAGUE_VERBS = ("process_", "handle_", "manage_", "do_")


def by_attribute(path: Path, *names: str) -> list[ast.Call]:
    return [
        call
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in names
    ]


def by_name(path: Path, name: str) -> list[ast.Call]:
    return [
        call for call in calls(path) if isinstance(call.func, ast.Name) and call.func.id == name
    ]


def names_a_state(call: ast.Call) -> bool:
    by_keyword = any((word.arg or "").endswith("state") for word in call.keywords)
    in_a_list = any(
        isinstance(node, ast.Constant) and str(node.value).endswith("state")
        for argument in call.args
        for node in ast.walk(argument)
    )
    return by_keyword or in_a_list


class TestStates:
    def test_change_by_transitions_and_never_by_a_bulk_update(self) -> None:
        offences = [
            at(path, call)
            for path in sources()
            if not str(path.relative_to(CHECKOUT)).startswith(MAY_UPDATE_STATES)
            for call in by_attribute(path, "update", "bulk_update", "update_or_create")
            if names_a_state(call)
        ]
        assert offences == []


class TestModules:
    def test_say_what_they_hold(self) -> None:
        offences = [at(path) for path in sources(with_tests=True) if path.stem in SAY_NOTHING]
        assert offences == []

    def test_stay_short_enough_to_read(self) -> None:
        offences = [
            f"{at(path)} has {lines} lines"
            for path in sources(with_tests=True)
            if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
        ]
        assert offences == []


def decorators(function: ast.FunctionDef) -> set[str]:
    called = [node.func if isinstance(node, ast.Call) else node for node in function.decorator_list]
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in called
        if isinstance(node, ast.Name | ast.Attribute)
    }


def missing_arguments(function: ast.FunctionDef) -> set[str]:
    """A command takes all three; one that runs in its caller's transaction has its op_id there."""
    wanted = {"actor", "now"}
    if "requires_transaction" not in decorators(function):
        wanted.add("op_id")
    return wanted - {argument.arg for argument in function.args.kwonlyargs}


class TestCommands:
    def test_take_who_acts_which_operation_and_when(self) -> None:
        offences = [
            f"{at(path, function)} {function.name} lacks {', '.join(sorted(missing))}"
            for path, function in services()
            if (missing := missing_arguments(function))
        ]
        assert offences == []

    def test_open_a_transaction_or_require_one(self) -> None:
        words = {"operation", "opens_transaction", "requires_transaction"}
        offences = [
            f"{at(path, function)} {function.name}"
            for path, function in services()
            if len(decorators(function) & words) != 1
        ]
        assert offences == []

    def test_have_a_name_of_their_own_each(self) -> None:
        """It is what an `op_id` is known by: a twin of another command would get its result."""
        names = Counter(
            ast.unparse(call.args[0]) for path in sources() for call in by_name(path, "operation")
        )
        assert len(names) > 100
        assert [name for name, times in names.items() if times > 1] == []

    def test_are_named_by_a_verb_that_says_something(self) -> None:
        offences = [
            f"{at(path, function)} {function.name}"
            for path, function in services()
            if function.name.startswith(VAGUE_VERBS)
        ]
        assert offences == []


class TestTests:
    def test_wait_for_what_happens_and_not_for_time(self) -> None:
        offences = [
            at(path, call)
            for path in (CHECKOUT / "tests").rglob("*.py")
            for call in by_attribute(path, "sleep", "wait_for_timeout")
            if ast.unparse(call.args[0]) != "0"
        ]
        assert offences == []

    def test_sign_in_through_the_form_once_a_file_at_most(self) -> None:
        """A visit that is about something else begins with a cookie: `visits.enter`."""
        offences = [
            f"{at(path, call)} signs in once more"
            for path in (CHECKOUT / "tests/browser").glob("test_*.py")
            for call in by_name(path, "sign_in")[1:]
        ]
        assert offences == []


class TestLocks:
    def test_are_taken_in_locks_modules_only(self) -> None:
        offences = [
            at(path, call)
            for path in sources()
            if path.relative_to(CHECKOUT).parts[0] in set(APPS) - {"core"}
            and path.stem != "locks"
            and "locks" not in path.parts
            for call in by_attribute(path, "select_for_update")
        ]
        assert offences == []
