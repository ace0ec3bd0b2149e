"""HTTP, and the only place that imports httpx.

What a key needs is here: it is added below everything that could print a URL, and no error that leaves this module
remembers what caused it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from usage_tui import __version__
from usage_tui.core.account import ApiKey
from usage_tui.core.errors import AnswerInvalid, ConfigError, ServiceError, Unreachable
from usage_tui.core.wording import harmless
from usage_tui.services.network_fault import worded_cause
from usage_tui.services.tls import Tls

LARGEST_BODY_BYTES = 1024 * 1024
_TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a service answered: `headers` by their lower-case names, `seconds` from asking to the body's end."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class HttpClient:
    """Asks one origin, with one key, one question at a time.

    `timeout_seconds` is for a whole request, from the name's look-up to the body's last byte. A connection is kept for
    `keepalive_seconds`, or not at all. After a failed request everything is made anew, for a cancelled one can block
    httpx's pool for good.
    """

    def __init__(
        self, base_url: str, *, api_key: ApiKey, timeout_seconds: float, keepalive_seconds: float | None, tls: Tls
    ) -> None:
        """Prepare; nothing is sent.

        Raises:
            ConfigError: the base URL is none.
        """
        self._key = api_key
        self._timeout_seconds = timeout_seconds
        self._keepalive_seconds = keepalive_seconds
        self._tls = tls
        self._wire: _KeyedTransport | None = None
        self._has_answered = False
        try:
            parts = urlsplit(base_url)
            address = parts.netloc.rpartition("@")[2]
            self.host = harmless(address)
            self._base = httpx.URL(f"{parts.scheme}://{address}{parts.path.rstrip('/')}")
            is_usable = self._base.scheme in ("http", "https") and bool(self._base.host)
        except (ValueError, httpx.InvalidURL):
            is_usable = False
        if not is_usable:
            raise ConfigError(f"base_url {harmless(base_url)} is no http(s) address; correct it in the config.")
        self._headers = {
            "User-Agent": f"usage-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close" if keepalive_seconds is None else "keep-alive",
        }
        self._prepared: tuple[str, Mapping[str, str] | None, httpx.Request] | None = None
        _be_silent()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> HttpAnswer:
        """Ask for `path` below the base URL; redirects and refusals are answers like any other.

        Raises:
            Unreachable: no answer came, or it broke off.
            AnswerInvalid: it was no HTTP, compressed, or larger than 1 MiB.
        """
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._ask(self._request(path, params))
                body = await self._body_of(response)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 -- raised below, freed of frames with keys
            failure = _worded(error, self.host, self._timeout_seconds, "base_url")
        else:
            self._has_answered = True
            return HttpAnswer(
                status=response.status_code,
                reason=harmless(response.reason_phrase, 80),
                headers={name.lower(): harmless(text) for name, text in response.headers.items()},
                body=body,
                seconds=asyncio.get_running_loop().time() - started,
            )
        await self.close()
        failure.__context__ = failure.__cause__ = None
        raise failure.with_traceback(None)

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        wire, self._wire = self._wire, None
        self._has_answered = False
        if wire is not None:
            with contextlib.suppress(Exception):  # whatever a broken connection says at its end, it is gone
                await wire.aclose()

    def _request(self, path: str, params: Mapping[str, str] | None) -> httpx.Request:
        """Give the request without the key, made once for as long as the same is asked."""
        if self._prepared is None or self._prepared[:2] != (path, params):
            request = httpx.Request("GET", f"{self._base}{path}", params=params, headers=self._headers)
            self._prepared = (path, params, request)
        return self._prepared[2]

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        """Send, and read the answer's head; where the service closed a kept connection meanwhile, send once more."""
        is_kept = self._has_answered and self._keepalive_seconds is not None
        try:
            return await self._open_wire().handle_async_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not is_kept:
                raise
        await self.close()
        return await self._open_wire().handle_async_request(request)

    def _open_wire(self) -> _KeyedTransport:
        if self._wire is None:
            self._wire = _KeyedTransport(
                httpx.AsyncHTTPTransport(
                    verify=self._tls.context(self._base.scheme),
                    trust_env=False,
                    limits=httpx.Limits(
                        max_connections=1,
                        max_keepalive_connections=0 if self._keepalive_seconds is None else 1,
                        keepalive_expiry=self._keepalive_seconds,
                    ),
                ),
                self._base,
                self._key,
            )
        return self._wire

    async def _body_of(self, response: httpx.Response) -> bytes:
        """Read the body as it comes, counting."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", ""):
            raise AnswerInvalid(
                f"{self.host} sent a compressed answer ({harmless(encoding, 20)}), which was not asked for; "
                "check base_url."
            )
        chunks: list[bytes] = []
        size = 0
        async with contextlib.aclosing(response):
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > LARGEST_BODY_BYTES:
                    raise AnswerInvalid(f"{self.host} sent an answer of more than 1 MiB; check base_url.")
                chunks.append(chunk)
        return b"".join(chunks)


def _worded(error: BaseException, host: str, timeout_seconds: float, setting: str) -> BaseException:
    """Give the error to raise in place of `error`: one of ours, or itself where somebody asked to stop."""
    mend = f"check the network and {setting}."
    if isinstance(error, ServiceError) or not isinstance(error, Exception):
        return error
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Unreachable(f"{host} did not answer within {timeout_seconds:g} s; {mend}")
    if _is_no_http(error):
        return AnswerInvalid(f"{host} answered something that is no HTTP; check {setting}.")
    cause = worded_cause(error)
    if cause is None and isinstance(error, httpx.RemoteProtocolError | httpx.NetworkError):
        cause = "closed the connection before it had answered"
    return Unreachable(f"{host} {cause or f'could not be reached ({type(error).__name__})'}; {mend}")


def _is_no_http(error: Exception) -> bool:
    """Whether the answer broke the protocol's rules, and not just off; httpx tells the latter by these words alone."""
    is_broken_off = "disconnected" in str(error) or "peer closed" in str(error)
    return isinstance(error, httpx.RemoteProtocolError) and not is_broken_off


def _be_silent() -> None:
    """Keep httpx's logs from printing URLs and headers."""
    for name in _TALKATIVE:
        logging.getLogger(name).disabled = True


async def post_json(url: str, body: bytes, *, timeout_seconds: float, tls: Tls) -> int:
    """Send JSON to a web address once, over a connection of its own, and give the status of the answer.

    Redirects are answers like any other; the answer's body is not read. The address may be a secret: no error that
    leaves here repeats more of it than its host.

    Raises:
        Unreachable: no answer came within `timeout_seconds`.
        AnswerInvalid: it was no HTTP.
    """
    _be_silent()
    host = "the webhook"
    try:
        address = httpx.URL(url)
        host = harmless(address.netloc.decode("ascii", "replace"))
        headers = {
            "User-Agent": f"usage-tui/{__version__}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        request = httpx.Request("POST", address, headers=headers, content=body)
        async with (
            asyncio.timeout(timeout_seconds),
            httpx.AsyncHTTPTransport(verify=tls.context(address.scheme), trust_env=False) as wire,
        ):
            response = await wire.handle_async_request(request)
            await response.aclose()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 -- raised below, freed of frames with the address
        failure = _worded(error, host, timeout_seconds, "alerts.notify.webhook")
    else:
        return response.status_code
    failure.__context__ = failure.__cause__ = None
    raise failure.with_traceback(None)


class _Closable(Protocol):
    """A network stream, as far as it is of use here."""

    async def aclose(self) -> None:
        """Close it."""


class _KeyedTransport(httpx.AsyncBaseTransport):
    """Adds the key to what is sent to its own origin, and only to that.

    It also closes a connection whose TLS handshake was cut off, which httpx forgets.
    """

    def __init__(self, wire: httpx.AsyncHTTPTransport, origin: httpx.URL, key: ApiKey) -> None:
        self._wire = wire
        self._origin = origin
        self._key = key
        self._plain: httpx.Request | None = None
        self._keyed: httpx.Request | None = None
        self._connecting: _Closable | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, with the key where it belongs."""
        if self._keyed is None or self._plain is not request:
            self._plain, self._keyed = request, self._with_key(request)
        return await self._wire.handle_async_request(self._keyed)

    async def aclose(self) -> None:
        """Close all connections."""
        try:
            await self._wire.aclose()
        finally:
            if self._connecting is not None:
                await self._connecting.aclose()

    def _with_key(self, request: httpx.Request) -> httpx.Request:
        url, origin = request.url, self._origin
        if (url.scheme, url.host, url.port) != (origin.scheme, origin.host, origin.port):
            return request
        url = url.copy_merge_params({"api_key": self._key.reveal()})
        extensions = {"trace": self._trace} if url.scheme == "https" else {}
        return httpx.Request(request.method, url, headers=request.headers, extensions=extensions)

    async def _trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Remember a connection for as long as it is not yet the pool's to close."""
        if event == "connection.connect_tcp.complete":
            self._connecting = details["return_value"]
        elif event == "connection.start_tls.complete":
            self._connecting = None
