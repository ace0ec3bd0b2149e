"""Whom to trust over TLS."""

from __future__ import annotations

import ssl

import certifi


class Tls:
    """The one TLS setting of all clients: certificates are checked against the system's, or else certifi's, roots."""

    def __init__(self) -> None:
        self._trusting: ssl.SSLContext | None = None
        self._distrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def context(self, scheme: str) -> ssl.SSLContext:
        """Give the context for a scheme; for any but https it is one that trusts nobody, and costs nothing to make."""
        if scheme != "https":
            return self._distrusting
        if self._trusting is None:
            self._trusting = ssl.create_default_context()
            if not self._trusting.cert_store_stats()["x509_ca"]:
                self._trusting.load_verify_locations(certifi.where())
        return self._trusting
