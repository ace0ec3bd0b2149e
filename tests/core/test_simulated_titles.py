"""Every screen's title says so where what it shows is simulated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.makers import NOW, a_view
from usage_tui.core import budget_effect
from usage_tui.core.alert_lines import alert_title
from usage_tui.core.alert_log import AlertLog
from usage_tui.core.estimate_words import estimate_title
from usage_tui.core.glance import Glance
from usage_tui.core.headline import accounts_title
from usage_tui.core.spans import Line, line_cells
from usage_tui.core.view import AccountView

TITLES: dict[str, Callable[[AccountView, int], Line]] = {
    "accounts": lambda view, width: accounts_title([view], NOW, width),
    "alerts": lambda view, width: alert_title(AlertLog(), [view], width),
    "budget": lambda view, width: budget_effect.title(view.name, Glance(view, NOW), width),
    "estimate": estimate_title,
}


@pytest.mark.parametrize("screen", TITLES)
@pytest.mark.parametrize("width", [116, 76, 36])
def test_title_says_simulated_where_it_is_and_only_there(screen: str, width: int) -> None:
    simulated, real = (TITLES[screen](a_view(is_simulated=is_simulated), width) for is_simulated in (True, False))
    assert "simulated" in "".join(span.text for span in simulated)
    assert "simulated" not in "".join(span.text for span in real)
    assert line_cells(simulated) <= width
