"""Makes the screens that are opened from the dashboard; each is imported when it is asked for."""

from __future__ import annotations

from usage_tui.ui.ports import Ports
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.roster_screen import RosterScreen


def opened(name: str, roster: Roster, ports: Ports) -> RosterScreen:  # noqa: PLR0911  # a case each
    """Make the screen of that name."""
    match name:
        case "accounts":
            from usage_tui.ui.screens.accounts import AccountsScreen  # noqa: PLC0415  # not needed for the first frame

            return AccountsScreen(roster)
        case "alerts":
            from usage_tui.ui.screens.alerts import AlertsScreen  # noqa: PLC0415  # likewise

            return AlertsScreen(roster, ports.alerts)
        case "budget":
            from usage_tui.ui.screens.budget import BudgetScreen  # noqa: PLC0415  # likewise

            return BudgetScreen(roster, ports.budgets)
        case "history":
            from usage_tui.ui.screens.history import HistoryScreen  # noqa: PLC0415  # likewise

            return HistoryScreen(roster, ports.look_back)
        case "domains":
            from usage_tui.ui.screens.domains import DomainsScreen  # noqa: PLC0415  # likewise

            return DomainsScreen(roster, ports.reports)
        case "import":
            from usage_tui.ui.screens.report_import import ReportImportScreen  # noqa: PLC0415  # likewise

            return ReportImportScreen(roster, ports.reports)
        case "estimate":
            from usage_tui.ui.screens.estimate import EstimateScreen  # noqa: PLC0415  # likewise

            return EstimateScreen(roster, ports.estimate)
        case _:
            raise ValueError(f"there is no screen {name}")
