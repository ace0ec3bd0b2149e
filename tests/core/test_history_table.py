"""Rows of the history as text, written and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, utc
from usage_tui.core.history_table import Form, RowInvalid, form_of, read_row, step_cells
from usage_tui.core.rollup import HOUR_MS, Reading, TimeSpan, epoch_ms, moment
from usage_tui.core.snapshot import Snapshot

AT_MS = epoch_ms(NOW)
SAMPLE = {
    "time": "2026-11-22T10:42:07.250Z",
    "account": "production",
    "concurrency": "62",
    "concurrency_limit": "100",
    "burst": "0",
    "used": "1412700",
    "limit": "3000000",
    "remaining": "1587300",
    "failed": "9041",
    "cycle_started_at": "2026-11-03T10:00:00Z",
}
STEP = {
    "time": "2026-11-22T10:00:00Z",
    "account": "production",
    "concurrency_min": "3",
    "concurrency_mean": "5.5",
    "concurrency_max": "9",
    "concurrency_limit": "100",
    "used": "1412700",
    "spend": "-12",
    "limit": "3000000",
    "failed": "9041",
    "seconds_covered": "3599.5",
}


def test_a_sample_is_read() -> None:
    row = read_row(Form.SAMPLES, SAMPLE)
    assert row.account == "production"
    assert row.said == Reading(
        AT_MS + 250,
        0,
        Snapshot(
            concurrency=62,
            concurrency_limit=100,
            burst=0,
            used=1_412_700,
            failed=9_041,
            limit=3_000_000,
            cycle_started_at=utc(2026, 11, 3, 10),
        ),
    )


def test_what_remains_by_the_word_of_the_service_is_kept() -> None:
    said = read_row(Form.SAMPLES, SAMPLE | {"remaining": "1587000"}).said
    assert isinstance(said, Reading)
    assert said.snapshot.credits_left == 1_587_000


def test_a_step_is_read() -> None:
    row = read_row(Form.STEPS, STEP)
    last = Snapshot(concurrency_limit=100, used=1_412_700, failed=9_041, limit=3_000_000)
    assert row.said == TimeSpan(AT_MS // HOUR_MS * HOUR_MS, last, 3, 9, round(5.5 * 3_599_500), 3_599_500, spend=-12)


@pytest.mark.parametrize("time", ["2026-11-22T11:42:07+01:00", "2026-11-22 10:42:07", 1_795_344_127, "1795344127.0"])
def test_times_are_iso_or_epoch_seconds(time: object) -> None:
    row = read_row(Form.SPEND, {"time": time, "spend": 12.4})
    assert row.at_ms == AT_MS
    assert isinstance(row.said, TimeSpan)
    assert row.said.spend == 12


@pytest.mark.parametrize(
    ("form", "cells", "reason"),
    [
        (Form.SAMPLES, SAMPLE | {"used": "12x"}, "used is 12x, which is no count"),
        (Form.SAMPLES, SAMPLE | {"used": "-1"}, "used is -1, which is no count"),
        (Form.SAMPLES, SAMPLE | {"used": True}, "used is True, which is no count"),
        (Form.SAMPLES, SAMPLE | {"used": 2**63}, "which is no count"),
        (Form.SAMPLES, SAMPLE | {"used": "", "concurrency": None}, "neither concurrency nor used is there"),
        (Form.SAMPLES, SAMPLE | {"time": "yesterday"}, "time is yesterday, which is no time"),
        (Form.SAMPLES, SAMPLE | {"time": ""}, "time is empty, which is no time"),
        (Form.SAMPLES, SAMPLE | {"time": "1926-11-22"}, "which is too far from today"),
        (Form.SAMPLES, SAMPLE | {"account": 5}, "account is 5, which is no name"),
        (Form.SAMPLES, SAMPLE | {"failed": "\x1b[2J[/foo]"}, r"failed is \x1b[2J[/foo], which is no count"),
        (Form.STEPS, STEP | {"concurrency_mean": "9.5"}, "which does not lie between"),
        (Form.STEPS, STEP | {"concurrency_min": ""}, "does not go with concurrency_max"),
        (Form.STEPS, STEP | {"seconds_covered": "-1"}, "seconds_covered is -1, which is negative"),
        (Form.STEPS, STEP | {"spend": float("nan")}, "spend is nan, which is no number"),
        (Form.SPEND, {"time": "2026-11-22", "spend": ""}, "spend is empty"),
        (Form.SPEND, {"time": "2026-11-22", "spend": "-1"}, "spend is -1, which is below 0"),
        (Form.SPEND, {"time": "2026-11-22", "spend": "1e400"}, "spend is 1e400, which is no number"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_the_reason(form: Form, cells: dict[str, object], reason: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        read_row(form, cells)
    assert reason in str(refused.value)


def test_a_form_is_told_by_its_columns_in_any_order() -> None:
    for form in Form:
        assert form_of(list(reversed(form.columns))) is form
        assert form_of([column for column in form.columns if column != "account"]) is form
    assert form_of(["time", "spend", "account"]) is Form.SPEND


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (["time", "spent"], "the column 'spent' is none"),
        (["time", "spend", "spend"], "stands twice"),
        (list(Form.STEPS.columns[:-1]), "the column seconds_covered is missing"),
        (["\x1b]52;c;x\x07"], r"\x1b]52"),
        ([], "is missing"),
    ],
)
def test_other_columns_are_refused(columns: list[str], reason: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        form_of(columns)
    assert reason in str(refused.value)


counts = st.none() | st.integers(0, 2**53)


@given(st.integers(0, 10**7), st.integers(0, 3_600_000), counts, counts, st.integers(-(10**9), 10**12))
def test_steps_come_back_as_they_were_written(
    number: int, covered_ms: int, used: int | None, highest: int | None, spend: int
) -> None:
    seen_ms = covered_ms if highest is not None else 0
    span = TimeSpan(
        start_ms=AT_MS // HOUR_MS * HOUR_MS - number % 10_000 * HOUR_MS,
        last=Snapshot(concurrency_limit=None, used=used, failed=number, limit=None),
        lowest=None if highest is None else 0,
        highest=highest,
        request_ms=seen_ms * (highest or 0) // 2,
        covered_ms=seen_ms,
        spend=spend,
    )
    for as_text in (False, True):
        cells = {
            column: "" if as_text and cell is None else str(cell) if as_text else cell
            for column, cell in zip(Form.STEPS.columns, step_cells("production", span), strict=True)
        }
        back = read_row(Form.STEPS, cells).said
        assert isinstance(back, TimeSpan)
        assert abs(back.request_ms - span.request_ms) <= 1 + seen_ms * max(1e-4, 1e-15 * (highest or 0))
        assert back == TimeSpan(
            span.start_ms, span.last, span.lowest, span.highest, back.request_ms, seen_ms, 0, spend=spend
        )


@given(st.sampled_from(list(Form)), st.data())
def test_no_cell_does_worse_than_be_refused(form: Form, data: st.DataObject) -> None:
    cell = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
    cells = {column: data.draw(cell) for column in form.columns}
    try:
        row = read_row(form, cells)
    except RowInvalid as refused:
        reason = str(refused)
    else:
        assert moment(row.at_ms).year < 2200
        return
    assert reason.isprintable()
