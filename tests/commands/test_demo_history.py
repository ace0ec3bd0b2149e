"""The demo's stored history: what commands answer from it, and that nothing of it stays."""

from __future__ import annotations

import csv
import io
import json
import signal
import threading
from pathlib import Path

import pytest

from tests.commands.program import Program, ProgramHere
from tests.services.stored import rows
from usage_tui.commands.demo_history import DemoHistory
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.seed_history import SEEDED_DAYS
from usage_tui.demo.server import SimulatedService, demo_accounts, utc_now
from usage_tui.services.paths import StateFolder

PATIENCE_SECONDS = 60.0


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_the_export_answers_from_three_months_and_leaves_no_file(here: ProgramHere, temporary: Path) -> None:
    done = here.run("--demo", "history", "export", "--step", "1h")
    assert (done.code, done.err) == (0, "")
    hours = list(csv.DictReader(io.StringIO(done.out)))
    for name in ("production", "staging", "client-acme"):
        assert 24 * SEEDED_DAYS <= sum(hour["account"] == name for hour in hours) <= 24 * SEEDED_DAYS + 1
    assert list(temporary.iterdir()) == []
    assert not here.state.exists()


def test_one_look_knows_the_forecast_and_todays_spend(here: ProgramHere, temporary: Path) -> None:
    done = here.run("--demo", "status", "--json")
    production = json.loads(done.out)["accounts"][0]
    assert production["forecast"]["run_out_probability"] is not None
    assert 0 < production["budget"]["spent_today"] < 200_000
    assert list(temporary.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(here: ProgramHere, temporary: Path) -> None:
    temporary.rmdir()
    temporary.write_text("a file")
    done = here.run("--demo", "history", "export")
    assert (done.code, done.out) == (69, "")
    assert "The demo's folder cannot be made" in done.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_file(program: Program, temporary: Path, number: signal.Signals) -> None:
    process = program.start("--demo", "history", "export", "--step", "1m", environ={"TMPDIR": str(temporary)})
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.send_signal(number)
    process.stdout.read()
    assert process.wait(PATIENCE_SECONDS) in (0, 128 + number)
    process.stdout.close()
    process.stderr.close()
    assert list(temporary.iterdir()) == []


def test_the_screen_begins_when_its_account_is_there_and_the_rest_follows(temporary: Path) -> None:
    with SimulatedService(simulated_accounts(utc_now())) as service:
        demo = DemoHistory(service.accounts, demo_accounts(service))
        has_begun = threading.Event()
        seen: list[list[tuple[object, ...]]] = []

        def begin() -> None:
            seen.append(rows(demo.folder, "SELECT name, count(*) FROM accounts JOIN hours ON account = id GROUP BY id"))
            has_begun.set()

        demo.start("staging", begin)
        assert has_begun.wait(PATIENCE_SECONDS)
        assert demo._thread is not None
        demo._thread.join(PATIENCE_SECONDS)
        (at_the_beginning,) = seen
        assert [name for name, _ in at_the_beginning] == ["staging"]
        hours = rows(demo.folder, "SELECT count(*), count(DISTINCT account) FROM hours")
        assert hours == [(3 * 24 * SEEDED_DAYS, 3)]
        came_true = rows(demo.folder, "SELECT account, count(actual) FROM forecasts GROUP BY account")
        assert len(came_true) == 3
        assert all(count >= 26 for _, count in came_true)
        demo.remove()
    assert list(temporary.iterdir()) == []


def test_a_screen_begins_although_the_folder_takes_nothing(temporary: Path) -> None:
    with SimulatedService(simulated_accounts(utc_now())) as service:
        demo = DemoHistory(service.accounts, demo_accounts(service))
        demo.folder.history.mkdir()
        has_begun = threading.Event()
        demo.start("staging", has_begun.set)
        assert has_begun.wait(PATIENCE_SECONDS)
        demo.stop()
        demo.remove()
    assert list(temporary.iterdir()) == []


def test_filling_that_is_stopped_begins_nothing(temporary: Path) -> None:
    with SimulatedService(simulated_accounts(utc_now())) as service:
        demo = DemoHistory(service.accounts, demo_accounts(service))
        demo._is_over.set()
        demo.start("staging", lambda: pytest.fail("it began"))
        demo.stop()
        assert rows(StateFolder(demo.folder.path), "SELECT count(*) FROM hours") == [(0,)]
        demo.remove()
    assert list(temporary.iterdir()) == []
