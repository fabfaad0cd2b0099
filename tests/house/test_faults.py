"""Every fault that is promised to lose no data and show no wrong number has its tests.

The numbers are those of the project's list of faults; a fault without a test of its own
has the reason here.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
KILL, MACHINE = "house/test_faults_kill.py", "house/test_faults_machine.py"
CORPUS, READING = "deliveries/test_corpus.py", "deliveries/test_reading.py"
LOAD, RULES = "deliveries/test_load_deliveries.py", "deliveries/test_load_rules.py"
BUILD, AUDIT = "build/test_build.py", "checks/test_audit.py"
PUBLISH, RELEASE = "releases/test_publish.py", "releases/test_release.py"
MALFORMED = f"{CORPUS}::test_fault_35_to_47_a_malformed_file_becomes_what_it_has_to"

FAULTS: dict[int, tuple[str, list[str]]] = {
    1: (
        "a dashboard reads while a build runs",
        [f"{BUILD}::test_fifty_reads_during_a_build_give_one_version_and_no_error"],
    ),
    2: (
        "two builds at once",
        [
            f"{MACHINE}::test_fault_02_a_second_process_is_told_at_once_who_holds_the_lock",
            f"{BUILD}::test_a_second_build_at_the_same_time_is_told_who_runs",
        ],
    ),
    3: (
        "a lock left by kill -9",
        [f"{BUILD}::test_after_a_kill_the_lock_is_free_and_the_next_build_is_fresh"],
    ),
    4: (
        "kill -9 in load",
        [
            f"{KILL}::test_fault_04_a_killed_load_is_all_or_nothing",
            f"{KILL}::test_fault_04_a_load_killed_at_any_moment_is_all_or_nothing",
        ],
    ),
    5: (
        "kill -9 in a model",
        [
            f"{KILL}::test_fault_05_a_killed_build_leaves_what_is_served_and_the_next_is_fresh",
            f"{KILL}::test_fault_05_a_build_killed_in_a_model_is_never_taken_up_again",
        ],
    ),
    6: (
        "kill -9 in the audit",
        [f"{KILL}::test_fault_06_a_build_whose_audit_was_killed_is_not_published"],
    ),
    7: (
        "kill -9 between the file and the pointer",
        [f"{KILL}::test_fault_07_08_a_killed_publish_leaves_one_whole_release_served"],
    ),
    8: (
        "kill -9 while the pointer is written",
        [f"{PUBLISH}::test_publish_and_kill_never_tears_the_pointer"],
    ),
    9: (
        "power loss",
        [
            f"{PUBLISH}::test_success_is_told_after_file_pointer_and_folder_are_on_the_disk",
            f"{MACHINE}::test_fault_09_landed_files_are_on_the_disk_before_the_manifest_names_them",
        ],
    ),
    10: (
        "disk full in a build",
        [f"{BUILD}::test_a_limit_of_the_size_of_files_is_told_as_one"],
    ),
    11: (
        "disk full in load, audit, release or journal",
        [
            f"{MACHINE}::test_fault_11_a_load_on_a_full_disk_changes_nothing",
            f"{MACHINE}::test_fault_11_an_audit_on_a_full_disk_lets_nothing_out",
            f"{MACHINE}::test_fault_11_a_journal_that_cannot_grow_is_told_and_made_good",
            f"{PUBLISH}::test_a_full_disk_never_asks_for_less_than_is_free",
        ],
    ),
    12: (
        "a folder that cannot be written",
        [f"{PUBLISH}::test_a_folder_that_cannot_be_written_is_named"],
    ),
    13: (
        "the memory limit is reached",
        [
            f"{MACHINE}::test_fault_13_a_build_that_needs_more_memory_spills",
            f"{MACHINE}::test_fault_13_a_build_that_cannot_spill_fails_and_says_so",
            f"{LOAD}::test_a_million_rows_are_loaded_and_built_within_half_a_gigabyte",
        ],
    ),
    14: (
        "an error in a model",
        [f"{BUILD}::test_a_model_that_fails_is_named_and_no_build_stays"],
    ),
    15: (
        "a dbt test that fails",
        [f"{BUILD}::test_a_dbt_test_that_fails_stops_the_build_and_is_named"],
    ),
    16: (
        "a dbt test that warns",
        [
            f"{BUILD}::test_a_dbt_test_that_warns_is_recorded",
            f"{PUBLISH}::test_a_warned_check_and_a_dbt_warning_are_counted",
        ],
    ),
    17: (
        "a critical expectation fails",
        [
            f"{PUBLISH}::test_a_held_build_is_not_published",
            "checks/test_expectations.py::test_every_expectation_has_a_case_that_makes_it_fail",
        ],
    ),
    18: (
        "an expectation raises",
        [
            "checks/test_expectations.py::"
            "test_what_cannot_be_evaluated_has_failed_and_says_why_without_values",
            f"{AUDIT}::test_what_is_missing_in_the_build_holds_it",
        ],
    ),
    19: (
        "no expectation at all",
        [
            "checks/test_audit_expectations.py::test_an_empty_folder_of_expectations_holds_the_build",
            "checks/test_audit_expectations.py::test_nothing_evaluated_holds_the_build",
        ],
    ),
    20: ("an empty mart", [f"{AUDIT}::test_every_empty_mart_holds_the_build"]),
    21: (
        "rows fall against what is served",
        [
            "checks/test_audit_accepted.py::test_rows_that_halve_hold_the_build_until_somebody_accepts_it"
        ],
    ),
    22: (
        "marts disagree with raw rows",
        [
            f"{AUDIT}::test_totals_agree_exactly_when_an_independent_sum_does",
            f"{AUDIT}::test_each_disagreement_is_found_by_its_reconciliation_alone",
        ],
    ),
    23: (
        "a contract of a model is broken",
        [f"{BUILD}::test_a_column_of_another_type_breaks_the_contract_and_the_build"],
    ),
    24: (
        "a page expects a column that is missing",
        [
            f"{PUBLISH}::test_a_page_that_could_not_be_shown_stops_publishing",
            f"{RELEASE}::test_tables_of_another_version_are_not_shown",
        ],
    ),
    25: (
        "a release file is changed or damaged",
        [
            f"{RELEASE}::test_after_a_flipped_bit_the_former_release_is_served_with_an_alarm",
            f"{RELEASE}::test_a_truncated_release_is_not_served",
        ],
    ),
    26: (
        "a garbled pointer",
        [
            f"{RELEASE}::test_a_garbled_pointer_serves_the_last_good_release_with_an_alarm",
            f"{RELEASE}::test_a_lost_file_lets_the_former_release_stand_in",
        ],
    ),
    27: (
        "a former release is removed while it is read",
        [
            f"{MACHINE}::test_fault_27_fifty_readers_over_twenty_publishes_see_no_mixture",
            f"{PUBLISH}::"
            "test_the_last_ten_releases_stay_and_what_was_in_use_within_the_hour",
        ],
    ),
    28: (
        "rollback",
        [
            f"{PUBLISH}::test_rollback_serves_the_former_release_and_is_written_down",
            f"{KILL}::test_fault_28_a_rollback_killed_behind_the_pointer_is_in_the_journal",
        ],
    ),
    29: (
        "rollback to what cannot be served",
        [
            f"{PUBLISH}::test_rollback_to_an_incompatible_or_damaged_release_is_refused",
            f"{PUBLISH}::test_rollback_to_what_is_not_there_says_what_is",
        ],
    ),
    30: (
        "a reader keeps answers of a former release",
        [
            f"{MACHINE}::test_fault_30_31_a_rerun_shows_the_release_it_began_with",
            "pages/test_frame.py::test_a_new_release_is_seen_at_the_next_rerun",
        ],
    ),
    31: (
        "a page mixes two releases",
        [f"{MACHINE}::test_fault_30_31_a_rerun_shows_the_release_it_began_with"],
    ),
    32: (
        "a connection shared by threads",
        [f"{RELEASE}::test_threads_that_share_a_release_get_their_own_rows"],
    ),
    33: (
        "a question that runs away",
        [f"{RELEASE}::test_a_question_that_runs_away_is_stopped_and_others_go_on"],
    ),
    34: (
        "fifty at once",
        [
            f"{MACHINE}::test_fault_27_fifty_readers_over_twenty_publishes_see_no_mixture"
        ],
    ),
    35: ("bytes that are no UTF-8", [MALFORMED]),
    36: (
        "GBK and GB18030",
        [MALFORMED, f"{READING}::test_the_encoding_is_decided_by_the_lines"],
    ),
    37: (
        "byte order mark, CRLF, no final line end",
        [f"{READING}::test_a_file_written_otherwise_is_the_same_delivery"],
    ),
    38: ("mixed line ends", [MALFORMED]),
    39: ("a NUL byte", [MALFORMED]),
    40: ("a quote without end", [MALFORMED]),
    41: (
        "fewer or more columns",
        [MALFORMED, f"{READING}::test_records_of_another_width_are_quarantined"],
    ),
    42: (
        "a wrong or reordered header",
        [
            MALFORMED,
            f"{READING}::test_columns_are_mapped_by_name_and_unknown_ones_reported",
        ],
    ),
    43: (
        "an empty file, a header only",
        [
            MALFORMED,
            f"{READING}::test_a_header_without_rows_is_an_entity_delivered_empty",
            "kpis/test_kpi_missing.py::"
            "test_an_entity_delivered_empty_gives_sums_of_zero_and_no_ratio",
        ],
    ),
    44: (
        "a huge field or file",
        [
            MALFORMED,
            f"{READING}::test_a_file_above_the_limit_is_refused_before_it_is_read",
        ],
    ),
    45: ("numbers that are none", [MALFORMED]),
    46: ("dates in other formats", [MALFORMED]),
    47: (
        "a key twice in a delivery",
        [
            MALFORMED,
            f"{RULES}::test_of_two_rows_of_a_key_the_first_accepted_one_stands",
        ],
    ),
    48: (
        "the same file again",
        [f"{LOAD}::test_the_same_files_again_change_nothing"],
    ),
    49: (
        "a corrected delivery",
        [f"{LOAD}::test_a_delivery_again_replaces_its_entities_and_keeps_the_others"],
    ),
    50: (
        "deliveries out of order",
        [
            f"{LOAD}::test_of_all_deliveries_the_latest_stands_in_any_order_of_loading",
            "deliveries/test_raw.py::test_a_build_holds_the_rows_the_rules_leave",
        ],
    ),
    51: (
        "negative amounts",
        [
            "checks/test_expectations.py::test_every_expectation_has_a_case_that_makes_it_fail"
        ],
    ),
    52: (
        "dates in the future or before 2000",
        [
            f"{AUDIT}::test_bills_after_as_of_are_in_no_total",
            "checks/test_expectations.py::test_every_expectation_has_a_case_that_makes_it_fail",
        ],
    ),
    53: (
        "references to nothing",
        [
            f"{LOAD}::test_rows_return_by_themselves_when_their_parent_arrives",
            f"{LOAD}::test_rows_go_when_their_parent_vanishes",
        ],
    ),
    54: (
        "a row that is lost on the way",
        [
            MALFORMED,
            f"{CORPUS}::test_fault_54_a_csv_file_changed_anywhere_balances_or_is_refused",
        ],
    ),
    55: (
        "damaged Parquet",
        [
            MALFORMED,
            f"{CORPUS}::test_fault_55_a_binary_file_damaged_anywhere_balances_or_is_refused",
            f"{LOAD}::test_a_damaged_landed_file_stops_the_build_and_the_next_load_heals_it",
        ],
    ),
    56: (
        "a source that did not deliver",
        [
            "checks/test_expectations.py::test_every_expectation_has_a_case_that_makes_it_fail",
            f"{LOAD}::test_a_default_long_after_the_newest_photograph_is_refused",
        ],
    ),
    57: (
        "another time zone or locale of the host",
        [
            f"{MACHINE}::test_fault_57_58_two_builds_are_equal_whatever_the_host_is_set_to"
        ],
    ),
    58: (
        "two builds of the same input",
        [
            f"{MACHINE}::test_fault_57_58_two_builds_are_equal_whatever_the_host_is_set_to"
        ],
    ),
    59: (
        "a release written by an older DuckDB",
        [f"{MACHINE}::test_fault_59_a_release_in_an_older_storage_format_is_read"],
    ),
    60: (
        "an upgrade of what we lean on",
        [
            f"{MACHINE}::test_fault_60_what_we_lean_on_is_installed_as_it_is_pinned",
            "checks/test_expectations.py::"
            "test_a_sound_table_passes_and_each_fault_is_caught_by_its_check_alone",
        ],
    ),
    61: (
        "a port in use",
        ["house/test_cli.py::test_a_port_in_use_is_told_with_the_way_out"],
    ),
    62: (
        "the clock jumps back",
        [f"{PUBLISH}::test_numbers_go_on_when_files_are_removed_or_the_clock_is_wrong"],
    ),
}
LEFT_OUT = {
    27: "a second open after the file has gone is not made: the connection stays open "
    "and the file on the disk until it is closed; removal waits for the grace",
    34: "readers are threads, not browsers: seconds would measure the machine",
    56: "the age of what is shown is its as_of, which every page states; no page asks "
    "the clock, because a build of yesterday must look as it did yesterday",
}
"""What of a fault's test is not made here, and why."""


def names_in(path):
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_fault_is_there():
    assert list(FAULTS) == list(range(1, 63))
    assert set(LEFT_OUT) <= set(FAULTS)


@pytest.mark.parametrize("number", FAULTS)
def test_a_fault_has_tests_that_exist(number):
    about, named = FAULTS[number]
    assert about
    assert named
    for test in named:
        path, name = test.split("::")
        assert name in names_in(path), test


def test_a_test_named_after_a_fault_is_in_the_table():
    listed = {test for _, named in FAULTS.values() for test in named}
    for path in sorted(TESTS.rglob("test_*.py")):
        place = path.relative_to(TESTS).as_posix()
        for name in names_in(place):
            if name.startswith("test_fault_") and "every_file_at_once" not in name:
                assert f"{place}::{name}" in listed
