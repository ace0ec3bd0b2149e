"""Looks whether accounts' services can be reached, whom they prove to be, and what time they have."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from usage_tui.core.finding import Finding, fault, fine
from usage_tui.core.wording import harmless, short_span
from usage_tui.services.network_fault import worded_cause
from usage_tui.services.tls import Tls

MOST_SKEW_SECONDS = 10.0
LEAST_DAYS_LEFT = 7
PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def check_origin(base_url: str, timeout_seconds: float, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Connect to a service's address, and look at its certificate; nothing is asked, and no key is sent."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    shown = harmless(parts.netloc.rpartition("@")[2])
    try:
        address = (host, parts.port or (443 if parts.scheme == "https" else 80))
        with closing(socket.create_connection(address, timeout_seconds)) as connection:
            yield fine("network", f"{shown} can be reached.")
            if parts.scheme == "https":
                yield _check_certificate(connection, host, shown)
    except (OSError, ValueError) as error:
        yield fault("network", f"{shown} {worded_cause(error) or 'could not be reached'}; {_mend(environ)}")


def _check_certificate(connection: socket.socket, host: str, shown: str) -> Finding:
    try:
        with Tls().context.wrap_socket(connection, server_hostname=host) as wrapped:
            version, certificate = wrapped.version(), wrapped.getpeercert() or {}
    except (OSError, ValueError) as error:
        return fault("tls", f"{shown} {worded_cause(error) or 'broke off'}; check base_url, and this clock.")
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return fine("tls", f"{shown} speaks {version}, and its certificate is trusted.")
    days = int((ssl.cert_time_to_seconds(ends) - datetime.now(UTC).timestamp()) // 86_400)
    words = f"{shown} speaks {version}; its certificate is trusted, for {days} more days"
    if days < LEAST_DAYS_LEFT:
        return fault("tls", f"{words}: ask who runs it to renew it.")
    return fine("tls", f"{words}.")


def check_clock(name: str, date: str, now: datetime, took_seconds: float) -> Finding | None:
    """Hold this machine's clock against the Date that a service sent; None where it sent none."""
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    skew = (now - theirs).total_seconds()
    if abs(skew) > MOST_SKEW_SECONDS + took_seconds:
        way = "ahead of" if skew > 0 else "behind"
        words = f"This clock is {short_span(abs(skew))} {way} that of {name}'s service"
        return fault("clock", f"{words}; set it, with NTP at best.")
    return fine("clock", f"This clock agrees with that of {name}'s service.")


def _mend(environ: Mapping[str, str]) -> str:
    """Word the mend; proxies of the environment are not used, which those who have one should know."""
    if any(environ.get(variable) for variable in PROXY_VARIABLES):
        return "check the network and base_url; the proxy that the environment names is not used."
    return "check the network and base_url."
