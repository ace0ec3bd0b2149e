"""Looks at an account, asks for prices, and holds a job against both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from usage_tui.commands.look import look_at
from usage_tui.core.account import Account, AccountState, ApiKey, KeySource
from usage_tui.core.estimate import Estimate, estimate
from usage_tui.core.job import Job
from usage_tui.core.view import AccountView
from usage_tui.services.config import Config
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.desk import Desk
from usage_tui.services.secrets import read_key
from usage_tui.services.url_costs import ask_prices


def estimated(
    account: Account, config: Config, desk: Desk, job: Job, seconds_per_request: float | None
) -> tuple[AccountView, Estimate | None]:
    """Give the account's view, and the job held against it; None where nothing fresh is known of the account.

    Raises:
        KeyRefused, KeyUnavailable, ConfigError: the service cannot be asked.
    """
    read = cache(read_key)
    (view,) = look_at([account], config.plan, config.zone, desk, read=read)
    now = datetime.now(UTC)
    if view.key_error is not None or view.state(now) not in (AccountState.OK, AccountState.EXHAUSTED):
        return view, None
    return view, priced(account, config, view, job, seconds_per_request, read)


def priced(
    account: Account,
    config: Config,
    view: AccountView,
    job: Job,
    seconds_per_request: float | None,
    read: Callable[[KeySource], ApiKey] = read_key,
) -> Estimate:
    """Hold a job against an account as it was seen, with the prices that the service says.

    Raises:
        KeyRefused, KeyUnavailable, ConfigError: the service cannot be asked.
    """
    urls = [requests.url for requests in job.requests]
    prices = ask_prices(account, urls, job.parameters, config.plan, ServiceConnection(read))
    return estimate(view, job, prices, datetime.now(UTC), seconds_per_request)
