"""What becomes of somebody's rows through a mapping, once, again, and changed."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest

from jike.deliveries.load import as_json
from jike.deliveries.manifests import asked_parameters, standing
from jike.ground.errors import WrongInputError
from tests.fixtures.deliveries import load, loaded, rows
from tests.mappings.fixtures.small_mapping import VISITS, mapping, visits

# --- what comes of a row


def test_a_row_is_known_by_its_delivered_file_and_line(home, folder):
    mapping(home)
    visits(
        folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,09/03/2025\nV1,b,04.09.2025\n"
    )
    reports = loaded(home, folder, mapping="crm")
    assert [fault.sentence for fault in reports["crm/visits.sql"].faults] == [
        "v.csv line 3, column visited_on: rule type (rows: 1)",
        "v.csv line 4, column visit_id: rule key (rows: 1)",
    ]
    assert rows(home, "select file, line, column_name, rule from raw.quarantine") == [
        ("v.csv", 3, "visited_on", "type"),
        ("v.csv", 4, "visit_id", "key"),
    ]


def test_one_line_can_become_many_rows_and_lose_only_the_faulty_one(home, folder):
    sql = """
        select id || n as visit_id, customer as customer_id, day as visited_on,
            _file, _line
        from visits, (values (1, '2025-09-01'), (2, '2025-09-02'), (1, '2025-09-03'))
            as t (n, day)
    """
    mapping(home, visits=sql.replace("day as visited", "t.day as visited"))
    visits(folder, "id,customer,day\nV,a,x\n")
    reports = loaded(home, folder, mapping="crm")
    assert reports["crm/visits.sql"].by_rule == {"key": 1}
    assert len(rows(home, "select * from raw.visits")) == 2


def test_without_file_and_line_the_mapped_row_is_named(home, folder):
    mapping(home, visits=VISITS.replace("_file, _line", "1 as one"))
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\n")
    fault = loaded(home, folder, mapping="crm")["crm/visits.sql"].faults[0]
    assert (fault.file, fault.line) == ("crm/visits.sql", 2)


def test_the_json_names_delivered_files_and_selects(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    found = json.loads(as_json(load(home, folder, mapping="crm")))
    assert [(r["file"], r["entity"], r["source"], r["read"]) for r in found] == [
        ("crm/visits.sql", "visits", "crm", 1),
        ("v.csv", None, "crm", 1),
    ]


def test_moments_keep_their_fractions_and_lose_no_offset(home, folder):
    calls = """
        select id as call_id, as_timestamp(start, '%Y-%m-%d %H:%M:%S.%g') as queued_at,
            plus_seconds(start, wait) as answered_at,
            plus_seconds(start, wait) as ended_at, 'answered' as outcome, _file, _line
        from calls
    """
    mapping(home, "calls: {file: 'c.csv'}", calls=calls)
    text = "id,start,wait\nL1,2025-09-01 10:00:00.900,15.4\n"
    (folder / "c.csv").write_text(text + "L2,2025-08-31T23:30:00Z,15\n")
    assert loaded(home, folder, mapping="crm")["crm/calls.sql"].by_rule == {"type": 1}
    assert rows(
        home, "select queued_at::varchar, answered_at::varchar from raw.calls"
    ) == [("2025-09-01 10:00:00.9", "2025-09-01 10:00:16.3")]
    (folder / "c.csv").write_text("id,start,wait\nL2,2025-08-31T23:30:00Z,15\n")
    mapping(home, "calls: {file: 'c.csv'}", calls=calls.replace("queued_at", "other"))
    assert loaded(home, folder, mapping="crm")["crm/calls.sql"].accepted == 1
    found = rows(home, "select ended_at::varchar from raw.calls")
    assert found == [("2025-09-01 07:30:15",)]


def test_the_years_of_dates_are_parameters(home, folder):
    mapping(home, head="parameters: {first_year: 2020}")
    visits(folder, "id,customer,day\nV1,a,31.12.2019\nV2,a,01.01.2020\n")
    found = loaded(home, folder, mapping="crm")
    assert found["crm/visits.sql"].by_rule == {"type": 1}
    mapping(home, visits=VISITS.replace("as_date(day, '%d.%m.%Y')", "'2019-12-31'"))
    found = loaded(home, folder, mapping="crm", parameters={"first_year": 2020})
    assert found["crm/visits.sql"].by_rule == {"year": 2}
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].accepted == 2
    with pytest.raises(WrongInputError, match="leave no year"):
        loaded(home, folder, mapping="crm", parameters={"first_year": 2101})


def test_a_list_can_be_mapped(home, folder):
    mapping(
        home,
        visits=VISITS,
        centres="select column0 as centre_id, column1 as name_zh, column1 as name_en "
        "from (values ('c1', '中'), ('c2', '西')) as t (column0, column1)",
    )
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    assert loaded(home, folder, mapping="crm")["crm/centres.sql"].accepted == 2
    assert (home.reference / "centres.csv").read_text("utf-8").count("\n") == 3


def test_reference_lists_of_the_delivery_are_read_too(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    (folder / "reference").mkdir()
    visits(folder / "reference", "centre_id,name_zh,name_en\nc1,a,b\n", "centres.csv")
    assert "reference/centres.csv" in loaded(home, folder, mapping="crm")


# --- again, and with a change


def test_the_same_files_again_change_nothing(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\nV3\n")
    first = loaded(home, folder, mapping="crm")
    stood = [(d.number, d.files) for d in standing(home)]
    assert loaded(home, folder, mapping="crm") == first
    assert [(d.number, d.files) for d in standing(home)] == stood


def test_a_changed_mapping_replaces_what_it_yielded(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03/09/2025\n")
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].accepted == 0
    mapping(home, visits=VISITS.replace(".%m.", "/%m/"))
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].accepted == 1
    assert rows(home, "select visited_on from raw.visits") == [(date(2025, 9, 3),)]


@pytest.mark.parametrize("point", ["load: files landed", "load: delivery stands"])
def test_a_killed_load_has_loaded_all_or_nothing(home, folder, point):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\nV3\n")
    arguments = ["--home", str(home.root), "load", str(folder), "--mapping", "crm"]
    killed = subprocess.run(
        [sys.executable, "-m", "jike.cli", *arguments],
        env={**os.environ, "JIKE_FAILPOINT": point},
    )
    assert killed.returncode == 137
    stood = [len(d.files) for d in standing(home)]
    assert stood == ([2] if point.endswith("stands") else [])
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id from raw.visits") == [("V1",)]
    assert len(rows(home, "select * from raw.quarantine")) == 2


def test_what_a_mapping_yields_no_more_goes(home, folder):
    into = mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    other = "select id as event_id, '2025-09-03' as observed_on, 'x' as competitor, "
    mapping(home, competitor_events=other + "'bundle' as move from visits")
    (into / "visits.sql").unlink()
    loaded(home, folder, mapping="crm")
    assert rows(home, "select * from raw.visits") == []
    assert len(rows(home, "select * from raw.competitor_events")) == 1


def test_a_changed_file_replaces_what_it_yielded(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id from raw.visits") == [("V1",)]


def test_the_parameters_of_a_source_are_those_of_the_build(home, folder):
    mapping(home, head="parameters: {nrr_window_months: 1, cohort_on: 2024-12-31}")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    asked = {"nrr_window_months": 1, "cohort_on": "2024-12-31"}
    assert asked_parameters(standing(home)) == asked
    assert asked_parameters(standing(home), ["cohort_on"]) == {"nrr_window_months": 1}
    mapping(home, head="parameters: {nrr_window_months: 2}")
    loaded(home, folder, mapping="crm", source="other")
    with pytest.raises(WrongInputError, match=r"crm and other .* nrr_window_months"):
        asked_parameters(standing(home))
    assert asked_parameters(standing(home), ["nrr_window_months"]) == {
        "cohort_on": "2024-12-31"
    }
