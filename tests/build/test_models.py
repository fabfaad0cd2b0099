"""The dbt project holds to its own rules: described, tested, portable, catalogued."""

import csv
import re
from pathlib import Path

import pytest

from jike.kpis.compositions.by_name import COMPOSITIONS, SERIES

PROJECT = Path(__file__).resolve().parents[2]
MODELS = sorted((PROJECT / "models").rglob("*.sql"))

# What DuckDB and Spark read differently, or only one of them reads; docs/decisions.md
# says why. Each has a line that only it catches.
BANNED = {
    r"::": "select a::int from t",
    r"\bqualify\b": "select a from t qualify true",
    r"\bexclude\b": "select * exclude (a) from t",
    r"\bgroup by all\b": "select a from t group by all",
    r"\bcurrent_date\b": "select current_date",
    r"\bcurrent_timestamp\b": "select current_timestamp",
    r"\bnow\(\)": "select now()",
    r"\bselect distinct\b": "select distinct a from t",
    r"\bstrftime\b": "select strftime(a, 'x') from t",
    r"\bepoch\b": "select epoch(a) from t",
    r"\bgenerate_series\b": "select * from generate_series(1, 2)",
    r"\bunnest\b": "select unnest(a) from t",
    r"\barg_max\b": "select arg_max(a, b) from t",
    r"\bconcat\(": "select concat(a, b) from t",
    r"\bregexp_replace\b": "select regexp_replace(a, 'b', 'c') from t",
    r"\bas (varchar|text|float|hugeint)\b": "select cast(a as varchar) from t",
    r"\bavg\(": "select avg(a) from t",
    r'"': 'select "a" from t',
    r"\\": "select '\\' from t",
    r"(?<![/*'])/(?![/*'])": "select a / b from t",
    r"\border by (?:(?!nulls (?:first|last)).)*?(?:\)|$)": "lag(a) over (order by b)",
    r"\b(read_csv|read_parquet|read_text|getenv|httpfs|copy)\b": "read_text('x')",
}


def without_templates(text):
    """SQL with comments, Jinja and string literals taken out, on one line."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " x ", text, flags=re.S)
    text = re.sub(r"--[^\n]*", " ", text)
    return " ".join(text.lower().split())


def faults(text):
    plain = without_templates(text)
    bare = re.sub(r"'[^']*'", "''", plain)
    return {rule for rule in BANNED if re.search(rule, bare)}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_written_in_sql_that_both_engines_read_alike(path):
    assert faults(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(("rule", "line"), BANNED.items())
def test_every_banned_word_is_caught(rule, line):
    if rule == r"\\":
        assert re.search(rule, line)
    else:
        assert rule in faults(line)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_opens_with_a_comment_and_ends_with_final(path):
    lines = path.read_text(encoding="utf-8").strip().splitlines()
    assert lines[0].startswith("-- ")
    assert lines[-1] == "select * from final"
    assert max(len(line) for line in lines) <= 88


def models(manifest, *rooms):
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] in rooms
    ]


def test_every_model_has_a_yaml_beside_it_that_says_one_row_per(manifest):
    for path in MODELS:
        assert path.with_suffix(".yml").exists(), path
    for node in models(manifest, "staging", "intermediate", "marts"):
        assert node["description"].startswith("One row per"), node["name"]


def test_every_mart_column_is_described_and_typed(manifest):
    for node in models(manifest, "marts"):
        assert node["config"]["contract"]["enforced"], node["name"]
        for column in node["columns"].values():
            assert column["description"], f"{node['name']}.{column['name']}"
            assert column["data_type"], f"{node['name']}.{column['name']}"


def test_every_model_with_a_rule_has_a_unit_test(manifest):
    tested = {node["model"] for node in manifest["unit_tests"].values()}
    for node in models(manifest, "intermediate"):
        assert node["name"] in tested, node["name"]


def rows(name):
    with (PROJECT / "seeds" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_part_is_a_measure_that_its_family_yields(manifest):
    columns = {
        node["name"].removeprefix("kpi_"): set(node["columns"])
        for node in models(manifest, "marts")
        if node["name"].startswith("kpi_")
    }
    for part in rows("parts.csv"):
        assert part["measure"] in columns[part["family"]], part["part"]


def test_every_kpi_is_made_of_parts_or_composed_in_one_place():
    parts = {part["part"] for part in rows("parts.csv")}
    composed = "".join(
        (PROJECT / "models" / path).read_text(encoding="utf-8")
        for path in (
            "intermediate/kpis/int_kpis__composed.sql",
            "marts/kpi/kpi_values.sql",
        )
    )
    anew = {*COMPOSITIONS, "importance"}
    assert {kpi["composed_by"] for kpi in rows("kpis.csv")} == {"", *anew, *SERIES}
    for kpi in rows("kpis.csv"):
        named = {kpi["numerator"], kpi["denominator"]} - {""}
        assert named <= parts, kpi["kpi"]
        named_in = rf"[\[\s]'{kpi['kpi']}'(,| as kpi)"
        stored = re.search(named_in, composed) is not None
        assert bool(named) + stored + (kpi["composed_by"] in anew) == 1, kpi["kpi"]
        if kpi["kind"] != "index" and kpi["composed_by"] not in anew:
            divided = kpi["kind"] in ("prop", "ratio", "mean")
            assert bool(kpi["denominator"]) == divided, kpi["kpi"]


def test_every_dimension_of_a_kpi_is_a_column_of_its_parts(manifest):
    columns = {
        node["name"].removeprefix("kpi_"): set(node["columns"])
        for node in models(manifest, "marts")
    }
    parts = {part["part"]: part for part in rows("parts.csv")}
    for kpi in rows("kpis.csv"):
        for part in {kpi["numerator"], kpi["denominator"]} - {""}:
            found = columns[parts[part]["family"]]
            for dimension in kpi["dimensions"].split():
                name = "branch_id" if dimension == "branch" else dimension
                is_whole = dimension == parts[part]["ignores"]
                assert name in found or is_whole, f"{kpi['kpi']} by {dimension}"


def test_a_mart_that_says_not_null_is_tested_for_it(manifest):
    # DuckDB enforces the constraint, Spark ignores it: the test is what counts.
    for node in models(manifest, "marts"):
        for column in node["columns"].values():
            assert column.get("constraints", []) == [], node["name"]


def test_staging_has_a_model_per_entity_with_its_columns(manifest):
    from jike.deliveries.contract import contract

    staged = {node["name"]: node for node in models(manifest, "staging")}
    for name, table in contract().entities.items():
        sql = staged[f"stg_{name}"]["raw_code"]
        for column in table.columns:
            assert re.search(rf"cast\((source\.)?{column.name} as", sql), (
                f"stg_{name} leaves {column.name} out"
            )
