"""Mutes alerts, and says so."""

from __future__ import annotations

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.ui.ports import AlertPorts
from usage_tui.ui.screens.roster_screen import RosterScreen


def mute(screen: RosterScreen, alerts: AlertPorts, name: str, rule: str | None) -> None:
    """Mute an account's alerts, or one rule's, for longer, or no more; to be called in a thread."""
    from usage_tui.core.alert_lines import mute_words  # noqa: PLC0415  # not needed for the first frame

    try:
        words = mute_words(name, rule, alerts.mute(name, rule), screen.roster.now, screen.roster.zone)
    except HistoryUnavailable as error:
        screen.app.notify(str(error), severity="error", markup=False)
    else:
        screen.app.notify(words, timeout=4, markup=False)
