"""The way from the monitor to the price of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usage_tui.core.errors import ConfigError
from usage_tui.core.view import AccountView
from usage_tui.services.config import Config

if TYPE_CHECKING:
    from usage_tui.core.estimate import Estimate
    from usage_tui.core.job import Job


class JobWays:
    """Prices jobs with the accounts of the config in force."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def replan(self, config: Config) -> None:
        """Take up a changed config."""
        self._config = config

    def estimate(self, view: AccountView, job: Job, seconds_per_request: float | None) -> Estimate:
        """Hold a job against an account as it is shown, with the prices that the service says; blocks.

        Raises:
            UsageTuiError: the service cannot be asked, or the account is gone.
        """
        from usage_tui.commands.estimating import priced  # noqa: PLC0415 - the first frame does without

        account = next((account for account in self._config.accounts if account.name == view.name), None)
        if account is None:
            raise ConfigError(f"There is no account {view.name} in the config any more; choose another.")
        return priced(account, self._config, view, job, seconds_per_request)
