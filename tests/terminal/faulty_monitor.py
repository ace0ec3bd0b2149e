"""A monitor with a fault in it: `faulty_monitor.py screen|collector|loop FOLDER`; the error holds a key.

With `screen`, the key `r` has it fail; with `loop`, the key holds it up for good; with `collector`, a thread beside the
screen ends at once.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NoReturn

from usage_tui.commands.budget_ports import budget_ports
from usage_tui.commands.job_ports import JobWays
from usage_tui.commands.report_ports import ReportWays
from usage_tui.core.alert_log import AlertLog
from usage_tui.core.view import AccountView
from usage_tui.services.config import Config
from usage_tui.services.log_file import keep_log, log_crash
from usage_tui.ui.app import MonitorApp
from usage_tui.ui.departure import Departure
from usage_tui.ui.ports import AlertPorts, Ports, Settings
from usage_tui.ui.roster import Roster

KEY = "0123456789abcdef0123456789abcdef"


def fail() -> NoReturn:
    """Raise an error with a key in its text and among its values."""
    url = f"https://api.scraperapi.com/account?api_key={KEY}"
    raise RuntimeError(f"could not read {url}")


def stand_still() -> None:
    """Take the caller's thread."""
    while True:
        time.sleep(60)


def main(fault: str, folder: Path) -> int:
    """Run the monitor, and give its exit code."""
    keep_log(folder / "log")
    app: MonitorApp

    def refresh(_name: str) -> None:
        if fault == "loop":
            stand_still()
        app.call_next(fail)

    ports = Ports(
        now=lambda: datetime.now(UTC),
        start=lambda: Thread(target=fail, name="collector").start() if fault == "collector" else None,
        take_views=list,
        show=lambda _name: None,
        refresh=refresh,
        pause=lambda: None,
        resume=lambda: None,
        remember=lambda _words: None,
        log_crash=log_crash,
        screenshot_folders=(),
        edit_config=lambda: None,
        add_account=lambda _name, _key: None,
        copy=lambda _text: False,
        budgets=budget_ports(None, {}, is_demo=True),
        look_back=lambda _name, question: question(lambda *_: ()),
        reports=ReportWays(None, {}, (), print).ports,
        estimate=JobWays(Config()).estimate,
        alerts=AlertPorts(lambda: 0, AlertLog, lambda _number: None, lambda _name, _rule: None),
    )
    views = (AccountView("production", 1.0, 120.0), AccountView("staging", 15.0, 120.0))
    app = MonitorApp(Roster(views, ports.now, UTC), ports, Settings(zone=UTC))
    with Departure(app.leave, app.let_go):
        app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
