"""The budget editor: the user's own ceilings and one-off days of one account, checked as they are typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from usage_tui.core import budget_effect
from usage_tui.core.account import Wishes
from usage_tui.core.budget_form import FIELDS, HINTS, BudgetForm, read_form, written_form
from usage_tui.core.errors import UsageTuiError
from usage_tui.core.spans import Role, Span
from usage_tui.core.wording import local
from usage_tui.ui.keys import BUDGET_KEYS
from usage_tui.ui.ports import BudgetPorts
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.styled import Words
from usage_tui.ui.widgets.key_hints import KeyHints

if TYPE_CHECKING:
    from usage_tui.services.config_file import Edit

ONE_OFF_FIELD = len(FIELDS) - 1


class BudgetScreen(RosterScreen):
    """Edits the budget of the account that was current when it was opened, and saves it to the config."""

    BINDINGS: ClassVar[list[BindingType]] = [*BUDGET_KEYS]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-roomy")]  # noqa: RUF012  # as Textual types it

    def __init__(self, roster: Roster, ports: BudgetPorts) -> None:
        super().__init__(roster)
        self._account = roster.current
        self._ports = ports
        self._edit: Edit | None = None
        self._is_read = False
        self._typed: set[Input] = set()

    def compose(self) -> ComposeResult:
        """Lay out title, fields, effect, remark and footer."""
        yield Words(id="title")
        for number, hint in enumerate(HINTS):
            with Horizontal(classes="field"):
                yield Words(id=f"label-{number}")
                yield Input(
                    placeholder=hint,
                    id=f"field-{number}",
                    compact=True,
                    select_on_focus=number != ONE_OFF_FIELD,  # to a list, more is added
                )
        yield Words(id="effect")
        yield Static(id="remark")
        yield KeyHints()

    def on_mount(self) -> None:
        """Begin with the budget in force, until that in the config is read."""
        for number, label in enumerate(FIELDS):
            self.query_one(f"#label-{number}", Words).show_lines(((Span(label, Role.LABEL),),))
        self.query_one("#field-0", Input).focus()
        glance = self.roster.glance_of(self._account)
        if glance is not None and glance.view.budget is not None:
            self._fill(Wishes(glance.view.budget.budget))
        self.look()
        self._read()

    def on_resize(self) -> None:
        """Word everything for the new room."""
        self.soon(self.look)

    def look(self) -> None:
        """Show how the account stands now, and how it would with what is typed."""
        width = self.app.size.width - 4
        glance = self.roster.glance_of(self._account)
        self.query_one("#title", Words).show_lines((budget_effect.title(self._account, glance, width),))
        if glance is not None:
            lines = budget_effect.effect_lines(glance, self._form.budget, width)
            self.query_one("#effect", Words).show_lines(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to save where there is a config to save to, and to undo where something was saved."""
        if action == "save":
            return self._is_read
        if action == "undo":
            return self._edit is not None
        return super().check_action(action, parameters)

    @property
    def _form(self) -> BudgetForm:
        today = local(self.roster.now, self.roster.zone).date()
        return read_form([field.value for field in self.query(Input)], today)

    @on(Input.Changed)
    def check_typed(self, event: Input.Changed) -> None:
        """Say what is wrong with what was typed, and show its effect."""
        self._typed.add(event.input)
        self._check()

    def _check(self) -> None:
        form = self._form
        for field, fault in zip(self.query(Input), form.faults, strict=True):
            field.set_class(fault is not None, "-invalid")
        self._say(f"✗ {form.fault}" if form.fault is not None else "", Role.OVER)
        self.look()

    def action_save(self) -> None:
        """Save what is typed, if it is right."""
        wishes = self._form.wishes
        if wishes is not None:
            self._save(wishes)

    def action_undo(self) -> None:
        """Put the config back as it was before it was saved to."""
        if self._edit is not None:
            self._undo(self._edit)

    @work(thread=True, group="budget", exit_on_error=False)
    def _read(self) -> None:
        try:
            wishes = self._ports.read(self._account)
        except UsageTuiError as error:
            self.hand_over(partial(self._begin_without_config, str(error)))
        else:
            self.hand_over(partial(self._begin, wishes))

    @work(thread=True, group="budget", exit_on_error=False)
    def _save(self, wishes: Wishes) -> None:
        try:
            edit = self._ports.save(self._account, wishes)
        except UsageTuiError as error:
            self.hand_over(partial(self._say, f"✗ {error}", Role.OVER))
        else:
            self.hand_over(partial(self._close_save, edit))

    @work(thread=True, group="budget", exit_on_error=False)
    def _undo(self, edit: Edit) -> None:
        try:
            self._ports.undo(edit)
            wishes = self._ports.read(self._account)
        except UsageTuiError as error:
            self.hand_over(partial(self._say, f"✗ {error}", Role.OVER))
        else:
            self.hand_over(partial(self._close_undo, wishes))

    def _begin(self, wishes: Wishes) -> None:
        """Take what the config holds; from here on it can be saved to."""
        self._is_read = True
        self.refresh_bindings()
        self._fill(wishes)

    def _begin_without_config(self, reason: str) -> None:
        """Show the budget in force, which cannot be changed."""
        for field in self.query(Input):
            field.disabled = True
        self._say(reason, Role.NEAR)

    def _fill(self, wishes: Wishes) -> None:
        """Show wishes in the fields, but for those that were typed into."""
        with self.prevent(Input.Changed):
            for field, text in zip(self.query(Input), written_form(wishes), strict=True):
                if field not in self._typed:
                    field.value = text
                    if field.select_on_focus:
                        field.select_all()
                    else:
                        field.cursor_position = len(text)
        self._check()

    def _close_save(self, edit: Edit) -> None:
        self._edit = edit
        self._typed.clear()
        self.refresh_bindings()
        self._say("● saved to the config", Role.GOOD)

    def _close_undo(self, wishes: Wishes) -> None:
        self._edit = None
        self._typed.clear()
        self.refresh_bindings()
        self._fill(wishes)
        self._say("● undone: the config is as it was", Role.GOOD)

    def _say(self, text: str, role: Role) -> None:
        """Show a remark, or none."""
        remark = self.query_one("#remark", Static)
        for each in (Role.OVER, Role.NEAR, Role.GOOD):
            remark.set_class(each is role, f"-{each}")
        remark.update(Content(text))
        self.query_one("#effect").set_class(bool(text) and role is not Role.GOOD, "-short")
