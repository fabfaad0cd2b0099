"""The lists the project ships: complete, in both languages, and within the contract."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from jike.deliveries.contract import SHIPPED_EMPTY, contract
from jike.ground.home import PROJECT

SEEDS = PROJECT / "seeds"
OURS = sorted(contract().lists.keys() - {"kpis"})
FILLED = sorted(set(OURS) - set(SHIPPED_EMPTY))
NAMED = [name for name in FILLED if "name_zh" in contract().lists[name].required]
TRUE_OR_FALSE = {"true", "false"}
CHINESE = re.compile("[\u4e00-\u9fff]")
PORTABLE = re.compile(r"string|int|bigint|double|boolean|date|decimal\(\d+,\d+\)")


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def total(name: str, **where: str) -> float:
    chosen = [r for r in rows(name) if all(r[k] == v for k, v in where.items())]
    return round(sum(float(row["weight"]) for row in chosen), 9)


@pytest.mark.parametrize("name", OURS)
def test_every_list_of_the_contract_is_shipped_with_its_columns_in_order(name):
    wanted = [column.name for column in contract().lists[name].columns]
    assert header(SEEDS / f"{name}.csv") == wanted


@pytest.mark.parametrize("name", sorted(SHIPPED_EMPTY))
def test_the_lists_only_an_operator_knows_are_shipped_empty(name):
    assert rows(name) == []


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("tiers", 6),
        ("industries", 24),
        ("size_bands", 4),
        ("products", 63),
        ("channels", 18),
        ("survey_items", 35),
        ("dissatisfaction_reasons", 19),
        ("complaint_types", 20),
        ("wait_limits", 4),
        ("busy_hours", 4),
        ("warning_rules", 30),
        ("role_weights", 3),
        ("value_weights", 6),
    ],
)
def test_a_list_is_complete(name, count):
    assert len(rows(name)) == count


@pytest.mark.parametrize("name", FILLED)
def test_the_keys_of_a_list_are_unique(name):
    key = contract().lists[name].key or tuple(header(SEEDS / f"{name}.csv"))
    counts = Counter(tuple(row[column] for column in key) for row in rows(name))
    assert [values for values, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", FILLED)
def test_a_list_holds_what_the_contract_requires_and_nothing_else(name):
    faults = []
    for row in rows(name):
        for column in contract().lists[name].columns:
            value = row[column.name]
            if value != value.strip() or (column.required and not value):
                faults.append((column.name, value))
            if value and column.values and value not in column.values:
                faults.append((column.name, value))
            if value and column.type == "bool" and value not in TRUE_OR_FALSE:
                faults.append((column.name, value))
    assert faults == []


@pytest.mark.parametrize("name", NAMED)
def test_every_code_has_a_name_in_both_languages(name):
    for row in rows(name):
        assert row["name_zh"], row
        assert row["name_en"], row
        assert not CHINESE.search(row["name_en"]), row
        assert "‡" not in row["name_zh"], row


@pytest.mark.parametrize("language", ["name_zh", "name_en"])
@pytest.mark.parametrize("name", sorted(set(NAMED) - {"holidays"}))
def test_no_two_codes_of_a_list_have_the_same_name(name, language):
    names = Counter(row[language] for row in rows(name))
    assert [known for known, count in names.items() if count > 1] == []


def test_every_product_line_has_its_products():
    lines = Counter(row["line"] for row in rows("products"))
    assert lines == {
        "voice": 14,
        "wireless_data": 9,
        "wired_data": 5,
        "industry": 21,
        "office": 8,
        "marketing": 6,
    }


def test_plain_voice_and_plain_traffic_are_not_informatisation_and_leased_lines_are():
    products = {row["product_id"]: row for row in rows("products")}
    told = {p for p, row in products.items() if row["is_informatisation"] == "false"}
    assert told == {"V01", "V02", "V03", "V06", "V11", "V14", "D04", "D08", "D09"}
    dedicated = {p for p, r in products.items() if r["is_dedicated_line"] == "true"}
    assert dedicated == {"V12", "V13", "L01", "L02", "L03"}
    assert not dedicated & told


def test_every_product_is_valid_from_2000_on_and_open():
    assert {(r["valid_from"], r["valid_to"]) for r in rows("products")} == {
        ("2000-01-01", "")
    }


def test_weights_that_share_a_whole_sum_to_one():
    assert total("role_weights") == 1
    assert total("value_weights") == 1
    assert total("survey_items", construct="overall") == 1


def test_every_indicator_of_the_questionnaire_has_items():
    indicators = Counter(r["indicator"] for r in rows("survey_items") if r["indicator"])
    assert indicators == {
        "product": 4,
        "manager": 4,
        "channel": 3,
        "communication": 3,
        "relationship": 3,
        "network": 3,
    }


def test_every_reason_hangs_under_a_reason_that_exists():
    reasons = {row["reason"]: row["parent"] for row in rows("dissatisfaction_reasons")}
    heads = {reason for reason, parent in reasons.items() if not parent}
    assert heads == {"D1", "D2", "D3", "D4", "D5"}
    assert {parent for parent in reasons.values() if parent} <= heads


def test_tiers_are_ranked_from_the_highest_down_to_c():
    tiers = sorted(rows("tiers"), key=lambda row: int(row["rank"]))
    assert [row["tier"] for row in tiers] == ["A+", "A1", "A2", "B1", "B2", "C"]
    assert [row["tier_group"] for row in tiers] == list("AAABBC")
    assert [row["level4"] for row in tiers] == ["A+", "A", "A", "B", "B", "C"]


def test_every_signal_has_the_same_rule_for_every_tier_group():
    rules: dict[str, list[tuple[str, ...]]] = {}
    for row in rows("warning_rules"):
        given = (row["comparison"], row["threshold"], row["points"])
        rules.setdefault(row["signal"], []).append((row["tier_group"], *given))
    assert len(rules) == 10
    for given in rules.values():
        assert [group for group, *_ in given] == ["A", "B", "C"]
        assert len({tuple(rule) for _, *rule in given}) == 1
    assert sum(int(row["points"]) for row in rows("warning_rules")) == 3 * 110


def test_busy_hours_are_hours_of_a_day_and_days_of_a_month():
    for row in rows("busy_hours"):
        assert 0 <= int(row["from_hour"]) < int(row["to_hour"]) <= 24
        if row["day_from"]:
            first, last = int(row["day_from"]), int(row["day_to"])
            assert first <= last
            assert (first > 0) == (last > 0)


def test_working_days_among_the_holidays_are_weekends_of_the_years_2023_to_2026():
    days = {date.fromisoformat(row["day"]): row for row in rows("holidays")}
    assert {day.year for day in days} == {2023, 2024, 2025, 2026}
    working = [day for day, row in days.items() if row["is_working"] == "true"]
    assert all(day.weekday() >= 5 for day in working)
    off = Counter(day.year for day in days.keys() - set(working))
    # Source: the yearly notices of the State Council on public holidays.
    assert off == {2023: 26, 2024: 28, 2025: 28, 2026: 33}


def test_the_types_of_every_seed_are_declared_in_portable_names():
    declared = yaml.safe_load(
        (PROJECT / "models/lists/_lists.yml").read_text(encoding="utf-8")
    )
    seeds = {seed["name"]: seed for seed in declared["seeds"]}
    assert seeds.keys() >= set(OURS)
    for name in OURS:
        types = seeds[name]["config"]["column_types"]
        assert list(types) == header(SEEDS / f"{name}.csv")
        assert all(PORTABLE.fullmatch(given) for given in types.values())
        assert seeds[name]["description"].startswith("One row per ")
