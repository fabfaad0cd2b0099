-- 预警: one row per month and active customer with the points that each signal gives by
-- the rule of the tier group, their sum and its grade: red from 60, amber from 40,
-- yellow from 20 points. first_raised_on is the end of the first month of the unbroken
-- run of months with a grade.

with

measured as (

    select * from {{ ref('int_warnings__measured') }}

),

customers as (

    select * from {{ ref('fct_customer_months') }}

),

bills as (

    select * from {{ ref('int_bills__windows') }}

),

rules as (

    select
        {% for signal in warning_signals() -%}
        max(case when signal = '{{ signal }}' then comparison end)
            as {{ signal }}_comparison,
        max(case when signal = '{{ signal }}' then threshold end)
            as {{ signal }}_threshold,
        max(case when signal = '{{ signal }}' then points end) as {{ signal }}_given,
        {% endfor -%}
        tier_group

    from {{ ref('warning_rules') }}

    group by tier_group

),

-- A last digit of a quotient must not decide at the threshold.
judged as (

    select
        customers.kpi_month,
        customers.customer_id,
        {{ attributes('customers') }},
        {% for signal in warning_signals() -%}
        measured.{{ signal }},
        case
            when
                rules.{{ signal }}_comparison = '>='
                and measured.{{ signal }} >= rules.{{ signal }}_threshold - 1e-9
                then rules.{{ signal }}_given
            when
                rules.{{ signal }}_comparison = '>'
                and measured.{{ signal }} > rules.{{ signal }}_threshold + 1e-9
                then rules.{{ signal }}_given
            when
                rules.{{ signal }}_comparison = '<='
                and measured.{{ signal }} <= rules.{{ signal }}_threshold + 1e-9
                then rules.{{ signal }}_given
            when
                rules.{{ signal }}_comparison = '<'
                and measured.{{ signal }} < rules.{{ signal }}_threshold - 1e-9
                then rules.{{ signal }}_given
            else 0
        end as {{ signal }}_points,
        {% endfor -%}
        cast(
            {{ ratio('bills.lasting_year_yuan', 'bills.months_of_year') }}
            as decimal(18, 2)
        ) as revenue_at_risk_yuan

    from customers

    inner join measured
        on
            customers.kpi_month = measured.kpi_month
            and customers.customer_id = measured.customer_id

    left join rules
        on customers.tier_group = rules.tier_group

    left join bills
        on
            customers.kpi_month = bills.kpi_month
            and customers.customer_id = bills.customer_id

),

summed as (

    select
        *,
        cast(
            0
            {% for signal in warning_signals() -%}
            + cast({{ signal }}_points as bigint)
            {% endfor -%}
            as bigint
        ) as points

    from judged

),

graded as (

    select
        *,
        case
            when points >= 60 then 'red'
            when points >= 40 then 'amber'
            when points >= 20 then 'yellow'
        end as grade

    from summed

),

-- Months that follow each other keep the same distance to their number in the row.
numbered as (

    select
        *,
        extract(year from kpi_month) * 12 + extract(month from kpi_month)
        - row_number() over (
            partition by customer_id, grade is null order by kpi_month nulls last
        ) as run_number

    from graded

),

final as (

    select
        kpi_month,
        customer_id,
        {{ attributes() }},
        {% for signal in warning_signals() -%}
        {{ signal }},
        cast({{ signal }}_points as bigint) as {{ signal }}_points,
        {% endfor -%}
        points,
        grade,
        case
            when grade is not null
                then min({{ stock_on('kpi_month') }}) over (
                    partition by customer_id, grade is null, run_number
                )
        end as first_raised_on,
        revenue_at_risk_yuan

    from numbered

)

select * from final
