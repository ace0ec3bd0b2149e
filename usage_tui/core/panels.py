"""The words of the dashboard: each function gives one panel's lines for the room that it has."""

from __future__ import annotations

from datetime import timedelta

from usage_tui.core import outlook_words, wording
from usage_tui.core.chart import Chart
from usage_tui.core.counter_window import counters_hold_seconds
from usage_tui.core.cycle import Cycle
from usage_tui.core.glance import NOTHING, SEPARATOR, Glance, dim
from usage_tui.core.spans import Line, Role, Span, beside, joined
from usage_tui.core.view import AccountView

ALL_BUT = 0.95  # of a range, the rest being what the next sample will speak for
LATE_RENEWAL = timedelta(days=2)
LABELS_FROM_COLUMNS = 80
TWO_HALVES_FROM_COLUMNS = 92
GUTTER_COLUMNS = 4
FULL_ROWS = 3
QUIET_SECONDS = 60


def concurrency_header(glance: Glance, chart: Chart, width: int) -> Line:
    """Word the requests in flight now, and what the chart's span holds."""
    snapshot = glance.view.snapshot
    is_tight = snapshot.is_saturated
    in_use = Span(wording.count(snapshot.concurrency), Role.NEAR_STRONG if is_tight else Role.STRONG)
    of_limit = Span(f" of {wording.count(snapshot.concurrency_limit)}" if snapshot.concurrency_limit else " in flight")
    burst = Span(f" +{wording.count(snapshot.burst)} burst" if snapshot.burst else "", Role.DIM)
    tight: Line = (Span("   ▲ at the limit", Role.NEAR),) if is_tight else NOTHING
    label: Line = (Span("CONCURRENCY  ", Role.LABEL),) if width >= LABELS_FROM_COLUMNS - 4 else NOTHING
    now_words: Line = (in_use, of_limit, burst)
    lefts: list[Line] = [(*label, *now_words, *tight), (*label, *now_words), now_words]
    if not label:
        lead: Line = (in_use, of_limit)
        return beside(
            [now_words, lead],
            [tight[-1:], dim(glance.shown.label), NOTHING] if tight else [dim(glance.shown.label), NOTHING],
            width,
        )
    button = Span(f"   [ {glance.shown.label} ]")
    summary = chart.summary
    if summary is None:
        since = f"in {glance.shown.label}" if glance.view.sample else "yet"
        return beside(lefts, [(*dim(f"no samples {since}"), button), (button,)], width)
    peak = (
        f"peak {wording.count(summary.peak)} at {wording.clock_time(wording.from_epoch(summary.peak_at), glance.zone)}"
    )
    mean, busy = f"mean {summary.mean:,.0f}", wording.short_percent(summary.saturated_share)
    is_whole = summary.covered_seconds >= ALL_BUT * glance.shown.seconds
    span = glance.shown.label if is_whole else wording.short_span(summary.covered_seconds)
    rights = [
        (*dim(f"{peak} · {mean} · saturated {busy} of {span}"), button),
        (*dim(f"{mean} · saturated {busy} of {span}"), button),
        (*dim(f"{mean} · sat. {busy}"), button),
        (button,),
    ]
    return beside(lefts, rights, width)


def bar(share: float | None, mark_at: float | None, width: int, role: Role) -> Line:
    """Draw a bar of `share` (0–1), heavy where it is full, with one mark where an even pace would stand."""
    full = round(width * min(1.0, share or 0.0))
    if mark_at is None or width < 1:
        return _run(0, width, full, role)
    mark = min(width - 1, int(width * mark_at))
    return (*_run(0, mark, full, role), Span("┃", Role.STRONG), *_run(mark + 1, width, full, role))


def _run(start: int, end: int, full: int, role: Role) -> Line:
    """Draw the cells of a bar from `start` to `end`; those before `full` are filled."""
    filled = min(max(full, start), end)
    runs = (("━", filled - start, role), ("─", end - filled, Role.FAINT))
    return tuple(Span(cell * length, kind) for cell, length, kind in runs if length > 0)


def has_age_of_counters(height: int) -> bool:
    """Whether the credits say on this many rows how old the counters are."""
    return height == FULL_ROWS


def credits_lines(glance: Glance, width: int, height: int) -> tuple[Line, ...]:
    """Word the plan's credits: used, limit and remaining, with the renewal from three rows on."""
    view, snapshot = glance.view, glance.view.snapshot
    if height < FULL_ROWS:
        return (_short_credits(glance, width),)
    is_used_up = view.used_share is not None and view.used_share >= 1
    remaining: Line = (Span(f"remaining {wording.count(snapshot.remaining)}"),)
    pace = even_pace(glance)
    share = Span(wording.percent(view.used_share))
    shares: list[Line] = (
        [(*dim(f"{_old_counters(glance)}  "), share), (share,)] if has_age_of_counters(height) else [(share,)]
    )
    lines = [
        beside(used_forms("CREDITS", snapshot.used, snapshot.limit, width), shares, width),
        bar(view.used_share, elapsed_share(glance), width, Role.OVER if is_used_up else Role.ACCENT),
    ]
    risk = outlook_words.limit_at_risk(glance)
    if height == FULL_ROWS:
        both = joined([remaining, renewal(glance)], SEPARATOR)
        return (*lines, beside([both, remaining], [*risk, pace, NOTHING], width))
    lines += [beside([remaining], [pace, NOTHING], width), renewal_line(glance, width)]
    return (*lines, *_limit_lines(glance, width))[:height]


def _limit_lines(glance: Glance, width: int) -> tuple[Line, ...]:
    """Word what lies ahead of the plan's limit, where the budget's panel is about another ceiling."""
    ahead = glance.view.outlook
    if ahead is None or ahead.budget is None or ahead.limit is None:
        return ()
    lasting = outlook_words.to_last(glance, ahead.limit.ceiling)
    return (outlook_words.prospect_line(glance, ahead, ahead.limit, width), beside(lasting, [NOTHING], width))


def _short_credits(glance: Glance, width: int) -> Line:
    """Word the credits on one row."""
    view, cycle = glance.view, glance.view.cycle
    used, limit = Span(wording.short_count(view.snapshot.used)), Span(f" of {wording.short_count(view.snapshot.limit)}")
    off = f" · {_time_left(cycle, glance)}" if cycle else ""
    return headed("CREDITS", (used, limit), dim(f"{wording.short_percent(view.used_share)}{off}"), width)


def _time_left(cycle: Cycle, glance: Glance) -> str:
    return "renewal due" if cycle.is_due else wording.short_ahead(cycle.resets_at, glance.now)


def even_pace(glance: Glance) -> Line:
    """Word where an even pace would stand: the mark on the bar, in words."""
    share = elapsed_share(glance)
    if share is None:
        return NOTHING
    return (Span("┃", Role.STRONG), Span(f" even pace {wording.short_percent(share)}", Role.DIM))


def elapsed_share(glance: Glance) -> float | None:
    """Give the share of the cycle that has passed, 0–1, where that is known."""
    return glance.view.cycle.elapsed_share(glance.now) if glance.view.cycle else None


def renewal_line(glance: Glance, width: int) -> Line:
    """Word when the cycle renews, and how far off that is."""
    cycle = glance.view.cycle
    if cycle is None:
        return beside([renewal(glance)], [NOTHING], width)
    right = _of_what_is_due(cycle, glance) if cycle.is_due else wording.ahead(cycle.resets_at, glance.now)
    return beside([renewal(glance)], [dim(right), NOTHING], width)


def _of_what_is_due(cycle: Cycle, glance: Glance) -> str:
    """Word what to make of a renewal that the counters do not show: after days, the period is likely another one."""
    return "not seen yet" if glance.now - cycle.started_at < LATE_RENEWAL else "a yearly plan?"


def renewal(glance: Glance) -> Line:
    """Word when the cycle renews, or should have by the clock; what is assumed is said so."""
    cycle = glance.view.cycle
    if cycle is None:
        return dim("renewal unknown: the service does not say") if glance.view.sample else NOTHING
    if cycle.is_due:
        return dim(f"renewal due since {wording.day_time(cycle.started_at, glance.zone)}")
    assumed = " (assumed)" if cycle.is_assumed else ""
    return dim(f"renews {wording.day_time(cycle.resets_at, glance.zone)}{assumed}")


def spend_line(glance: Glance, width: int) -> Line:
    """Word the pace of spending, the share that failed, and where there is room how old the counters are."""
    rate, share = wording.rate(glance.view.spend_per_minute), glance.view.failed_share
    if width < LABELS_FROM_COLUMNS - 4:
        return beside([(Span(f"{rate}/min"),)], [dim(f"failed {wording.percent(share)}"), NOTHING], width)
    paces = _pace_forms(glance, rate)
    if width < TWO_HALVES_FROM_COLUMNS:
        return beside(paces, [*_failed_forms(glance), NOTHING], width)
    left, right = halves(width)
    space = Span(" " * (width - left - right))
    return (
        *beside(paces, [NOTHING], left),
        space,
        *beside(_failed_forms(glance), [*counters(glance), NOTHING], right),
    )


def _pace_forms(glance: Glance, rate: str) -> list[Line]:
    """Word the pace of spending, and what is usual for this hour."""
    lead: Line = (Span("SPEND  ", Role.LABEL), Span(rate, Role.STRONG))
    usual = glance.view.usual
    if usual is None or usual.spend_per_hour is None:
        return [(*lead, Span(" credits/min", Role.LABEL)), (*lead, Span("/min", Role.LABEL))]
    per_minute = wording.rate(usual.spend_per_hour / 60)
    return [
        (*lead, Span(f" credits/min, usual for this hour {per_minute}", Role.LABEL)),
        (*lead, Span(f"/min, usual for this hour {per_minute}", Role.LABEL)),
        (*lead, Span(f"/min, usual {per_minute}", Role.LABEL)),
        (*lead, Span("/min", Role.LABEL)),
    ]


def halves(width: int) -> tuple[int, int]:
    """Split a wide row into the widths of its two columns, with a gutter between."""
    return (width - GUTTER_COLUMNS) // 2, (width - GUTTER_COLUMNS + 1) // 2


def _failed_forms(glance: Glance) -> list[Line]:
    """Word the share of failed requests over the last minutes, and what is usual, if that is known."""
    view = glance.view
    share: Line = (Span("FAILED  ", Role.LABEL), Span(wording.percent(view.failed_share)))
    usual = view.usual.failed_share if view.usual is not None else None
    if usual is None:
        return [(*share, *dim(_window_words(view))), share]
    return [(*share, *dim(f", usual {wording.percent(usual)}")), share]


def _window_words(view: AccountView) -> str:
    if view.failed_share is None:
        return ""
    return f" of the last {wording.short_span(view.failed_window_seconds)}"


def counters(glance: Glance) -> list[Line]:
    """Word how old the counters are, in a long and a short form: they move in steps.

    They are called unchanged for the time that samples speak for alone.
    """
    view, changed = glance.view, glance.view.counters_changed_at
    if view.sample is None or changed is None:
        return [dim("counters move every 15 s") if view.sample else NOTHING]
    sampled = (glance.now - view.sample.at).total_seconds()
    stood = (view.sample.at - changed).total_seconds()
    if sampled > counters_hold_seconds(view.interval_seconds):
        return [dim(f"counters {wording.age(sampled if stood >= QUIET_SECONDS else sampled + stood)} old")]
    if stood >= QUIET_SECONDS:
        return [
            dim(f"counters unchanged for {wording.short_span(stood)}"),
            dim(f"unchanged {wording.short_span(stood)}"),
        ]
    old = wording.age(sampled + stood)
    return [dim(f"counters {old} old, every 15 s"), dim(f"counters {old} old")]


def _old_counters(glance: Glance) -> str:
    """Word how old the counters are for a row of something else."""
    return "".join(span.text for span in counters(glance)[-1])


def labelled(label: str, words: Line, width: int) -> Line:
    """Put a label before `words` where labels stand: on screens of 80 columns or more, in halves of wider ones."""
    return (Span(f"{label}  ", Role.LABEL), *words) if width >= LABELS_FROM_COLUMNS // 2 + 4 else words


def used_forms(label: str, used: int | None, ceiling: int | None, width: int) -> list[Line]:
    """Word what is used of a ceiling: its numbers grow short before its label goes."""
    whole, short = (
        (Span(word(used), Role.STRONG), Span(f" of {word(ceiling)}", Role.LABEL))
        for word in (wording.count, wording.short_count)
    )
    return [labelled(label, whole, width), labelled(label, short, width), short]


def headed(label: str, words: Line, right: Line, width: int) -> Line:
    """Word a panel's first row: its label goes before its numbers do."""
    return beside([labelled(label, words, width), words], [right], width)
