"""Our few errors. The text of each is one sentence for the user: what, where, the mend.

UsageTuiError
├── ConfigError             the config is wrong
├── KeyUnavailable          a key's source gives no key
├── HistoryUnavailable      samples can be neither stored nor read
├── SpendInvalid            a file of spend cannot be read for what it should be
├── DeliveryFailed          an alert did not arrive
├── ReportInvalid           a domain report cannot be taken
│   ├── ColumnsUndecided    what its columns say is to be told
│   └── DatesUndecided      its dates can be read two ways
├── ImportInvalid           a file that is to be brought in is wrong
└── ServiceError            a poll brought no sample; `state` says of which kind
    ├── KeyRefused          unauthorized
    ├── CreditsExhausted    exhausted
    ├── Unreachable         unreachable
    └── AnswerInvalid       invalid
"""

from __future__ import annotations

from typing import ClassVar

from usage_tui.core.account import AccountState


class UsageTuiError(Exception):
    """Anything that we tell the user in one sentence."""


class ConfigError(UsageTuiError):
    """The config is wrong; the text has a line for each fault."""


class KeyUnavailable(UsageTuiError):
    """A key's source gives no key."""


class HistoryUnavailable(UsageTuiError):
    """Samples can be neither stored nor read."""


class SpendInvalid(UsageTuiError):
    """A file of spend cannot be read for what it should be; the text names its line."""


class DeliveryFailed(UsageTuiError):
    """An alert did not arrive; one that `is_final` would not the next time either."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class ReportInvalid(UsageTuiError):
    """A domain report cannot be taken; nothing of it is stored.

    `option` is a sentence on how a command's option mends that; who has other ways on says the `sentence` alone.
    """

    def __init__(self, sentence: str, option: str = "") -> None:
        super().__init__(f"{sentence} {option}" if option else sentence)
        self.sentence = sentence


class ColumnsUndecided(ReportInvalid):
    """What the columns of a domain report say is to be told."""


class DatesUndecided(ReportInvalid):
    """The dates of a domain report can be read two ways; `example` is one of them, as it stands there."""

    def __init__(self, sentence: str, example: str) -> None:
        super().__init__(sentence, "Say which with --date-format (%d/%m/%Y or %m/%d/%Y, as it is written).")
        self.example = example


class ImportInvalid(UsageTuiError):
    """A file that is to be brought into the history is wrong; the text names the file, the line and the reason."""


class ServiceError(UsageTuiError):
    """A poll brought no sample."""

    state: ClassVar[AccountState]


class KeyRefused(ServiceError):
    """The service refused the key."""

    state = AccountState.UNAUTHORIZED


class CreditsExhausted(ServiceError):
    """The service says that the credits are used up."""

    state = AccountState.EXHAUSTED


class Unreachable(ServiceError):
    """The service could not be reached, or is too busy or broken to answer."""

    state = AccountState.UNREACHABLE


class AnswerInvalid(ServiceError):
    """The service answered what cannot be true."""

    state = AccountState.INVALID
