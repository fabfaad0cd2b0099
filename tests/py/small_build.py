"""A small finished build whose marts agree with its raw rows, to be audited."""

from pathlib import Path

import duckdb
import yaml

from jike.deliveries.raw import empty_raw
from jike.ground.durable import sha256_of, write_json
from jike.ground.home import PROJECT, Home

RAW = """
update raw.entities set is_delivered = true, rows_accepted = 4, first_on = '2025-08-01',
    last_on = '2025-09-30' where entity in ('customers', 'bills');
insert into raw.deliveries by name
    select 'default' as source, date '2025-09-30' as delivered_on,
        unnest(['customers', 'bills']) as entity, 'x.csv' as file, 'a' as sha256,
        4 as rows_read, 4 as rows_accepted, 0 as rows_quarantined, 1 as loaded_number;
insert into raw.customers by name
    select unnest([date '2025-08-31', date '2025-09-30']) as snapshot_on, customer_id,
        'name of ' || customer_id as customer_name, 'C' as tier, branch_id,
        'active' as status, true as is_target_market, date '2020-01-01' as joined_on
    from (values ('K1', 'C01'), ('K2', 'P')) as customers (customer_id, branch_id);
insert into raw.bills by name
    select customer_id || month(bill_month) as bill_line_id, customer_id,
        'L01' as product_id, bill_month, 100.25 as amount, 'recurring' as kind
    from (values ('K1'), ('K2')) as customers (customer_id),
        (values (date '2025-08-01'), (date '2025-09-01')) as months (bill_month);
create schema lists;
create table lists.kpi_targets as select 'P' as branch_id where false;
"""
MARTS = """
insert into marts.dim_build by name
    select date '2025-09-30' as as_of, 3 as nrr_window_months, 12 as nrr_lag_months;
insert into marts.dim_entities by name select * from raw.entities;
insert into marts.dim_kpis by name
    select unnest(['info_revenue', 'operating_revenue', 'active_customers']) as kpi,
        unnest(['revenue', 'revenue', 'customers']) as family,
        unnest(['sum', 'sum', 'stock']) as kind,
        unnest(['cny', 'cny', 'count']) as unit,
        unnest(['info_revenue', 'operating_revenue', 'active_customers']) as numerator,
        '名称' as name_zh, 'name' as name_en, true as is_stored;
insert into marts.dim_role_weights by name
    select unnest(['decision_maker', 'contact', 'member']) as role,
        unnest([0.4, 0.4, 0.2]) as weight;
insert into marts.dim_parts by name
    select numerator as part, numerator as measure, family, true as is_measured,
        case kind when 'sum' then 'sum' else 'last' end as over_time
    from marts.dim_kpis;
insert into marts.dim_periods by name
    select unnest(['2025-08', '2025-09']) as period, 'month' as period_kind,
        unnest([date '2025-08-01', date '2025-09-01']) as starts_on;
insert into marts.dim_period_months by name
    select period, 'sum' as over_time, starts_on as kpi_month from marts.dim_periods;
insert into marts.dim_branches by name
    select unnest(['P', 'C01']) as branch_id, unnest([null, 'P']) as parent_id,
        unnest(['云岭省', '望溪']) as name_zh;
insert into marts.dim_branch_descendants by name
    select unnest(['P', 'P', 'C01', 'total', 'total']) as branch_id,
        unnest(['P', 'C01', 'C01', 'P', 'C01']) as descendant_id;
insert into marts.dim_members by name
    select 'tier' as dimension, 'C' as member, 'C 类' as name_zh, 'C small' as name_en;
insert into marts.dim_customers by name
    select customer_id, branch_id, customer_name from raw.customers
    where snapshot_on = '2025-09-30';
insert into marts.fct_bills by name
    select bill_line_id, bill_month as kpi_month, customer_id, branch_id, 'C' as tier,
        amount as billed_amount_yuan, kind
    from raw.bills inner join marts.dim_customers using (customer_id);
insert into marts.kpi_revenue by name
    select kpi_month, branch_id, 'wired_data' as line,
        sum(billed_amount_yuan) as operating_revenue,
        sum(billed_amount_yuan) as info_revenue
    from marts.fct_bills group by all;
insert into marts.fct_customer_months by name
    select kpi_month, customer_id, branch_id from marts.fct_bills;
insert into marts.fct_attended by name
    select kpi_month, customer_id, branch_id from marts.fct_customer_months;
insert into marts.fct_photographs by name select customer_id, branch_id
    from raw.customers;
insert into marts.fct_customer_values by name
    select kpi_month, customer_id, branch_id, 50 as value_score from marts.fct_bills;
insert into marts.fct_cohort by name
    select kpi_month, customer_id, branch_id, true as is_active from marts.fct_bills;
insert into marts.kpi_customers by name
    select kpi_month, branch_id, 'C' as tier, count(*) as active_customers
    from marts.fct_customer_months group by all;
insert into marts.kpi_retention by name
    select kpi_month, branch_id, count(*) as cohort_customers,
        count(*) as target_cohort_customers
    from marts.fct_cohort group by all;
insert into marts.kpi_values by name
    select kpi, strftime(kpi_month, '%Y-%m') as period, tree.branch_id,
        sum(amount) as numerator, cast(sum(amount) as double) as kpi_value
    from (
        select kpi_month, branch_id,
            unnest(['info_revenue', 'operating_revenue']) as kpi,
            unnest([info_revenue, operating_revenue]) as amount
        from marts.kpi_revenue
        union all
        select kpi_month, branch_id, 'active_customers', active_customers
        from marts.kpi_customers
    ) as measured
    inner join marts.dim_branch_descendants as tree
        on measured.branch_id = tree.descendant_id
    group by all;
"""


def mart_columns() -> dict[str, dict[str, str]]:
    """Give the columns of every mart with their DuckDB types, from the models' YAML."""
    found = {}
    for path in (PROJECT / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = {
                column["name"]: column["data_type"].replace("string", "varchar")
                for column in model["columns"]
            }
    return found


def empty_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make every raw table and every mart as they really are, without rows."""
    empty_raw(con)
    con.execute("create schema marts")
    for name, columns in mart_columns().items():
        described = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        con.execute(f"create table marts.{name} ({described})")


def write_build(home: Home, change: str = "", run: str = "000001") -> Path:
    """Write a finished build; `change` is SQL that makes something wrong in it."""
    home.build.mkdir(parents=True, exist_ok=True)
    path = home.build / f"{run}.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        empty_tables(con)
        con.execute(RAW + MARTS)
        if change:
            con.execute(change)
    finish_build(path)
    return path


def finish_build(path: Path, **other: object) -> None:
    """Write the record that a build writes last."""
    record = {
        "run": path.stem,
        "as_of": "2025-09-30",
        "delivered_on": "2025-09-30",
        "parameters": {},
        "is_sample": False,
        "sha256": sha256_of(path),
        "built_at": "2025-10-01T00:00:00+00:00",
        "dbt_warnings": [],
        "dbt_failures": [],
    }
    write_json(path.with_suffix(".json"), record | other)
