-- 预警信号: one row per month and active customer with what each signal measures, made of
-- nothing dated after the month's end; null where it is not delivered or has no base. A
-- mean of the three months before needs all three delivered.

with

customers as (

    select * from {{ ref('fct_customer_months') }}

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

bills as (

    select * from {{ ref('int_bills__windows') }}

),

usage as (

    select * from {{ ref('int_members__usage') }}

),

usage_months as (

    select
        min(kpi_month) as first_usage_month,
        max(kpi_month) as last_usage_month

    from usage

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

usage_windows as (

    select
        months.kpi_month,
        usage.customer_id,
        sum(case
            when usage.kpi_month = months.kpi_month then usage.voice_minutes
        end) as voice_minutes,
        sum(case
            when usage.kpi_month < months.kpi_month then usage.voice_minutes
        end) as voice_minutes_before,
        sum(case
            when usage.kpi_month = months.kpi_month then usage.competitor_contacts
        end) as competitor_contacts

    from months

    inner join usage
        on
            usage.kpi_month >= {{ add_months('months.kpi_month', -window('warning')) }}
            and usage.kpi_month <= months.kpi_month

    group by 1, 2

),

members as (

    select * from {{ ref('int_members__by_month') }}

),

contracts as (

    select
        kpi_month,
        customer_id,
        min(days_to_end) as days_to_end

    from {{ ref('int_contracts__ending') }}

    group by 1, 2

),

overdue as (

    select * from {{ ref('int_warnings__overdue') }}

),

observed as (

    select * from {{ ref('int_warnings__observed') }}

),

arrears as (

    select * from {{ ref('int_warnings__arrears') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

joined as (

    select
        customers.kpi_month,
        customers.customer_id,
        members.lines_at_start,
        members.lines_at_end,
        members.churned_lines,
        coalesce(bills.metered_yuan, 0) as metered_yuan,
        coalesce(usage_windows.voice_minutes, 0) as voice_minutes,
        usage_windows.competitor_contacts,
        contracts.days_to_end,
        overdue.overdue_tickets,
        observed.overall_points,
        observed.days_since_visit,
        tiers.visit_days,
        arrears.arrears_yuan,
        observed.competitor_events,
        case
            when
                {{ add_months('customers.kpi_month', -window('warning')) }}
                >= bill_months.first_bill_month
                and {{ add_months('customers.kpi_month', -1) }}
                <= bill_months.last_bill_month
                then bills.billed_before_yuan
        end as billed_before_yuan,
        case
            when
                {{ add_months('customers.kpi_month', -window('warning')) }}
                >= bill_months.first_bill_month
                and customers.kpi_month <= bill_months.last_bill_month
                then bills.metered_before_yuan
        end as metered_before_yuan,
        case
            when
                {{ add_months('customers.kpi_month', -window('warning')) }}
                >= usage_months.first_usage_month
                and customers.kpi_month <= usage_months.last_usage_month
                then usage_windows.voice_minutes_before
        end as voice_minutes_before

    from customers

    cross join bill_months

    cross join usage_months

    left join members
        on
            customers.kpi_month = members.kpi_month
            and customers.customer_id = members.customer_id

    left join bills
        on
            customers.kpi_month = bills.kpi_month
            and customers.customer_id = bills.customer_id

    left join usage_windows
        on
            customers.kpi_month = usage_windows.kpi_month
            and customers.customer_id = usage_windows.customer_id

    left join contracts
        on
            customers.kpi_month = contracts.kpi_month
            and customers.customer_id = contracts.customer_id

    left join overdue
        on
            customers.kpi_month = overdue.kpi_month
            and customers.customer_id = overdue.customer_id

    left join observed
        on
            customers.kpi_month = observed.kpi_month
            and customers.customer_id = observed.customer_id

    left join arrears
        on
            customers.customer_id = arrears.customer_id
            and customers.kpi_month >= arrears.change_month
            and customers.kpi_month < arrears.next_change_month

    left join tiers
        on customers.tier = tiers.tier

),

-- A fall against the mean of three months is (sum - 3 x now) / sum.
final as (

    select
        kpi_month,
        customer_id,
        {{ ratio('churned_lines', 'lines_at_start') }} as member_churn,
        case
            when metered_before_yuan > 0
                then {{ ratio(
                    '(metered_before_yuan - 3 * cast(metered_yuan as decimal(28, 2)))',
                    'metered_before_yuan'
                ) }}
        end as revenue_fall,
        case
            when voice_minutes_before > 0
                then {{ ratio(
                    '(voice_minutes_before - 3 * voice_minutes)',
                    'voice_minutes_before'
                ) }}
        end as traffic_fall,
        {{ ratio('competitor_contacts', 'lines_at_end') }} as competitor_contacts,
        cast(days_to_end as double) as contract_expiry,
        cast(overdue_tickets as double) as overdue_promise,
        cast(overall_points as double) as low_satisfaction,
        {{ ratio('days_since_visit', 'visit_days') }} as no_visit,
        case
            when billed_before_yuan > 0
                then {{ ratio(
                    '3 * cast(arrears_yuan as decimal(28, 2))', 'billed_before_yuan'
                ) }}
        end as arrears,
        cast(competitor_events as double) as competitor_event

    from joined

)

select * from final
