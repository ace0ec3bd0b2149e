"""Measures the program and its peers in one run, and prints each figure with its target.

    python tests/benchmarks/run.py [--seconds S] [--warm-up S] [--starts N] [--series FOLDER] [PART]…

Parts: starts, running, charts, reports, storing, fleet, alerts, imports, forecast, scripts; all of them unless told.
The dashboard warms up until its chart is full, so a whole run takes about twenty minutes. Machines are noisy: what
counts is the ratio to the peers of the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import alerts, charts, cost, fleet, forecasting, imports, reports, scripts, storing
from tests.benchmarks.service import PROGRAM, compile_package, environment, simulated_service
from tests.benchmarks.terminal import Terminal

SIZE = (120, 36)
FIRST_NUMBERS = " of 100"
BARE = (sys.executable, "-m", "tests.benchmarks.peers", "bare")
SPARKLINE = (sys.executable, "-m", "tests.benchmarks.peers", "sparkline")
RANGES = (("10 min", ""), ("2 min", "["), ("1 h", "]]"))
KEYS = ("[", "]", "]", "[", "z", "z", "2", "1", " ", " ", "?", "?", "a", "1")
KEY_ROUNDS = 3
ANSWERS = 20
REFERENCE_FRAME_SECONDS = 0.22
PARTS = ("starts", "running", "charts", "reports", "storing", "fleet", "alerts", "imports", "forecast", "scripts")

AIMS_WITH_EARLIER = {
    ("error", "last-7-days"): 0.80,
    ("error", "straight-line"): 0.65,
    ("pinball", "last-7-days"): 0.73,
    ("pinball", "straight-line"): 0.55,
    ("brier", "last-7-days"): 0.85,
    ("brier", "straight-line"): 0.82,
}
AIMS_WITHOUT = {("error", "last-7-days"): 1.0, ("pinball", "last-7-days"): 0.95}
REPORT_TARGETS = {100_000: 2.0, 1_000_000: 15.0}


class Report:
    """Prints figures beside their targets, and counts those that were missed."""

    def __init__(self) -> None:
        self.missed = 0

    def head(self, title: str) -> None:
        """Begin a part."""
        print(f"\n{title}", flush=True)

    def figure(self, name: str, measured: float, unit: str, target: float | None = None) -> None:
        """Print one figure, and whether it is at or below its target."""
        against = ""
        if target is not None:
            is_met = measured <= target
            self.missed += not is_met
            against = f"  target ≤ {target:g} {unit}: {'met' if is_met else 'MISSED'}"
        print(f"  {name:44} {measured:9.3g} {unit:4}{against}", flush=True)

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines as they come."""
        for line in lines:
            print(line, flush=True)


def starts(report: Report, environ: dict[str, str], times: int) -> None:
    """Measure how soon there is a first frame, taking turns with bare Textual."""
    ours, bare = [], []
    for _ in range(times):
        with Terminal(BARE, *SIZE, os.environ) as terminal:
            bare.append(cost.start(terminal).frame_seconds)
        with Terminal(PROGRAM, *SIZE, environ) as terminal:
            ours.append(cost.start(terminal, FIRST_NUMBERS))
    frames = [each.frame_seconds for each in ours]
    numbers = [each.numbers_seconds or 0.0 for each in ours]
    base = statistics.median(bare)
    report.head(f"Start, median of {times} (least to most)")
    report.figure(f"bare Textual's first frame ({_spread(bare)})", base, "s")
    report.figure("  against the reference machine's 0.22 s", base / REFERENCE_FRAME_SECONDS, "×")
    report.figure(f"first frame ({_spread(frames)})", statistics.median(frames), "s", round(base + 0.10, 3))
    report.figure(f"first numbers after it ({_spread(numbers)})", statistics.median(numbers), "s", 0.3)


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.3f}-{max(values):.3f}"


def running(report: Report, environ: dict[str, str], seconds: float, warm_up_seconds: float) -> None:
    """Measure the live dashboard in each range, then its peers."""
    htop = None
    if shutil.which("htop"):
        with Terminal(("htop",), *SIZE, {**os.environ, "HTOPRC": os.devnull}) as terminal:
            cost.start(terminal)
            htop = cost.run(terminal, seconds)
    with Terminal(PROGRAM, *SIZE, environ) as terminal:
        cost.start(terminal, FIRST_NUMBERS)
        terminal.read(warm_up_seconds)
        for label, keys in RANGES:
            cost.keys_to_paint(terminal, keys)
            terminal.read(2)
            live = cost.run(terminal, seconds)
            report.head(f"Dashboard live at 1 Hz, {SIZE[0]}×{SIZE[1]}, {label}, over {seconds:g} s")
            report.figure("bytes to the terminal a second", live.bytes_per_second, "B/s", 600 if not keys else 1000)
            if htop is not None:
                report.figure("  against htop's", live.bytes_per_second / htop.bytes_per_second, "×", 1.0)
            report.figure("CPU", live.cpu_percent, "%", 0.6)
            report.figure("resident", live.resident_mib, "MiB", 55)
        cost.keys_to_paint(terminal, "[")
        waits = [cost.keys_to_paint(terminal, KEYS) for _ in range(KEY_ROUNDS)]
        medians = [statistics.median(each) for each in zip(*waits, strict=True)]
        slowest = max(medians)
        report.figure("key to paint, median", statistics.median(medians), "ms", 20)
        report.figure(f"  slowest key ({KEYS[medians.index(slowest)]})", slowest, "ms")
    if htop is not None:
        _peer(report, "htop", htop)
    for name, command in (("bare Textual with a clock", BARE), ("Textual's Sparkline", SPARKLINE)):
        with Terminal(command, *SIZE, os.environ) as terminal:
            cost.start(terminal)
            terminal.read(3)
            _peer(report, name, cost.run(terminal, min(seconds, 30)))


def drawing(report: Report, environ: dict[str, str]) -> None:
    """Measure how soon each chart of the history is there after its key."""
    with Terminal(PROGRAM, *SIZE, environ) as terminal:
        cost.start(terminal, FIRST_NUMBERS)
        terminal.read(3)
        report.head(f"Charts of {charts.DAYS} stored days, {SIZE[0]}×{SIZE[1]}: from the key to the last byte")
        pressed_at = time.perf_counter()
        terminal.press("h")
        opened_at = terminal.read(10, until=lambda text: charts.OPENED in text) or pressed_at + 10
        report.figure("the first one, importing plotext", 1000 * (opened_at - pressed_at), "ms")
        terminal.read(2)
        terminal.press(" ")
        for chart in charts.CHARTS:
            for label, each in charts.waits(terminal).items():
                report.figure(f"{chart}, {label}", statistics.median(each), "ms", 50)
            terminal.press("c")
            terminal.read(1)
    for what, milliseconds in charts.read_milliseconds(Path(environ["USAGE_TUI_STATE_DIR"])).items():
        report.figure(f"reading {what}", milliseconds, "ms", 50)


def domain_reports(report: Report, environ: dict[str, str], account: str) -> None:
    """Measure imports of domain reports, and the screen that shows the largest."""
    path = Path(environ["USAGE_TUI_STATE_DIR"]).with_name("report.csv")
    for rows, seconds in REPORT_TARGETS.items():
        reports.write_report(path, rows)
        done = reports.import_report(path, account, environ)
        report.head(f"Domain report of {rows:,} rows")
        report.figure("import", done.seconds, "s", seconds)
        report.figure("  its CPU", done.cpu_seconds, "s")
        report.figure("  resident", done.resident_mib, "MiB", 200)
    with reports.domains_screen(environ) as (terminal, openings):
        report.figure(f"domains screen opens, median of {len(openings)}", statistics.median(openings), "ms", 100)
        waits = reports.key_waits(terminal)
        report.figure("key to paint there, median", statistics.median(waits), "ms")
        slowest = max(waits)
        report.figure(f"  slowest key ({reports.KEYS[waits.index(slowest)]!r})", slowest, "ms", 100)


def storing_figures(report: Report, environ: dict[str, str], account: str) -> None:
    """Measure the stored history: its size, how soon it is written and read, taken out and brought in."""
    folder = Path(environ["USAGE_TUI_STATE_DIR"])
    day = {**environ, "USAGE_TUI_STATE_DIR": str(folder / "day")}
    elsewhere = {**environ, "USAGE_TUI_STATE_DIR": str(folder / "elsewhere")}
    storing.store_samples(folder / "year", account, 7 * storing.DAY_SECONDS)
    storing.store_spans(folder / "year", account, 90, 365)
    storing.store_samples(folder / "day", account, storing.DAY_SECONDS)
    report.head("The stored history of one account at 1 Hz")
    report.figure("a year: 7 days of samples, 90 of minutes", storing.mebibytes(folder / "year"), "MiB", 60)
    report.figure("opening it, median", storing.opening_milliseconds(folder / "year"), "ms", 50)
    report.figure("committing a sample, median", storing.commit_milliseconds(folder / "year", account), "ms", 1)
    written = folder / "day.csv"
    report.figure("export of 24 h as CSV", storing.seconds_of(("history", "export"), day, written), "s", 1)
    as_json = ("history", "export", "--format", "json")
    report.figure("export of 24 h as JSON", storing.seconds_of(as_json, day, folder / "day.json"), "s", 1)
    begun = time.perf_counter()
    command = [*PROGRAM, "history", "import", str(written)]
    with subprocess.Popen(command, env=elsewhere, stdout=subprocess.DEVNULL) as process:
        longest = storing.longest_wait(folder / "elsewhere", process)
    report.figure("import of 24 h", time.perf_counter() - begun, "s")
    report.figure("  the longest that another writer waits", 1000 * longest, "ms", 500)


def _peer(report: Report, name: str, seen: cost.Running) -> None:
    report.head(f"To compare: {name}")
    report.figure("bytes to the terminal a second", seen.bytes_per_second, "B/s")
    report.figure("CPU", seen.cpu_percent, "%")
    report.figure("resident", seen.resident_mib, "MiB")


def many_accounts(report: Report, seconds: float) -> None:
    """Measure a hundred accounts without a screen."""
    seen = fleet.measure(seconds)
    report.head(
        f"{fleet.ACCOUNTS} accounts every {fleet.WINDOW_SECONDS} s (usage-tui watch --json), over {seconds:g} s"
    )
    report.figure("CPU", seen.cpu_percent, "%", 2.0)
    report.figure("requests a window", seen.requests_per_window, "")
    report.figure("largest share of a window in one second", 100 * seen.largest_share, "%", 20)
    report.figure("  in the first window", 100 * seen.largest_share_at_start, "%", 20)


def import_times(report: Report) -> None:
    """Print what the program's imports take beyond those of Textual."""
    ours = imports.milliseconds_by_package(imports.OURS)
    textuals = imports.milliseconds_by_package(imports.TEXTUALS)
    report.head("Imports, with the profiler's own cost: milliseconds a package beyond bare Textual's")
    report.figure("Textual alone, all packages", textuals.total(), "ms")
    report.figure("usage-tui, all packages", ours.total(), "ms")
    for package, taken in (ours - textuals).most_common(12):
        report.figure(f"  {package}", taken, "ms")


def forecasts(report: Report, folder: Path | None) -> None:
    """Print what a forecast costs, and how right it is beside the simple methods, on simulated traffic and other spend.

    `folder` holds folders of CSV files of `time,spend`: a set each.
    """
    costs = forecasting.costs()
    report.head("Forecast")
    report.figure("analysis of 100 days, median", costs.analysis_ms, "ms", 10)
    report.figure("forecast of a month, median", costs.forecast_ms, "ms", 2)
    report.figure("forecast of a year, median", costs.annual_ms, "ms", 10)
    report.figure("backtest of a year of hours", costs.backtest_seconds, "s", 30)
    characters = forecasting.tried_by_character()
    everything = [each for series in characters.values() for each in series]
    earlier = forecasting.with_earlier(everything, has_earlier=True)
    report.head("Forecast with an earlier cycle, all characters, as a share of the simple methods' scores")
    for name, share in forecasting.ratios(earlier).items():
        report.figure(" against ".join(name), share, "×", AIMS_WITH_EARLIER[name])
    report.figure("coverage of the 80 % range", forecasting.coverage(earlier), "", 0.90)
    fresh = forecasting.with_earlier(everything, has_earlier=False)
    report.head("Forecast in the first cycle")
    for name, share in forecasting.ratios(fresh).items():
        report.figure(" against ".join(name), share, "×", AIMS_WITHOUT.get(name))
    report.figure("coverage of the 80 % range", forecasting.coverage(fresh), "", 0.90)
    installed = forecasting.installed_ratio(earlier)
    report.figure("installed 6 hours ago, error against last-7-days", installed, "×", 0.6)
    for title, sets in (("simulated accounts", characters), ("other spend", forecasting.tried_on_others(folder))):
        for has_earlier, when in ((True, "with an earlier cycle"), (False, "in the first cycle")):
            report.head(f"Forecast {when}, each set of {title}: scores, and shares of the simple methods'")
            report.lines(forecasting.table(sets, has_earlier=has_earlier))


def answers(report: Report, times: int) -> None:
    """Measure how soon the commands for scripts and status bars answer."""
    plain, formatted, size = scripts.statusline(times)
    report.head(f"Commands, median of {times} runs (least to most)")
    history = f"{scripts.ACCOUNTS} accounts, {scripts.DAYS} days, {size} MiB"
    report.figure(f"statusline ({_span(plain)}), {history}", statistics.median(plain), "ms", 150)
    report.figure(f"statusline --format ({_span(formatted)})", statistics.median(formatted), "ms", 150)
    fresh = scripts.fresh_status(times)
    report.figure(f"status --json, a fresh sample ({_span(fresh)})", statistics.median(fresh), "ms", 350)


def _span(milliseconds: Sequence[float]) -> str:
    return f"{min(milliseconds):.0f}-{max(milliseconds):.0f}"


def main(arguments: Sequence[str]) -> int:
    """Measure the parts that are asked for; the exit code is 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="how long each program runs")
    parser.add_argument("--warm-up", type=float, default=600, help="how long the dashboard runs before that")
    parser.add_argument("--starts", type=int, default=9, help="how often it is started")
    parser.add_argument("--series", type=Path, metavar="FOLDER", help="forecast: folders of CSV files, a set each")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args(arguments)
    parts = options.parts or PARTS
    report = Report()
    compile_package()
    with simulated_service() as (base_url, accounts), tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), base_url, accounts)
        if "starts" in parts:
            starts(report, environ, options.starts)
        if "running" in parts:
            running(report, environ, options.seconds, options.warm_up)
        if "charts" in parts:
            charts.store(Path(folder) / "past", base_url, accounts)
            drawing(report, {**environ, "USAGE_TUI_STATE_DIR": str(Path(folder) / "past")})
        if "reports" in parts:
            domain_reports(report, environ, accounts[0][0])
        if "storing" in parts:
            storing_figures(report, {**environ, "USAGE_TUI_STATE_DIR": str(Path(folder) / "stored")}, accounts[0][0])
    if "fleet" in parts:
        many_accounts(report, options.seconds)
    if "alerts" in parts:
        report.head("Alerts")
        report.figure(f"{alerts.ALERTS:,} of them evaluated", alerts.milliseconds(), "ms", 10)
    if "imports" in parts:
        import_times(report)
    if "forecast" in parts:
        forecasts(report, options.series)
    if "scripts" in parts:
        answers(report, ANSWERS)
    print(f"\n{report.missed} targets missed.")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
