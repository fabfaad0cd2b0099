"""Each rule of the contract has a row that only this rule catches."""

import pytest

from jike.deliveries.contract import contract
from jike.ground.home import Home
from tests.fixtures.deliveries import (
    GOOD,
    csv_of,
    deliver,
    deliver_list,
    good,
    loaded,
    rows,
)

BRANCHES = [
    {
        "branch_id": code,
        "parent_id": "" if code == "P" else "P",
        "level": "province" if code == "P" else "city",
        "name_zh": code,
        "name_en": code,
    }
    for code in ("P", "C01")
]
HALLS = [
    {
        "hall_id": "H1",
        "branch_id": "C01",
        "ownership": "partner",
        "name_zh": "厅",
        "name_en": "Hall",
    }
]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def everything(folder, **changed):
    """All eighteen entities, one sound row each, after which come the rows given."""
    deliver_list(folder, "branches", BRANCHES)
    deliver_list(folder, "halls", HALLS)
    files = {name: [row, *changed.get(name, [])] for name, row in GOOD.items()}
    return deliver(folder, **files)


def test_a_sound_row_of_every_entity_is_accepted(tmp_path, home):
    found = loaded(home, everything(tmp_path / "2025-09-30"))
    entities = [r for r in found.values() if not r.file.startswith("reference/")]
    assert {r.entity for r in entities} == set(contract().entities)
    assert all((r.read, r.accepted, r.by_rule) == (1, 1, {}) for r in entities)


AT = {hour: f"2025-09-20 {hour}:00:00" for hour in ("13", "14", "15")}
FAULTS = [
    ("customers", {"snapshot_on": "2025/09/30"}, "type"),
    ("customers", {"snapshot_on": "2025-09-31"}, "type"),
    ("customers", {"snapshot_on": "0000-01-01"}, "type"),
    ("customers", {"snapshot_on": "45930"}, "type"),
    ("customers", {"snapshot_on": "2025-09-30 08:00:00"}, "type"),
    ("customers", {"joined_on": "1989-12-31"}, "year"),
    ("bills", {"bill_month": "4590-01-01"}, "year"),
    ("orders", {"ordered_at": "2101-01-01 00:00:00"}, "year"),
    ("orders", {"contract_ends_on": "9999-12-31"}, "year"),
    ("calls", {"caller": "1.38E+10"}, "rounded_id"),
    ("calls", {"agent_id": "1,38e+10"}, "rounded_id"),
    ("tickets", {"customer_id": "4.6E17"}, "rounded_id"),
    ("customers", {"customer_id": "5E+15"}, "rounded_id"),
    ("customers", {"customer_id": "1.E+10"}, "rounded_id"),
    ("calls", {"caller": "'1.38E+10"}, "rounded_id"),
    ("calls", {"caller": "+1.38E +10"}, "rounded_id"),
    ("customers", {"snapshot_on": ""}, "required"),
    ("customers", {"customer_id": " "}, "required"),
    ("customers", {"tier": "Z"}, "code"),
    ("customers", {"industry": "ZZZ"}, "code"),
    ("customers", {"branch_id": "C99"}, "code"),
    ("customers", {"status": "Active"}, "code"),
    ("customers", {"is_target_market": "yes"}, "type"),
    ("customers", {"employees": "1,000"}, "type"),
    ("customers", {"employees": "5.0"}, "type"),
    ("customers", {"employees": "9223372036854775808"}, "type"),
    ("customers", {"closed_reason": "tired"}, "code"),
    ("customers", {"customer_name": "a\0b"}, "nul"),
    ("customers", {"employees": "2147483648"}, "code"),
    ("members", {"left_how": "vanished"}, "code"),
    ("members", {"brand": "GoTone"}, "code"),
    ("members", {"customer_id": "K9"}, "reference"),
    ("member_usage", {"month": "2025-09-02"}, "code"),
    ("member_usage", {"member_id": "M9"}, "reference"),
    ("member_usage", {"voice_minutes": "nan"}, "type"),
    ("member_usage", {"data_mb": "inf"}, "type"),
    ("member_usage", {"data_mb": "1e3"}, "type"),
    ("member_usage", {"data_mb": "1234567890123.5"}, "type"),
    ("orders", {"customer_id": "K9"}, "reference"),
    ("orders", {"product_id": "NONE"}, "code"),
    ("orders", {"channel": "pigeon"}, "code"),
    ("orders", {"order_type": "gift"}, "code"),
    ("orders", {"ordered_at": "2025-09-01T08:00:00+08:00"}, "type"),
    ("orders", {"ordered_at": "2025-09-01T08:00:00Z"}, "type"),
    ("orders", {"ordered_at": "2025-09-01 24:00:00"}, "type"),
    ("orders", {"ordered_at": "2025-09-01 8:00"}, "type"),
    ("order_steps", {"step": "party"}, "code"),
    ("order_steps", {"order_id": "O9"}, "reference"),
    ("bills", {"bill_month": "2025-09-15"}, "code"),
    ("bills", {"amount": "1.005"}, "type"),
    ("bills", {"amount": "1,000.00"}, "type"),
    ("bills", {"amount": "12345678901234567.00"}, "type"),
    ("bills", {"amount": "¥5"}, "type"),
    ("bills", {"amount": ""}, "required"),
    ("bills", {"amount": "-100000000000.00"}, "code"),
    ("orders", {"customer_hold_hours": "1000000000"}, "code"),
    ("bills", {"kind": "gift"}, "code"),
    ("bills", {"paid_by": "nobody"}, "code"),
    ("survey_responses", {"role": "boss"}, "code"),
    ("survey_responses", {"tier": "Z"}, "code"),
    ("survey_responses", {"hall_id": "H9"}, "code"),
    ("survey_responses", {"mode": "letter"}, "code"),
    ("survey_answers", {"score": "0"}, "code"),
    ("survey_answers", {"score": "11"}, "code"),
    ("survey_answers", {"score": "10.01"}, "code"),
    ("survey_answers", {"item_code": "reason", "score": "0"}, "code"),
    ("survey_answers", {"item_code": "weather"}, "code"),
    ("survey_answers", {"item_code": "reason", "answer_code": "D99"}, "code"),
    ("survey_answers", {"item_code": "recommend_0_10", "score": "11"}, "code"),
    ("survey_answers", {"response_id": "R9"}, "reference"),
    ("calls", {"outcome": "lost"}, "code"),
    ("calls", {"lane": "fast"}, "code"),
    ("calls", {"city_branch_id": "C99"}, "code"),
    ("calls", {"customer_id": "K9"}, "reference"),
    ("tickets", {"source": "letter"}, "code"),
    ("tickets", {"class": "rant"}, "code"),
    ("tickets", {"first_class": "rant"}, "code"),
    ("tickets", {"complaint_type": "C98"}, "code"),
    ("tickets", {"booked_hall_id": "H9"}, "code"),
    ("tickets", {"member_id": "M9"}, "reference"),
    ("orders", {"completed_at": "2025-09-01 07:59:59"}, "duration"),
    ("orders", {"customer_hold_hours": "-0.5"}, "duration"),
    ("order_steps", {"step": "test", "finished_at": "2025-09-01 08:59"}, "duration"),
    (
        "calls",
        {"queued_at": AT["14"], "ended_at": AT["15"], "answered_at": AT["13"]},
        "duration",
    ),
    ("calls", {"answered_at": AT["14"], "ended_at": AT["13"]}, "duration"),
    ("calls", {"queued_at": AT["14"], "ended_at": AT["13"]}, "duration"),
    ("tickets", {"opened_at": AT["14"], "replied_at": AT["13"]}, "duration"),
    ("tickets", {"opened_at": AT["14"], "closed_at": AT["13"]}, "duration"),
    ("tickets", {"closed_at": AT["14"], "reopened_at": AT["13"]}, "duration"),
    ("tickets", {"waiting_hours": "-1"}, "duration"),
    ("hall_queue", {"taken_at": AT["14"], "called_at": AT["13"]}, "duration"),
    ("hall_queue", {"taken_at": AT["14"], "started_at": AT["13"]}, "duration"),
    ("hall_queue", {"started_at": AT["14"], "ended_at": AT["13"]}, "duration"),
    ("hall_transactions", {"minutes": "-0.1"}, "duration"),
    ("calls", {"queued_at": AT["14"], "ended_at": ""}, "required"),
    ("calls", {"outcome": "abandoned", "ended_at": ""}, "required"),
    ("call_intervals", {"offered": ""}, "required"),
    ("call_intervals", {"minutes": "0"}, "code"),
    ("call_intervals", {"minutes": "44641"}, "code"),
    ("call_intervals", {"lane": "fast"}, "code"),
    ("call_intervals", {"blocked": "", "abandoned": "-1"}, "code"),
    ("call_intervals", {"handle_seconds": "-0.5"}, "duration"),
    ("call_intervals", {"offered": "11"}, "sum"),
    ("call_intervals", {"offered": "9"}, "sum"),
    ("call_intervals", {"abandoned": "", "blocked": "4", "offered": "10"}, "sum"),
    ("call_intervals", {"within_level": "8", "answered": "7"}, "sum"),
    ("ticket_counts", {"month": "2025-09-02"}, "code"),
    ("ticket_counts", {"tickets": "-1"}, "code"),
    ("ticket_counts", {"class": "rant"}, "code"),
    ("ticket_counts", {"complaint_type": "C98"}, "code"),
    ("ticket_counts", {"customer_id": "K9"}, "reference"),
    ("ticket_routes", {"ticket_id": "T9"}, "reference"),
    ("ticket_routes", {"unit": ""}, "required"),
    ("hall_queue", {"brand": "mzone"}, "code"),
    ("hall_queue", {"lane": "standard"}, "code"),
    ("hall_transactions", {"service": "dance"}, "code"),
    ("visits", {"executive": "maybe"}, "type"),
    ("competitor_events", {"move": "magic"}, "code"),
    ("competitor_events", {"outcome": "draw"}, "code"),
    ("control_totals", {"measure": "profit"}, "code"),
    ("control_totals", {"branch_id": "C99"}, "code"),
]


def test_a_faulty_value_is_caught_by_its_rule_and_no_other(tmp_path, home):
    expected = {}
    changed = {}
    for number, (entity, change, rule) in enumerate(FAULTS):
        row = GOOD[entity] | unique(entity, number) | change
        changed.setdefault(entity, []).append(row)
        counts = expected.setdefault(entity, {})
        counts[rule] = counts.get(rule, 0) + 1
    found = loaded(home, everything(tmp_path / "2025-09-30", **changed))
    assert {e: found[f"{e}.csv"].by_rule for e in expected} == expected
    assert all(found[f"{e}.csv"].accepted == 1 for e in expected)
    columns = rows(home, "select entity, rule, column_name from raw.quarantine")
    for entity, change, rule in FAULTS:
        assert (
            entity,
            rule,
            list(change)[-1],
        ) in columns or "reason" in change.values()


def unique(entity, number):
    """A key of its own, so that no row is quarantined as the second of its key."""
    keys = {
        "members": "member_id",
        "orders": "order_id",
        "bills": "bill_line_id",
        "survey_responses": "response_id",
        "calls": "call_id",
        "tickets": "ticket_id",
        "hall_queue": "queue_id",
        "hall_transactions": "transaction_id",
        "visits": "visit_id",
        "competitor_events": "event_id",
        "customers": "customer_id",
    }
    if entity == "call_intervals":
        return {"starts_at": f"2025-09-03 {number // 60:02}:{number % 60:02}:00"}
    if entity == "ticket_routes":
        return {"seq": str(number + 100)}
    if entity == "survey_answers":
        return {"answer_code": f"option{number}"}
    return {keys[entity]: f"N{number}"} if entity in keys else {}


SOUND = [
    ("customers", {"is_target_market": "是"}, ("is_target_market", True)),
    ("customers", {"is_target_market": "n"}, ("is_target_market", False)),
    ("customers", {"customer_name": "　云澜 "}, ("customer_name", "云澜")),
    ("customers", {"joined_on": "2020-01-01T00:00:00"}, ("year(joined_on)", 2020)),
    ("customers", {"customer_id": "7E10"}, ("customer_id", "7E10")),
    ("customers", {"segment": "1.5E+10"}, ("segment", "1.5E+10")),
    ("customers", {"joined_on": "1990-01-01"}, ("year(joined_on)", 1990)),
    ("orders", {"promised_at": "2100-12-31 23:59:59"}, ("year(promised_at)", 2100)),
    ("customers", {"employees": "-3"}, ("employees", -3)),
    ("bills", {"amount": "-100.5"}, ("amount::varchar", "-100.50")),
    ("bills", {"amount": ".5"}, ("amount::varchar", "0.50")),
    ("orders", {"ordered_at": "2025-09-01"}, ("hour(ordered_at)", 0)),
    (
        "calls",
        {"queued_at": "2025-09-02 09:00:00", "ended_at": "", "outcome": "blocked"},
        ("ended_at", None),
    ),
    (
        "call_intervals",
        {"abandoned": "", "blocked": "", "offered": "9"},
        ("answered", 7),
    ),
    ("call_intervals", {"lane": "key_person"}, ("lane", "key_person")),
    # A bare date of the day itself is at most too coarse to measure with.
    ("orders", {"completed_at": "2025-09-01"}, ("hour(completed_at)", 0)),
    ("orders", {"ordered_at": "2025-09-01T08:15:00.5"}, ("minute(ordered_at)", 15)),
    (
        "survey_answers",
        {"item_code": "recommend_0_10", "score": "0"},
        ("score", 0),
    ),
    ("survey_answers", {"score": "7.25"}, ("score::varchar", "7.250000")),
    ("survey_responses", {"role": ""}, ("role", None)),
    (
        "survey_answers",
        {"item_code": "reason", "answer_code": "D11", "score": ""},
        ("answer_code", "D11"),
    ),
]


@pytest.mark.parametrize(("entity", "change", "value"), SOUND)
def test_an_accepted_spelling_becomes_its_value(tmp_path, home, entity, change, value):
    folder = tmp_path / "2025-09-30"
    files = {"customers": [GOOD["customers"]]}
    if entity == "survey_answers":
        files["survey_responses"] = [GOOD["survey_responses"]]
    files[entity] = [good(entity, **change)]
    loaded(home, deliver(folder, **files))
    assert rows(home, f"select {value[0]} from raw.{entity}") == [(value[1],)]


def test_the_first_rule_that_applies_is_told(tmp_path, home):
    row = good("bills", bill_line_id="B2", customer_id="K9", kind="gift", amount="x")
    both = [good("bills"), row, row | {"amount": ""}, row | {"amount": "1"}]
    both.append(row | {"amount": "1", "kind": "usage"})
    found = loaded(
        home,
        deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]], bills=both),
    )
    assert found["bills.csv"].by_rule == {
        "type": 1,
        "required": 1,
        "code": 1,
        "reference": 1,
    }


def test_an_equal_row_is_a_duplicate_and_another_row_of_the_key_is_not(tmp_path, home):
    twice = [
        good("customers"),
        good("customers"),
        good("customers", status="closed"),
        good("customers", customer_id="K1 "),
    ]
    found = loaded(home, deliver(tmp_path / "2025-09-30", customers=twice))
    assert found["customers.csv"].by_rule == {"duplicate": 2, "key": 1}
    assert rows(home, "select status from raw.customers") == [("active",)]


def test_of_two_rows_of_a_key_the_first_accepted_one_stands(tmp_path, home):
    twice = [good("customers", tier="Z"), good("customers", status="closed")]
    found = loaded(home, deliver(tmp_path / "2025-09-30", customers=twice))
    assert found["customers.csv"].by_rule == {"code": 1}
    assert rows(home, "select status from raw.customers") == [("closed",)]


CALL = {"centre_id": "R1", "lane": "standard", "outcome": "abandoned"}
COUNTED_TWICE = [
    ({"lane": "standard"}, {"queued_at": "2025-09-02 09:00:00"}, True),
    ({"lane": "standard"}, {"queued_at": "2025-09-02 09:29:59.9"}, True),
    ({"lane": "standard"}, {"queued_at": "2025-09-02 09:30:00"}, False),
    ({"lane": "standard"}, {"queued_at": "2025-09-02 08:59:59"}, False),
    # When it was queued says where it counts, and its end only without that.
    ({}, {"queued_at": "2025-09-02 08:59:59", "ended_at": "2025-09-02 09:01"}, False),
    ({}, {"ivr_at": "", "ended_at": "2025-09-02 09:01"}, True),
    ({"lane": "key_person"}, {"queued_at": "2025-09-02 09:10:00"}, False),
    ({"lane": ""}, {"queued_at": "2025-09-02 09:10:00"}, True),
    ({"lane": "key_person"}, {"queued_at": "2025-09-02 09:10", "lane": ""}, True),
    ({}, {"queued_at": "2025-09-02 09:10:00", "centre_id": "R2"}, False),
    ({}, {"queued_at": "2025-09-02 09:10:00", "centre_id": ""}, False),
    ({}, {"queued_at": "2025-09-02 09:10:00", "outcome": "outbound"}, False),
    ({}, {"queued_at": "2025-09-02 09:10:00", "outcome": "ivr_contained"}, False),
    # A call that broke the contract is not there.
    ({}, {"queued_at": "2025-09-02 09:10:00", "outcome": "gone"}, False),
]


@pytest.mark.parametrize(("interval", "call", "is_twice"), COUNTED_TWICE)
def test_an_interval_of_which_single_calls_came_is_an_overlap(
    tmp_path, home, interval, call, is_twice
):
    late = {"ended_at": "2025-09-02 10:00:00"}
    folder = deliver(
        tmp_path / "2025-09-30",
        calls=[good("calls", **CALL | late | call)],
        call_intervals=[good("call_intervals", **interval)],
    )
    found = loaded(home, folder)["call_intervals.csv"]
    assert found.by_rule == ({"overlap": 1} if is_twice else {})
    assert rows(home, "select count(*) from raw.call_intervals") == [(1 - is_twice,)]


def test_an_overlap_is_judged_anew_when_the_calls_change(tmp_path, home):
    interval = [good("call_intervals")]
    first = deliver(tmp_path / "2025-08-31", call_intervals=interval)
    assert loaded(home, first)["call_intervals.csv"].by_rule == {}
    inside = good("calls", **CALL | {"queued_at": "2025-09-02 09:10:00"})
    inside["ended_at"] = "2025-09-02 10:00:00"
    loaded(home, deliver(tmp_path / "2025-09-29", calls=[inside]))
    assert rows(home, "select rule, column_name from raw.quarantine") == [
        ("overlap", "centre_id lane starts_at")
    ]
    moved = inside | {"queued_at": "2025-09-02 09:40:00"}
    loaded(home, deliver(tmp_path / "2025-09-30", calls=[moved]))
    assert rows(home, "select count(*) from raw.call_intervals") == [(1,)]


TICKET = {"customer_id": "K1", "opened_at": "2025-09-30 23:59:59"}


@pytest.mark.parametrize(
    ("count", "ticket", "is_twice"),
    [
        ({}, {}, True),
        ({}, {"complaint_type": "C01"}, True),
        ({"complaint_type": "C01"}, {}, True),
        ({"complaint_type": "C01"}, {"complaint_type": "C02"}, False),
        ({"class": "fault"}, {}, False),
        ({}, {"opened_at": "2025-10-01"}, False),
        ({}, {"customer_id": ""}, False),
        ({"customer_id": ""}, {}, False),
        ({"customer_id": ""}, {"customer_id": ""}, True),
    ],
)
def test_a_count_of_tickets_that_came_one_by_one_is_an_overlap(
    tmp_path, home, count, ticket, is_twice
):
    folder = deliver(
        tmp_path / "2025-10-31",
        customers=[GOOD["customers"]],
        tickets=[good("tickets", **TICKET | ticket)],
        ticket_counts=[good("ticket_counts", **count)],
    )
    found = loaded(home, folder)["ticket_counts.csv"]
    assert found.by_rule == ({"overlap": 1} if is_twice else {})


def test_null_counts_as_a_value_in_a_key(tmp_path, home):
    answers = [
        good("survey_answers"),
        good("survey_answers", score="3"),
        good("survey_answers", answer_code="yes"),
    ]
    found = loaded(
        home,
        deliver(
            tmp_path / "2025-09-30",
            survey_responses=[GOOD["survey_responses"]],
            survey_answers=answers,
        ),
        delivered_on="2025-09-30",
    )
    assert found["survey_answers.csv"].by_rule == {"key": 1}


def test_files_of_an_entity_are_read_in_the_order_of_their_names(tmp_path, home):
    folder = tmp_path / "2025-09-30"
    deliver(folder / "customers", b=[good("customers", status="closed")])
    deliver(folder / "customers", a=[good("customers", status="suspended")])
    deliver(folder, customers=[good("customers", customer_id="K2")])
    found = loaded(home, folder)
    assert list(found) == ["customers.csv", "customers/a.csv", "customers/b.csv"]
    assert found["customers/b.csv"].by_rule == {"key": 1}
    assert rows(home, "select status from raw.customers where customer_id = 'K1'") == [
        ("suspended",)
    ]


def test_a_reference_into_an_entity_that_was_not_delivered_is_not_checked(
    tmp_path, home
):
    found = loaded(home, deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]]))
    assert found["orders.csv"].accepted == 1


def test_a_reference_into_an_entity_delivered_empty_is_checked(tmp_path, home):
    header = csv_of([GOOD["customers"]]).split(b"\n")[0]
    folder = deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]], customers=header)
    found = loaded(home, folder)
    assert found["orders.csv"].by_rule == {"reference": 1}
    assert found["customers.csv"].read == 0
    assert "delivered empty" in found["customers.csv"].warnings[0]
    assert rows(
        home,
        "select is_delivered, rows_accepted from raw.entities "
        "where entity = 'customers'",
    ) == [(True, 0)]


def test_without_branches_every_branch_is_accepted(tmp_path, home):
    rows_ = [good("customers", branch_id="anything")]
    assert loaded(home, deliver(tmp_path / "2025-09-30", customers=rows_))[
        "customers.csv"
    ].accepted


def test_no_value_of_a_protected_column_is_told(tmp_path, home, caplog):
    secret = "13912345678"
    bad = good("customers", customer_name=secret, account_manager_id=secret, tier="Z")
    found = loaded(
        home, deliver(tmp_path / "2025-09-30", customers=[bad, bad | {"tier": "A1"}])
    )
    manifest = next(home.landing.rglob("manifest.json")).read_text()
    told = repr(found) + caplog.text + manifest
    told += str(rows(home, "select * from raw.quarantine"))
    assert secret not in told


def test_the_quarantine_keeps_the_row_and_is_private(tmp_path, home):
    bad = good("customers", customer_id="K2", employees="many", remark="爱")
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[bad]))
    assert home.quarantine.stat().st_mode & 0o077 == 0
    import duckdb

    found = duckdb.sql(
        "select entity, file, line, column_name, rule, row->>'employees', "
        f"row->>'remark' from '{next(home.quarantine.rglob('*.parquet'))}'"
    ).fetchall()
    assert found == [
        ("customers", "customers.csv", 2, "employees", "type", "many", "爱")
    ]
