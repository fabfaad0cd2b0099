"""What a plan tells, which mappings are refused, and a mapping to begin with."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from jike.cli import parser
from jike.deliveries.load import RefusedDeliveryError
from jike.ground.errors import WrongInputError
from jike.ground.home import Home
from tests.fixtures.deliveries import load, loaded, plan
from tests.mappings.fixtures.small_mapping import VISITS, mapping, visits, workbook

# --- the plan


def written(root):
    return {p: p.stat().st_mtime_ns for p in sorted(root.rglob("*"))}


def test_a_plan_writes_nothing_and_tells_what_would_come(home, folder, capsys):
    sql = """
        select id as competitor, day as observed_on, move, id as event_id, outcome,
            _file, _line from visits
    """
    mapping(home, competitor_events=sql)
    (home.mappings / "crm" / "visits.sql").unlink(missing_ok=True)
    visits(
        folder,
        "id,day,move,outcome,extra\nE1,2025-09-01,bundle,open,1\n"
        "E2,2025-09-09,Bündel,lost,1\nE3,2025-08-01,bundle,,1\nE4,2025-08-01,BUND,,1\n"
        "E5,x,bundle,,1\n",
    )
    before = written(home.root)
    _, (found,) = plan(home, folder, mapping="crm")
    assert written(home.root) == before
    assert found.as_dict() == {
        "entity": "competitor_events",
        "read": 5,
        "accepted": 2,
        "quarantined": 3,
        "by_rule": {"type": 1, "code": 2},
        "first_on": "2025-08-01",
        "last_on": "2025-09-01",
        "distinct_keys": {"event_id": 2},
        "unmapped_values": {"move": {"BUND": 1, "Bündel": 1}},
        "unused_columns": {"v.csv": ["extra"]},
        "faults": [
            {
                "rule": rule,
                "column": column,
                "rows": rows,
                "file": "v.csv",
                "line": line,
            }
            for rule, column, rows, line in (
                ("code", "move", 2, 3),
                ("type", "observed_on", 1, 6),
            )
        ],
    }
    arguments = ["--home", str(home.root), "load", str(folder), "--mapping", "crm"]
    assert parser.main([*arguments, "--plan"]) == 0
    told = capsys.readouterr().out
    assert (
        "competitor_events.move: values that are not in the contract: BUND (1)" in told
    )
    assert "v.csv: columns not used: extra" in told
    assert parser.main([*arguments, "--plan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["accepted"] == 2
    arguments[2] = "run"
    assert parser.main([*arguments, "--plan"]) == 0
    assert written(home.root) == before


def test_a_plan_without_a_mapping_judges_lists_and_leaves_the_home_unmade(home, folder):
    visits(
        folder,
        "snapshot_on,customer_id,tier,branch_id,status,is_target_market,"
        "joined_on,shoes\n2025-09-30,K1,Z,b,active,1,2020-01-01,44\n",
        "customers.csv",
    )
    _, (found,) = plan(home, folder)
    assert found.unmapped == {"tier": {"Z": 1}}
    assert found.unused == {"customers.csv": ["shoes"]}
    assert found.by_rule == {"code": 1}
    assert not home.root.exists()


def test_protected_values_are_in_no_plan(home, folder):
    sql = "select 'S' as survey, * from visits"
    mapping(home, survey_answers=sql, visits=VISITS)
    (home.mappings / "crm" / "survey_answers.sql").unlink()
    mapping(
        home,
        calls="select id as call_id, customer as caller, day as ended_at, "
        "'x' as outcome from visits",
    )
    (home.mappings / "crm" / "visits.sql").unlink(missing_ok=True)
    visits(folder, "id,customer,day\nC1,13800138000,2025-09-01 08:00\n")
    _, (found,) = plan(home, folder, mapping="crm")
    assert "13800138000" not in json.dumps(found.as_dict())
    assert found.unmapped == {"outcome": {"x": 1}}


# --- what is refused


@pytest.mark.parametrize(
    ("head", "declared", "why"),
    [
        ("", "visits: {file: 'v*.csv', colour: red}", "colour is not known; there are"),
        (
            "colour: red",
            "visits: {file: v.csv}",
            "colour is not known; there are about",
        ),
        ("", "visits: {format: csv}", "file of visits is missing or of a wrong type"),
        ("", "visits: {file: v.csv, header_row: x}", "header_row of visits is missing"),
        ("", "visits: {file: v.csv, header_row: true}", "header_row of visits is miss"),
        ("", "visits: {file: v.csv, header_row: 0}", "counts from 1; a file without a"),
        (
            "",
            "visits: {file: v.csv, header_row: [3, 1]}",
            "header_row of visits is not",
        ),
        ("", "visits: {file: v.csv, header_row: [1]}", "header_row of visits is not"),
        (
            "",
            "visits: {file: v.csv, skip_after_header: -1}",
            "skip_after_header of vis",
        ),
        (
            "",
            "visits: {file: v.csv, header: none}",
            "without a header; name its `colum",
        ),
        (
            "",
            "visits: {file: v.csv, header: none, columns: [a], header_row: 1}",
            "header of visits is not one",
        ),
        ("", "visits: {file: v.csv, header: first}", "header of visits is not one"),
        ("", "visits: {file: v.csv, encoding: x}", "encoding of visits is not one"),
        ("", "visits: {file: v.csv, encoding: hex}", "encoding of visits is not one"),
        ("", "visits: {file: v.csv, keep_empty: 1}", "keep_empty of visits is missing"),
        ("", "visits: {file: v.csv, delimiter: ab}", "delimiter of visits is not one"),
        ("", "visits: {file: v.csv, format: pdf}", "format of visits is not one"),
        ("", "visits: {file: v.csv, sheet: 0}", "sheet of visits is not one"),
        ("", "a b: {file: v.csv}", "a b is no name of a table"),
        ("delivered_on: soon", "visits: {file: v.csv}", "delivered_on must be a date"),
        ("parameters: {x: 1}", "visits: {file: v.csv}", "parameter x does not exist"),
        ("parameters: 1", "visits: {file: v.csv}", "parameter  does not exist"),
        ("a: [", "visits: {file: v.csv}", r"line \d+ is no YAML"),
        (
            "",
            "visits: {file: w.csv}",
            r"holds no file w.csv, which mapping crm .*v.csv",
        ),
        (
            "",
            "a: {file: v.csv}\n  b: {file: '*.csv'}",
            "v.csv is claimed by a and by b",
        ),
    ],
)
def test_a_wrong_declaration_is_told_with_its_file(home, folder, head, declared, why):
    mapping(home, declared, head)
    visits(folder, "id,customer,day\n")
    with pytest.raises(WrongInputError, match=why):
        load(home, folder, mapping="crm")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("", "crm/visits.sql is not one select"),
        ("select 1; select 2", "crm/visits.sql is not one select"),
        ("pivot visits on id", "crm/visits.sql is not one select"),
        ("delete from visits", "crm/visits.sql is not one select"),
        ("with x as (delete from visits returning *) from x", "is not one select"),
        ("copy visits to 'x.csv'", "crm/visits.sql is not one select"),
        ("install httpfs", "crm/visits.sql is not one select"),
        ("-- why\nselekt", r"crm/visits.sql is refused by DuckDB: .*\(line 2\)"),
        ("select\n nothing from visits", r"visits.sql .*\"nothing\" not .*\(line 2\)"),
        ("-- a\n\nselect x from absent; -- b", r"Table with name absent .*\(line 3\)"),
        ("select * from read_text('/etc/passwd')", "reads nothing but its tables"),
        ("select * from 'v.csv'", "crm/visits.sql is refused"),
        ("select getenv('HOME') as visit_id from visits", "crm/visits.sql is refused"),
        ("from glob('*')", "crm/visits.sql is refused"),
        ("select id as visit_id from visits", "lacks the required column customer_id"),
        (
            "select cast(id as int) as visit_id from visits",
            r"visits.sql v.csv line 2, column visit_id: stopped at a value that is not "
            r"a whole number; try_cast .* \(line 1\)",
        ),
    ],
)
def test_a_wrong_select_is_told_without_values(home, folder, sql, why):
    mapping(home, visits=sql)
    visits(folder, "id,customer,day\nSECRET,a,03.09.2025\n")
    with pytest.raises(WrongInputError, match=why) as caught:
        load(home, folder, mapping="crm")
    assert "SECRET" not in str(caught.value)
    assert "root:" not in str(caught.value)


STOPS = """
select id as visit_id, customer as customer_id, {day} as visited_on, {why} as purpose,
    _file, _line
from {tables}
"""
SOUND = {"day": "'2025-09-01'", "why": "null", "tables": "visits"}


@pytest.mark.parametrize(
    ("sql", "where", "kind"),
    [
        ({"day": "day::date"}, "w.csv line 4, column visited_on", "a date"),
        ({"day": "day::timestamp"}, "w.csv line 4, column visited_on", "a moment"),
        (
            {"why": "cast(replace(n, 'x', '') as decimal(9, 2))"},
            "w.csv line 3, column purpose",
            "a number",
        ),
        ({"why": "sum(n::int) over ()"}, "w.csv line 3, column purpose", "a whole num"),
        ({"why": "n::bool"}, "v.csv line 3, column purpose", "yes or no"),
        # No column of its own: the delivered one.
        (
            {"tables": "visits where n::double > 0"},
            "w.csv line 3, column n",
            "a number",
        ),
        (
            {"tables": "visits join (select 9) t (x) on length(n)::tinyint = x"},
            "w.csv line 5",
            "a whole number",
        ),
        (
            {"day": "strptime(day, '%Y-%m-%d')"},
            "w.csv line 4, column visited_on",
            "(Invalid Input Error)",
        ),
        (
            {"why": "error(n)", "tables": "visits where n = 'to DOUBLE'"},
            "w.csv line 3, column purpose",
            "(Invalid Input Error)",
        ),
    ],
)
def test_a_value_that_stops_a_select_is_named_by_line_and_kind(
    home, folder, sql, where, kind
):
    declared = "visits: {file: '[vw].csv'}"
    mapping(home, declared, visits=STOPS.format(**{**SOUND, **sql}))
    visits(folder, "id,customer,day,n\nV1,a,2025-09-01,1\nV2,a,2025-09-01,2\n")
    more = "V3,a,2025-09-01,1\nV4,a,2025-09-01,to DOUBLE\nV5,a,SECRET,1\n"
    visits(folder, f"id,customer,day,n\n{more}V6,a,x,{'9' * 130}\n", "w.csv")
    with pytest.raises(WrongInputError) as caught:
        load(home, folder, mapping="crm")
    told = str(caught.value)
    assert f"crm/visits.sql {where}: stopped at a value" in told
    assert kind in told
    assert "SECRET" not in told
    assert "DOUBLE" not in told


def test_an_unknown_mapping_names_those_there_are(home, folder):
    mapping(home)
    with pytest.raises(
        WrongInputError, match=r"no mapping x; there are .*crm, .*telco"
    ):
        load(home, folder, mapping="x")
    with pytest.raises(WrongInputError, match=r"is no mapping: it has no source.yml"):
        load(home, folder, mapping=f"{folder}/x")


def test_a_file_that_no_entity_is_named_after_is_told(home, folder):
    mapping(home, persons="select 1")
    visits(folder, "id,customer,day\n")
    with pytest.raises(WrongInputError, match=r"persons is neither .* customers, memb"):
        load(home, folder, mapping="crm")
    (home.mappings / "crm" / "persons.sql").unlink()
    with pytest.raises(WrongInputError, match="has no SQL file"):
        load(home, folder, mapping="crm")


def test_a_mapping_of_the_deployment_stands_before_a_shipped_one(home, folder):
    mapping(home).rename(home.mappings / "call_export")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    reports = loaded(home, folder, mapping="call_export", source="here")
    assert reports["call_export/visits.sql"].source == "here"
    found = loaded(home, folder, mapping=f"{home.mappings}/call_export")
    assert found["v.csv"].source == "call_export"


def test_an_optional_file_leaves_out_what_reads_it_unless_its_columns_are_known(
    home, folder, caplog
):
    declared = "visits: {file: v.csv}\n  more: {file: m.csv, required: false%s}"
    sql = "select id as visit_id, customer_id, '2025-09-03' as visited_on from more"
    calls = "select id as call_id, day as ended_at, 'test' as outcome from visits"
    mapping(home, declared % "", visits=sql, calls=calls)
    visits(folder, "id,day\nV1,2025-09-03 08:00\n")
    (home.mappings / "crm" / "tickets.sql").unlink(missing_ok=True)
    assert "crm/visits.sql" not in loaded(home, folder, mapping="crm")
    assert "crm/visits.sql is left out: no file m.csv was delivered" in caplog.text
    mapping(home, declared % ", columns: [id, customer_id]", visits=sql, calls=calls)
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].read == 0


def test_a_select_that_needs_the_date_says_so(home, tmp_path):
    folder = tmp_path / "undated"
    folder.mkdir()
    mapping(home, visits=VISITS.replace("as_date(day, '%d.%m.%Y')", "delivered_on()"))
    visits(folder, "id,customer,day\nV1,a,x\n")
    with pytest.raises(WrongInputError, match=r"crm/visits.sql needs the logical date"):
        load(home, folder, mapping="crm")
    mapping(
        home,
        head="delivered_on: 2025-08-31",
        visits=VISITS.replace("as_date(day, '%d.%m.%Y')", "delivered_on()"),
    )
    assert loaded(home, folder, mapping="crm")["v.csv"].delivered_on == date(
        2025, 8, 31
    )
    found = loaded(home, folder, mapping="crm", delivered_on="2025-09-30")
    assert found["v.csv"].delivered_on == date(2025, 9, 30)


def test_a_linked_file_is_refused(home, folder, tmp_path):
    mapping(home)
    visits(tmp_path, "id,customer,day\n", "elsewhere.csv")
    (folder / "v.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(RefusedDeliveryError, match="symbolic link"):
        load(home, folder, mapping="crm")


# --- a mapping to begin with


def test_a_skeleton_reads_the_files_it_was_written_for(home, folder, capsys):
    visits(folder, "编号;日期\nV1;2025\n", "访问_202509.csv", "gb18030")
    visits(folder, "T,,\nvisit_id,customer_id,visited_on\nV1,K1,2025-09-03\n", "v.csv")
    workbook(folder / "book.xlsx", 一=[[None], ["a", "b"]], 二=[["c"]])
    arguments = ["--home", str(home.root), "load", str(folder)]
    assert parser.main([*arguments, "--new", "own"]) == 0
    into = home.mappings / "own"
    assert sorted(path.name for path in into.iterdir()) == [
        "book_一.sql",
        "book_二.sql",
        "source.yml",
        "visits.sql",
        "访问.sql",
    ]
    assert "own/visits.sql" in capsys.readouterr().out
    text = (into / "source.yml").read_text(encoding="utf-8")
    for line in ("file: 访问_*.csv", "encoding: gb18030", "delimiter: ;", "sheet: 一"):
        assert line in text
    assert '"visit_id" as visit_id,  -- text, required' in (
        into / "visits.sql"
    ).read_text("utf-8")
    for path in into.glob("[!v]*.sql"):
        path.unlink()
    _, (found,) = plan(home, folder, mapping="own")
    assert (found.entity, found.accepted) == ("visits", 1)
    assert parser.main([*arguments, "--new", "own"]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "records"),
    [
        # The first record has an empty cell, the second is wider.
        ("1757379590|q1|ENTER||000111\n1757379604|q1|CONNECT|14|2.5\n", 2),
        ("K1;东风印务;03.02.2019\nK2;江北物流;15.11.2020\n", 2),
        ("a,在网\nb,在网\nc,停机\n", 3),
        ("Report\n7001,x,1.5\n7002,y,2.5\n", 2),
        # Names: months, a day a column, a header that stands on every page again.
        ("客户,202508,202509\nK1,10,20\n", None),
        ("客户,1,2\nK1,10,20\n", None),
        ("客户,2025-09-01\nK1,在网\n", None),
        ("id,state\nK1,x\nid,state\nK2,x\n", None),
        ("编号,名称,,\n1,在网,,\n", None),
    ],
)
def test_a_skeleton_says_when_the_first_row_is_a_record(
    home, folder, caplog, text, records
):
    visits(folder, text, name="log.csv")
    arguments = ["--home", str(home.root), "load", str(folder)]
    assert parser.main([*arguments, "--new", "own"]) == 0
    says = "looks like a record, not like a header; name the columns in source.yml"
    assert (says in caplog.text) == (records is not None)
    declared = (home.mappings / "own" / "source.yml").read_text(encoding="utf-8")
    assert ("header: none" in declared) == (records is not None)
    if records:
        (home.mappings / "own" / "log.sql").rename(home.mappings / "own/visits.sql")
        (home.mappings / "own/visits.sql").write_text(
            "select column_1 as visit_id, column_2 as customer_id, "
            "'2025-09-01' as visited_on, _file, _line from log",
            encoding="utf-8",
        )
        reports, _ = plan(home, folder, mapping="own")
        assert {(r.read, r.accepted) for r in reports} == {(records, records)}


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        (" id  day n\n 00001 19970101  1\n 00002 19970112  1\n", "whitespace"),
        ("id\tday\nV1\t2025-09-01\n", "\t"),
        ("id;first day\nV1;2025 9\n", ";"),
        ("a long title\nid;day\nV1;x\n", ";"),
        ("one,two three\n1,2 3\n", ","),
        ("id\nV1\n", ","),
        ('it said "so\nand then\n', ","),
    ],
)
def test_a_skeleton_sees_cells_between_white_space(home, folder, text, delimiter):
    visits(folder, text, name="log.txt")
    arguments = ["--home", str(home.root), "load", str(folder), "--new", "own"]
    assert parser.main(arguments) == 0
    declared = (home.mappings / "own" / "source.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(declared)["files"]["log"]["delimiter"] == delimiter
    if delimiter == "whitespace":
        assert '--   "day"' in (home.mappings / "own" / "log.sql").read_text("utf-8")


def test_a_skeleton_needs_a_file(home, folder):
    arguments = ["--home", str(home.root), "load", str(folder), "--new"]
    assert parser.main([*arguments, "own"]) == 2
    assert parser.main([*arguments, "../own"]) == 2
    assert not home.mappings.exists()
    shutil.rmtree(folder)
    assert parser.main([*arguments, "own"]) == 2


def test_shipped_mappings_can_be_read():
    from jike.mappings.declared import find_mapping
    from jike.mappings.run import read_select

    for path in sorted((Path(parser.__file__).parents[3] / "mappings").iterdir()):
        found = find_mapping(Home(Path("/nowhere")), path.name)
        for name in found.selects:
            assert read_select(found, name).sql
