"""The invented province as a whole: its size, its kinds of rows, its planted truths."""

import csv
import hashlib
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import contract
from jike.ground.errors import WrongInputError
from jike.sample.write import write_sample, write_with
from tests.sample.fixtures.sample_rows import AS_OF, ENTITIES, LISTS, one

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


def test_names_of_branches_are_given_in_both_languages_and_once(sample):
    with (sample / "reference/branches.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("name_zh", "name_en"):
        names = [row[column] for row in rows]
        assert len(set(names)) == len(names) == 85
    assert {r["branch_id"]: r["name_zh"] for r in rows}["C01-1"] == "云栖县"
