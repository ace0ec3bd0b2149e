"""The rules of alerts, as the config says them."""

from __future__ import annotations

from usage_tui.core.alert_rules import AlertRules, FailureRate, FastSpend, Saturated
from usage_tui.services.config_schema import AlertSettings


def rules_of(settings: AlertSettings) -> AlertRules:
    """Make the rules of the config's settings."""
    saturated, failing, spend = settings.saturated, settings.failure_rate, settings.spend
    return AlertRules(
        budget_used=settings.budget_used,
        run_out_probability=settings.run_out_probability,
        saturated=Saturated(saturated.share, saturated.for_seconds) if saturated else None,
        failure_rate=FailureRate(failing.share, failing.for_minutes) if failing else None,
        spend=FastSpend(spend.times_usual, spend.for_minutes) if spend else None,
        key_refused=settings.key_refused,
        exhausted=settings.exhausted,
        stale_seconds=settings.stale_seconds,
    )
