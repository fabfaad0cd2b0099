"""The edges of low_base and hidden, and intervals at them, worked out by hand.

Cells of 1, 9, 10, 29 and 30 interviews, one agency each, half of them 10s and the
other half 1s (an odd one is a 10), and cells of 5, 29, 30 calls, one lane or centre
each. t and z stand in the tables of every textbook: t(9) = 2.262157, t(28) = 2.048407,
t(29) = 2.045230 and z = 1.959964 at 97.5 %.
"""

import csv
import json
from datetime import date
from math import sqrt

import pytest

from jike.kpis.kpi import run
from tests.fixtures import small_service

WAVE = "2025H1"
MAY = "2025-05"
Z = 1.959964
SIZES = (1, 9, 10, 29, 30)
# centre → (demand, answered)
CALLS = {"R1": (5, 4), "R2": (29, 29), "R3": (30, 15), "R4": (30, 0)}


def deliver(folder):
    small_service.deliver(folder)
    centres = "\n".join(f"R{i},中心,Centre" for i in range(1, 5))
    (folder / "reference" / "centres.csv").write_text(
        f"centre_id,name_zh,name_en\n{centres}\n", encoding="utf-8"
    )
    coverage = "city_branch_id,valid_from,valid_to,centre_id\nC2,2020-01-01,,R1\n"
    (folder / "reference" / "centre_coverage.csv").write_text(
        coverage, encoding="utf-8"
    )
    write(folder / "survey_responses.csv", small_service.INTERVIEW_COLUMNS, asked())
    write(folder / "survey_answers.csv", "response_id,item_code,score", answered())
    write(folder / "calls.csv", small_service.CALL_COLUMNS, called())
    return folder


def write(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(","))
        writer.writeheader()
        writer.writerows(rows)


def interviews():
    return [(f"n{size}", number) for size in SIZES for number in range(size)]


def asked():
    for agency, number in interviews():
        yield {
            "response_id": f"{agency}-{number}",
            "wave": WAVE,
            "branch_id": "C2",
            "role": "contact",
            "tier": "C",
            "mode": "cati",
            "agency": agency,
            "answered_at": small_service.MAY,
            "status": "complete",
        }


def answered():
    for agency, number in interviews():
        score = 10 if number % 2 == 0 else 1
        yield {
            "response_id": f"{agency}-{number}",
            "item_code": "overall",
            "score": score,
        }


def called():
    for centre, (demand, connected) in CALLS.items():
        for number in range(demand):
            yield {
                "call_id": f"{centre}-{number}",
                "city_branch_id": "C2",
                "centre_id": centre,
                "lane": "standard",
                "queued_at": "2025-05-05 09:00:00",
                "answered_at": "2025-05-05 09:00:10" if number < connected else "",
                "ended_at": "2025-05-05 09:01:00",
                "outcome": "answered" if number < connected else "abandoned",
            }


@pytest.fixture(scope="module")
def ask(tmp_path_factory, served):
    folder = deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")
    home = served(folder, date(2025, 6, 20))

    def asked(code, period, dimension):
        text = run(home, [code], period=period, by=dimension, fmt="json")
        return {row[dimension]: row for row in json.loads(text)}

    return asked


def close(expected):
    return pytest.approx(expected, abs=1e-4)


def test_from_one_to_nine_interviews_are_hidden_from_ten_a_low_base_from_thirty_ok(ask):
    rows = ask("satisfaction", WAVE, "agency")
    assert {name: (row["n"], row["status"]) for name, row in rows.items()} == {
        "n1": (1, "hidden"),
        "n9": (9, "hidden"),
        "n10": (10, "low_base"),
        "n29": (29, "low_base"),
        "n30": (30, "ok"),
    }
    for name in ("n1", "n9"):
        kept = ("numerator", "denominator", "value", "low", "high")
        assert {rows[name][key] for key in kept} == {None}, name


def test_a_mean_of_ten_interviews_has_the_t_interval_of_nine_degrees(ask):
    row = ask("satisfaction", WAVE, "agency")["n10"]
    # Five of 100 and five of 0: s = sqrt(10 · 50² / 9)
    half = 2.262157 * sqrt(10 * 2500 / 9) / sqrt(10)
    assert (row["numerator"], row["denominator"]) == (500, 10)
    assert (row["low"], row["value"], row["high"]) == close((50 - half, 50, 50 + half))
    assert half == close(37.7026)


def test_a_mean_of_29_and_30_interviews_has_that_of_28_and_29(ask):
    rows = ask("satisfaction", WAVE, "agency")
    mean = 1500 / 29
    squares = 15 * (100 - mean) ** 2 + 14 * mean**2
    half = 2.048407 * sqrt(squares / 28) / sqrt(29)
    row = rows["n29"]
    assert (row["low"], row["high"]) == close((mean - half, mean + half))
    half = 2.045230 * sqrt(30 * 2500 / 29) / sqrt(30)
    row = rows["n30"]
    assert (row["low"], row["high"]) == close((50 - half, 50 + half))


def wilson(part, whole):
    share, square = part / whole, Z * Z / whole
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / whole + square / whole / 4) / (1 + square)
    return middle - half, middle + half


def test_a_share_of_answers_is_hidden_and_low_like_a_mean_with_wilsons_interval(ask):
    rows = ask("dissatisfied_share", WAVE, "agency")
    assert [rows[f"n{size}"]["status"] for size in SIZES] == [
        *("hidden", "hidden", "low_base", "low_base", "ok")
    ]
    assert rows["n9"]["value"] is None
    assert rows["n30"]["value"] == 0.5
    assert (rows["n30"]["low"], rows["n30"]["high"]) == close((0.331541, 0.668459))
    assert (rows["n29"]["low"], rows["n29"]["high"]) == close(wilson(14, 29))


def test_what_is_counted_on_calls_is_never_hidden(ask):
    rows = ask("connection_rate", MAY, "centre")
    assert {name: (row["n"], row["status"]) for name, row in rows.items()} == {
        "R1": (5, "low_base"),
        "R2": (29, "low_base"),
        "R3": (30, "ok"),
        "R4": (30, "ok"),
    }
    assert rows["R1"]["value"] == close(0.8)
    assert (rows["R1"]["low"], rows["R1"]["high"]) == close((0.375535, 0.963776))


def test_shares_of_nothing_and_of_all_have_one_sided_intervals(ask):
    rows = ask("connection_rate", MAY, "centre")
    square = Z * Z / 30
    assert rows["R4"]["value"] == 0
    assert (rows["R4"]["low"], rows["R4"]["high"]) == close((0, square / (1 + square)))
    square = Z * Z / 29
    assert rows["R2"]["value"] == 1
    assert (rows["R2"]["low"], rows["R2"]["high"]) == close((1 / (1 + square), 1))


def test_a_mean_of_calls_is_low_below_thirty_and_never_hidden(ask):
    rows = ask("asa", MAY, "centre")
    assert {name: (row["n"], row["status"]) for name, row in rows.items()} == {
        "R1": (4, "low_base"),
        "R2": (29, "low_base"),
        "R3": (15, "low_base"),
    }
    assert {row["value"] for row in rows.values()} == {10}
