"""Every call of the partner API in every way that its document allows, and in many it does not.

Schemathesis reads the document that the served desk gives out and calls: by example, at the edges
of each field, at random (right and wrong), and in sequences along the document's links. Nothing
may fail, and every answer is as the document says.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.proof import Evidence, Proof
from bench.proofs.web import PLENTY, SERVED, serving

EXAMPLES, CONTROL_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300")), 5
WITHOUT_CHECKS = "bench.unchecked"
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "negative_data_rejection"),
    *("unsupported_method", "use_after_free", "ensure_resource_availability"),
)
# By itself it does not take a 414 for a refusal, which what is far too long gets from the server.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429]
SETTINGS = f"[checks]\nnegative_data_rejection.expected-statuses = {REFUSALS}\n"
MOST_KINDS, MOST_TOLD = 30, 600  # failures printed, and characters of each
LONGEST_RUN = 3_600.0  # seconds


def call_in_every_way(seed: int) -> Evidence:
    calls, failures = fuzz(SERVED, EXAMPLES, seed)
    return Evidence(calls, 0, failures)


def call_without_checks(seed: int) -> Evidence:
    """The control: the same desk, taking parameters and bodies as they come."""
    calls, failures = fuzz(WITHOUT_CHECKS, CONTROL_EXAMPLES, seed)
    return Evidence(calls, 0, failures)


def fuzz(application: str, examples: int, seed: int) -> tuple[int, int]:
    """Calls made, and the kinds of failure found."""
    from tests.api.world import make_world
    from tests.factories.keys import make_key

    world = make_world()
    known = world.references | {"sku": world.swap.red.sku, "channel": "partner-shop"}
    key = make_key(calls_per_minute=PLENTY).secret
    with serving(application) as port, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.ndjson"
        (Path(folder) / "schemathesis.toml").write_text(SETTINGS)
        words = ["run", f"http://127.0.0.1:{port}/api/v1/openapi.json"]
        words += ["--header", f"Authorization: Bearer {key}", "--seed", str(seed)]
        words += ["--phases", "examples,coverage,fuzzing,stateful", "--mode", "all"]
        words += ["--max-examples", str(examples), "--checks", ",".join(CHECKS)]
        # One worker: Python 3.11 cannot read its own source in two threads, which hypothesis does.
        words += ["--continue-on-failure", "--workers", "1", "--no-color", "--no-shrink"]
        words += ["--generation-database", "none", "--suppress-health-check", "all"]
        words += ["--report", "ndjson", "--report-ndjson-path", str(report)]
        if application != SERVED:
            words += ["--max-failures", "3"]  # one would do
        program = [str(Path(sys.executable).parent / "schemathesis"), *words]
        told = subprocess.run(
            program,
            env=os.environ
            | {"SCHEMATHESIS_HOOKS": "bench.fuzz_hooks", "PYTHONPATH": os.getcwd()}
            | {"FUZZ_KNOWN": json.dumps(known), "FUZZ_SEED": str(seed)},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            check=False,
        )
        calls, failures = count(report)
        if told.returncode not in (0, 1) or not calls:
            raise RuntimeError(told.stdout[-4_000:] + told.stderr[-4_000:])
        if application == SERVED:
            _print_kinds(failures)
        return calls, failures.total()


def count(report: Path) -> tuple[int, Counter[str]]:
    """Of the run's events: every call, and what failed how often, a part that broke off too."""
    calls, failures = 0, Counter[str]()
    for line in report.read_text().splitlines():
        event = json.loads(line)
        if broke_off := event.get("NonFatalError") or event.get("FatalError"):
            failures[f"broke off: {json.dumps(broke_off)[:MOST_TOLD]}"] += 1
        for recorder in _recorders(event):
            calls += len(recorder.get("interactions", {}))
            for name, checks in recorder.get("checks", {}).items():
                answer = recorder["interactions"].get(name, {}).get("response") or {}
                status = answer.get("status_code")
                failures.update(_describe(check, status) for check in checks if is_failure(check))
    return calls, failures


def _describe(check: dict[str, Any], status: Any) -> str:
    failure = check.get("failure_info", {}).get("failure", {})
    told = (failure.get(name) or "" for name in ("operation", "title", "message"))
    return f"{check.get('name')}: answered {status}; {'; '.join(map(str, told))}"[:MOST_TOLD]


def _print_kinds(failures: Counter[str]) -> None:
    for kind, times in failures.most_common(MOST_KINDS):
        print(f"{times:>6} × {kind}")


def is_failure(check: dict[str, Any]) -> bool:
    """A header of the wrong type cannot be sent: whatever stands there is text."""
    is_sendable = "in header - incorrect type" not in json.dumps(check)
    return check.get("status") == "failure" and is_sendable


def _recorders(event: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        inner["recorder"]
        for inner in event.values()
        if isinstance(inner, dict) and "recorder" in inner
    ]


THE_API_KEEPS_ITS_WORD = Proof(
    "every call is answered as the API's document says", call_in_every_way, call_without_checks
)
