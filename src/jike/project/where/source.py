"""The project's own files as text: where a word stands, where a name is defined."""

import ast
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDERS = (
    *("dashboards", "expectations", "locales", "macros", "mappings", "models"),
    *("seeds", "src", "tests"),
)
ENDINGS = {".csv", ".po", ".py", ".sql", ".yml"}

SURELY_ON_ONE_LINE = 20
"""Characters of a text that code does not break over lines."""

Function = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True, order=True)
class Spot:
    """A line of a file of the project."""

    file: str
    line: int


class Source:
    """The files of one project, each read once."""

    def __init__(self, root: Path) -> None:
        """Read the files below a folder when they are first asked for."""
        self.root = root
        self._trees: dict[str, ast.Module] = {}
        self._constants: dict[str, list[tuple[str, Spot]]] = {}

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every file of code, lists and texts by its path within the project."""
        found = (path for name in FOLDERS for path in (self.root / name).rglob("*"))
        return {
            path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(found)
            if path.suffix in ENDINGS and path.is_file()
        }

    def files(self, *starts: str, ending: str = "") -> list[str]:
        """Give the files whose path starts with one of these, in order."""
        return [f for f in self.texts if f.startswith(starts) and f.endswith(ending)]

    def lines(self, file: str, pattern: str) -> Iterator[Spot]:
        """Give every line of a file in which a regular expression is found."""
        for number, line in enumerate(self.texts[file].splitlines(), 1):
            if re.search(pattern, line):
                yield Spot(file, number)

    def first(self, files: Iterable[str], pattern: str) -> Iterator[Spot]:
        """Give of each file the first such line."""
        for file in files:
            if re.search(pattern, self.texts[file], re.MULTILINE):
                yield next(self.lines(file, pattern))

    def row(self, file: str, column: str, value: str) -> Spot:
        """Give the line of a list whose column holds a value."""
        return next(spot for spot, row in self.rows(file) if row[column] == value)

    def rows(self, file: str) -> Iterator[tuple[Spot, dict[str, str]]]:
        """Give the rows of a list with the line each begins on."""
        reader = csv.DictReader(self.texts[file].splitlines(keepends=True))
        begin = 2
        for row in reader:
            yield Spot(file, begin), row
            begin = reader.line_num + 1

    # ---- Python ----

    def tree(self, file: str) -> ast.Module:
        """Give a file of Python as its syntax."""
        if file not in self._trees:
            self._trees[file] = ast.parse(self.texts[file])
        return self._trees[file]

    def constants(self, *starts: str) -> Iterator[tuple[str, Spot]]:
        """Give every text that stands in code, with where it begins."""
        for file in self.files(*starts, ending=".py"):
            if file not in self._constants:
                self._constants[file] = [
                    (node.value, Spot(file, node.lineno))
                    for node in ast.walk(self.tree(file))
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                ]
            yield from self._constants[file]

    def quoting(self, word: str, *starts: str) -> list[Spot]:
        """Give where code holds exactly this text, a line once."""
        # Most files do not hold it at all, and need not be parsed to know it.
        head = word.split("\n")[0].partition('"')[0][:SURELY_ON_ONE_LINE]
        files = [f for f in self.files(*starts, ending=".py") if head in self.texts[f]]
        spots = (
            spot for f in files for text, spot in self.constants(f) if text == word
        )
        return sorted(set(spots))

    def function_at(self, spot: Spot) -> Function | None:
        """Give the outermost function or class around a line."""
        for node in self.tree(spot.file).body:
            if isinstance(node, Function) and (
                node.lineno <= spot.line <= (node.end_lineno or 0)
            ):
                return node
        return None

    def used_by(self, file: str, function: Function) -> list[Spot]:
        """Give what a function uses of the project, where each of it is defined.

        Functions of its own file are followed, those of others are named.
        """
        names = self._imported(file)
        own = {n.name: n for n in self.tree(file).body if isinstance(n, Function)}
        found: set[Spot] = set()
        waiting, seen = [function], {function.name}
        while waiting:
            for node in ast.walk(waiting.pop()):
                word = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                word = node.id if isinstance(node, ast.Name) else word
                found |= self._defined(names, word)
                if word in own and word not in seen:
                    seen.add(word)
                    waiting.append(own[word])
        return sorted(found)

    def _imported(self, file: str) -> dict[str, str]:
        """Give what each imported name stands for: a module or a name in one."""
        names = {}
        for node in ast.walk(self.tree(file)):
            if isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    names[one.asname or one.name] = f"{node.module}.{one.name}"
        return names

    def _defined(self, names: dict[str, str], word: str) -> set[Spot]:
        head, _, rest = word.partition(".")
        if head not in names:
            return set()
        module, _, name = f"{names[head]}.{rest}".rstrip(".").rpartition(".")
        path = module.replace(".", "/") + ".py"
        for file in (path, f"src/{path}"):
            if file in self.texts:
                return {
                    Spot(file, node.lineno)
                    for node in self.tree(file).body
                    if isinstance(node, Function) and node.name == name
                }
        return set()
