"""Single customers of the small release, as SQL over its measured rows.

Every active customer of September 2025 has its value; the first A1 customer of C01-1,
EC01-1A10, has everything: a name, a warning, bills, services, and contacts.
"""

FULL = "EC01-1A10"
MONTH = "date '2025-09-01'"

ROWS = (
    f"""
    insert into fct_customer_values by name
    select
        kpi_month, 'E' || branch_id || tier || i as customer_id, branch_id, tier,
        tier_group, level4, industry, size, segment, is_target_market,
        3000 - i as revenue_yuan, 1000 as info_revenue_yuan, 2 as product_lines,
        10 as members,
        case tier when 'A1' then 90 when 'B1' then 70 else 40 end - i % 10
            as value_score,
        case
            when tier = 'A1' and i % 10 = 9 then 'B1'
            when tier = 'B1' and i % 10 = 0 then 'A1'
            when tier = 'C' and i % 20 = 0 then 'B1'
            else tier
        end as proposed_tier
    from (
        select *, unnest(range(cast(active_customers as bigint))) as i
        from kpi_customers
        where kpi_month = {MONTH} and active_customers > 0
    )
    """,
    f"""
    insert into dim_customers by name
    select
        customer_id,
        case customer_id when '{FULL}' then '云栖天丰学校' else '客户甲' end
            as customer_name,
        branch_id, tier, industry, true as is_target_market, 'active' as status,
        date '2015-12-01' as joined_on, 'M01' as account_manager_id
    from fct_customer_values
    """,
    f"""
    insert into fct_warnings by name
    select
        kpi_month, customer_id, branch_id, tier, tier_group, industry, 'red' as grade,
        65 as points, 0.05 as member_churn, 15 as member_churn_points,
        0.3 as revenue_fall, 15 as revenue_fall_points, 0 as traffic_fall_points,
        0.6 as competitor_contacts, 10 as competitor_contacts_points,
        31 as contract_expiry, 10 as contract_expiry_points,
        0 as overdue_promise_points, 0 as low_satisfaction_points,
        0 as no_visit_points, 0 as arrears_points,
        1 as competitor_event, 15 as competitor_event_points,
        date '2025-08-31' as first_raised_on, 'chief' as owner,
        1000 as revenue_at_risk_yuan
    from fct_customer_values where customer_id = '{FULL}'
    """,
    f"""
    insert into fct_bills by name
    select
        '{FULL}' || i as bill_line_id, '{FULL}' as customer_id, 'S1' as subscription_id,
        date '2025-06-01' + to_months(cast(i as integer)) as kpi_month,
        'L01' as product,
        'wired_data' as line, 'recurring' as kind, i > 0 as is_informatisation,
        1000 + 100 * i as billed_amount_yuan, 'C01-1' as branch_id, 'A1' as tier,
        'EDU' as industry
    from range(4) as months (i)
    """,
    f"""
    insert into fct_services by name
    select
        'S1' as subscription_id, '{FULL}' as customer_id, 'C01-1' as branch_id,
        'L01' as product, unnest([date '2024-03-01', date '2025-01-01']) as valid_from,
        unnest([date '2025-01-01', date '9999-12-31']) as valid_to
    """,
    f"""
    insert into fct_visits by name
    select 'V1' as visit_id, {MONTH} as kpi_month, date '2025-09-03' as visited_on,
        '{FULL}' as customer_id, true as is_executive, 'C01-1' as branch_id
    """,
    f"""
    insert into fct_competitor_events by name
    select 'K1' as event_id, {MONTH} as kpi_month, date '2025-09-02' as observed_on,
        '{FULL}' as customer_id, '对手乙' as competitor, 'call_subsidy' as move,
        'open' as outcome, 'C01-1' as branch_id
    """,
)

SCORES = (
    "alter table kpi_values alter numerator type double",
    "alter table kpi_values alter denominator type double",
    """
    insert into fct_scores by name
    select
        '2025YTD' as period, branch_id, kpi, 'revenue' as goal, weight,
        case kpi when 'nrr' then 1.0 else 0.99 end as actual, 0.98 as base_target,
        1.05 as challenge_target,
        case kpi when 'nrr' then 60 + 2 * length(branch_id) else 90 end as score
    from dim_targets where kpi <> 'info_revenue'
    """,
    """
    insert into kpi_values by name
    select
        'scorecard' as kpi, '2025YTD' as period, branch_id,
        sum(weight * score) / sum(weight) as kpi_value,
        60 as numerator, case branch_id when 'C03' then 80 else 60 end as denominator
    from fct_scores group by branch_id
    """,
)
"""What gives the branches a total score; a part of the weight of C03 has none."""
