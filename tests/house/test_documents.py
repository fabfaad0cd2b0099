"""Documents and comments name only what is there; recipes touch what they say."""

import ast
import csv
import io
import re
import shutil
import tokenize

import pytest
import yaml

from jike.checks.expectations import load_file
from jike.ground.home import PROJECT
from jike.kpis.catalogue import catalogue

PLACES = "benchmarks|dashboards|docs|expectations|locales|macros|mappings|models"
PLACES += "|seeds|src|tests"
PATH = re.compile(rf"(?<![\w/.-])(?:{PLACES})/[\w./<>*-]*[\w/>*]")
FILE = re.compile(r"`([\w-]+\.(?:csv|md|po|py|sql|yml))`")
MODEL = re.compile(r"`((?:stg|int|dim|fct|kpi)_\w+)`")
OURS = ("architecture.md", "contributing.md", "decisions.md", "words.md", "map.md")
RECIPE = re.compile(
    r"^### (.+?) · (\d+) files?\n\n(.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL
)


def documents():
    found = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]
    return sorted([*found, *PROJECT.glob("benchmarks/*.md")])


def is_there(path):
    """Whether a path stands for something; <word> stands for any name."""
    pattern = re.sub(r"<[^>]+>", "*", path.rstrip("/"))
    return any(PROJECT.glob(pattern)) or any(PROJECT.glob(f"{pattern}.*"))


def comments(path):
    """What people say in a file of Python: its comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def remarks(path):
    """Comments of SQL and YAML, and what YAML says in words."""
    return re.findall(
        r"(?:--|#|description:).*", path.read_text(encoding="utf-8"), re.MULTILINE
    )


def missing(said):
    """Paths of the project that a text names and that are not there."""
    return [path for path in PATH.findall(said) if not is_there(path)]


def files_of(*endings):
    yield from (path for path in PROJECT.glob("*.*") if path.suffix in endings)
    for folder in ("benchmarks", "dashboards", "expectations", "macros", "models"):
        yield from (p for p in PROJECT.glob(f"{folder}/**/*") if p.suffix in endings)
    for folder in ("src", "tests", "mappings", "docs"):
        yield from (p for p in PROJECT.glob(f"{folder}/**/*") if p.suffix in endings)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_document_names_only_files_that_are_there(path):
    assert missing(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", OURS)
def test_files_and_models_named_without_their_folder_are_there(name):
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    there = {path.name for path in PROJECT.rglob("*.*") if ".venv" not in path.parts}
    assert [file for file in FILE.findall(text) if file not in there] == []
    models = {path.stem for path in PROJECT.glob("models/**/*.sql")}
    named = [model for model in MODEL.findall(text) if not model.endswith("_")]
    columns = (PROJECT / "src/jike/deliveries/contract.yml").read_text("utf-8")
    assert [m for m in named if m not in models and m not in columns] == []


def test_links_between_documents_lead_somewhere():
    for path in documents():
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_comments_and_docstrings_name_only_files_that_are_there():
    wrong = {}
    for path in files_of(".py"):
        wrong[path] = [one for said in comments(path) for one in missing(said)]
    for path in files_of(".sql", ".yml"):
        wrong[path] = [one for said in remarks(path) for one in missing(said)]
    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_path_that_is_not_there_is_found():
    assert missing("see docs/nothing.md and models/staging/") == ["docs/nothing.md"]


# ---- recipes ----


def recipes():
    """Each recipe: how many files it says, and those that it names."""
    text = (PROJECT / "docs" / "contributing.md").read_text(encoding="utf-8")
    return {
        name: (int(n), re.findall(r"^\d+\. `([^`]+)`", steps, re.MULTILINE))
        for name, n, steps in RECIPE.findall(text)
    }


def test_there_is_a_recipe_for_everything_that_is_added():
    assert {name.split()[1] for name in recipes()} == {
        *("KPI", "part", "dimension", "panel", "page", "entity", "list", "language"),
        *("expectation", "mapping"),
    }


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_names_as_many_files_as_it_says(name):
    n, files = recipes()[name]
    assert len(set(files)) == n
    assert all(map(is_there, files)), files


@pytest.mark.parametrize("name", recipes())
def test_who_followed_a_recipe_before_touched_what_it_says(name):
    """What is there already has every file that the recipe asks for."""
    sample = {
        "family": "hotline",
        "page": "orders",
        "entity": "calls",
        "list": "tiers",
        "schema": "raw",
        "table": "bills",
        "language": "zh",
        "source": "call_export",
    }
    for file in recipes()[name][1]:
        path = re.sub(r"<(\w+)>", lambda match: sample.get(match[1], "*"), file)
        assert is_there(path), path


def test_a_kpi_on_parts_is_one_row():
    def rows(name):
        with (PROJECT / "seeds" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    row = next(row for row in rows("kpis.csv") if row["kpi"] == "complaint_rate")
    new = row | {"kpi": "orders_per_customer", "name_zh": "户均订单", "counted_per": 1}
    new |= {"numerator": "opened_orders", "denominator": "active_customers"}
    parts = [
        part | {"is_measured": True, "reads_answers": False}
        for part in rows("parts.csv")
    ]
    known = {part["part"] for part in parts}
    new["numerator"] = next(name for name in sorted(known) if name.endswith("orders"))
    kpi = catalogue([new], parts)["orders_per_customer"]
    assert kpi.numerator is not None
    assert kpi.denominator is not None
    assert kpi.rests_on == (new["numerator"], "active_customers")
    assert kpi.name("zh") == "户均订单"


def test_an_expectation_is_one_entry(tmp_path):
    path = PROJECT / "expectations" / "marts" / "kpi" / "kpi_revenue.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["expect"].append(
        {
            "column_values_to_not_be_null": {"column": "branch_id"},
            "because": {"zh": "没有分公司的收入不进任何一行", "en": "it is in no row"},
        }
    )
    (tmp_path / "marts").mkdir()
    shutil.copy(PROJECT / "expectations" / "shared.yml", tmp_path)
    copy = tmp_path / "marts" / "kpi_revenue.yml"
    copy.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    before, after = load_file(path).expectations, load_file(copy).expectations
    assert [one.name for one in after[len(before) :]] == [
        "branch_id_values_to_not_be_null"
    ]
