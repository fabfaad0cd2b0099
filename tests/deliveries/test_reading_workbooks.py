"""A workbook is refused by its size and its header before any of it is read."""

import datetime
import re
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from jike.deliveries.load import RefusedDeliveryError
from jike.ground.home import Home
from tests.fixtures.deliveries import GOOD, loaded

BILL = GOOD["bills"]
LACKS = "lacks the required column amount"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def unread(monkeypatch):
    """Workbooks whose first reading fails the test."""

    def read(*arguments, **options):
        raise AssertionError("the workbook was read")

    monkeypatch.setattr("jike.deliveries.files.try_out", read)
    monkeypatch.setattr("jike.mappings.source.try_out", read)


def bills(tmp_path, *lines, name="bills", **sheets):
    folder = tmp_path / "2025-09-30"
    folder.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    for title, rows in {"first": lines, **sheets}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.active)
    book.save(folder / f"{name}.xlsx")
    return folder


def rewritten(path, change):
    """Write every part of a workbook anew."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))


def mapping(home, declared):
    into = home.mappings / "own"
    into.mkdir(parents=True)
    (into / "source.yml").write_text(f"files: {{b: {{{declared}}}}}", encoding="utf-8")
    (into / "bills.sql").write_text("select * from b", encoding="utf-8")


def test_a_header_without_a_required_column_is_refused_unread(tmp_path, home, unread):
    names = [name for name in BILL if name != "amount"]
    folder = bills(tmp_path, [], names, *[["x"] * 5] * 3)
    with pytest.raises(RefusedDeliveryError, match=LACKS):
        loaded(home, folder)


@pytest.mark.parametrize(
    ("declared", "lines"),
    [
        ("header_row: 2, columns: [客户, amount]", [["title"], ["客户", "x"]]),
        (
            "header_row: [1, 2], columns: [本月_amount]",
            [["客户", "上月"], [None, "amount"]],
        ),
        ("header_row: 2, columns: [amount]", [["title"], ["客户", 1, 2, 3]]),
        ("sheet: 'a & \"b\"', columns: [amount]", [["amount"]]),
        ("sheet: 2, columns: [amount]", [["amount"]]),
    ],
)
def test_a_declared_header_is_looked_at_where_it_is(
    tmp_path, home, unread, declared, lines
):
    mapping(home, f"file: b.xlsx, {declared}")
    folder = bills(tmp_path, *lines, name="b", **{'a & "b"': [["客户"]]})
    with pytest.raises(RefusedDeliveryError, match=r"lacks the required .*amount"):
        loaded(home, folder, mapping="own")


@pytest.mark.parametrize("spelling", ["shared", "rich", "inline", "without places"])
def test_a_header_is_found_however_it_is_written(tmp_path, home, spelling):
    names = list(BILL)
    if spelling == "rich":
        bold = TextBlock(InlineFont(b=True), "unt")
        names[names.index("amount")] = CellRichText("amo", bold)
    folder = bills(tmp_path, names, list(BILL.values()))

    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        if spelling == "inline":
            for place, text in enumerate(names):
                content = content.replace(
                    b't="s"><v>%d</v>' % place,
                    b't="inlineStr"><is><t>%s</t></is>' % text.encode(),
                    1,
                )
        if spelling == "without places":
            content = re.sub(rb'<c r="[A-Z]+1"', b"<c", content)
        return content

    rewritten(folder / "bills.xlsx", change)
    assert loaded(home, folder)["bills.xlsx"].accepted == 1


def test_names_that_are_no_texts_are_left_to_the_reading(tmp_path, home):
    mapping(home, "file: b.xlsx, columns: [客户, '2025-09-01', '0.1']")
    (home.mappings / "own/bills.sql").write_text(
        "select 客户 as customer_id, 客户 as bill_line_id, 'D01' as product_id, "
        "'usage' as kind, '2025-09-01' as bill_month, \"2025-09-01\" as amount, "
        '"0.1" as remark, _file, _line from b',
        encoding="utf-8",
    )
    folder = bills(
        tmp_path, ["客户", datetime.date(2025, 9, 1), 0.1], ["K", 5, 6], name="b"
    )
    assert loaded(home, folder, mapping="own")["own/bills.sql"].accepted == 1


@pytest.mark.parametrize(
    ("parameter", "says"),
    [
        ("workbook_megabytes", "unpacks to more than 0 MB"),
        ("workbook_cells", "has a sheet of more than 0 cells"),
    ],
)
def test_limits_are_parameters(tmp_path, home, unread, parameter, says):
    folder = bills(tmp_path, list(BILL), list(BILL.values()))
    with pytest.raises(RefusedDeliveryError, match=says) as caught:
        loaded(home, folder, parameters={parameter: 0})
    assert f"--param {parameter}=N" in str(caught.value)


def test_a_format_down_to_the_last_row_is_no_size(tmp_path, home):
    folder = bills(tmp_path, list(BILL), list(BILL.values()))
    rewritten(
        folder / "bills.xlsx",
        lambda name, content: re.sub(rb'ref="A1:F2"', b'ref="A1:XFD1048576"', content),
    )
    with zipfile.ZipFile(folder / "bills.xlsx") as archive:
        assert b"XFD1048576" in archive.read("xl/worksheets/sheet1.xml")
    found = loaded(home, folder, parameters={"workbook_cells": 100})
    assert found["bills.xlsx"].accepted == 1


def test_a_workbook_with_a_dtd_is_left_to_the_process_with_limits(tmp_path, home):
    folder = bills(tmp_path, ["only"], ["x"])
    dtd = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]>'
    rewritten(
        folder / "bills.xlsx",
        lambda name, content: (
            dtd + content if name == "xl/worksheets/sheet1.xml" else content
        ),
    )
    with pytest.raises(RefusedDeliveryError):
        loaded(home, folder)
