"""Malformed files, made by code: what each is, and what has to become of it.

A file is refused (a part of the reason is given) or read as a whole: then the numbers
are rows accepted, and rows quarantined by rule.
"""

import gzip
import io
import zipfile
from dataclasses import dataclass, field

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from fixture_delivery import csv_of, good

NAMES = "snapshot_on,customer_id,tier,branch_id,status,is_target_market,joined_on"
HEADER = f"{NAMES},employees,customer_name"
ROW = "2025-09-30,{id},A1,C01,active,true,2020-01-01,{n},{name}"


@dataclass(frozen=True)
class Malformed:
    """One file of customers, and what becomes of it."""

    content: bytes
    accepted: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    refused: str = ""


def row(key: object = "K1", n: object = "", name: str = "集团") -> str:
    """A sound record, unless it is given something else."""
    return ROW.format(id=key, n=n, name=name)


def text(*records: str, header: str = HEADER, end: str = "\n") -> bytes:
    """A CSV file of these records."""
    return (end.join([header, *records]) + end).encode()


def refused(content: bytes, why: str) -> Malformed:
    return Malformed(content, refused=why)


def taken(content: bytes, accepted: int = 1, **by_rule: int) -> Malformed:
    return Malformed(content, accepted, by_rule)


def one_wrong(record: str, rule: str) -> Malformed:
    """A sound row and one that breaks a rule."""
    return taken(text(row("K0"), record), 1, **{rule: 1})


def changed(**values: str) -> str:
    """A record whose columns have other values."""
    record = dict(zip(HEADER.split(","), row().split(","), strict=True)) | values
    return ",".join(record.values())


HEADS = {
    "nothing": refused(b"", "is empty"),
    "line ends only": refused(b"\r\n\n\n", "is empty"),
    "byte order mark only": refused(b"\xef\xbb\xbf", "is empty"),
    "header only": taken(HEADER.encode() + b"\n", 0),
    "header without line end": taken(HEADER.encode(), 0),
    "header lacks a column": refused(
        text("2025-09-30,K1", header="snapshot_on,customer_id"), "lacks the required"
    ),
    "header names a column twice": refused(
        text(row() + ",x", header=HEADER + ",tier"), "tier twice"
    ),
    "header in capitals": refused(text(row(), header=HEADER.upper()), "lacks"),
    "header with spaces": taken(text(row(), header=HEADER.replace(",", " , "))),
    "header quoted": taken(text(row(), header='"' + HEADER.replace(",", '","') + '"')),
    "header reordered": taken(
        text(
            ",".join(reversed(row().split(","))),
            header=",".join(reversed(HEADER.split(","))),
        )
    ),
    "no header": refused(text(row("K2"), header=row()), "lacks"),
    "header again in the middle": one_wrong(HEADER, "type"),
    "a line that names the separator": refused(b"sep=,\n" + text(row()), "lacks"),
    "a remark before the header": refused(b"# customers\n" + text(row()), "lacks"),
    "blank lines before the header": taken(b"\n\r\n" + text(row())),
    "a column without a name": taken(text(row() + ",", header=HEADER + ",")),
    "columns named as ours are": taken(
        text(row() + ",1" * 8, header=HEADER + ",_line,_rule,_fault,_cells,r0,c0,x0,v0")
    ),
    "a column named as SQL": taken(
        text(row() + ",1", header=HEADER + ',"""); drop table x; --"')
    ),
    "too many columns": refused(
        text(
            row() + ",1" * 1200, header=HEADER + "".join(f",n{i}" for i in range(1200))
        ),
        "more than 1,000 columns",
    ),
    "semicolons": refused(text(row()).replace(b",", b";"), "lacks"),
    "tabs": refused(text(row()).replace(b",", b"\t"), "lacks"),
    "bars": refused(text(row()).replace(b",", b"|"), "lacks"),
}
RECORDS = {
    "fewer columns": one_wrong("2025-09-30,K1", "structure"),
    "one cell": one_wrong("K1", "structure"),
    "one space": one_wrong(" ", "structure"),
    "more columns": one_wrong(row() + ",1", "structure"),
    "a comma at the end": one_wrong(row() + ",", "structure"),
    "commas only, fitting": one_wrong("," * 8, "required"),
    "commas only, not fitting": one_wrong("," * 9, "structure"),
    "end of file mark": one_wrong("\x1a", "structure"),
    "blank lines between": taken(text(row("K1"), "", "", row("K2")), 2),
    "quote without end": refused(text(row(), row("K2", name='"x')), "ends inside"),
    "quote that swallows the rest": refused(
        text(row("K1", name='"x'), row("K2"), row("K3")), "ends inside"
    ),
    "text behind a quote": refused(text(row(name='"a"b')), "line 2: broken quoting"),
    "backslash before a quote": refused(text(row(name=r'"a\"b"')), "broken quoting"),
    "quote within a cell": taken(text(row(name='a"b'))),
    "space before a quote": taken(text(row(name=' "a"'))),
    "quotes doubled": taken(text(row(name='"a ""b"" c"'))),
    "line end within quotes": taken(text(row(name='"a\nb"'))),
    "all line ends within quotes": taken(text(row(name='"a\r\nb\rc\n"'), row("K2")), 2),
    "comma within quotes": taken(text(row(name='"a,b"'))),
    "apostrophes": taken(text(row(name="'a'"))),
    "control characters": taken(text(row(name="a\x01\x0b\x0c\x1c\x85\u2028b"))),
    "a formula": taken(text(row(name="=cmd|'/c calc'!A1"))),
    "SQL": taken(text(row(name="'); drop table raw.customers; --"))),
    "a field at the limit": taken(text(row(name="x" * 131_072))),
    "a field above the limit": refused(
        text(row(name="x" * 131_073)), "more than 131,072 characters"
    ),
    "a NUL byte": one_wrong(row(name="a\0b"), "nul"),
    "a NUL in a number": one_wrong(row(n="\x001"), "nul"),
    "NUL bytes only": refused(b"\0" * 1000, "lacks"),
    "no line end at the end": taken(text(row("K1"), row("K2")).rstrip(b"\n"), 2),
    "CRLF": taken(text(row("K1"), row("K2"), end="\r\n"), 2),
    "CR": taken(text(row("K1"), row("K2"), end="\r"), 2),
    "LF CR": taken(text(row("K1"), row("K2"), end="\n\r"), 2),
    "CR CR LF": taken(text(row("K1"), row("K2"), end="\r\r\n"), 2),
    "mixed line ends": taken(
        f"{HEADER}\r\n{row('K1')}\n{row('K2')}\r{row('K3')}".encode(), 3
    ),
    "equal rows": one_wrong(row("K0"), "duplicate"),
    "two rows of a key": one_wrong(row("K0", name="other"), "key"),
    "an unknown code": one_wrong(changed(tier="Z9"), "code"),
    "an unknown status": one_wrong(changed(status="alive"), "code"),
    "an empty key": one_wrong(row(""), "required"),
    "spaces for a key": one_wrong(row(" \u3000\u00a0"), "required"),
}
WRONG_NUMBERS = [
    *("NaN", "nan", "inf", "-Infinity", "1e5", '"1,000"', "0x10", "1_000", "--5"),
    *("+5", "5-", "99999999999999999999", "١٢", "１２", "5.5", "五", "#REF!", "null"),
]
WRONG_DATES = [
    *("2025/09/30", "30.09.2025", "20250930", "45930", "2025-02-30", "0000-01-01"),
    *("10000-01-01", "2025-9-3", "2025-09-30T24:00", "2025-09-30 08:00", "yesterday"),
    *("2025-09-30Z", "2025-09-30T00:00+08:00", "25-09-30", "2025-13-01"),
]
WRONG_FLAGS = ["ja", "2", "-1", "t", "yes", "真", "1.0"]
VALUES = {
    **{f"number {v}": one_wrong(row(n=v), "type") for v in WRONG_NUMBERS},
    **{f"date {v}": one_wrong(changed(joined_on=v), "type") for v in WRONG_DATES},
    **{
        f"flag {v}": one_wrong(changed(is_target_market=v), "type") for v in WRONG_FLAGS
    },
}
GBK = text(*(row(f"K{i}", name="云栖县教育集团") for i in range(4)))
LATIN = text(*(row(f"K{i}", name="Société") for i in range(4))).decode()
ENCODINGS = {
    "byte order mark and CRLF": taken(b"\xef\xbb\xbf" + text(row(), end="\r\n")),
    "byte order mark before a row": one_wrong("\ufeff" + row(), "type"),
    "GBK": taken(GBK.decode().encode("gbk"), 4),
    "GB18030 of four bytes": taken(
        text(*(row(f"K{i}", name="㐀𠀀é") for i in range(3)))
        .decode()
        .encode("gb18030"),
        3,
    ),
    "Latin-1": refused(LATIN.encode("latin-1"), "neither UTF-8 nor GB18030"),
    # By the rule of the contract these are GB18030, whose codes they are too; a source
    # that writes them needs a mapping that declares its encoding.
    "Big5": taken(GBK.decode().replace("县", "").encode("big5", "replace"), 4),
    "Shift JIS": taken(
        text(*(row(f"K{i}", name="ｶﾅ会社") for i in range(4)))
        .decode()
        .encode("shift_jis"),
        4,
    ),
    "UTF-16 with byte order mark": refused(text(row()).decode().encode("utf-16"), ""),
    "UTF-16 without": refused(text(row()).decode().encode("utf-16-be"), ""),
    "UTF-32": refused(text(row()).decode().encode("utf-32"), ""),
    "one line of GBK in UTF-8": taken(
        text(*(row(f"K{i}") for i in range(5)))
        + (row("G", name="云") + "\n").encode("gbk"),
        5,
        encoding=1,
    ),
    "half GBK, half UTF-8": taken(
        text(row("K1"), row("K2"))
        + "".join(row(f"G{i}", name="云") + "\n" for i in range(2)).encode("gbk"),
        2,
        encoding=2,
    ),
    "more GBK than UTF-8": refused(
        text(row("K1"), row("K2"))
        + "".join(row(f"G{i}", name="云") + "\n" for i in range(5)).encode("gbk"),
        "neither",
    ),
    "a character cut at the end": taken(
        text(row("K1"), row("K2")).rstrip(b"\n")[:-1], 1, encoding=1
    ),
    "an overlong character": taken(
        text(row("K1"), row("K2", name="?")).replace(b"?", b"\xc0\x80"), 1, encoding=1
    ),
    "half a surrogate": taken(
        text(row("K1"), row("K2", name="?")).replace(b"?", b"\xed\xa0\x80"),
        1,
        encoding=1,
    ),
    "a lost byte in a narrow row": taken(
        text(row("K1"), "?,?").replace(b"?", b"\xe4"), 1, structure=1
    ),
}


def zipped(name: str = "a.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text(row()))
    return buffer.getvalue()


STRANGERS = {
    "gzip": refused(gzip.compress(text(row()), mtime=0), ""),
    "zip": refused(zipped(), ""),
    "PNG": refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, ""),
    "HTML": refused(b"<html><body>please sign in</body></html>\n", "lacks"),
    "JSON": refused(b'[{"customer_id": "K1"}]\n', ""),
    "SQLite": refused(b"SQLite format 3\0" + b"\0" * 100, ""),
}
CSV = HEADS | RECORDS | VALUES | ENCODINGS | STRANGERS


def parquet(columns: dict[str, list] | None = None, **changes: list) -> bytes:
    """A Parquet file of one customer, with other columns in it."""
    cells = columns or {name: [value] for name, value in good("customers").items()}
    buffer = io.BytesIO()
    pq.write_table(pa.table(cells | changes), buffer)
    return buffer.getvalue()


def flipped(content: bytes, at: int) -> bytes:
    changed_content = bytearray(content)
    changed_content[at] ^= 0xFF
    return bytes(changed_content)


SOUND_PARQUET = parquet()
FOOTER = 8 + int.from_bytes(SOUND_PARQUET[-8:-4], "little")
PARQUET = {
    "nothing": refused(b"", "not a whole Parquet"),
    "four letters": refused(b"PAR1", ""),
    "letters at both ends": refused(b"PAR1" + b"\0" * 40 + b"PAR1", "damaged"),
    "the end is missing": refused(SOUND_PARQUET[:-30], "not a whole Parquet"),
    "the beginning is missing": refused(SOUND_PARQUET[30:], "not a whole Parquet"),
    "encrypted": refused(
        b"PARE" + SOUND_PARQUET[4:-4] + b"PARE", "not a whole Parquet"
    ),
    "length of the footer": refused(flipped(SOUND_PARQUET, -6), ""),
    "footer": refused(flipped(SOUND_PARQUET, 4 - FOOTER), ""),
    "CSV": refused(text(row()), "not a whole Parquet"),
    "no rows": taken(
        parquet({n: pa.array([], "string") for n in good("customers")}), 0
    ),
    "a missing column": refused(parquet({"customer_id": ["K1"]}), "lacks"),
    "lists in a column": taken(parquet(tier=[["A1"]]), 0, type=1),
    "records in a column": taken(parquet(tier=[{"a": "A1"}]), 0, type=1),
    "bytes that are no text": taken(parquet(tier=[b"\xff\xfe"]), 0, type=1),
    "numbers for a date": taken(parquet(joined_on=[20200101]), 0, type=1),
    "a half employee": taken(parquet(employees=[1.5]), 0, type=1),
    "not a number": taken(parquet(employees=[float("nan")]), 0, type=1),
    "infinite": taken(parquet(employees=[float("inf")]), 0, type=1),
    "a number beyond all": taken(parquet(employees=[1e300]), 0, type=1),
    "nothing but null": taken(parquet(tier=pa.array([None])), 0, required=1),
    "a NUL in a text": taken(parquet(customer_name=["a\0b"]), 0, nul=1),
    "our own column": refused(parquet(file_row_number=[1]), "file_row_number"),
    "names in two cases": taken(parquet(TIER=["x"]), 1),
}


def workbook(*records: list) -> bytes:
    """A workbook of these records."""
    book = openpyxl.Workbook()
    for record in records:
        book.active.append(record)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


NAMED = list(good("customers"))
SOUND_ROW = list(good("customers").values())
SOUND_WORKBOOK = workbook(NAMED, SOUND_ROW)
XLSX = {
    "nothing": refused(b"", ""),
    "CSV": refused(csv_of([good("customers")]), ""),
    "a zip of something else": refused(zipped(), ""),
    "the end is missing": refused(SOUND_WORKBOOK[:-300], ""),
    "the beginning is missing": refused(SOUND_WORKBOOK[300:], ""),
    "locked with a password": refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, ""),
    "an empty sheet": refused(workbook(), "is empty"),
    "a header only": taken(workbook(NAMED), 0),
    "a cell beyond the header": taken(
        workbook(NAMED, [*SOUND_ROW, "x"]), 0, structure=1
    ),
    "a short row": taken(workbook(NAMED, SOUND_ROW[:3]), 0, required=1),
    "an error in a cell": taken(
        workbook([*NAMED, "employees"], [*SOUND_ROW, "#DIV/0!"]), 0, type=1
    ),
    "rows of nothing": taken(workbook([], NAMED, [], [""], SOUND_ROW, []), 1),
    "a serial number for a date": taken(
        workbook(NAMED, [45930, *SOUND_ROW[1:]]), 0, type=1
    ),
}
CORPUS = {
    f"{kind}: {name}": (kind, one)
    for kind, files in (("csv", CSV), ("parquet", PARQUET), ("xlsx", XLSX))
    for name, one in files.items()
}
