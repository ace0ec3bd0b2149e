"""HTTP, and the only place that imports httpx.

What a key needs is here: it is added below everything that could print a URL, and no error that leaves this module
remembers what caused it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11
import httpx

from usage_tui import __version__
from usage_tui.core.account import ApiKey
from usage_tui.core.errors import AnswerInvalid, ConfigError, ServiceError, Unreachable
from usage_tui.core.wording import harmless
from usage_tui.services.http_connection import HttpConnection, connect
from usage_tui.services.network_fault import worded_cause
from usage_tui.services.tls import Tls

LARGEST_BODY_BYTES = 1024 * 1024
_PORTS = {"http": 80, "https": 443}
_HEADERS = frozenset({b"content-encoding", b"date", b"server"})
_USER_AGENT = f"usage-tui/{__version__}".encode()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a service answered: those `headers` that are read here, `seconds` from asking to the body's end."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class HttpClient:
    """Asks one origin, with one key, one question at a time.

    `timeout_seconds` is for a whole request, from the name's look-up to the body's last byte. A connection is kept for
    `keepalive_seconds`, or not at all. After a failed request there is a new one.
    """

    def __init__(
        self, base_url: str, *, api_key: ApiKey, timeout_seconds: float, keepalive_seconds: float | None, tls: Tls
    ) -> None:
        """Prepare; nothing is sent.

        Raises:
            ConfigError: the base URL is none.
        """
        self._timeout_seconds = timeout_seconds
        try:
            parts = urlsplit(base_url)
            address = parts.netloc.rpartition("@")[2]
            self.host = harmless(address)
            base = httpx.URL(f"{parts.scheme}://{address}{parts.path.rstrip('/')}")
            is_usable = base.scheme in ("http", "https") and bool(base.host)
        except (ValueError, httpx.InvalidURL):
            is_usable = False
        if not is_usable:
            raise ConfigError(f"base_url {harmless(base_url)} is no http(s) address; correct it in the config.")
        self._line = _KeyedLine(base, api_key, keepalive_seconds, tls)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> HttpAnswer:
        """Ask for `path` below the base URL; redirects and refusals are answers like any other.

        Raises:
            Unreachable: no answer came, or it broke off.
            AnswerInvalid: it was no HTTP, compressed, or larger than 1 MiB.
        """
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                head, connection = await self._line.ask(path, params)
                headers = {_text(name): harmless(_text(value)) for name, value in head.headers if name in _HEADERS}
                body = await self._body_of(connection, headers.get("content-encoding", ""))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 -- raised below, freed of frames with keys
            failure = _worded(error, self.host, self._timeout_seconds, "base_url")
        else:
            return HttpAnswer(
                status=head.status_code,
                reason=harmless(_text(head.reason), 80),
                headers=headers,
                body=body,
                seconds=asyncio.get_running_loop().time() - started,
            )
        await self.close()
        failure.__context__ = failure.__cause__ = None
        raise failure.with_traceback(None)

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        await self._line.close()

    async def _body_of(self, connection: HttpConnection, encoding: str) -> bytes:
        """Read the body as it comes, counting."""
        if encoding.strip().lower() not in ("identity", ""):
            raise AnswerInvalid(
                f"{self.host} sent a compressed answer ({harmless(encoding, 20)}), which was not asked for; "
                "check base_url."
            )
        body = bytearray()
        while part := await connection.next_part():
            body += part
            if len(body) > LARGEST_BODY_BYTES:
                raise AnswerInvalid(f"{self.host} sent an answer of more than 1 MiB; check base_url.")
        return bytes(body)


class _KeyedLine:
    """A connection to one origin, and the key, which is added here to what is asked there and nowhere else."""

    def __init__(self, base: httpx.URL, key: ApiKey, keepalive_seconds: float | None, tls: Tls) -> None:
        self._base = base
        self._key = key
        self._keepalive_seconds = keepalive_seconds
        self._tls = tls
        self._headers = [
            (b"Host", base.netloc),
            (b"User-Agent", _USER_AGENT),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close" if keepalive_seconds is None else b"keep-alive"),
        ]
        self._prepared: tuple[str, Mapping[str, str] | None, h11.Request] | None = None
        self._connection: HttpConnection | None = None

    async def ask(self, path: str, params: Mapping[str, str] | None) -> tuple[h11.Response, HttpConnection]:
        """Send, and read the answer's head; where a kept connection turns out to be closed, send once more."""
        request = self._request(path, params)
        kept = self._connection
        if kept is not None and kept.is_ready:
            try:
                return await kept.ask(request), kept
            except ConnectionError:
                if kept.has_heard:
                    raise
        await self.close()
        self._connection = await _connected(self._base, self._keepalive_seconds, self._tls)
        return await self._connection.ask(request), self._connection

    async def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # whatever a broken connection says at its end, it is gone
                await connection.close()

    def _request(self, path: str, params: Mapping[str, str] | None) -> h11.Request:
        """Give the request, made once for as long as the same is asked."""
        if self._prepared is None or self._prepared[:2] != (path, params):
            asked = httpx.URL(f"{self._base}{path}", params={**(params or {}), "api_key": self._key.reveal()})
            self._prepared = (path, params, h11.Request(method="GET", target=asked.raw_path, headers=self._headers))
        return self._prepared[2]


def _text(sent: bytes) -> str:
    """Read what stands in an answer's head."""
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


async def _connected(url: httpx.URL, keepalive_seconds: float | None, tls: Tls) -> HttpConnection:
    """Connect to where a URL points."""
    context = tls.context if url.scheme == "https" else None
    return await connect(url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme], context, keepalive_seconds)


def _worded(error: BaseException, host: str, timeout_seconds: float, setting: str) -> BaseException:
    """Give the error to raise in place of `error`: one of ours, or itself where somebody asked to stop."""
    mend = f"check the network and {setting}."
    if isinstance(error, ServiceError) or not isinstance(error, Exception):
        return error
    if isinstance(error, TimeoutError):
        return Unreachable(f"{host} did not answer within {timeout_seconds:g} s; {mend}")
    if isinstance(error, h11.RemoteProtocolError):
        return AnswerInvalid(f"{host} answered something that is no HTTP; check {setting}.")
    cause = worded_cause(error)
    if cause is None and isinstance(error, ConnectionError):
        cause = "closed the connection before it had answered"
    return Unreachable(f"{host} {cause or f'could not be reached ({type(error).__name__})'}; {mend}")


async def post_json(url: str, body: bytes, *, timeout_seconds: float, tls: Tls) -> int:
    """Send JSON to a web address once, over a connection of its own, and give the status of the answer.

    Redirects are answers like any other; the answer's body is not read. The address may be a secret: no error that
    leaves here repeats more of it than its host.

    Raises:
        Unreachable: no answer came within `timeout_seconds`.
        AnswerInvalid: it was no HTTP.
    """
    host = "the webhook"
    try:
        address = httpx.URL(url)
        host = harmless(address.netloc.decode("ascii", "replace"))
        headers = [
            (b"Host", address.netloc),
            (b"User-Agent", _USER_AGENT),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", str(len(body)).encode()),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
        ]
        request = h11.Request(method="POST", target=address.raw_path, headers=headers)
        async with asyncio.timeout(timeout_seconds):
            connection = await _connected(address, None, tls)
            try:
                response = await connection.ask(request, h11.Data(body))
            finally:
                await connection.close()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 -- raised below, freed of frames with the address
        failure = _worded(error, host, timeout_seconds, "alerts.notify.webhook")
    else:
        return response.status_code
    failure.__context__ = failure.__cause__ = None
    raise failure.with_traceback(None)
