"""The invented province's promised figures, counted here once more from raw rows.

Nothing of the project's models is used: the rule "in service and billed" is written
down a second time in what the tests share, straight from its definition.
"""

from decimal import Decimal

import duckdb
import pytest

from tests.sample.fixtures.sample_rows import AS_OF, ENTITIES, delivery, one

# As many people are asked about their satisfaction at every scale, in as many halls.
UNSCALED = (
    "survey_responses",
    "survey_answers",
    "hall_queue",
    "hall_transactions",
    "control_totals",
)


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


@pytest.mark.slow
def test_at_scale_two_the_golden_counties_keep_their_figures_and_the_rest_doubles(
    con, sample_of_two
):
    with delivery(sample_of_two) as larger:
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
