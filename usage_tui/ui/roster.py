"""The accounts that the monitor shows: their newest views, which one is current, and a copy while it stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from usage_tui.core.chart import RANGES, Range
from usage_tui.core.glance import Glance
from usage_tui.core.view import AccountView


class Roster:
    """What all screens look at; it is changed on the screen's thread only."""

    def __init__(self, views: Iterable[AccountView], now: Callable[[], datetime], zone: tzinfo | None) -> None:
        self._newest = {view.name: view for view in views}
        self._frozen: dict[str, AccountView] = {}
        self._frozen_at: datetime | None = None
        self._now = now
        self.zone = zone
        self.freeze_key = "space"
        self.remark: str | None = None
        self._range_index = 1
        self.current = next(iter(self._newest), "")

    @property
    def names(self) -> tuple[str, ...]:
        """The accounts' names, in the order of the config."""
        return tuple(self._newest)

    @property
    def views(self) -> tuple[AccountView, ...]:
        """The views to show: the newest, or those of when the display was told to stand still."""
        return tuple((self._frozen or self._newest).values())

    @property
    def now(self) -> datetime:
        """The moment to show: now, or when the display was told to stand still."""
        return self._frozen_at or self._now()

    @property
    def is_frozen(self) -> bool:
        """Whether the display stands still."""
        return self._frozen_at is not None

    @property
    def range(self) -> Range:
        """What the dashboard's chart shows."""
        return RANGES[self._range_index]

    def take(self, views: Iterable[AccountView]) -> None:
        """Take newer views of accounts that are there."""
        for view in views:
            if view.name in self._newest:
                self._newest[view.name] = view

    def reset(self, views: Iterable[AccountView]) -> None:
        """Take a new list of accounts; views of those that stay are kept."""
        self._newest = {view.name: self._newest.get(view.name, view) for view in views}
        if self._frozen:
            self.thaw()
        if self.current not in self._newest:
            self.current = next(iter(self._newest), "")

    def select(self, name: str) -> bool:
        """Make an account the current one; say whether there is such an account."""
        if name in self._newest:
            self.current = name
        return name in self._newest

    def step(self, by: int) -> str:
        """Go `by` accounts on, round and round, and give the new current one's name."""
        names = self.names
        if names:
            self.current = names[(names.index(self.current) + by) % len(names)]
        return self.current

    def change_range(self, by: int) -> None:
        """Go `by` ranges on; the first and the last one hold."""
        self._range_index = min(len(RANGES) - 1, max(0, self._range_index + by))

    def choose_range(self, label: str) -> None:
        """Show the range with that label; one that there is not changes nothing."""
        labels = [each.label for each in RANGES]
        if label in labels:
            self._range_index = labels.index(label)

    def toggle_freeze(self) -> None:
        """Let the display stand still, or go on."""
        if self.is_frozen:
            self.thaw()
        else:
            self.freeze()

    def freeze(self) -> None:
        """Let the display stand still as it is now."""
        self._frozen, self._frozen_at = dict(self._newest), self._now()

    def thaw(self) -> None:
        """Let the display go on."""
        self._frozen, self._frozen_at = {}, None

    def glance(self) -> Glance | None:
        """Give what the dashboard shows at this moment, or None where there is no account."""
        return self.glance_of(self.current)

    def glance_of(self, name: str) -> Glance | None:
        """Give what there is to show of an account at this moment, or None where it is not there."""
        view = (self._frozen or self._newest).get(name)
        if view is None:
            return None
        return Glance(
            view=view,
            now=self.now,
            zone=self.zone,
            views=self.views,
            shown=self.range,
            frozen_at=self._frozen_at,
            freeze_key=self.freeze_key,
            remark=self.remark,
        )
