"""What the service says of an account: its answers read, and its refusals told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus

import msgspec

from usage_tui.core.account import Account, ApiKey, is_insecure
from usage_tui.core.errors import (
    AnswerInvalid,
    ConfigError,
    CreditsExhausted,
    KeyRefused,
    ServiceError,
    Unreachable,
)
from usage_tui.core.prices import parse_cost
from usage_tui.core.snapshot import Snapshot, parse_snapshot
from usage_tui.core.wording import harmless
from usage_tui.services.http import HttpAnswer, HttpClient
from usage_tui.services.tls import Tls

SIMULATED_SERVER = "usage-tui-simulated"
LONGEST_WORDS = 120
LEAST_KEY_START = 4
_READ_BYTES = 64 * 1024
_OF_CREDITS = re.compile(r"credit|quota", re.IGNORECASE)
_OF_THE_KEY = re.compile(r"api[ _-]?key|\bkey\b|unauthori[sz]ed", re.IGNORECASE)
_OF_THE_END = re.compile(
    r"exhaust|exceed|used up|\bout of\b|\bno (more )?credits|insufficient|not enough|reached|depleted|upgrade",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    """A snapshot, how long the service took to give it, whether it is a simulated service's, and its Date header."""

    snapshot: Snapshot
    latency_seconds: float
    is_simulated: bool
    date: str = ""


class UsageApi:
    """The service, as one account sees it."""

    def __init__(
        self, account: Account, key: ApiKey, *, timeout_seconds: float, keepalive_seconds: float | None, tls: Tls
    ) -> None:
        """Prepare; nothing is sent.

        Raises:
            ConfigError: the base URL is none, or would send the key unencrypted to another machine.
        """
        self._name = harmless(account.name)
        self._secret = _Secret(key)
        self._http = HttpClient(
            account.base_url,
            api_key=key,
            timeout_seconds=timeout_seconds,
            keepalive_seconds=keepalive_seconds,
            tls=tls,
        )
        if is_insecure(account.base_url) and not account.allow_insecure:
            raise ConfigError(
                f"base_url of {self._name} would send the key unencrypted to {self._http.host}; "
                "use https://, or set allow_insecure = true."
            )

    async def fetch(self) -> UsageAnswer:
        """Ask once.

        Raises:
            ServiceError: of the kind that says why there is no snapshot; its text never holds the key.
        """
        answer = await self._http.get("/account")
        if answer.status != 200:
            raise self._refusal(answer)
        try:
            snapshot = parse_snapshot(answer.body)
        except AnswerInvalid as error:
            fault = AnswerInvalid(self._secret.hidden_in(str(error)))
        else:
            is_simulated = answer.headers.get("server", "").startswith(SIMULATED_SERVER)
            return UsageAnswer(snapshot, answer.seconds, is_simulated, answer.headers.get("date", ""))
        raise fault

    async def cost_of(self, url: str, parameters: Mapping[str, str]) -> int:
        """Ask what one request for `url` would cost, in credits; costs none itself.

        What the service says to a refusal is left out, for it may repeat the URL, which may hold the user's secrets.

        Raises:
            ServiceError: as `fetch`; AnswerInvalid where the service does not say.
        """
        answer = await self._http.get("/account/urlcost", {**parameters, "url": url})
        if answer.status == 200:
            return parse_cost(answer.body)
        if answer.status == 401:
            raise self._refusal(replace(answer, body=b"", reason=""))
        raise AnswerInvalid(f"{self._http.host} answered {answer.status} to the question for a price.")

    async def close(self) -> None:
        """Close the connection."""
        await self._http.close()

    def _refusal(self, answer: HttpAnswer) -> ServiceError:
        """Say what an answer other than 200 means."""
        host, name = self._http.host, self._name
        words = self._secret.hidden_in(_words(answer.body))
        said = f": {harmless(words, LONGEST_WORDS)}" if words else ""
        reason = self._secret.hidden_in(answer.reason)
        status = f"{answer.status} {reason}".strip()
        kind: type[ServiceError] = AnswerInvalid
        match answer.status:
            case 403 if _is_of_credits(words):
                kind = CreditsExhausted
                text = f"{host} says that the credits of {name} are used up (403){said}; they renew with the cycle."
            case 401 | 403 if answer.status == 401 or _OF_THE_KEY.search(words):
                kind = KeyRefused
                text = f"{host} refused the key of {name} ({answer.status}); correct it where it is kept{_heard(words)}"
            case 429:
                kind = Unreachable
                text = f"{host} has too many requests at once (429){said}; it passes when fewer are in flight."
            case code if 500 <= code < 600:
                kind = Unreachable
                text = f"{host} failed ({status}){said}; that is for the service to mend."
            case code if 300 <= code < 400:
                text = f"{host} sent us elsewhere ({status}), which is not followed; check base_url of {name}."
            case _:
                text = f"{host} answered {status}{said}; check base_url of {name}."
        return kind(text)


def _heard(words: str) -> str:
    """Word what the service said, after the mend: it may be long."""
    return f". It said: {harmless(words, LONGEST_WORDS)}" if words else "."


def _is_of_credits(words: str) -> bool:
    """Whether a refusal speaks of credits; where it names the key as well, it must say that they came to an end."""
    if not _OF_CREDITS.search(words):
        return False
    return not _OF_THE_KEY.search(words) or _OF_THE_END.search(words) is not None


def _words(body: bytes) -> str:
    """Find what a person may read in a body: JSON's error, or plain text; nothing of a web page."""
    text = " ".join(body[:_READ_BYTES].decode("utf-8", "replace").split())
    if text.startswith("<"):
        return ""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return text
    for field in ("error", "message", "detail"):
        while isinstance(said, dict) and field in said:
            said = said[field]
    return " ".join(said.split()) if isinstance(said, str) else text


class _Secret:
    """Finds a key in text that the service sent back."""

    def __init__(self, key: ApiKey) -> None:
        value = key.reveal()
        forms = sorted({value, quote(value, safe=""), quote_plus(value)} - {""}, key=len, reverse=True)
        starts = [form[:length] for form in forms for length in range(len(form), LEAST_KEY_START - 1, -1)]
        self._whole = _any_of(forms, "")
        self._cut_off = _any_of(starts, "(?=…)")

    def hidden_in(self, text: str) -> str:
        """Give the text without the key, and without a start of it that shortening left."""
        return self._cut_off.sub("***", self._whole.sub("***", text))


def _any_of(texts: list[str], behind: str) -> re.Pattern[str]:
    """Match any of the texts, whatever its case, where the pattern `behind` follows; without texts match nothing."""
    either = "|".join(re.escape(text) for text in texts) or "(?!)"
    return re.compile(f"(?:{either}){behind}", re.IGNORECASE)
