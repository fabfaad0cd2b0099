"""One word for one thing: nothing of ours uses a word that docs/words.md rules out."""

import ast
import re
from pathlib import Path

import pytest

from jike.deliveries.contract import contract

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("src/jike", "dashboards", "benchmarks")


def ruled_out(text=None):
    """Word ruled out → word to use, from the table of docs/words.md."""
    text = text or (PROJECT / "docs" / "words.md").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[0] not in ("say", "---"):
            for word in filter(None, (word.strip() for word in cells[3].split(","))):
                found[word] = cells[0]
    return found


def fixed_from_outside():
    tables = {**contract().entities, **contract().lists}
    return {column.name for table in tables.values() for column in table.columns}


def offences(names, words, exempt=frozenset()):
    """Names that hold a ruled-out word as one of their parts."""
    found = []
    for place, name in names:
        if name in exempt:
            continue
        parts = set(re.split(r"[^a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower()))
        found += [f"{place}: {name} says {word}" for word in sorted(parts & set(words))]
    return found


def python_names(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield path.name, node.name
        elif isinstance(node, ast.arg):
            yield path.name, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield path.name, node.id


def page_texts():
    for path in sorted((PROJECT / "locales" / "en").rglob("*.po")):
        for text in re.findall(
            r'^"?(?:msgid|msgstr)? ?"(.*)"$', path.read_text("utf-8"), re.M
        ):
            yield path.name, text


def named(sql):
    """Every column, table and step that a model gives a name."""
    found = re.findall(r"\bas (\w+)(?=,|\n)|^(\w+) as \($", sql, re.M)
    return [column or step for column, step in found]


def test_the_table_of_words_is_read():
    assert ruled_out()["client"] == "customer"
    assert len(ruled_out()) >= 20


def test_models_and_their_columns_use_the_words(manifest):
    names = [
        (node["name"], name)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for name in (node["name"], *node["columns"], *named(node["raw_code"]))
    ]
    assert len(names) > 2500
    assert offences(names, ruled_out(), fixed_from_outside()) == []


def test_python_uses_the_words():
    names = [
        name
        for folder in FOLDERS
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for name in python_names(path)
    ]
    assert len(names) > 500
    assert offences(names, ruled_out(), fixed_from_outside()) == []


def test_page_texts_use_the_words():
    texts = list(page_texts())
    assert len(texts) > 50
    assert offences(texts, ruled_out()) == []


@pytest.mark.parametrize(
    "name", ["client_count", "ClientList", "total_income", "Invoices by region"]
)
def test_a_ruled_out_word_is_found(name):
    assert offences([("here", name)], ruled_out())


def test_models_and_catalogue_and_release_name_the_same_kpis():
    import csv

    with (PROJECT / "seeds/kpis.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["kpi"] for row in csv.DictReader(file)]
    assert len(codes) == len(set(codes))
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for code in codes:
        assert f"`{code}`" in readme, f"{code} is not in the README; run `jike docs`"


def test_pages_name_only_kpis_of_the_catalogue():
    import csv

    with (PROJECT / "seeds/kpis.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["kpi"] for row in csv.DictReader(file)}
    named = {
        call.args[0].value
        for path in sorted((PROJECT / "dashboards" / "views").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "Card"
        # The page of definitions makes the card of whichever KPI is asked for.
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(named) >= 8
    assert named <= codes
