"""What the tests of services share."""

from __future__ import annotations

import pytest

from usage_tui.services import pacer, poller


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-offs and claims that take no time worth waiting for."""
    monkeypatch.setattr(pacer, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(pacer, "LONGEST_RETRY_SECONDS", 0.02)
    monkeypatch.setattr(pacer, "REFUSED_RETRY_SECONDS", 0.02)
    monkeypatch.setattr(poller, "CLAIM_SECONDS", 0.01)
    monkeypatch.setattr(poller, "FAULT_SECONDS", 0.01)
