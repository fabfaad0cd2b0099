"""DuckDB's reader and Python's csv give the same rows, lines and quarantine.

The first reads files of plain lines, the second all others; here both read each file.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.deliveries.load import RefusedDeliveryError
from jike.deliveries.manifests import standing
from jike.deliveries.reading import csv as reading
from jike.ground.home import Home
from tests.deliveries import corpus
from tests.fixtures.deliveries import built, deliver, load

plain_cells = reading._plain_cells


def outcome(home, folder, monkeypatch, by_duckdb):
    """Everything that a load makes of a folder, and whether DuckDB read a file."""
    read = []

    def watched(*arguments):
        cells = plain_cells(*arguments) if by_duckdb else None
        read.append(cells is not None)
        return cells

    monkeypatch.setattr(reading, "_plain_cells", watched)
    try:
        reports = load(home, folder)
    except RefusedDeliveryError as error:
        return [report.as_dict() for report in error.reports], any(read)
    with built(home) as con:
        landed = [
            con.execute(
                "select * from read_parquet(?) order by all", [str(path)]
            ).fetchall()
            for path in sorted(
                [
                    *(
                        home.landing / file.landed
                        for file in next(iter(standing(home))).files
                    ),
                    *home.quarantine.rglob("*.parquet"),
                ],
                key=lambda path: (path.parts[-4], path.stem),
            )
        ]
        rejected = con.execute("select * from raw.quarantine order by all").fetchall()
    return ([r.as_dict() for r in reports], landed, rejected), any(read)


def both(tmp_path, monkeypatch, content):
    """What DuckDB made of a file, the same by Python, and whether DuckDB read it."""
    folder = deliver(tmp_path / "2025-09-30", customers=content)
    ours, was_plain = outcome(Home(tmp_path / "a"), folder, monkeypatch, True)
    theirs, _ = outcome(Home(tmp_path / "b"), folder, monkeypatch, False)
    return ours, theirs, was_plain


@pytest.mark.parametrize("name", corpus.CSV)
def test_a_malformed_file_is_read_alike(tmp_path, monkeypatch, name):
    ours, theirs, _ = both(tmp_path, monkeypatch, corpus.CSV[name].content)
    assert ours == theirs


PLAIN = {
    "LF": corpus.text(corpus.row("K1"), corpus.row("K2", "x")),
    "CRLF": corpus.text(corpus.row("K1"), corpus.row("K2", "x"), end="\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + corpus.text(corpus.row(), corpus.row("K2")),
    "no line end at the end": corpus.text(corpus.row()).rstrip(),
    "empty cells": corpus.text(corpus.row(), "," * 8, corpus.row("", "", "")),
    "signs of other readers": corpus.text(
        *(
            corpus.row(f"K{i}", name=n)
            for i, n in enumerate(["#", "\\N", "''", "NULL", "\\,", "-"])
        )
    ),
    "rows of many kinds": corpus.text(
        *(corpus.row(f"K{i % 900}", "x" if i % 7 == 0 else i) for i in range(3000))
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_of_plain_lines_is_read_by_duckdb_and_alike(tmp_path, monkeypatch, name):
    ours, theirs, was_plain = both(tmp_path, monkeypatch, PLAIN[name])
    assert was_plain == (name != "signs of other readers")
    assert ours == theirs


def test_the_lines_told_of_many_rows_are_those_of_the_file(tmp_path, monkeypatch):
    """More rows than a chunk of DuckDB, so that threads could mix them up."""
    rows = [corpus.row(f"K{i}", "x" if i % 1000 == 0 else i) for i in range(200_000)]
    folder = deliver(tmp_path / "2025-09-30", customers=corpus.text(*rows))
    (_, _, rejected), was_plain = outcome(
        Home(tmp_path / "a"), folder, monkeypatch, True
    )
    assert was_plain
    assert [row[4] for row in rejected] == [2 + i for i in range(0, 200_000, 1000)]


@pytest.mark.slow
@given(
    cells=st.lists(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_characters='",\r\n\0'), max_size=6
            ),
            min_size=1,
            max_size=10,
        ),
        max_size=5,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_any_text_without_quotes_is_read_alike(tmp_path_factory, cells, end):
    content = corpus.text(corpus.row(), *map(",".join, cells), end=end)
    with pytest.MonkeyPatch.context() as monkeypatch:
        ours, theirs, _ = both(tmp_path_factory.mktemp("text"), monkeypatch, content)
    assert ours == theirs
