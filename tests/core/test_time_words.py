"""Times as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, utc
from usage_tui.core.time_words import moment_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        (" 7D ", NOW - timedelta(days=7)),
        ("2 w", NOW - timedelta(weeks=2)),
        ("2026-11-20", utc(2026, 11, 20)),
        ("2026-11-20T10:00:00Z", utc(2026, 11, 20, 10)),
        ("2026-11-20T10:00:00+02:00", utc(2026, 11, 20, 8)),
    ],
)
def test_spans_and_moments_are_read(text: str, moment: datetime) -> None:
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "7", "7y", "-3d", "tomorrow", "2026-13-01", "999999999w", "0001-01-01T00:00+10:00"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="that is"):
        moment_of(text, NOW)


@given(st.text())
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    with suppress(ValueError):
        assert moment_of(text, NOW).tzinfo is not None
