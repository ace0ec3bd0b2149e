"""Mutes alerts, and says so."""

from __future__ import annotations

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.ui.ports import AlertPorts
from usage_tui.ui.screens.roster_screen import RosterScreen


def mute(screen: RosterScreen, alerts: AlertPorts, name: str, rule: str | None) -> None:
    """Mute an account's alerts, or one rule's, for longer, or no more; to be called in a thread."""
    from usage_tui.core.alert_lines import mute_words  # noqa: PLC0415  # not needed for the first frame

    try:
        words, severity = mute_words(name, rule, alerts.mute(name, rule), screen.roster.now, screen.roster.zone), None
    except HistoryUnavailable as error:
        words, severity = str(error), "error"
    app = screen.app
    if severity is None:
        app.call_from_thread(app.notify, words, timeout=4, markup=False)
    else:
        app.call_from_thread(app.notify, words, severity="error", markup=False)
