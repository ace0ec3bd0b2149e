"""As much of HTTP/1.1 as a service on loopback needs: bounded requests in, answers with a length out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedReader
from typing import NamedTuple

from usage_tui import __version__

LONGEST_LINE_BYTES = 16_384
MOST_HEADERS = 100
LARGEST_BODY_BYTES = 10 * 1024 * 1024
_CHUNK_BYTES = 65_536


class Request(NamedTuple):
    """A request, without headers and body; `is_last` where the connection ends with its answer."""

    method: str
    target: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a request."""

    status: HTTPStatus
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


class RequestRefused(Exception):
    """A request that cannot be read to its end; the connection is of no more use after the answer `status`."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def read_request(stream: BufferedReader) -> Request | None:
    """Read one request with its body, or give None where the connection has ended.

    Raises:
        RequestRefused: it is no HTTP/1 request, or larger than the bounds.
        OSError: the connection broke, or stood idle for too long.
    """
    line = _read_line(stream, HTTPStatus.REQUEST_URI_TOO_LONG)
    if line == "\r\n":
        line = _read_line(stream, HTTPStatus.REQUEST_URI_TOO_LONG)
    if not line:
        return None
    method, _, rest = line.strip().partition(" ")
    target, _, version = rest.partition(" ")
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        raise RequestRefused(HTTPStatus.BAD_REQUEST)
    headers = _read_headers(stream)
    if "transfer-encoding" in headers:
        raise RequestRefused(HTTPStatus.LENGTH_REQUIRED)
    _skip_body(stream, headers.get("content-length", "0"))
    wish = headers.get("connection", "").lower()
    is_last = "close" in wish or (version == "HTTP/1.0" and "keep-alive" not in wish)
    # The body that we answer to HEAD as to any other method would be read as the start of the next answer.
    return Request(method, target, is_last=is_last or method == "HEAD")


def written(answer: Answer, *, is_last: bool) -> bytes:
    """Write an answer out, head and body."""
    status = answer.status
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Server: usage-tui-simulated/{__version__}\r\n"
        f"Content-Type: {answer.content_type}\r\n"
        f"Content-Length: {len(answer.body)}\r\n"
        f"Connection: {'close' if is_last else 'keep-alive'}\r\n\r\n"
    )
    return head.encode("ascii") + answer.body


def _read_line(stream: BufferedReader, too_long: HTTPStatus) -> str:
    line = stream.readline(LONGEST_LINE_BYTES + 1)
    if len(line) > LONGEST_LINE_BYTES:
        raise RequestRefused(too_long)
    return line.decode("latin-1")


def _read_headers(stream: BufferedReader) -> dict[str, str]:
    """Read headers up to the empty line; names in lower case."""
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS + 1):
        line = _read_line(stream, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if line in ("\r\n", "\n"):
            return headers
        name, colon, value = line.partition(":")
        if not colon:
            raise RequestRefused(HTTPStatus.BAD_REQUEST)
        headers[name.strip().lower()] = value.strip()
    raise RequestRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


def _skip_body(stream: BufferedReader, length: str) -> None:
    """Read past a body of `length` bytes: what a call posts goes nowhere."""
    if not (length.isascii() and length.isdigit()):
        raise RequestRefused(HTTPStatus.BAD_REQUEST)
    left = int(length) if len(length) < 20 else LARGEST_BODY_BYTES + 1
    if left > LARGEST_BODY_BYTES:
        raise RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    while left:
        chunk = stream.read(min(left, _CHUNK_BYTES))
        if not chunk:
            raise ConnectionError("the body ended early")
        left -= len(chunk)
