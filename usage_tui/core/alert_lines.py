"""Alerts as rows and lines: for their screen, for `alerts list`, and for the dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from usage_tui.core import wording
from usage_tui.core.alert_log import TERMINAL, AlertLog, AlertRecord, Delivery, DeliveryStatus
from usage_tui.core.alert_words import rule_words
from usage_tui.core.glance import dim, simulated_words
from usage_tui.core.rows import GAP_CELLS, in_columns
from usage_tui.core.spans import Line, Role, Span, beside, cut, joined, line_cells
from usage_tui.core.view import AccountView
from usage_tui.core.wrapping import wrapped

NONE_YET = "No alert has fired yet."
STATE_CELLS = 14
SHORT_STATE_CELLS = len("▲ firing")
FIRED_CELLS = len("20 Nov")
MOMENTS_FROM_COLUMNS = 60
_RINGING = timedelta(minutes=2)
_STATUS_WORDS = {
    DeliveryStatus.SENT: "told",
    DeliveryStatus.WAITING: "on its way",
    DeliveryStatus.HELD: "held for quiet hours",
}


class AlertRows(Struct, frozen=True):
    """The rows of all alerts, the newest first: when each fired, where there is room, how it stands, what it says."""

    log: AlertLog
    now: datetime
    zone: tzinfo | None

    @property
    def names(self) -> Sequence[int]:
        """The alerts' numbers."""
        return [record.number for record in self.log.records]

    def titles(self, _width: int) -> None:
        """There are none: what stands in a row speaks for itself."""

    def row(self, index: int, width: int) -> Line:
        """Word an alert's row."""
        record = self.log.records[index]
        cells = [_state(record, self.log, self.now), _message(record, self.log, self.now)]
        widths = [SHORT_STATE_CELLS, max(0, width - SHORT_STATE_CELLS - GAP_CELLS)]
        if width >= MOMENTS_FROM_COLUMNS:
            cells.insert(0, _fired(record, self.now, self.zone))
            widths = [FIRED_CELLS, SHORT_STATE_CELLS, max(0, widths[1] - FIRED_CELLS - GAP_CELLS)]
        return in_columns(cells, widths)


def _fired(record: AlertRecord, now: datetime, zone: tzinfo | None) -> Line:
    return dim(wording.time_or_day(record.fired_at, now, zone))


def moment_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """Word when something was or will be: the time alone where that is near."""
    return wording.clock_time(at, zone) if wording.is_near(at, now) else wording.day_time(at, zone)


def _state(record: AlertRecord, log: AlertLog, now: datetime) -> Line:
    if record.resolved_at is not None:
        return dim("over")
    if log.mutes_of(record, now):
        return dim("muted")
    return dim("seen") if record.acknowledged_at is not None else (Span("▲ firing", Role.NEAR),)


def _message(record: AlertRecord, log: AlertLog, now: datetime) -> Line:
    lost: Line = (Span("✗ ", Role.OVER),) if record.failed else ()
    is_quiet = record.resolved_at is not None or record.acknowledged_at is not None or log.mutes_of(record, now)
    return (*lost, Span(record.message, Role.DIM if is_quiet else Role.TEXT))


def alert_title(log: AlertLog, views: Iterable[AccountView], width: int) -> Line:
    """Word the title of the accounts' alerts: how many go on, and how many did not reach anybody."""
    going_on = sum(record.resolved_at is None for record in log.records)
    lost = sum(bool(record.failed) for record in log.records)
    left: Line = (Span("ALERTS  ", Role.LABEL), Span(wording.count(len(log.records)), Role.STRONG))
    parts: list[Line] = []
    if lost:
        parts.append((Span(f"✗ {lost} not delivered", Role.OVER),))
    if log.records:
        parts.append((Span(f"{going_on} going on", Role.NEAR),) if going_on else dim("all over"))
    simulated = simulated_words(views)
    rights = [(*simulated, *joined(parts[:most], Span(" · ", Role.DIM))) for most in (2, 1, 0)]
    return beside([left], rights, width)


def alert_detail(
    record: AlertRecord, log: AlertLog, now: datetime, zone: tzinfo | None, room: tuple[int, int]
) -> tuple[Line, ...]:
    """Word what is known of one alert in at most `room` columns and rows."""
    width, rows = room
    facts = [f"fired {moment_words(record.fired_at, now, zone)}"]
    if record.resolved_at is not None:
        lasted = wording.short_span((record.resolved_at - record.fired_at).total_seconds())
        facts.append(f"over {moment_words(record.resolved_at, now, zone)}, after {lasted}")
    if record.acknowledged_at is not None:
        facts.append(f"seen {moment_words(record.acknowledged_at, now, zone)}")
    facts += muted_words(record, log, now, zone)
    deliveries = record.deliveries
    if now - record.fired_at > _RINGING and any(map(_is_unheard, deliveries)):
        deliveries = tuple(each for each in deliveries if not _is_unheard(each))
        facts.append("no monitor was open to ring")
    facts += _told_words(deliveries)
    lines = [
        *wrapped((Span(record.message),), width),
        *wrapped(dim(" · ".join(facts)), width),
        *(row for each in record.failed for row in wrapped((Span(failure_words(each), Role.OVER),), width)),
    ]
    shown = lines[:rows]
    if len(lines) > len(shown) > 0:
        shown[-1] = cut((*shown[-1], *dim(" …")), width)
    return tuple(shown)


def _is_unheard(delivery: Delivery) -> bool:
    return delivery.channel == TERMINAL and delivery.status is DeliveryStatus.WAITING


def _told_words(deliveries: Iterable[Delivery]) -> list[str]:
    """Word through which channels an alert was told, is being told, and is not told yet."""
    channels: dict[DeliveryStatus, dict[str, None]] = {status: {} for status in _STATUS_WORDS}
    for each in deliveries:
        if each.status in channels:
            channels[each.status][each.channel] = None
    return [f"{_STATUS_WORDS[status]}: {', '.join(names)}" for status, names in channels.items() if names]


def muted_words(record: AlertRecord, log: AlertLog, now: datetime, zone: tzinfo | None) -> list[str]:
    """Word which mutes are in force on what an alert is of."""
    return [
        f"{'account' if mute.rule is None else 'rule'} muted until {moment_words(mute.until, now, zone)}"
        for mute in log.mutes_of(record, now)
    ]


def mute_words(name: str, rule: str | None, until: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """Word what the key for muting did."""
    what = wording.harmless(name, 64) + (f": {rule_words(rule)}" if rule is not None else ": alerts")
    if until is None:
        return f"{what} no longer muted."
    return f"{what} muted until {moment_words(until, now, zone)}; once more for longer."


def failure_words(delivery: Delivery) -> str:
    """Word why one delivery did not arrive."""
    return f"{delivery.channel}: not delivered: {delivery.error}"


def list_lines(log: AlertLog, now: datetime, zone: tzinfo | None) -> list[Line]:
    """Word what `alerts list` prints, the newest last, each alert with what was not delivered of it."""
    if not log.records:
        return [dim(NONE_YET)]
    lines: list[Line] = []
    for record in reversed(log.records):
        state = _state(record, log, now)
        gap = Span(" " * (STATE_CELLS - line_cells(state)))
        when = wording.day_time(record.fired_at, zone)
        lines.append((Span(f"{when:<18}", Role.DIM), *state, gap, Span(record.message)))
        if record.resolved_at is not None:
            lines.append(dim(f"{'':18}{'':{STATE_CELLS}}over {moment_words(record.resolved_at, now, zone)}"))
        lines += [_indented(each) for each in record.failed]
    return lines


def _indented(delivery: Delivery) -> Line:
    return (Span(f"{'':18}{'':{STATE_CELLS}}{failure_words(delivery)}", Role.OVER),)
