"""What a job would cost: typed, priced by the service, and held against the account."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from usage_tui.core.errors import UsageTuiError
from usage_tui.core.estimate_words import answer_rows, estimate_lines, estimate_title
from usage_tui.core.job import JobFault
from usage_tui.core.job_form import FIELDS, HINTS, typed_job
from usage_tui.core.spans import Line, Role, Span
from usage_tui.ui.keys import ESTIMATE_KEYS
from usage_tui.ui.ports import EstimateJob
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints

if TYPE_CHECKING:
    from usage_tui.core.job import Job
    from usage_tui.core.view import AccountView


class EstimateScreen(RosterScreen):
    """Estimates a job of the account that was current when it was opened. What is typed is kept nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [*ESTIMATE_KEYS]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-roomy")]  # noqa: RUF012  # as Textual types it

    def __init__(self, roster: Roster, estimate: EstimateJob) -> None:
        super().__init__(roster)
        self._account = roster.current
        self._estimate = estimate
        self._answer: tuple[Line, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out title, fields, answer and footer."""
        yield Words(id="title")
        for number, hint in enumerate(HINTS):
            with Horizontal(classes="field"):
                yield Words(id=f"label-{number}")
                yield Input(placeholder=hint, id=f"field-{number}", compact=True)
        yield Words(id="answer")
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the URL."""
        for number, label in enumerate(FIELDS):
            self.query_one(f"#label-{number}", Words).show_lines(((Span(label, Role.LABEL),),))
        self.query_one("#field-0", Input).focus()
        self.look()

    def on_resize(self) -> None:
        """Word everything for the new room."""
        self.soon(self.look)

    def look(self) -> None:
        """Show whose job it is, and the answer so far."""
        width = self.app.size.width - 4
        glance = self.roster.glance_of(self._account)
        if glance is not None:
            self.query_one("#title", Words).show_lines((estimate_title(glance.view, width),))
        self.query_one("#answer", Words).show_lines(answer_rows(self._answer, width))

    def action_ask(self) -> None:
        """Ask for the price of what is typed, if it is right."""
        texts = [self.query_one(f"#field-{number}", Input).value for number in range(len(FIELDS))]
        glance = self.roster.glance_of(self._account)
        if glance is None:
            return
        try:
            job, seconds = typed_job(*texts)
        except JobFault as fault:
            self._say((Span(f"✗ {fault}", Role.OVER),))
            return
        self._say((Span("Asking the service …", Role.DIM),))
        self._ask(glance.view, job, seconds)

    @on(Input.Changed)
    def forget_answer(self) -> None:
        """Show no answer to what is no longer asked."""
        self.workers.cancel_group(self, "estimate")
        self._say()

    @work(thread=True, exclusive=True, group="estimate", exit_on_error=False)
    def _ask(self, view: AccountView, job: Job, seconds: float | None) -> None:
        """Ask, on a thread of its own: it asks the service."""
        try:
            lines = estimate_lines(self._estimate(view, job, seconds), self.roster.zone)
        except UsageTuiError as error:
            lines = [(Span(f"✗ {error}", Role.OVER),)]
        self.hand_over(partial(self._say, *lines))

    def _say(self, *lines: Line) -> None:
        self._answer = lines
        self.look()
