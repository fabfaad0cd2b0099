"""What is asked of a release: one query with bound values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Finish = Callable[[list[Row]], list[Row]]
"""Works something out on the rows of an answer. A frozen dataclass, so that caches can
tell one question from another by its fields."""


@dataclass(frozen=True)
class Question:
    """One query: the release tables it may touch, its text, its bound values.

    `finish` is what is worked out on its rows.
    """

    tables: tuple[str, ...]
    sql: str
    values: tuple[Any, ...] = ()
    finish: Finish | None = None
