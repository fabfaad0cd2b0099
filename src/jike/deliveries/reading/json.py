"""JSON lines: one object a line."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from jike.deliveries.reading.cells import (
    Cells,
    Record,
    RefusedError,
    column_names,
    is_clean,
    shown,
    write_cells,
)
from jike.deliveries.reading.encoding import scan


def json_cells(staged: Path, encoding: str) -> Cells:
    """Read JSON lines: one object a line, its keys are the columns.

    Numbers keep their digits; what is nested stays JSON.

    Raises:
        RefusedError: no line holds an object.
        UnicodeError: it is not in its encoding.
    """
    is_open = scan(staged).is_open
    names: dict[str, None] = {}
    for _, _, found in _json_objects(staged, encoding):
        names.update(dict.fromkeys(found or ()))
    if not names:
        raise RefusedError("holds no JSON object; one a line is expected")

    def records() -> Iterator[Record]:
        for line, text, found in _json_objects(staged, encoding):
            if found is None:
                yield line, [shown(text)], "structure"
            else:
                cells = [_json_cell(found.get(name)) for name in names]
                clean = is_clean([cell for cell in cells if cell])
                told = [cell and shown(cell) for cell in cells]
                yield line, told, None if clean else "encoding"

    cells = write_cells(staged, column_names(list(names)), records(), True)
    return replace(cells, is_open=is_open)


def _json_objects(
    staged: Path, encoding: str
) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Give (line, text, object) of each line with a text; null where it is none."""
    with staged.open(encoding=encoding, errors="surrogateescape") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                found = json.loads(text, parse_int=str, parse_float=str)
            except (ValueError, RecursionError):
                found = None
            yield line, text.strip(), found if isinstance(found, dict) else None


def _json_cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
