"""Who may read whom: the rooms of docs/architecture.md, over dbt and over Python."""

import ast
import graphlib
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

READS = {
    "staging": {"sources"},
    "intermediate": {"staging", "intermediate", "marts", "seeds"},
    "marts": {"staging", "intermediate", "marts", "seeds"},
}

# Every room of the program and the rooms it may import, lower ones before higher ones.
PROGRAM = {
    "ground": set(),
    "words": {"ground"},
    "sample": {"ground"},
    "deliveries": {"ground"},
    "mappings": {"ground", "deliveries"},
    "build": {"ground", "deliveries"},
    "releases": {"ground", "words", "deliveries"},
    "checks": {"ground", "releases"},
    "kpis": {"ground", "words", "releases"},
    "pages": {"ground", "kpis", "releases"},
    "project": {
        *("ground", "words", "deliveries", "build", "releases", "checks", "kpis"),
    },
    "cli": {
        *("ground", "words", "sample", "deliveries", "mappings", "build"),
        *("releases", "checks", "kpis", "pages", "project"),
    },
}
# The same of the pages in the browser. A page imports no other page.
SCREEN = {
    "shell": set(),
    "kit": {"shell"},
    "cards": {"shell", "kit"},
    "views": {"shell", "kit", "cards"},
    "app.py": {"shell", "views"},
}
# What the screen may import of the program: what is asked, never what is made.
ASKED = {"ground", "words", "releases", "kpis", "pages"}

# Packages of others that a room may use, and a file beyond its room: by its path, or by
# its name on any page. What is not listed here may not.
PACKAGES = {
    "src/jike/ground": {"yaml"},
    "src/jike/words": {"babel"},
    "src/jike/sample": {"duckdb"},
    "src/jike/deliveries": {"duckdb", "pyarrow", "python_calamine", "yaml"},
    "src/jike/mappings": {"duckdb", "yaml"},
    "src/jike/build": {"duckdb"},
    "src/jike/build/dbt.py": {"dbt"},
    "src/jike/releases": {"duckdb"},
    "src/jike/releases/opening.py": {"pandas"},
    "src/jike/checks": {"duckdb", "great_expectations", "sqlalchemy", "yaml"},
    "src/jike/kpis": {"numpy", "scipy"},
    "src/jike/project": {"duckdb", "packaging"},
    "src/jike/project/documents.py": {"yaml"},
    "src/jike/project/where/things.py": {"yaml"},
    "src/jike/project/where/sentences.py": {"babel"},
    "dashboards/app.py": {"streamlit"},
    "dashboards/shell": {"streamlit"},
    "dashboards/shell/names.py": {"opencc", "pypinyin"},
    "dashboards/kit": {"plotly"},
    "dashboards/kit/behind.py": {"streamlit"},
    "dashboards/kit/panel.py": {"streamlit"},
    "dashboards/kit/table.py": {"streamlit", "pandas"},
    "dashboards/cards/drawn.py": {"streamlit"},
    "dashboards/cards/panels.py": {"streamlit"},
    "dashboards/cards/rows.py": {"pandas"},
    "dashboards/views/*/page.py": {"streamlit"},
    "dashboards/views/*/charts.py": {"plotly"},
    "dashboards/views/revenue/year.py": {"plotly"},
    "dashboards/views/*/rows.py": {"pandas", "numpy"},
}
MOST_FLOORS, MOST_ARROWS = 6, 40

# Verbs do not import each other, the CLI joins them.
VERBS = {
    *("sample.write", "deliveries.load", "build.build", "checks.audit"),
    *("releases.publish", "releases.closing", "kpis.kpi", "kpis.trace.told"),
    *("project.serve", "project.doctor"),
}


def layer(node):
    if node["resource_type"] == "seed":
        return "seeds"
    if node["resource_type"] == "source":
        return "sources"
    return node["fqn"][1]


def wrong_reads(manifest):
    found = {**manifest["nodes"], **manifest["sources"]}
    return [
        f"{node['name']} reads {found[parent]['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if layer(found[parent]) not in READS[layer(node)]
    ]


def imports(path):
    """Every module a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def for_types(tree):
    """The imports that only a type checker follows."""
    return {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }


def imports_at_run_time(path):
    """Modules as a file names them when it runs, imports of functions included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = for_types(tree)
    for node in ast.walk(tree):
        if node in typed:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def python_files(root):
    for folder, rooms in (("src/jike", PROGRAM), ("dashboards", SCREEN)):
        for path in sorted((root / folder).rglob("*.py")):
            if path != root / folder / "__init__.py":
                inside = path.relative_to(root / folder)
                yield path, folder, inside.parts, rooms


def wrong_rooms(root):
    """Imports, for types too, of a room that the importing room may not read."""
    wrong = []
    for path, folder, inside, rooms in python_files(root):
        where, room = path.relative_to(root), inside[0]
        if room not in rooms:
            wrong.append(f"{where} lies in no room")
            continue
        for name in imports(path):
            package, *parts = name.split(".")
            if package == "jike" and parts and folder == "dashboards":
                allowed = parts[0] in ASKED
            elif package == "dashboards":
                allowed = folder == "dashboards" and (
                    not parts
                    or parts[0] in rooms[room]
                    or (parts[0] == room and is_of_its_page(room, inside, parts))
                )
            elif package == "jike" and parts and parts[0] in PROGRAM:
                allowed = parts[0] == room or parts[0] in rooms[room]
            else:
                continue
            if not allowed:
                wrong.append(f"{where} imports {name}")
    return wrong


def is_of_its_page(room, inside, parts):
    return room != "views" or len(parts) == 1 or parts[1] == inside[1]


def wrong_packages(root):
    """Packages of others that a room or a file uses at run time and may not."""
    wrong = []
    for path, folder, inside, _ in python_files(root):
        where = path.relative_to(root)
        allowed = PACKAGES.get(f"{folder}/{inside[0]}", set()) | {
            package
            for place, packages in PACKAGES.items()
            if where.match(place)
            for package in packages
        }
        own = {"jike", "dashboards", *sys.stdlib_module_names}
        wrong += [
            f"{where} imports {name}"
            for name in imports_at_run_time(path)
            if name.split(".")[0] not in own | allowed
        ]
    return wrong


def floors(rooms):
    """How many rooms the longest way down passes."""
    height = {}
    for room, below in rooms.items():
        height[room] = 1 + max((height[other] for other in below), default=0)
    return max(height.values())


def verbs_that_import_verbs(folder):
    verbs = {verb: folder / f"{verb.replace('.', '/')}.py" for verb in VERBS}
    return [
        f"{verb} imports {name}"
        for verb, path in sorted(verbs.items())
        if path.exists()
        for name in imports(path)
        if name.removeprefix("jike.") in VERBS - {verb}
    ]


def test_models_read_only_the_layers_before_them(manifest):
    assert wrong_reads(manifest) == []


def test_parts_are_summed_from_rows_and_never_from_parts(manifest):
    nodes = manifest["nodes"]

    def ancestors(key):
        found, waiting = set(), [key]
        while waiting:
            depends = nodes[waiting.pop()].get("depends_on", {})
            for parent in depends.get("nodes", []):
                if parent in nodes and parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found

    parts = {key for key in nodes if re.fullmatch(r"model\.jike\.kpi_\w+", key)}
    parts.remove("model.jike.kpi_values")
    assert len(parts) == 9
    for key in parts:
        assert not ancestors(key) & parts, key


def test_a_mart_that_reads_a_source_is_found():
    source = {"resource_type": "source", "name": "bills", "fqn": ["jike", "raw"]}
    mart = {
        "resource_type": "model",
        "name": "kpi_revenue",
        "fqn": ["jike", "marts", "kpi_revenue"],
        "depends_on": {"nodes": ["source.bills"]},
    }
    manifest = {"nodes": {"mart": mart}, "sources": {"source.bills": source}}
    assert wrong_reads(manifest) == ["kpi_revenue reads bills"]


def test_staging_reads_one_source_each(manifest):
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and layer(node) == "staging":
            assert len(node["depends_on"]["nodes"]) == 1, node["name"]


def test_python_rooms_import_only_the_rooms_below_them():
    assert wrong_rooms(PROJECT) == []


def test_python_rooms_use_only_the_packages_they_may():
    assert wrong_packages(PROJECT) == []


@pytest.mark.parametrize(
    ("folder", "rooms"), [("src/jike", PROGRAM), ("dashboards", SCREEN)]
)
def test_every_room_that_is_named_is_there(folder, rooms):
    there = {
        path.name
        for path in (PROJECT / folder).iterdir()
        if any(path.rglob("*.py")) or path.suffix == ".py"
    }
    assert there - {"__init__.py"} == rooms.keys()


def test_the_house_has_few_floors_and_few_arrows():
    assert floors(PROGRAM) <= MOST_FLOORS
    assert sum(map(len, PROGRAM.values())) <= MOST_ARROWS
    assert floors(SCREEN) <= MOST_FLOORS


def planted(root, place, text):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("room", PROGRAM)
def test_a_new_file_of_the_program_that_imports_upwards_is_found(tmp_path, room):
    above = [other for other in PROGRAM if other not in {room, *PROGRAM[room]}]
    for other in above:
        planted(tmp_path, f"src/jike/{room}/new.py", f"from jike.{other} import x\n")
        assert wrong_rooms(tmp_path), other
    text = "def f():\n    from dashboards.kit import canvas\n"
    planted(tmp_path, f"src/jike/{room}/new.py", text)
    assert wrong_rooms(tmp_path)
    for package in ("streamlit", "plotly", "pandas"):
        planted(tmp_path, f"src/jike/{room}/new.py", f"import {package}\n")
        assert wrong_packages(tmp_path), package


@pytest.mark.parametrize("room", ["shell", "kit", "cards", "views/orders", "app"])
def test_a_new_file_of_the_screen_that_imports_what_it_may_not_is_found(tmp_path, room):
    place = "dashboards/app.py" if room == "app" else f"dashboards/{room}/new.py"
    wrong = [
        "from jike.build import build\n",
        "if TYPE_CHECKING:\n    from jike.checks.audit import AuditRecord\n",
        "from dashboards import cellar\n",
    ]
    if room != "app":
        wrong.append("from dashboards.views.halls import rows\n")
    for text in wrong:
        planted(tmp_path, place, text)
        assert wrong_rooms(tmp_path), text
    banned = ["duckdb", "dbt", "great_expectations", "pandas"]
    banned += [] if room in ("shell", "app") else ["streamlit"]
    for package in banned:
        planted(tmp_path, place, f"def f():\n    import {package}.x\n")
        assert wrong_packages(tmp_path), package


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("page.py", "pandas"),
        ("page.py", "duckdb"),
        ("charts.py", "streamlit"),
        ("rows.py", "streamlit"),
        ("findings.py", "plotly"),
    ],
)
def test_each_file_of_a_page_has_its_own_packages(tmp_path, file, package):
    planted(tmp_path, f"dashboards/views/weather/{file}", f"import {package}\n")
    assert wrong_packages(tmp_path) == [
        f"dashboards/views/weather/{file} imports {package}"
    ]


def test_a_room_that_nobody_named_is_found(tmp_path):
    planted(tmp_path, "src/jike/utils/new.py", "")
    planted(tmp_path, "dashboards/helpers.py", "")
    assert wrong_rooms(tmp_path) == [
        "src/jike/utils/new.py lies in no room",
        "dashboards/helpers.py lies in no room",
    ]


def test_what_only_a_type_checker_reads_is_no_package_at_run_time(tmp_path):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"
    planted(tmp_path, "dashboards/views/orders/page.py", text)
    assert wrong_packages(tmp_path) == []


def test_verbs_do_not_import_each_other():
    assert verbs_that_import_verbs(PROJECT / "src" / "jike") == []


def test_a_verb_that_imports_a_verb_is_found(tmp_path):
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / "load.py").write_text(
        "from jike.build.build import build\n"
    )
    wrong = ["deliveries.load imports jike.build.build"]
    assert verbs_that_import_verbs(tmp_path) == wrong


def imported_on_import(tree):
    """What a module imports when it is imported: not in functions, not for types."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circles(root, packages):
    """Modules that lead back to themselves by what they import."""
    graph = {}
    for package in packages:
        for path in (root / package).rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            graph[name.removesuffix(".__init__")] = set(imported_on_import(tree))
    sorter = graphlib.TopologicalSorter(
        {name: found & graph.keys() for name, found in graph.items()}
    )
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_no_module_leads_back_to_itself(tmp_path):
    # Whichever page is opened first decides the order, so a circle fails by chance.
    assert circles(PROJECT, ["dashboards"]) == []
    assert circles(PROJECT / "src", ["jike"]) == []
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("from room import b\n")
    (tmp_path / "room" / "b.py").write_text("from room.a import x\n")
    assert circles(tmp_path, ["room"])


def calls(path, name):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node.lineno


def test_only_release_opens_a_release_and_no_page_connects():
    for path in sorted((PROJECT / "dashboards").rglob("*.py")):
        assert list(calls(path, "duckdb.connect")) == [], path


def test_pages_hold_no_sql_and_no_unsafe_html():
    for path in sorted((PROJECT / "dashboards").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.lower().split()
                assert not ("select" in words and "from" in words), (
                    f"{path}:{node.lineno} looks like SQL"
                )


def cached_functions(folder):
    """Each function of a Streamlit cache: its file, arguments, and what it calls."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                if any("st.cache" in mark for mark in marks):
                    called = {
                        ast.unparse(call.func)
                        for call in ast.walk(node)
                        if isinstance(call, ast.Call)
                    }
                    yield path, {argument.arg for argument in node.args.args}, called


def test_the_one_cache_takes_scope_and_release_as_ordinary_arguments():
    found = list(cached_functions(PROJECT / "dashboards"))
    assert found
    for path, names, called in found:
        assert path.name == "data.py", path
        assert not [name for name in names if name.startswith("_")], path
        assert "release" in names, path
        if called & {"read", "rows"}:
            assert "scope" in names, path


@pytest.mark.parametrize("word", ["persist=", "pickle"])
def test_nothing_is_pickled(word):
    for folder in ("dashboards", "src"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            assert word not in path.read_text(encoding="utf-8"), path


def test_streamlit_finds_no_folder_of_pages_of_its_own():
    # Streamlit 1.67 takes a folder `pages` beside the entry script for its older kind
    # of multipage app: the first link to a page after a start is "not found".
    assert (PROJECT / "dashboards" / "app.py").exists()
    assert not (PROJECT / "dashboards" / "pages").exists()
