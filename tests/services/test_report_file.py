"""Report files as they come: every delimiter, encoding and quoting is read, and what is no report is refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_tui.core.errors import ReportInvalid
from usage_tui.core.report_headers import recognised
from usage_tui.services.report_file import LONGEST_LINE, opened_report

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def known(cells: Sequence[str]) -> int:
    return recognised(cells, {})


def read(path: Path) -> tuple[str, list[list[str]]]:
    with opened_report(path, known) as report:
        return report.form, [cells for _, cells in report.rows]


def refusal(path: Path) -> str:
    with pytest.raises(ReportInvalid) as fault:
        read(path)
    return str(fault.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("delimiter", "word"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end_is_told(
    tmp_path: Path, encoding: str, delimiter: str, word: str, end: str
) -> None:
    path = tmp_path / "report.csv"
    rows = [["Domain", "Date", "Credits"], ["münchen.de", "2026-11-22", "1"], ["example.com", "2026-11-22", "2"]]
    path.write_bytes(end.join(delimiter.join(row) for row in rows).encode(encoding))
    form, found = read(path)
    assert found == rows
    assert form == f"CSV, {word}, {'UTF-16' if '16' in encoding else 'UTF-8'}"


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text('"Domain";"Date";"Parameters";"Credits"\n"a.com";"2026-11-22";"x;y, ""z""\nmore";"1"\n')
    assert read(path)[1][1] == ["a.com", "2026-11-22", 'x;y, "z"\nmore', "1"]
    path.write_text("'Domain','Date','Credits'\n'a.com','2026-11-22','1,000'\n")
    assert read(path)[1][1] == ["a.com", "2026-11-22", "1,000"]


def test_the_delimiter_is_told_by_the_headers_and_not_by_what_is_most_frequent(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("Domain;Date;Parameters;Credits\na.com;2026-11-22;a,b,c,d,e,f;1\n")
    assert len(read(path)[1][1]) == 4


def test_rows_know_the_line_that_they_end_on(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text('Domain,Date,Credits\n"a\nb",2026-11-22,1\n')
    with opened_report(path, known) as report:
        assert [line for line, _ in report.rows] == [1, 3]


def test_what_is_no_report_is_named_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    assert "is a folder" in refusal(tmp_path)
    assert "cannot be read: No such file" in refusal(path)
    for content, what in ((b"", "is empty"), (b" \n\n", "is empty"), (PNG, "is a picture"), (b"%PDF-1.7", "PDF")):
        path.write_bytes(content)
        assert what in refusal(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "is no plain file" in refusal(path)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"Domain,Date\na\0b,1\n", 2, "NUL bytes"),
        (b"Domain,Date\nok,1\nm\xfcnchen.de,1\n", 3, "no UTF-8 text"),
        (b"Domain,Date\n" + b"x" * (LONGEST_LINE + 1), 2, "longer than 131,072"),
        (b"Domain,Date\n" + b"x," * LONGEST_LINE, 2, "longer than 131,072"),
        (b'Domain,Date\n"x' + b"x\n" * LONGEST_LINE, None, "never closed"),
    ],
    ids=["NUL", "Latin-1", "long cell", "many cells", "open quote"],
)
def test_a_broken_line_is_refused_with_its_number(
    tmp_path: Path, content: bytes, line: int | None, reason: str
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(content)
    told = refusal(path)
    assert reason in told
    assert line is None or f"report.csv:{line}: " in told
    assert "\n" not in told


def test_a_line_without_end_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with path.open("wb") as file:
        file.write(b"Domain,Date,Credits\n")
        file.truncate(1 << 30)  # a hole of a gigabyte, which reads as NUL bytes
    assert "report.csv:2: " in refusal(path)


@given(content=st.binary(max_size=400))
def test_any_bytes_are_rows_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "report.csv"
    path.write_bytes(content)
    try:
        read(path)
    except ReportInvalid as fault:
        told = str(fault)
    else:
        told = ""
    assert told.isprintable()
