"""Who may read whom: the rooms of docs/architecture.md, over dbt and over Python."""

import ast
import graphlib
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

READS = {
    "staging": {"sources"},
    "intermediate": {"staging", "intermediate", "marts", "seeds"},
    "marts": {"staging", "intermediate", "marts", "seeds"},
}

# What a module of src/jike may import of src/jike beside errors, home and the like.
# Verbs do not import each other, the CLI joins them.
VERBS = {
    *("sample.write", "deliveries.load", "build.build", "checks.audit"),
    *("releases.publish", "releases.closing", "kpis.kpi", "kpis.trace"),
    *("project.serve", "project.doctor"),
}
# From the ground up: a room imports only of rooms that stand before its own line.
FLOORS = (
    {"ground"},
    {"words", "deliveries", "sample"},
    {"mappings", "build", "releases"},
    {"checks", "kpis"},
    {"pages", "project"},
    {"cli"},
)
FOREIGN = {
    "dashboards/kit/canvas.py": {"streamlit", "duckdb"},
    "dashboards": {"duckdb", "dbt", "great_expectations"},
    "src/jike/releases/opening.py": {"dbt", "great_expectations"},
    "src/jike/kpis/ask.py": {"dbt", "great_expectations", "duckdb"},
    "src/jike": {"streamlit"},
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


def forbidden_imports(root, rules):
    wrong = []
    for place, banned in rules.items():
        path = root / place
        files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
        assert files, f"{place} is empty"
        wrong += [
            f"{file.relative_to(root)} imports {name}"
            for file in files
            for name in imports(file)
            if name.split(".")[0] in banned
        ]
    return wrong


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


def test_python_rooms_import_only_what_they_may():
    assert forbidden_imports(PROJECT, FOREIGN) == []


def test_a_chart_that_imports_streamlit_is_found(tmp_path):
    (tmp_path / "charts.py").write_text("def f():\n    import streamlit\n")
    assert forbidden_imports(tmp_path, {"charts.py": {"streamlit"}}) == [
        "charts.py imports streamlit"
    ]


def climbing_imports(package):
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    wrong = set()
    for path in sorted(package.glob("*/**/*.py")):
        room = path.relative_to(package).parts[0]
        for name in imports(path):
            other = f"{name}..".split(".")[1]
            if not name.startswith("jike.") or other in (room, "__version__"):
                continue
            if room not in floor or floor.get(other, len(FLOORS)) >= floor[room]:
                wrong.add(f"{room} imports {other}")
    return sorted(wrong)


def test_imports_of_the_package_lead_down_only():
    assert climbing_imports(PROJECT / "src" / "jike") == []


@pytest.mark.parametrize(
    ("room", "line", "found"),
    [
        ("deliveries", "from jike.mappings.source import row_source", "mappings"),
        ("build", "from jike import releases", "releases"),
        ("attic", "import jike.ground.errors", "ground"),
    ],
)
def test_an_import_that_leads_up_is_found(tmp_path, room, line, found):
    (tmp_path / room / "inner").mkdir(parents=True)
    (tmp_path / room / "inner" / "new.py").write_text(f"def f():\n    {line}\n")
    assert climbing_imports(tmp_path) == [f"{room} imports {found}"]


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
