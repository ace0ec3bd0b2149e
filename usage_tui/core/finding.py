"""What `doctor` found, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from usage_tui.core.spans import Line, Role, Span
from usage_tui.core.wording import iso

DOCTOR_SCHEMA = "usage-tui/doctor/1"
CHECK_CELLS = 12


class Finding(Struct, frozen=True):
    """What one check found, in one sentence: the mend is part of it where something `is_ok` not."""

    check: str
    is_ok: bool
    found: str


def fine(check: str, found: str) -> Finding:
    """Say that a check found nothing to mend."""
    return Finding(check, True, found)  # noqa: FBT003 - that is what this function is for


def fault(check: str, found: str) -> Finding:
    """Say what a check found, and the mend."""
    return Finding(check, False, found)  # noqa: FBT003 - likewise


def doctor_report(findings: Sequence[Finding], now: datetime) -> dict[str, Any]:
    """Give what `doctor --json` prints."""
    return {
        "schema": DOCTOR_SCHEMA,
        "generated_at": iso(now),
        "ok": all(finding.is_ok for finding in findings),
        "checks": [{"check": each.check, "ok": each.is_ok, "found": each.found} for each in findings],
    }


def finding_line(finding: Finding) -> Line:
    """Word a finding."""
    sign = Span("● ok    ", Role.GOOD) if finding.is_ok else Span("✗ mend  ", Role.OVER)
    return (sign, Span(f"{finding.check:<{CHECK_CELLS}}", Role.LABEL), Span(finding.found))
