"""What has a name in the project: KPIs, parts, pages, panels, checks, lists, models."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from jike.checks.expectations import OWN_KEYS, SHARED, default_name
from jike.kpis.catalogue import with_usual_parameters
from jike.project.where.source import Source, Spot

KPIS, PARTS = "seeds/kpis.csv", "seeds/parts.csv"
CONTRACT = "src/jike/deliveries/contract.yml"
APP = "dashboards/app.py"
SHARED_ENTRIES = f"expectations/{SHARED}.yml"
QUESTIONS = "src/jike/pages/"

# Functions that put a whole page together: what they use is not of one panel.
TOGETHER = ("page", "main")

# What a file is to the thing it makes, by the start of its path; the first that fits.
ROLES = (
    ("seeds/", "list"),
    ("src/jike/deliveries/contract.yml", "contract"),
    ("models/marts/", "mart"),
    ("models/", "model"),
    ("macros/", "macro"),
    ("mappings/", "mapping"),
    ("expectations/", "check"),
    ("src/jike/pages/", "question"),
    ("dashboards/app.py", "navigation"),
    ("dashboards/kit/", "drawing"),
    ("dashboards/cards/", "card"),
    ("dashboards/", "page"),
    ("locales/", "text"),
    ("tests/", "test"),
    ("src/", "code"),
)


@dataclass(frozen=True)
class Thing:
    """Something with a name, and every line that makes it.

    `names` are what it is called, its code first.
    """

    kind: str
    names: tuple[str, ...]
    spots: tuple[Spot, ...]


def role(spot: Spot) -> str:
    """Say what a file is to what it makes: list, model, check, page, test …"""
    return next(name for start, name in ROLES if spot.file.startswith(start))


def in_order(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """Put spots in the order in which a figure is made, each once."""
    places = {name: place for place, (_, name) in enumerate(ROLES)}
    return tuple(sorted(set(spots), key=lambda spot: (places[role(spot)], spot)))


def named(source: Source) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Give everything that has a name: its kind, what it is called, its code."""
    for _, row in source.rows(KPIS):
        names = (with_usual_parameters(row[f"name_{code}"]) for code in ("zh", "en"))
        yield "KPI", (row["kpi"], *names), row["kpi"]
    for _, row in source.rows(PARTS):
        yield "part", (row["part"],), row["part"]
    for page in pages(source):
        yield "page", (page, *_titles(source, page)), page
    for key in panels(source):
        yield "panel", (key,), key
    for code, one in checks(source).items():
        yield "check", tuple(dict.fromkeys((one.name, code))), code
    for name in deliverables(source):
        yield "list", (name,), name
    for file in source.files("models/", ending=".sql"):
        yield "model", (_stem(file),), _stem(file)


def made_of(source: Source, kind: str, code: str) -> tuple[Spot, ...]:
    """Give every line that makes a thing."""
    finders = {
        "KPI": kpi,
        "part": part,
        "page": page_of,
        "panel": panel,
        "check": check,
        "list": delivered,
        "model": model,
    }
    return in_order(finders[kind](source, code))


# ---- KPIs and parts ----


def kpi(source: Source, code: str) -> Iterator[Spot]:
    """Row, parts with their models, composition, pages, checks and tests of a KPI."""
    yield source.row(KPIS, "kpi", code)
    row = next(row for _, row in source.rows(KPIS) if row["kpi"] == code)
    known = {row["part"] for _, row in source.rows(PARTS)}
    for name in {row["numerator"], row["denominator"]} & known:
        yield from _measured(source, name)
    yield from source.first([f"models/marts/kpi/kpi_{row['family']}.sql"], "^with$")
    if row["composed_by"]:
        functions = rf"(^def |\.){row['composed_by']}\b"
        yield from source.first(source.files("src/jike/kpis/"), functions)
    yield from _mentions(source, code)


def part(source: Source, code: str) -> Iterator[Spot]:
    """Row and models of a part, the KPIs made of it, checks and tests."""
    yield from _measured(source, code)
    for spot, row in source.rows(KPIS):
        if code in (row["numerator"], row["denominator"]):
            yield spot
    yield from _mentions(source, code)


def _measured(source: Source, name: str) -> Iterator[Spot]:
    """The row of a part, and of each model that holds its measure the first line."""
    yield source.row(PARTS, "part", name)
    row = next(row for _, row in source.rows(PARTS) if row["part"] == name)
    models = source.files("models/", ending=".sql")
    yield from source.first(models, rf"\b{row['measure']}\b")
    checked = source.files("expectations/")
    yield from source.first(checked, rf"\b{row['measure']}\b")


def _mentions(source: Source, code: str) -> Iterator[Spot]:
    """Where a code stands: in code as a text of its own, in SQL in quotes."""
    yield from source.quoting(code, "dashboards/", "src/")
    yield from _once(source.quoting(code, "tests/"))
    quoted = source.files("models/", "macros/", "tests/", ending=".sql")
    yield from source.first(quoted, rf"'{code}'")
    yield from source.first(source.files("expectations/"), rf"\b{code}\b")


def _once(spots: Iterable[Spot]) -> Iterator[Spot]:
    """Of each file the first."""
    seen: set[str] = set()
    for spot in spots:
        if spot.file not in seen:
            seen.add(spot.file)
            yield spot


# ---- pages and panels ----


def pages(source: Source) -> list[str]:
    """Codes of the pages: the folders and files of dashboards/views."""
    below = {file.split("/")[2] for file in source.files("dashboards/views/")}
    return sorted(name.removesuffix(".py") for name in below - {"__init__.py"})


def _titles(source: Source, page: str) -> list[str]:
    """What a page is called in the navigation, in every language."""
    for node in ast.walk(source.tree(APP)):
        if isinstance(node, ast.Dict):
            for key, title in zip(node.keys, node.values, strict=True):
                is_page = isinstance(key, ast.Constant) and key.value == page
                if is_page and isinstance(title, ast.Call):
                    return _in_every_language(source, ast.literal_eval(title.args[0]))
    return []


def _in_every_language(source: Source, text: str) -> list[str]:
    entry = re.compile(rf'^msgid "{re.escape(text)}"\nmsgstr "(.+)"$', re.MULTILINE)
    found = (entry.search(source.texts[f]) for f in source.files("locales/"))
    return [text, *(match[1] for match in found if match)]


def page_of(source: Source, code: str) -> Iterator[Spot]:
    """Every file of a page, its entry in the navigation, its questions and tests."""
    yield from source.quoting(code, APP)
    here = (f"dashboards/views/{code}", f"src/jike/pages/{code}", f"tests/pages/{code}")
    for file in source.files(*here, ending=".py"):
        if not file.endswith("__init__.py"):
            yield Spot(file, 1)
    yield from _once(source.quoting(code, "tests/browser/"))


@cache
def panels(source: Source) -> dict[str, list[Spot]]:
    """Every panel by its key: where it is put on a page, and where it is made."""
    found: dict[str, list[Spot]] = {}
    for file in source.files("dashboards/views/", "dashboards/cards/", ending=".py"):
        for node in ast.walk(source.tree(file)):
            for key in _keys(node):
                found.setdefault(str(key.value), []).append(Spot(file, key.lineno))
    return found


def _keys(node: ast.AST) -> Iterator[ast.Constant]:
    """The key of a panel: first of its value, of what draws it, or of a row of them."""
    said: list[ast.expr | None] = []
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in ("Panel", "panel", "draw"):
            said = list(node.args[: 2 if name == "draw" else 1])
    elif isinstance(node, ast.Dict):
        said = [
            key
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(value, ast.Lambda)
        ]
    for key in said:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key


def panel(source: Source, code: str) -> Iterator[Spot]:
    """Where a panel stands and is made, what that uses, and the tests that name it."""
    for spot in panels(source)[code]:
        yield spot
        yield from made_by(source, spot)
    yield from _once(source.quoting(code, "tests/pages/", "tests/browser/"))


def made_by(source: Source, spot: Spot) -> Iterator[Spot]:
    """What the function around a line uses, and the tables its questions read."""
    function = source.function_at(spot)
    if function is None or function.name in TOGETHER:
        return
    rooms = ("dashboards/views/", "dashboards/cards/", "dashboards/kit/", QUESTIONS)
    for used in source.used_by(spot.file, function):
        if used.file.startswith(rooms):
            yield used
        if used.file.startswith(QUESTIONS):
            yield from _tables(source, used)


def called_by(source: Source, spot: Spot) -> Iterator[Spot]:
    """Where the pages call the function around a line, in each file the first."""
    function = source.function_at(spot)
    if function is None or function.name in TOGETHER or function.name[0] == "_":
        return
    module = spot.file.removesuffix(".py").split("/")[-1]
    call = rf"\b(\w*{module}\.)?{function.name}\("
    folder = spot.file.rpartition("/")[0] + "/"
    start = folder if folder.startswith("dashboards/views/") else "dashboards/"
    others = (f for f in source.files(start, ending=".py") if f != spot.file)
    yield from source.first(others, call)


def _tables(source: Source, question: Spot) -> Iterator[Spot]:
    function = source.function_at(question)
    said = {
        node.value
        for node in ast.walk(function or ast.Module([], []))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for file in source.files("models/marts/", ending=".sql"):
        if _stem(file) in said:
            yield Spot(file, 1)


# ---- checks ----


@dataclass(frozen=True)
class Check:
    """What a check is called and about, where it is said, and why it matters."""

    name: str
    table: str
    spots: tuple[Spot, ...]
    because: tuple[str, ...] = ()


@cache
def checks(source: Source) -> dict[str, Check]:
    """Every check: expectations by table and name, dbt tests and unit tests by name."""
    found: dict[str, Check] = {}
    for file in source.files("expectations/raw/", "expectations/marts/"):
        for one in _expected(source, file):
            found[f"{one.table}.{one.name}"] = one
    for file in source.files("tests/sql/"):
        found[_stem(file)] = Check(_stem(file), "models", (Spot(file, 1),))
    for file in source.files("models/", ending=".yml"):
        unit = r"^  - name: (\w+)\n    (?:description: .*\n    )?model: (\w+)"
        for match in re.finditer(unit, source.texts[file], re.MULTILINE):
            line = source.texts[file].count("\n", 0, match.start()) + 1
            found[match[1]] = Check(match[1], match[2], (Spot(file, line),))
    return found


def _expected(source: Source, file: str) -> Iterator[Check]:
    """Each expectation of a file; one that it shares is also where that is said."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = source.texts[file]
    root: Any = yaml.compose(text, Loader=loader)
    entries = yaml.load(text, Loader=loader)["expect"]  # noqa: S506 (safe by its name)
    nodes = next(node.value for key, node in root.value if key.value == "expect")
    table = ".".join(file.removesuffix(".yml").split("/")[1:])
    for entry, node in zip(entries, nodes, strict=True):
        spots = [Spot(file, node.start_mark.line + 1)]
        full = entry
        if SHARED in entry:
            spots += source.lines(SHARED_ENTRIES, rf"^{entry[SHARED]}:")
            shared = yaml.load(source.texts[SHARED_ENTRIES], Loader=loader)  # noqa: S506
            full = shared[entry[SHARED]] | {"name": entry[SHARED]} | entry
        key = next(key for key in full if key not in {*OWN_KEYS, SHARED})
        name = str(full.get("name") or default_name(key, full[key]))
        because = tuple(str(text) for text in full["because"].values())
        yield Check(name, table, tuple(spots), because)


def check(source: Source, code: str) -> Iterator[Spot]:
    """Where a check is said, the table it is about, and the tests that break it."""
    found = checks(source)[code]
    yield from found.spots
    stem = found.table.rpartition(".")[2]
    yield from (Spot(f, 1) for f in source.files("models/") if _stem(f) == stem)
    yield from _once(source.quoting(found.name, "tests/"))
    cases = (f for f in source.files("tests/checks/") if _stem(f) == stem)
    yield from source.first(cases, rf"\b{re.escape(found.name)}\b")


# ---- lists, entities and models ----


@cache
def deliverables(source: Source) -> list[str]:
    """Names of the entities and lists of the contract, and of the other seeds."""
    contract = yaml.safe_load(source.texts[CONTRACT])
    seeds = map(_stem, source.files("seeds/"))
    return sorted({*contract["entities"], *contract["lists"], *seeds})


def delivered(source: Source, code: str) -> Iterator[Spot]:
    """The list, its columns, the models that read it, checks, code and tests."""
    yield from source.lines(CONTRACT, rf"^  {code}:")
    yield from (Spot(file, 1) for file in source.files(f"seeds/{code}.csv"))
    yield from source.first(
        source.files("models/", ending=".yml"), rf"^ +- name: {code}$"
    )
    read = rf"(ref|source)\((?:'raw', )?'{code}'\)"
    yield from source.first(source.files("models/", "macros/", ending=".sql"), read)
    yield from (
        Spot(f, 1)
        for f in source.files("models/staging/", "expectations/", "src/jike/sample/")
        if _stem(f) in (code, f"stg_{code}")
    )
    yield from source.quoting(code, "src/", "dashboards/")
    yield from _once(source.quoting(code, "tests/"))


def model(source: Source, code: str) -> Iterator[Spot]:
    """A model, its YAML, who reads it, its checks, questions and tests."""
    yield from (Spot(f, 1) for f in source.files("models/") if _stem(f) == code)
    yield from source.first(source.files("models/", ending=".sql"), rf"ref\('{code}'\)")
    yield from (Spot(f, 1) for f in source.files("expectations/") if _stem(f) == code)
    yield from source.quoting(code, "src/", "dashboards/")
    yield from _once(source.quoting(code, "tests/"))
    yield from source.first(source.files("tests/sql/"), rf"ref\('{code}'\)")


def _stem(file: str) -> str:
    return file.rpartition("/")[2].partition(".")[0]
