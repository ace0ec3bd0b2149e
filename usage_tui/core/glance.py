"""What the dashboard shows at one moment, and what in it needs a look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from msgspec import Struct

from usage_tui.core.account import AccountState
from usage_tui.core.budget import BudgetState
from usage_tui.core.chart import RANGES, Range
from usage_tui.core.signs import BUDGET_STATES, state_sign
from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.view import AccountView

STEP_SECONDS = 5
SEPARATOR = Span(" · ", Role.DIM)
NOTHING: Line = ()


class Glance(Struct, frozen=True):
    """An account's view among all `views`, at a moment, in a zone; `frozen_at` is since when the display stands still.

    `freeze_key` lets it go on. `remark` is one sentence on the program itself, such as a broken config.
    """

    view: AccountView
    now: datetime
    zone: tzinfo | None = None
    views: tuple[AccountView, ...] = ()
    shown: Range = RANGES[1]
    frozen_at: datetime | None = None
    freeze_key: str = "space"
    remark: str | None = None

    @property
    def sign(self) -> tuple[str, str, Role]:
        """The symbol, the word and the role of the account's state at this moment."""
        return state_sign(self.view, self.now)

    @property
    def slow(self) -> tuple[object, ...]:
        """What changes seldom: the counters, all that follows from them, and the time in steps of a few seconds."""
        view, snapshot = self.view, self.view.snapshot
        return (
            (view.sample is None, snapshot.used, snapshot.limit, snapshot.remaining),
            (view.cycle, view.budget, view.outlook, self.zone, int(self.now.timestamp()) // STEP_SECONDS),
        )


def simulated_words(views: Iterable[AccountView]) -> Line:
    """Word, before what stands at a title's right, that what is shown is simulated; nothing where none of it is."""
    return dim("simulated  ") if any(view.is_simulated for view in views) else NOTHING


def dim(text: str) -> Line:
    """Word a secondary remark."""
    return (Span(text, Role.DIM),)


def trouble(view: AccountView, now: datetime) -> Span | None:
    """Mark an account that needs a look: a state that is not well, or a budget that is near or over."""
    if view.key_error is not None or view.state(now) not in (AccountState.OK, AccountState.WAITING):
        symbol, _, role = state_sign(view, now)
        return Span(symbol, role)
    if view.budget is not None and view.budget.state in (BudgetState.NEAR, BudgetState.OVER):
        return Span(*BUDGET_STATES[view.budget.state])
    return None
