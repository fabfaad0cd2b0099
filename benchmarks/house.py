"""How the project is built, in figures: floors, arrows, circles, sizes, lines.

    python benchmarks/house.py [FOLDER]

A room is a file or folder directly inside a package; an arrow is an ordered pair of
rooms of which one imports the other, wherever the import stands and whatever it is
for; floors are the rooms on the longest chain of arrows; a circle is a set of files
that import each other.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CODE = ("benchmarks", "dashboards", "docs", "expectations", "macros", "mappings")
CODE += ("models", "seeds", "src", "tests")
ENDINGS = (".py", ".sql", ".yml")
SCREEN = 40
RECIPES = ("A KPI on parts", "A part", "A panel", "A page")
RECIPES += ("An entity", "A language")

Graph = dict[str, set[str]]

# As measured at 1f452c3, before the rooms, and what was to be reached.
BEFORE = {
    "floors / arrows / circles of dashboards": "11 / 162 / 1",
    "floors / arrows / circles of src/jike": "11 / 219 / 1",
    "largest file, largest flat folder": "932, 91",
    "functions over 40 lines in dashboards": "51",
    "files to touch": "1 · 7 · 3 · 13 · 12 · ~130",
    "lines of code": "86,000",
}
GOAL = {
    "floors / arrows / circles of dashboards": "≤ 7 / ≤ 60 / 0",
    "floors / arrows / circles of src/jike": "≤ 6 / ≤ 40 / 0",
    "largest file, largest flat folder": "≤ 500, ≤ 20",
    "functions over 40 lines in dashboards": "≤ 10",
    "files to touch": "1 · 5 · 2 · 5 · 7 · 3",
    "lines of code": "≤ 79,000",
}


def main() -> None:
    """Print the table: before, goal, now."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else PROJECT
    now = measured(root)
    print("| | 1f452c3 | goal | now |\n|---|---|---|---|")
    for name, before in BEFORE.items():
        print(f"| {name} | {before} | {GOAL[name]} | {now[name]} |")
    print(f"\nFiles to touch: {' · '.join(RECIPES)}.")
    for name, text in where_it_is_largest(root).items():
        print(f"{name}: {text}")


def measured(root: Path) -> dict[str, str]:
    """Give each figure of the table as it is in a folder."""
    files = code(root)
    longest, widest = max(map(lines_of, files)), max(flat(files).values())
    return {
        "floors / arrows / circles of dashboards": built(root, "dashboards"),
        "floors / arrows / circles of src/jike": built(root / "src", "jike"),
        "largest file, largest flat folder": f"{longest}, {widest}",
        "functions over 40 lines in dashboards": str(len(long_functions(root))),
        "files to touch": to_touch(root / "docs" / "contributing.md"),
        "lines of code": f"{sum(map(lines_of, files)):,}",
    }


def code(root: Path) -> list[Path]:
    """Give every file of Python, SQL and YAML; texts of the catalogues aside."""
    top = [path for path in root.iterdir() if path.suffix in ENDINGS]
    below = [path for name in CODE for path in (root / name).rglob("*")]
    return [path for path in sorted(top + below) if path.suffix in ENDINGS]


def lines_of(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def flat(files: list[Path]) -> dict[Path, int]:
    """Count the files directly inside each folder."""
    folders = {path.parent for path in files}
    return {folder: sum(path.parent == folder for path in files) for folder in folders}


def long_functions(root: Path) -> list[str]:
    """List the functions of the dashboards that are longer than a screen."""
    return [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in sorted((root / "dashboards").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > SCREEN
    ]


def where_it_is_largest(root: Path) -> dict[str, str]:
    """Name what the largest figures are of."""
    files = code(root)
    folders = flat(files)
    widest = max(folders, key=lambda folder: folders[folder])
    graphs = (imports(root, "dashboards"), imports(root / "src", "jike"))
    closed = [" ".join(sorted(one)) for graph in graphs for one in circles(graph)]
    return {
        "Largest file": str(max(files, key=lines_of).relative_to(root)),
        "Largest folder": str(widest.relative_to(root)),
        "Files over 500 lines": str(sum(lines_of(path) > 500 for path in files)),
        "Folders over 20 files": str(sum(n > 20 for n in folders.values())),
        "Circles": "; ".join(closed) or "none",
        "Functions over 40 lines": ", ".join(long_functions(root)) or "none",
    }


# ---- who imports whom ----


def built(root: Path, package: str) -> str:
    """Give floors, arrows and circles of a package."""
    files = imports(root, package)
    rooms = between_rooms(files)
    return f"{floors(rooms)} / {sum(map(len, rooms.values()))} / {len(circles(files))}"


def imports(root: Path, package: str) -> Graph:
    """Give each module of a package with the modules of it that it imports."""
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts): path
        for path in (root / package).rglob("*.py")
    }
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    return {
        name: {known(one, modules) for one in imported(path)} & modules.keys() - {name}
        for name, path in modules.items()
    }


def imported(path: Path) -> Iterator[str]:
    """Give what a file imports, in functions and for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def known(name: str, modules: dict[str, Path]) -> str:
    """Give the module a name is, or is defined in."""
    return name if name in modules else name.rpartition(".")[0]


def between_rooms(files: Graph) -> Graph:
    """Put the files of a room together; an arrow within a room is none."""
    rooms: Graph = {}
    for name, found in files.items():
        arrows = rooms.setdefault(room(name), set())
        arrows |= {room(one) for one in found} - {room(name), ""}
    rooms.pop("", None)
    return rooms


def room(module: str) -> str:
    """Give the part of a module's name behind its package; "" for the package."""
    return ".".join(module.split(".")[1:2])


def circles(graph: Graph) -> list[set[str]]:
    """Give the sets of nodes that all reach each other."""
    reached = {name: reachable(name, graph) for name in graph}
    found = {
        frozenset(one for one in reached[name] if name in reached[one])
        for name in graph
        if name in reached[name]
    }
    return [set(one) for one in found]


def reachable(start: str, graph: Graph) -> set[str]:
    """Give the nodes that arrows lead to from one."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(graph[one])
    return found


def floors(rooms: Graph) -> int:
    """Count the rooms on the longest chain; those of a circle stand on one floor."""
    above = {name: rooms[name] - mutual(name, rooms) for name in rooms}
    heights: dict[str, int] = {}

    def height(name: str) -> int:
        if name not in heights:
            circle = mutual(name, rooms) | {name}
            below = set().union(*(above[one] for one in circle)) - circle
            heights[name] = 1 + max(map(height, below), default=0)
        return heights[name]

    return max(map(height, rooms), default=0)


def mutual(name: str, graph: Graph) -> set[str]:
    """Give the nodes that lead to one and that it leads to."""
    return {one for one in reachable(name, graph) if name in reachable(one, graph)}


# ---- recipes ----


def to_touch(document: Path) -> str:
    """Give how many files each recipe says it touches, in the order of the table."""
    text = document.read_text(encoding="utf-8")
    said = {
        name.strip(): n
        for name, n in re.findall(r"^### (.+?) · (\d+) files?$", text, re.MULTILINE)
    }
    return " · ".join(said.get(name, "?") for name in RECIPES)


if __name__ == "__main__":
    main()
