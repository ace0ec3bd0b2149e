"""What some rows of a report add up to."""

from __future__ import annotations

import pytest

from usage_tui.core.report import Figures


@pytest.mark.parametrize(
    ("recent", "earlier", "trend", "is_new"),
    [
        (112, 100, 0.12, False),
        (50, 0, None, True),
        (0, 0, None, False),
        (0, 100, -1.0, False),
        (50, None, None, False),
        (None, 100, None, False),
    ],
)
def test_trend_says_nothing_without_a_week_before(
    recent: int | None, earlier: int | None, trend: float | None, is_new: bool
) -> None:
    figures = Figures(300, recent=recent, earlier=earlier)
    assert (figures.trend, figures.is_new) == (pytest.approx(trend) if trend is not None else None, is_new)


@pytest.mark.parametrize(("requests", "each"), [(None, None), (0, None), (8, 37.5)])
def test_credits_a_success_need_requests_that_succeeded(requests: int | None, each: float | None) -> None:
    assert Figures(300, requests=requests).per_success == each
