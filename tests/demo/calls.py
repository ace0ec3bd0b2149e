"""Calls of a service over real sockets, with the standard library alone."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

DEADLINE_SECONDS = 30.0


class Reply(NamedTuple):
    """What a service answered; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


def call(base_url: str, path: str, parameters: dict[str, str], *, method: str = "GET", body: bytes = b"") -> Reply:
    """Make one request on a connection of its own."""
    connection = connect(base_url)
    try:
        return call_on(connection, path, parameters, method=method, body=body)
    finally:
        connection.close()


def connect(base_url: str) -> HTTPConnection:
    """Open a connection that can be used for several requests."""
    return HTTPConnection(urlsplit(base_url).netloc, timeout=DEADLINE_SECONDS)


def call_on(
    connection: HTTPConnection, path: str, parameters: dict[str, str], *, method: str = "GET", body: bytes = b""
) -> Reply:
    """Make one request on an open connection."""
    connection.request(method, f"{path}?{urlencode(parameters)}" if parameters else path, body=body or None)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, response.read())


def send_raw(base_url: str, sent: bytes) -> bytes:
    """Send bytes as they are, and give all that comes back until the service closes the connection."""
    host, port = urlsplit(base_url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=DEADLINE_SECONDS) as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received
