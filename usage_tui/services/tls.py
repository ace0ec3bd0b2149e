"""Whom to trust over TLS."""

from __future__ import annotations

import ssl
from functools import cached_property

import certifi


class Tls:
    """Trusts the system's roots, or where it has none, certifi's: read once for all connections that share this."""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """What a connection needs, made when it is first asked for."""
        trusting = ssl.create_default_context()
        if not trusting.cert_store_stats()["x509_ca"]:
            trusting.load_verify_locations(certifi.where())
        return trusting
