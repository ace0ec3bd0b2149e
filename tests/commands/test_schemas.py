"""The JSON Schemas in the package: every output holds to them, member by member."""

from __future__ import annotations

import json
import re
import signal
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from msgspec.structs import replace

from tests.commands.program import Program, ProgramHere, end
from tests.makers import NOW, a_last_poll, a_snapshot, a_view, a_waiting_view
from usage_tui.core.account import AccountState
from usage_tui.core.budget import Budget
from usage_tui.core.outlook import Evidence, Outlook, Prospect
from usage_tui.core.status import sample_report, status_report
from usage_tui.core.view import AccountView

FOLDER = files("usage_tui") / "schemas"
NAMES = sorted(path.name for path in FOLDER.iterdir())


def schema(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}-1.json").read_text(encoding="utf-8"))
    return read


def closed(part: Any) -> Any:
    """Let a schema refuse members that it does not describe, as it does not for users: members may be added."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    inner = {name: closed(each) for name, each in part.items()}
    return {**inner, "additionalProperties": False} if isinstance(part.get("properties"), dict) else inner


def hold(name: str, printed: Any) -> None:
    """Hold an output to its schema, dates included."""
    validator = Draft202012Validator(closed(schema(name)))
    for error in validator.iter_errors(printed):
        raise error
    for moment in _moments(printed):
        datetime.fromisoformat(moment)


def _moments(printed: Any) -> list[str]:
    if isinstance(printed, list):
        return [moment for each in printed for moment in _moments(each)]
    if not isinstance(printed, dict):
        return []
    inner = [moment for each in printed.values() for moment in _moments(each)]
    return inner + [each for name, each in printed.items() if name.endswith("_at") and isinstance(each, str)]


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_one_and_names_itself(name: str) -> None:
    read = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(read)
    assert read["$id"] == f"usage-tui/{name.removesuffix('-1.json')}/1"
    assert read["properties"]["schema"] == {"const": read["$id"]}
    assert set(read["required"]) == set(read["properties"])


VIEWS: list[AccountView] = [
    a_view(budget=Budget(2_000_000, 80_000)),
    a_view(a_snapshot(used=None, limit=None, concurrency_limit=None, failed=None, cycle_started_at=None), cycle=None),
    a_view(last_poll=a_last_poll(AccountState.UNREACHABLE, error="no answer", latency_seconds=None)),
    a_view(at=NOW - timedelta(days=9)),
    a_waiting_view(),
    a_waiting_view(key_error="no key"),
    replace(
        a_view(),
        outlook=Outlook(
            Evidence.FULL,
            total_p10=2_100_000.4,
            total_p50=2_310_000.2,
            total_p90=2_600_000.7,
            limit=Prospect(3_000_000, is_limit=True, run_out_probability=0.2),
            budget=Prospect(2_000_000, is_limit=False, run_out_probability=0.92, run_out_p50=NOW, run_out_p10=NOW),
        ),
    ),
]


@pytest.mark.parametrize("view", VIEWS)
def test_status_and_samples_of_every_kind_of_account_hold(view: AccountView) -> None:
    hold("status", json.loads(json.dumps(status_report([view, view], NOW))))
    hold("sample", json.loads(json.dumps(sample_report(view, NOW))))


def test_sample_describes_an_account_as_status_does() -> None:
    account = schema("status")["properties"]["accounts"]["items"]["properties"]
    sample = schema("sample")["properties"]
    assert {name: part for name, part in sample.items() if name not in ("schema", "stored")} == account


def test_what_the_commands_print_holds(here: ProgramHere, program: Program) -> None:
    hold("status", json.loads(here.run("status", "--demo", "--json").out))
    hold("doctor", json.loads(here.run("doctor", "--demo", "--json").out))
    asked = (
        "estimate",
        "https://example.com",
        "--demo",
        "--account",
        "staging",
        "--json",
        "--seconds-per-request",
        "1",
    )
    hold("estimate", json.loads(here.run(*asked).out))
    watching = program.start("watch", "--demo", "--account", "staging", "--json")
    assert watching.stdout is not None
    hold("sample", json.loads(watching.stdout.readline()))
    end(watching, signal.SIGTERM)


def test_backtest_holds(here: ProgramHere) -> None:
    begin = datetime(2026, 1, 1)  # noqa: DTZ001 - worded as UTC below
    rows = [f"{begin + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ},{100 + hour % 24}" for hour in range(24 * 100)]
    (here.home / "spend.csv").write_text("time,spend\n" + "\n".join(rows) + "\n")
    done = here.run("backtest", "--csv", "spend.csv", "--json")
    assert done.code == 0, done.err
    hold("backtest", json.loads(done.out))


def test_reports_and_their_comparison_hold(here: ProgramHere) -> None:
    here.write_config('[[accounts]]\nname = "one"\napi_key_env = "K"\n[[accounts]]\nname = "two"\napi_key_env = "L"\n')
    rows = [f"shop{day}.com,2026-11-{day:02},render=true,10,100,1" for day in range(1, 21)]
    (here.home / "report.csv").write_text("Domain,Date,Options,Successful,Credits,Failed\n" + "\n".join(rows) + "\n")
    assert here.run("report", "import", "report.csv", "--account", "one").code == 0
    for by in ("domain", "date", "parameters"):
        hold("report", json.loads(here.run("report", "show", "--by", by, "--json").out))
    hold("reconcile", json.loads(here.run("report", "reconcile", "--json").out))


def test_every_schema_that_the_sources_name_is_there_and_no_other() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(str(files("usage_tui"))).rglob("*.py")]
    named = {name for source in sources for name in re.findall(r"usage-tui/([a-z]+)/1", source)}
    assert {f"{name}-1.json" for name in named} == set(NAMES)


def test_member_that_changed_its_type_or_is_missing_does_not_hold() -> None:
    report = json.loads(json.dumps(status_report([a_view()], NOW)))
    for change in ({"name": 3}, {"state": "fine"}, {"surprise": 1}):
        changed = {**report, "accounts": [report["accounts"][0] | change]}
        with pytest.raises(ValidationError):
            hold("status", changed)
    del report["accounts"][0]["failed"]
    with pytest.raises(ValidationError):
        hold("status", report)
