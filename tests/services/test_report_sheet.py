"""Workbooks: the first filled sheet is read cell by cell, and what cannot be read is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from usage_tui.core.errors import ReportInvalid
from usage_tui.services import report_sheet
from usage_tui.services.report_file import opened_report

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<?xml version="1.0"?><styleSheet xmlns="{SHEETML}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/></cellXfs></styleSheet>'
)


def cell(value: str | float | tuple[float]) -> str:
    """Make a cell: text, a number, or, in a tuple, the serial number of a date."""
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    if isinstance(value, tuple):
        return f'<c s="1"><v>{value[0]}</v></c>'
    return f"<c><v>{value}</v></c>"


def a_workbook(path: Path, rows: list[list[str | float | tuple[float]]]) -> Path:
    """Write a small workbook, part by part."""
    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELS.format(f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{SHEETML}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Report" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELS.format(
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>'
        ),
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="{SHEETML}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return path


def read(path: Path) -> list[list[str]]:
    with opened_report(path, len) as report:
        return [cells for _, cells in report.rows]


def test_cells_are_text_whatever_they_were(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path / "report.xlsx", [["Domain", "Day", "Credits"], ["a.com", (46348,), 1234.0], ["b", "", 1.234]]
    )
    assert read(path) == [["Domain", "Day", "Credits"], ["a.com", "2026-11-22", "1234"], ["b", "", "1.234000"]]


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    path = a_workbook(tmp_path / "report.xlsx", [["Domain"]])
    with pytest.raises(
        ReportInvalid, match=r"needs the extra xlsx: install usage-tui\[xlsx\], or save the report as CSV"
    ):
        read(path)


def test_a_package_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with ZipFile(path, "w") as package:
        package.writestr("a", "b")
    with pytest.raises(ReportInvalid, match="is no workbook that can be read"):
        read(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ReportInvalid, match="is no workbook that can be read"):
        read(path)


def test_a_package_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_sheet, "LARGEST_UNPACKED_BYTES", 100)
    path = a_workbook(tmp_path / "report.xlsx", [["Domain"]])
    with pytest.raises(ReportInvalid, match="which is too much: save the report as CSV"):
        read(path)
