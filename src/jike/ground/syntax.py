"""The syntax tree of a query, as DuckDB gives it in JSON."""

from collections.abc import Iterator
from typing import Any


def nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Give every object of a syntax tree."""
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
