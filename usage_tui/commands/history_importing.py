"""Brings a file into the stored history."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import click
from msgspec import Struct

from usage_tui.commands.common import Common
from usage_tui.commands.history_in_force import HistoryInForce, history_in_force, no_account
from usage_tui.commands.progress import progress_bar
from usage_tui.core.errors import HistoryUnavailable
from usage_tui.core.rollup import DAY_MS, epoch_ms
from usage_tui.core.wording import counted, harmless
from usage_tui.services.config import folded
from usage_tui.services.fingerprint import filing_fingerprint, shared_secret
from usage_tui.services.history_import import Imported, bring_in
from usage_tui.services.history_rollup import roll_up
from usage_tui.services.history_staging import UNNAMED, gather, work_out
from usage_tui.services.history_table_file import size_of
from usage_tui.services.history_writing import account_id


class _Target(Struct, frozen=True):
    """Where the rows of one of the file's accounts go: a stored account, or one of the config by its fingerprint."""

    place: int
    id: int | None
    fingerprint: str = ""
    name: str = ""

    def number(self, connection: Connection) -> int:
        """Give the account's number in the history."""
        return self.id if self.id is not None else account_id(connection, self.fingerprint, self.name)


def import_file(common: Common, path: Path) -> str:
    """Bring in a file; give a sentence on what came in.

    Raises:
        ImportInvalid: the file is wrong; nothing was changed.
        click.UsageError: it is not clear whose its rows are.
        HistoryUnavailable: the history cannot be written; nothing was changed.
    """
    now_ms = epoch_ms(datetime.now(UTC))
    length = max(1, size_of(path))
    with history_in_force(common) as force:
        with progress_bar("Reading") as tell, force.file.reading() as connection:
            gathered = gather(connection, path, now_ms, lambda done: tell(min(1.0, done / length)))
        if gathered is None:
            return "There is no row in the file."
        targets = _targets(force, gathered.names, common.account)
        with force.file.writing() as connection:
            accounts = [target.number(connection) for target in targets]
        samples_from_ms = now_ms - force.config.history.raw_days * DAY_MS
        for target, account in zip(targets, accounts, strict=True):
            with force.file.reading() as connection:
                work_out(
                    connection, gathered.form, target.place, account, samples_from_ms=samples_from_ms, now_ms=now_ms
                )
            finish_rolling(force, account, now_ms)
        added = Imported()
        with force.file.writing() as connection:
            for account in dict.fromkeys(accounts):
                added = added.plus(bring_in(connection, account, force.config.history.minute_days, now_ms))
    return _worded(added)


def finish_rolling(force: HistoryInForce, account: int, now_ms: int) -> None:
    """Roll up all that an account has, in small steps."""
    has_more = True
    while has_more:
        with force.file.writing() as connection:
            has_more = roll_up(connection, account, now_ms)


def _targets(force: HistoryInForce, names: tuple[str, ...], wanted: str | None) -> list[_Target]:
    """Say where the rows of each of the file's accounts go; with one that is wanted, those of that name, or all."""
    if wanted is None:
        return [_target(force, place, name) for place, name in enumerate(names)]
    if len(names) == 1:
        return [_target(force, 0, wanted)]
    places = [place for place, name in enumerate(names) if folded(name) == folded(wanted)]
    if not places:
        shown = ", ".join(harmless(name or "one without a name", 64) for name in names[:10])
        raise click.UsageError(f"The file has rows of several accounts, and none is {harmless(wanted, 64)}: {shown}.")
    return [_target(force, place, wanted) for place in places]


def _target(force: HistoryInForce, place: int, name: str) -> _Target:
    configured, stored = force.config.accounts, force.stored()
    if name == UNNAMED:
        if len(configured) != 1:
            raise click.UsageError("The file does not say whose its rows are: say it with --account NAME.")
        name = configured[0].name
    for account in configured:
        if folded(account.name) == folded(name):
            try:
                secret = shared_secret(force.folder.fingerprint_secret)
            except OSError as error:
                where = harmless(str(force.folder.path), 200)
                raise HistoryUnavailable(f"The history is not written: {error.strerror}; check {where}.") from None
            return _Target(place, None, filing_fingerprint(account, secret, os.environ), account.name)
    for known in reversed(stored):
        if folded(known.name) == folded(name):
            return _Target(place, known.id)
    raise no_account(name, configured, stored)


def _worded(added: Imported) -> str:
    if added == Imported():
        return "All of it was there already."
    if added == Imported(to_come=added.to_come):
        return "Nothing came in: the hour that it is of is not over, or was there already."
    return (
        f"Imported {counted(added.samples, 'sample')}; new in the charts are "
        f"{counted(added.minutes, 'minute')} and {counted(added.hours, 'hour')}."
    )
