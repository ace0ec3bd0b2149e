"""Files to import: read row by row, and refused with line and reason where they are wrong."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from usage_tui.core.errors import ImportInvalid
from usage_tui.core.history_table import Form
from usage_tui.services.history_table_file import LONGEST_LINE, FileRow, read_table, size_of

SPENDS = "time,spend\n2026-11-22T10:00:00Z,5\n1795345200,7\n"


def rows_of(path: Path, content: bytes | str) -> list[FileRow]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_table(path))


def refusal_of(path: Path, content: bytes | str) -> str:
    with pytest.raises(ImportInvalid) as refused:
        rows_of(path, content)
    assert str(refused.value).isprintable()
    return str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        SPENDS,
        "\ufeff" + SPENDS,
        SPENDS.replace("\n", "\r\n"),
        SPENDS.replace(",", ";"),
        SPENDS.replace(",", "\t"),
        "spend, time\n5,2026-11-22T10:00:00Z\n\n7,1795345200",
        '[{"time": "2026-11-22T10:00:00Z", "spend": 5}, {"time": 1795345200, "spend": 7}]',
        '{"time": "2026-11-22T10:00:00Z", "spend": 5}\n{"time": 1795345200, "spend": "7"}\n',
        '\ufeff [\n {\n"time": "2026-11-22T10:00:00Z",\n"spend": 5\n},\n{"time":1795345200,"spend":7.0}\n]\n\n',
    ],
)
def test_the_forms_that_files_come_in(tmp_path: Path, content: str) -> None:
    found = rows_of(tmp_path / "f", content)
    assert [each.form for each in found] == [Form.SPEND] * 2
    assert [getattr(each.row.said, "spend", None) for each in found] == [5, 7]
    assert found[1].row.at_ms - found[0].row.at_ms == 3_600_000


def test_a_defused_name_comes_back_as_it_was(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path / "f", "time,account,spend\n2026-11-22,'=1+1,5\n")
    assert row.row.account == "=1+1"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "line 1: it is empty"),
        ("time,spent\n", "line 1: the column 'spent' is none"),
        ("time,spend\n2026-11-22,5\n2026-11-23,x\n", "line 3: spend is x, which is no number"),
        ("time,spend\n2026-11-22\n", "line 2: it has 1 cells, and there are 2 columns"),
        ('time,spend\n"2026-11-22"x,5\n', "line 2: it is no CSV"),
        ('time,spend\n2026-11-22,"5\n6,7\n', "line 2: it is no CSV"),
        (b"time,spend\n2026-11-22,\xff\n", "line 2: it is no UTF-8 text"),
        (b"time,spend\n2026-11-22,\x005\n", "line 2: there is a NUL byte in it"),
        ("time,spend\n=1+1,5\n", "line 2: time is =1+1, which is no time"),
        ("time,spend\n\x1b]0;x\x07,5\n", "which is no time"),
        ("time,spend\n2026-11-22,[/foo]\n", "line 2: spend is [/foo], which is no number"),
        ("[]x", "there is more after the end of the array"),
        ('[{"time": 1795345200, "spend": 7}', "breaks off"),
        ('[{"time": 1795345200, "spend": 7},', "breaks off"),
        ('[{"time": 1795345200, "spend": 7} {"time": 1', "a comma is missing"),
        ('[\n{"time": 1795345200, "spend": 7},\n{"time": 1795345200, "spend": true}\n]', "line 3: spend is True"),
        ('[\n{"time": 1795345200, "spend": 7},\n{"time": 1795345200}]', "line 3: the object has other members"),
        ("[5]", "something else than an object"),
        ('{"time": 1795345200, "spend": ' + "[" * 50_000, "line 1: it is n"),
        (b'[{"time": "\xff', "line 1: it, or a line after it, is no UTF-8 text"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_reason(tmp_path: Path, content: bytes | str, reason: str) -> None:
    assert reason in refusal_of(tmp_path / "f", content)


def test_an_empty_array_has_no_row(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "f", "[ ]\n") == []


@pytest.mark.parametrize("start", [b"", b"time,spend\n", b"[", b'[{"time": "'])
def test_a_line_without_end_is_refused_early(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "f"
    with path.open("wb") as file:
        file.write(start + b"x" * LONGEST_LINE)
        file.truncate(2**30)
    with pytest.raises(ImportInvalid):
        list(read_table(path))


def test_folders_missing_files_and_impossible_names_are_refused(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path, "is a folder"),
        (tmp_path / "none", "No such file"),
        (Path("a\0b"), "its name is impossible"),
        (tmp_path / "f" / "g", "cannot be read"),
    ):
        for read in (size_of, lambda path: list(read_table(path))):
            with pytest.raises(ImportInvalid, match=reason):
                read(path)


def test_a_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(SPENDS,))
    writer.start()
    assert len(list(read_table(path))) == 2
    writer.join()


_PIECES = st.sampled_from(
    [b"time", b"spend", b",", b";", b"\n", b'"', b"[", b"]", b"{", b"}", b":", b"1795345200", b"\0"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_PIECES | st.binary(max_size=8), max_size=40).map(b"".join))
def test_no_content_does_worse_than_be_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f"
    for start in (b"", b"time,spend\n", b"[", b'[{"time": 1795345200, "spend": 7}'):
        path.write_bytes(start + content)
        reason = ""
        try:
            list(read_table(path))
        except ImportInvalid as refused:
            reason = str(refused)
        assert reason.isprintable()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.integers(1_700_000_000, 1_795_000_000), st.integers(0, 10**12)), min_size=1), st.booleans()
)
def test_json_is_read_the_same_however_it_is_laid_out(
    tmp_path: Path,
    spends: list[tuple[int, int]],
    is_wide: bool,
) -> None:
    table = [{"time": time, "spend": spend} for time, spend in spends]
    found = rows_of(tmp_path / "f", json.dumps(table, indent=7 if is_wide else None))
    assert [each.row.at_ms // 1000 for each in found] == [time for time, _ in spends]
