"""Imports a domain report in the monitor: a file is looked at, its columns are mapped, then it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from usage_tui.core import report_words
from usage_tui.core.errors import ColumnsUndecided, DatesUndecided, ReportInvalid, UsageTuiError
from usage_tui.core.report import Field
from usage_tui.core.report_dates import DateOrder
from usage_tui.core.report_headers import told_column
from usage_tui.core.spans import Role, Span
from usage_tui.ui.keys import IMPORT_KEYS
from usage_tui.ui.ports import ReportPorts, ReportTaken
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints

if TYPE_CHECKING:
    from usage_tui.services.report_import import Imported, Look

TOLD_STEP = 0.01


class ReportImportScreen(RosterScreen):
    """Asks for a file, shows which column says what, and imports it for the account that was current."""

    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar[list[BindingType]] = [*IMPORT_KEYS]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-roomy")]  # noqa: RUF012  # as Textual types it

    def __init__(self, roster: Roster, ports: ReportPorts) -> None:
        super().__init__(roster)
        self._account = roster.current
        self._ports = ports
        self._told: dict[str, Field] = {}
        self._order: DateOrder | None = None
        self._look: Look | None = None
        self._skips_bad_rows = False
        self._share = 0.0

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        yield Words(id="title")
        yield Input(placeholder="a CSV or XLSX file, then enter", id="path", compact=True)
        yield Input(placeholder="COLUMN=FIELD, where not recognised", id="column", compact=True)
        yield Static(id="outcome")
        with Horizontal(id="choices"):
            yield Button("Import", id="import", variant="primary", compact=True)
            yield Button("Leave bad rows out", id="skip", compact=True)
            yield Button("Day first", id="day", compact=True)
            yield Button("Month first", id="month", compact=True)
        with VerticalScroll(id="columns"):
            yield Words(id="mapping")
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the file's name alone."""
        self.query_one("#title", Words).show_lines(
            ((Span("IMPORT", Role.LABEL), Span(f"  a domain report of {self._account}", Role.STRONG)),)
        )
        self.query_one("#column", Input).display = False
        self._offer()

    def look(self) -> None:
        """Stay as it is: nothing here changes with the accounts."""

    def _offer(self, *ids: str) -> None:
        """Offer these choices, and put the focus on the first."""
        for button in self.query(Button):
            button.display = button.id in ids
        self.query_one("#choices").display = bool(ids)
        if ids:
            self.query_one(f"#{ids[0]}", Button).focus()

    @on(Input.Submitted, "#path")
    def look_at_file(self) -> None:
        """Look at the heading of the file; that of another one is of no use any more."""
        self._offer()
        self.query_one("#mapping", Words).show_lines(())
        self._told, self._order, self._skips_bad_rows = {}, None, False
        self._begin_look()

    @on(Input.Submitted, "#column")
    def take_column(self, event: Input.Submitted) -> None:
        """Take what was told of a column."""
        if not event.value.strip():
            return
        told = told_column(event.value)
        if told is None:
            self._say(f"✗ Say it as COLUMN=FIELD, with one of {', '.join(Field)}.", "-fault")
            return
        event.input.value = ""
        self._begin_look({**self._told, **told})

    def _begin_look(self, told: Mapping[str, Field] | None = None) -> None:
        path = self._path
        if path is None:
            self._say("✗ Name a file.", "-fault")
            return
        self._say("Looking at the file …")
        self._read_heading(path, dict(self._told if told is None else told))

    @property
    def _path(self) -> Path | None:
        typed = self.query_one("#path", Input).value.strip().strip("'\"")
        return Path(typed).expanduser() if typed else None

    @work(thread=True, exclusive=True, group="import", exit_on_error=False)
    def _read_heading(self, path: Path, told: dict[str, Field]) -> None:
        try:
            seen = self._ports.look(path, told)
        except UsageTuiError as error:
            self.hand_over(partial(self._refuse, error))
        else:
            self.hand_over(partial(self._show_heading, seen, told))

    def _show_heading(self, seen: Look, told: dict[str, Field]) -> None:
        """Show which column says what, and ask for what is missing."""
        self._look, self._told = seen, told
        lines = report_words.mapping_lines(seen.columns)
        mapping = self.query_one("#mapping", Words)
        mapping.styles.height = len(lines)
        mapping.show_lines(tuple(lines))
        column = self.query_one("#column", Input)
        column.display = bool(seen.columns.unused)
        if seen.columns.missing:
            self._offer()
            self._say(f"✗ {report_words.missing_words(seen.columns)}", "-fault")
            column.focus()
            return
        self._say(f"{seen.form}: nothing is stored before every row is checked.")
        self._offer("import")

    @on(Button.Pressed)
    def go_on(self, event: Button.Pressed) -> None:
        """Import the file, with what was chosen."""
        match event.button.id:
            case "skip":
                self._skips_bad_rows = True
            case "day" | "month" as order:
                self._order = DateOrder(order)
        path = self._path
        if path is None:
            return
        self._offer()
        self._share = 0.0
        self._tell_share(0.0)
        self._take(ReportTaken(path, self._account, self._told, self._order, self._skips_bad_rows))

    @work(thread=True, exclusive=True, group="import", exit_on_error=False)
    def _take(self, taken: ReportTaken) -> None:
        try:
            done = self._ports.take(taken, self._progress)
        except UsageTuiError as error:
            self.hand_over(partial(self._refuse, error))
        else:
            self.hand_over(partial(self._close, done))

    def _progress(self, share: float) -> None:
        """Tell how far it is, now and then; called in the thread that imports."""
        if share - self._share >= TOLD_STEP:
            self._share = share
            self.hand_over(partial(self._tell_share, share))

    def _tell_share(self, share: float) -> None:
        self._say(f"Importing … {round(100 * share)} %")

    def _close(self, done: Imported) -> None:
        """Say what was stored."""
        replaced = report_words.replaced_words(*done.replaced)
        ended = report_words.outcome(done.row_count, done.bad_count, done.left_out, replaced)
        self._say(f"✓ {ended} esc goes back.", "-good")

    def _refuse(self, error: Exception) -> None:
        """Say what is wrong, and offer the way on."""
        sentence = error.sentence if isinstance(error, ReportInvalid) else str(error)
        if isinstance(error, DatesUndecided):
            self._say(f"{error.example} can be read two ways: which of day and month stands first?")
            self._offer("day", "month")
        elif getattr(error, "bad", ()):
            self._say(f"✗ {sentence} Mend the file, or enter leaves bad rows out.", "-fault")
            self._offer("skip")
        elif isinstance(error, ColumnsUndecided):
            self._say(f"✗ {sentence}", "-fault")
            column = self.query_one("#column", Input)
            column.display = True
            column.focus()
        else:
            self._say(f"✗ {sentence}", "-fault")
            self.query_one("#path", Input).focus()

    def _say(self, text: str, kind: str = "") -> None:
        outcome = self.query_one("#outcome", Static)
        outcome.set_class(kind == "-fault", "-fault")
        outcome.set_class(kind == "-good", "-good")
        outcome.update(Content(text))

    def action_back(self) -> None:
        """Go back; an import that goes on is not seen until it is whole, and then is."""
        self.dismiss()
