"""The invented province: its promised figures, counted here once more from raw rows.

Nothing of the project's models is used: the rule "in service and billed" is written
down a second time below, straight from its definition.
"""

import csv
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import SHIPPED_EMPTY, Column, Table, contract
from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.sample.write import write_sample, write_with
from tests.fixtures.sample_rows import AS_OF, delivery, one

ENTITIES = (
    "customers",
    "orders",
    "bills",
    "members",
    "survey_responses",
    "survey_answers",
    "calls",
    "order_steps",
    "member_usage",
    "tickets",
    "ticket_routes",
    "hall_queue",
    "hall_transactions",
    "visits",
    "competitor_events",
    "control_totals",
)
# As many people are asked about their satisfaction at every scale, in as many halls.
UNSCALED = (
    "survey_responses",
    "survey_answers",
    "hall_queue",
    "hall_transactions",
    "control_totals",
)
LISTS = sorted(set(SHIPPED_EMPTY) - {"annotations"})


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        connection.execute(f"create table active as from active_on(date '{AS_OF}')")
        yield connection


def retention(con: duckdb.DuckDBPyConnection, branch: str, where: str) -> tuple:
    """Cohort of 2024-12-31 in one branch, and how many of it are still active."""
    return one(
        con,
        f"""
        select count(*), count(*) filter (is_active)
        from customers inner join active using (customer_id)
        where snapshot_on = date '2024-12-31' and status in ('active', 'suspended')
            and branch_id = '{branch}' and {where}
        """,
    )


# Golden A


def test_the_golden_county_has_3_630_000_00_of_informatisation_revenue_in_2025(con):
    # Branch by the last photograph before the month, else by the first one after it.
    (revenue,) = one(
        con,
        """
        with firsts as (
            select customer_id, arg_min(branch_id, snapshot_on) as first_branch_id
            from customers group by 1
        )
        select sum(amount)
        from bills
        inner join products using (product_id)
        inner join firsts using (customer_id)
        asof left join customers
            on bills.customer_id = customers.customer_id
            and bills.bill_month >= customers.snapshot_on
        where is_informatisation and valid_from <= bill_month and valid_to is null
            and coalesce(branch_id, first_branch_id) = 'C01-1'
            and bill_month between date '2025-01-01' and date '2025-09-01'
        """,
    )
    assert revenue == Decimal("3630000.00")


def test_the_golden_county_is_96_8_percent_of_its_base_target_and_22_points_ahead(con):
    (target,) = one(
        con,
        """
        select base_target from kpi_targets
        where branch_id = 'C01-1' and kpi = 'info_revenue' and period = '2025'
        """,
    )
    assert target == 3_750_000
    assert round(3_630_000 / target, 4) == 0.968
    assert round(3_630_000 / target - 273 / 365, 4) == 0.2201


# Golden B


def test_420_of_the_423_customers_of_the_golden_cohort_are_active(con):
    assert retention(con, "C01-1", "is_target_market") == (423, 420)
    assert round(420 / 423, 4) == 0.9929


def test_counting_those_who_joined_later_gives_the_wrong_111_8_percent(con):
    active, joined = one(
        con,
        """
        select count(*), count(*) filter (joined_on > date '2024-12-31')
        from customers inner join active using (customer_id)
        where snapshot_on = date '2025-09-30' and branch_id = 'C01-1' and is_active
        """,
    )
    assert (active, joined) == (473, 53)
    assert round(active / 423, 3) == 1.118


def test_taking_the_cohort_from_todays_list_gives_the_wrong_100_percent(con):
    assert one(
        con,
        """
        select count(*), count(*) filter (is_active)
        from customers inner join active using (customer_id)
        where snapshot_on = date '2025-09-30' and branch_id = 'C01-1'
            and status in ('active', 'suspended')
        """,
    ) == (473, 473)


def test_in_the_second_county_the_two_retentions_differ_by_5_points(con):
    cohort, kept = retention(con, "C02-1", "true")
    targeted, targeted_kept = retention(con, "C02-1", "is_target_market")
    assert (cohort, kept, targeted, targeted_kept) == (300, 279, 200, 196)
    assert Decimal(targeted_kept) / targeted - Decimal(kept) / cohort == Decimal("0.05")


# Golden C


def test_the_golden_county_has_142_customers_of_tiers_a_and_b_and_331_of_c(con):
    groups = dict(
        con.execute(
            f"""
            select if(tier = 'C', 'C', 'A/B'), count(*)
            from customers inner join active using (customer_id)
            where snapshot_on = date '{AS_OF}' and branch_id = 'C01-1' and is_active
            group by 1
            """
        ).fetchall()
    )
    assert groups == {"A/B": 142, "C": 331}
    assert round(groups["C"] / 473, 2) == 0.7


def test_the_schools_of_the_golden_county_have_13_700_lines_of_i01(con):
    schools = con.execute(
        """
        select distinct customer_id
        from customers inner join active using (customer_id)
        where snapshot_on = date '2025-09-30' and branch_id = 'C01-1'
            and industry = 'EDU' and is_active
        """
    ).fetchall()
    assert len(schools) == 12
    assert one(
        con,
        """
        select count(distinct customer_id), sum(quantity) from (
            select * from orders
            where product_id = 'I01' and status = 'completed'
                and order_type in ('new', 'change')
                and customer_id in (
                    select customer_id from customers where branch_id = 'C01-1'
                )
            qualify 1 = row_number() over (
                partition by subscription_id order by completed_at desc
            )
        )
        """,
    ) == (12, 13_700)


# Golden N, and the other lists


def test_4_then_6_then_21_cities_have_a_hotline_centre(con):
    covered = [
        one(
            con,
            f"""
            select count(distinct city_branch_id) from centre_coverage
            where valid_from <= date '{day}'
                and coalesce(cast(valid_to as date), date '{day}') >= date '{day}'
            """,
        )[0]
        for day in ("2023-02-28", "2023-03-31", "2023-06-30", "2024-01-31", AS_OF)
    ]
    assert covered == [0, 4, 6, 21, 21]


def test_the_province_has_21_cities_with_three_counties_each(con):
    levels = dict(
        con.execute("select level, count(*) from branches group by 1").fetchall()
    )
    assert levels == {"province": 1, "city": 21, "county": 63}
    strays = con.execute(
        """
        select branch_id from branches as own
        where level != 'province' and not exists (
            from branches as parent
            where parent.branch_id = own.parent_id
                and (parent.level, own.level) in
                    (('province', 'city'), ('city', 'county'))
        )
        """
    ).fetchall()
    assert strays == []


def test_60_halls_with_the_watched_ones_and_no_partner_in_the_golden_city(con):
    halls = con.execute("select hall_id, branch_id, ownership, is_watched from halls")
    rows = halls.fetchall()
    assert len(rows) == 60
    watched = [hall for hall, _, _, is_watched in rows if is_watched]
    assert watched == ["H01", "H02", "H03", "H04"]
    golden = {owner for _, branch, owner, _ in rows if branch.startswith("C01")}
    assert golden == {"own_own", "own_other"}
    assert {hall: owner for hall, _, owner, _ in rows}["H21"] == "partner"


def test_targets_weigh_100_per_branch_and_year(con):
    sums = con.execute(
        "select distinct sum(weight) from kpi_targets group by branch_id, period"
    ).fetchall()
    assert sums == [(100,)]
    assert one(
        con, "select count(distinct branch_id), count(distinct period) from kpi_targets"
    ) == (85, 3)


def test_revenue_targets_of_the_branches_below_add_up_to_their_parents(con):
    gaps = con.execute(
        """
        select parent.branch_id, parent.period
        from kpi_targets as parent
        inner join branches on parent.branch_id = branches.parent_id
        inner join kpi_targets as child
            on branches.branch_id = child.branch_id
            and parent.period = child.period and parent.kpi = child.kpi
        where parent.kpi = 'info_revenue'
        group by all
        having sum(child.base_target) != max(parent.base_target)
        """
    ).fetchall()
    assert gaps == []


def test_limits_of_a_target_rise_from_floor_over_base_to_challenge(con):
    assert one(
        con,
        """
        select count(*) from kpi_targets
        where not (floor < base_target and base_target < challenge_target)
        """,
    ) == (0,)


# The shape of the whole


def test_the_sample_has_the_promised_size(con):
    counts = {
        entity: one(con, f"select count(*) from {entity}")[0] for entity in ENTITIES
    }
    assert 310_000 < counts["customers"] < 340_000
    assert 760_000 < counts["bills"] < 840_000
    assert 30_000 < counts["orders"] < 45_000
    assert 90_000 < counts["members"] < 115_000


def test_photographs_and_bills_cover_every_month_from_2023_01_to_2025_09(con):
    assert one(
        con,
        """
        select count(distinct snapshot_on), min(snapshot_on)::varchar,
            max(snapshot_on)::varchar, bool_and(snapshot_on = last_day(snapshot_on))
        from customers
        """,
    ) == (33, "2023-01-31", AS_OF, True)
    assert one(
        con,
        """
        select count(distinct bill_month), min(bill_month)::varchar,
            max(bill_month)::varchar from bills
        """,
    ) == (33, "2023-01-01", "2025-09-01")


def test_every_kind_of_row_occurs(con):
    def found(column: str, entity: str) -> set:
        values = con.execute(f"select distinct {column} from {entity}").fetchall()
        return {value for (value,) in values if value is not None}

    for entity, columns in {
        "customers": ("status", "closed_reason"),
        "orders": ("order_type", "status"),
        "bills": ("kind", "paid_by"),
        "members": ("left_how", "brand"),
    }.items():
        for column in columns:
            wanted = contract().entities[entity].column(column).values
            assert found(column, entity) == set(wanted)
    assert len(found("tier", "customers")) == 6
    assert len(found("industry", "customers")) == 24
    assert one(con, "select count(*) from customers where employees is null") > (0,)
    assert one(con, "select count(*) from bills where amount < 0") > (1000,)


def test_some_customers_hang_on_a_city_or_on_the_province_itself(con):
    counts = dict(
        con.execute(
            f"""
            select level, count(*) from customers inner join branches using (branch_id)
            where snapshot_on = date '{AS_OF}' group by 1
            """
        ).fetchall()
    )
    assert counts["province"] > 15
    assert counts["city"] > 100
    assert counts["county"] > 9_500


def test_a_customer_begins_with_one_to_five_subscriptions(con):
    assert one(
        con,
        """
        select min(n), max(n) from (
            select count(distinct subscription_id) as n from bills
            where bill_month = date '2023-01-01' group by customer_id
        )
        """,
    ) == (1, 5)


def test_some_successors_of_merged_customers_have_merged_themselves(con):
    (chains,) = one(
        con,
        f"""
        select count(*) from customers as first
        inner join customers as second
            on first.successor_id = second.customer_id
            and first.snapshot_on = second.snapshot_on
        where first.snapshot_on = date '{AS_OF}' and second.closed_reason = 'merged'
        """,
    )
    assert chains >= 3


def test_some_losses_are_silent_and_some_customers_come_back(con):
    silent, back = one(
        con,
        f"""
        select
            count(*) filter (not is_active),
            count(*) filter (is_active and not was_active)
        from customers
        inner join active using (customer_id)
        inner join (
            select customer_id, is_active as was_active
            from active_on(date '2025-05-31')
        ) using (customer_id)
        where snapshot_on = date '{AS_OF}' and status = 'active'
            and joined_on < date '2025-01-01'
            and customer_id not in (
                select customer_id from orders where order_type = 'terminate'
            )
        """,
    )
    assert silent > 10
    assert back > 3


def test_the_province_keeps_about_97_8_percent_of_its_target_market(con):
    cohort, kept = one(
        con,
        """
        select count(*), count(*) filter (is_active)
        from customers inner join active using (customer_id)
        where snapshot_on = date '2024-12-31' and status != 'closed'
            and is_target_market
        """,
    )
    assert abs(kept / cohort - 0.978) < 0.003


def test_net_revenue_retention_is_near_103_percent(con):
    (nrr,) = one(
        con,
        """
        with windows as (
            select customer_id,
                sum(amount) filter (bill_month between '2024-07-01' and '2024-09-01') b,
                sum(amount) filter (bill_month between '2025-07-01' and '2025-09-01') c
            from bills where kind != 'one_time' group by 1
        )
        select sum(greatest(coalesce(c, 0), 0)) / sum(b) from windows where b > 0
        """,
    )
    assert abs(float(nrr) - 1.03) < 0.01


def test_informatisation_revenue_leads_time_progress_by_about_two_points(con):
    completion = dict(
        con.execute(
            """
            with earned as (
                select branch_id, sum(amount) as yuan
                from bills
                inner join products using (product_id)
                inner join (select distinct customer_id, branch_id from customers)
                    using (customer_id)
                where is_informatisation and bill_month >= date '2025-01-01'
                group by 1
            )
            select kpi_targets.branch_id, sum(yuan) / max(base_target)
            from kpi_targets
            inner join earned
                on kpi_targets.branch_id = 'P'
                or earned.branch_id like kpi_targets.branch_id || '%'
            where kpi = 'info_revenue' and period = '2025'
                and length(kpi_targets.branch_id) <= 3
            group by 1
            """
        ).fetchall()
    )
    progress = 273 / 365
    assert abs(completion.pop("P") - progress - 0.022) < 0.001
    behind = [city for city, share in completion.items() if share < progress]
    assert 5 <= len(behind) <= 16


# Planted truths


def test_a_price_cut_shows_in_wired_data_of_one_city_only(con):
    change = dict(
        con.execute(
            """
            select left(branch_id, 3),
                sum(amount) filter (bill_month = date '2025-05-01')
                / sum(amount) filter (bill_month = date '2025-04-01') - 1
            from bills
            inner join products using (product_id)
            inner join (select distinct customer_id, branch_id from customers)
                using (customer_id)
            where line = 'wired_data' and kind = 'recurring' and branch_id != 'P'
            group by 1
            """
        ).fetchall()
    )
    assert change.pop("C07") < -0.25
    assert all(abs(share) < 0.08 for share in change.values())


def test_a_rival_takes_customers_of_one_industry_in_the_summer_of_2025(con):
    rows = con.execute(
        f"""
        select industry, competitor, count(*) as n,
            count(*) filter (branch_id = 'C01-1') as golden
        from customers
        where snapshot_on = date '{AS_OF}' and closed_reason = 'lost_to_competitor'
            and closed_on between date '2025-06-01' and date '2025-08-31'
        group by 1, 2 order by n desc
        """
    ).fetchall()
    industry, rival, lost, golden = rows[0]
    assert (industry, rival, golden) == ("FIN", "对手乙", 0)
    assert lost >= 25
    assert lost > 3 * rows[1][2]


# The contract


def parents(column: Column, sample: Path) -> str:
    """Where the values live that a column may refer to, as a query of one column."""
    name, at = column.reference, column.points_at
    if name in ENTITIES:
        return f"select {at} from {name}"
    delivered = sample / "reference" / f"{name}.csv"
    path = delivered if delivered.exists() else PROJECT / "seeds" / f"{name}.csv"
    return f"select {at} from read_csv('{path}', header = true, all_varchar = true)"


def broken(column: Column, sample: Path) -> dict[str, str]:
    """The conditions under which a value breaks the contract, by rule."""
    value = f'"{column.name}"'
    rules = {}
    if column.required:
        rules["required"] = f"{value} is null"
    if column.type == "text":
        rules["trimmed"] = f"{value} != trim({value}) or {value} = ''"
    if column.values:
        listed = ", ".join(f"'{known}'" for known in column.values)
        rules["values"] = f"{value} not in ({listed})"
    if column.first_day:
        rules["first_day"] = f"day({value}) != 1"
    if column.minimum is not None:
        rules["range"] = f"not {value} between {column.minimum} and {column.maximum}"
        for other, which, low, high in column.exceptions:
            rules["range"] = (
                f"case when {other} = '{which}' then not {value} between {low} and"
                f" {high} else {rules['range']} end"
            )
    if column.happened:
        rules["happened"] = f"cast({value} as date) > date '{AS_OF}'"
    if column.reference:
        known = f"select unnest({list(column.besides)}) union all " * bool(
            column.besides
        )
        rules["reference"] = f"{value} not in ({known}{parents(column, sample)})"
        if column.only_for:
            rules["reference"] += " and {} = '{}'".format(*column.only_for)
    return rules


def faults(
    con: duckdb.DuckDBPyConnection, view: str, table: Table, sample: Path
) -> set[tuple[str, str]]:
    """Every (rule, column) of the contract that a row of the view breaks."""
    found = set()
    for column in table.columns:
        for rule, condition in broken(column, sample).items():
            if one(con, f"select count(*) from {view} where {condition}") > (0,):
                found.add((rule, column.name))
    key = ", ".join(table.key)
    doubled = f"select count(*) - count(distinct ({key})) from {view}"
    if table.key and one(con, doubled) > (0,):
        found.add(("key", key))
    return found


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_entity_keeps_the_contract(con, sample, entity):
    table = contract().entities[entity]
    columns = [c[0] for c in con.execute(f"from {entity} limit 0").description]
    assert columns == [column.name for column in table.columns]
    assert faults(con, entity, table, sample) == set()


@pytest.mark.parametrize(
    "name",
    LISTS,
)
def test_a_list_of_the_province_keeps_the_contract(con, sample, name):
    table = contract().lists[name]
    columns = [c[0] for c in con.execute(f"from {name} limit 0").description]
    assert columns == [column.name for column in table.columns]
    con.execute(
        f"create or replace temp view as_text as from read_csv("
        f"'{sample}/reference/{name}.csv', header = true, all_varchar = true)"
    )
    checked = {c for c in faults(con, "as_text", table, sample) if c[0] != "happened"}
    assert checked == set()


@pytest.mark.parametrize(
    ("entity", "change", "caught"),
    [
        ("members", "null as joined_on", ("required", "joined_on")),
        ("members", "'gone' as left_how", ("values", "left_how")),
        ("members", "' ' || customer_id as customer_id", ("trimmed", "customer_id")),
        ("members", "'E0' as customer_id", ("reference", "customer_id")),
        ("members", "date '2026-01-01' as left_on", ("happened", "left_on")),
        ("members", "'one' as member_id", ("key", "member_id")),
        ("survey_answers", "'unheard' as item_code", ("reference", "item_code")),
        ("survey_answers", "0 as score", ("range", "score")),
        (
            "survey_answers",
            "'recommend_0_10' as item_code, 11 as score",
            ("range", "score"),
        ),
        (
            "survey_answers",
            "'reason' as item_code, 'D9' as answer_code",
            ("reference", "answer_code"),
        ),
    ],
)
def test_a_row_that_breaks_the_contract_is_seen(con, sample, entity, change, caught):
    con.execute(
        f"create or replace temp view faulty as select * replace ({change})"
        f" from (from {entity} limit 3)"
    )
    assert caught in faults(con, "faulty", contract().entities[entity], sample)


def test_amounts_are_money_with_two_decimals(con):
    types = {
        name: str(kind)
        for entity in ("bills", "orders")
        for name, kind, *_ in con.execute(f"from {entity} limit 0").description
    }
    assert types["amount"] == types["monthly_fee"] == "DECIMAL(18,2)"


def test_dates_of_a_row_come_in_their_order(con):
    for entity, wrong in {
        "customers": "joined_on > snapshot_on or closed_on > snapshot_on"
        " or closed_on < joined_on or (closed_on is null) != (closed_reason is null)",
        "orders": "completed_at < ordered_at or promised_at < ordered_at"
        " or (status in ('completed', 'failed') and completed_at is null)"
        " or (status = 'open' and completed_at is not null)",
        "members": "left_on < joined_on or (left_on is null) != (left_how is null)",
        "bills": "due_on < bill_month or paid_on < bill_month",
    }.items():
        count = f"select count(*) from {entity} where {wrong}"
        assert one(con, count) == (0,), entity


def test_everybody_who_hangs_on_a_closed_customer_has_a_photograph_of_it(con):
    assert one(
        con,
        """
        select count(*) from customers
        where (closed_reason = 'merged') != (successor_id is not null)
            or successor_id not in (select customer_id from customers)
            or (competitor is not null and closed_reason != 'lost_to_competitor')
        """,
    ) == (0,)


# The command


def test_the_delivery_holds_the_entities_and_the_lists_and_nothing_else(sample):
    names = sorted(path.stem for path in sample.rglob("*.*"))
    assert names == sorted([*ENTITIES, *LISTS])


def test_a_scale_below_one_is_refused(tmp_path):
    with pytest.raises(WrongInputError, match="--scale 0"):
        write_sample(tmp_path, scale=0)
    assert list(tmp_path.iterdir()) == []


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_one_thread_and_two_write_the_same_bytes(tmp_path):
    for folder, threads in (("one", 1), ("two", 2)):
        with duckdb.connect(config={"threads": threads}) as con:
            write_with(con, tmp_path / folder, scale=1)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.slow
def test_at_scale_two_the_golden_counties_keep_their_figures_and_the_rest_doubles(
    con, tmp_path
):
    write_sample(tmp_path, scale=2)
    with delivery(tmp_path) as larger:
        larger.execute(f"create table active as from active_on(date '{AS_OF}')")
        assert retention(larger, "C01-1", "is_target_market") == (423, 420)
        assert retention(larger, "C02-1", "true") == (300, 279)
        assert retention(larger, "C02-1", "is_target_market") == (200, 196)
        test_counting_those_who_joined_later_gives_the_wrong_111_8_percent(larger)
        test_the_golden_county_has_142_customers_of_tiers_a_and_b_and_331_of_c(larger)
        test_the_golden_county_is_96_8_percent_of_its_base_target_and_22_points_ahead(
            larger
        )
        test_the_golden_county_has_3_630_000_00_of_informatisation_revenue_in_2025(
            larger
        )
        for entity in sorted(set(ENTITIES) - set(UNSCALED)):
            more = one(larger, f"select count(*) from {entity}")[0]
            assert 1.8 < more / one(con, f"select count(*) from {entity}")[0] < 2.01


def test_names_of_branches_are_given_in_both_languages_and_once(sample):
    with (sample / "reference/branches.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("name_zh", "name_en"):
        names = [row[column] for row in rows]
        assert len(set(names)) == len(names) == 85
    assert {r["branch_id"]: r["name_zh"] for r in rows}["C01-1"] == "云栖县"
