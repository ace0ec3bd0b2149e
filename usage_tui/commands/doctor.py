"""`usage-tui doctor`: looks over everything that the program needs, and says how to mend what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import click

from usage_tui.commands.accounts_in_force import accounts_in_force, chosen
from usage_tui.commands.common import Common
from usage_tui.commands.exits import ALL_RIGHT, FOUND_SOMETHING
from usage_tui.commands.options import common_options, pass_common
from usage_tui.core.account import SERVICE_URL, Account, is_insecure
from usage_tui.core.errors import ConfigError, UsageTuiError
from usage_tui.core.finding import Finding, doctor_report, fault, finding_line, fine
from usage_tui.core.wording import counted
from usage_tui.services.config import Config, load_config
from usage_tui.services.config_text import shown_path
from usage_tui.services.paths import config_place, state_folder


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON (schema usage-tui/doctor/1).")
@common_options
@pass_common
def doctor(common: Common, *, is_json: bool) -> int:
    """Look over the config, keys, network, TLS, clock, terminal and database: a line each, with the mend.

    Each account is polled once; nothing is stored or changed, and no key is shown. Ends with 1 where something has to
    be mended, else with 0.

    \b
    Examples:
      usage-tui doctor
      usage-tui doctor --json | jq '.checks[] | select(.ok | not)'
    """
    from usage_tui.commands.printing import Printer  # noqa: PLC0415 - `--help` does without
    from usage_tui.services.terminal_check import check_terminal  # noqa: PLC0415 - likewise

    printer = Printer()
    findings: list[Finding] = []
    for finding in _all_findings(common, lambda: check_terminal(os.environ)):
        findings.append(finding)
        if not is_json:
            printer.line(finding_line(finding))
    if is_json:
        printer.json(doctor_report(findings, datetime.now(UTC)))
    return ALL_RIGHT if all(finding.is_ok for finding in findings) else FOUND_SOMETHING


def _all_findings(common: Common, terminal: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    if common.is_demo:
        with accounts_in_force(common) as force:
            yield fine("config", "The demo has none; its service runs inside this program.")
            yield from _guarded("account", lambda: _of_services(force.accounts, force.config))
    else:
        yield from _guarded("config", lambda: _of_config(common))
    yield from _guarded("terminal", terminal)
    if not common.is_demo:
        from usage_tui.services.database_check import check_database  # noqa: PLC0415 - `--help` does without

        yield from _guarded("database", lambda: check_database(state_folder(os.environ)))


def _guarded(check: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give what a check finds; one that fails is a finding itself, and the others go on."""
    try:
        yield from look()
    except UsageTuiError as error:
        yield fault(check, str(error))
    except OSError as error:
        yield fault(check, f"This could not be looked at: {error.strerror or type(error).__name__}.")


def _of_config(common: Common) -> Iterator[Finding]:
    """Look at the config, and at all that it names."""
    where = shown_path(config_place(common.config, os.environ).path)
    try:
        config = load_config(common.config, os.environ)
        accounts = chosen(config.accounts, common.account)
    except ConfigError as error:
        yield from (fault("config", line) for line in str(error).splitlines())
        yield from _guarded("network", lambda: _of_origins([SERVICE_URL], Config()))
        return
    what = where if config.path is not None else "None; the environment names a key"
    yield fine("config", f"{what}: {counted(len(config.accounts), 'account')}.")
    for account in accounts:
        if is_insecure(account.base_url):
            words = f"{account.name}: allow_insecure sends its key unencrypted; write base_url with https://."
            yield fault("config", words)
    yield from _of_services(accounts, config)


def _of_services(accounts: Iterable[Account], config: Config) -> Iterator[Finding]:
    from usage_tui.services.account_check import check_accounts  # noqa: PLC0415 - `--help` does without
    from usage_tui.services.clock import SystemClock  # noqa: PLC0415 - likewise
    from usage_tui.services.secrets import read_key  # noqa: PLC0415 - likewise

    looked_at = list(accounts)
    yield from _of_origins(dict.fromkeys(account.base_url for account in looked_at), config)
    yield from check_accounts(looked_at, config.plan, read_key, SystemClock())


def _of_origins(base_urls: Iterable[str], config: Config) -> Iterator[Finding]:
    from usage_tui.services.network_check import check_origin  # noqa: PLC0415 - `--help` does without

    for base_url in base_urls:
        yield from check_origin(base_url, config.plan.timeout_seconds, os.environ)
