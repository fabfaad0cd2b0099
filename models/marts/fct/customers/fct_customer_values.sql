-- 价值评分: one row per month and active customer with the percentile rank of each input,
-- the score (0 to 100) weighted from them, and the tier the score proposes. A missing
-- input leaves its weight out. Each tier is proposed to as many customers as hold it:
-- the delivered tier stays the fact.

with

inputs as (

    select * from {{ ref('int_customers__value_inputs') }}

),

customers as (

    select * from {{ ref('fct_customer_months') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

weights as (

    select
        {% for input in value_inputs() -%}
        max(case when input = '{{ input }}' then weight end) as {{ input }}_weight,
        {% endfor -%}
        count(*) as inputs_weighted

    from {{ ref('value_weights') }}

),

-- Customers strictly below and those equal, itself excluded, of those with the input.
counted as (

    select
        {% for input, column in value_inputs().items() -%}
        rank() over (
            partition by kpi_month order by {{ column }} nulls last
        ) - 1 as {{ input }}_below,
        count(*) over (partition by kpi_month, {{ column }}) - 1 as {{ input }}_equal,
        count({{ column }}) over (partition by kpi_month) - 1 as {{ input }}_others,
        {% endfor -%}
        inputs.*

    from inputs

),

ranked as (

    select
        {% for input, column in value_inputs().items() -%}
        case
            when {{ column }} is null then null
            when {{ input }}_others = 0 then 100
            else
                100 * {{ ratio(
                    input ~ '_below + 0.5 * ' ~ input ~ '_equal', input ~ '_others'
                ) }}
        end as {{ input }}_rank,
        {% endfor -%}
        counted.*

    from counted

),

weighted as (

    select
        ranked.*,
        cast(
            0
            {% for input in value_inputs() -%}
            + coalesce(ranked.{{ input }}_rank * weights.{{ input }}_weight, 0)
            {% endfor -%}
            as double
        ) as weighted_ranks,
        cast(
            0
            {% for input in value_inputs() -%}
            + case
                when ranked.{{ input }}_rank is null then 0
                else coalesce(weights.{{ input }}_weight, 0)
            end
            {% endfor -%}
            as double
        ) as weights_present

    from ranked

    cross join weights

),

scored as (

    select
        *,
        {{ ratio('weighted_ranks', 'weights_present') }} as value_score,
        -- A last digit must not part customers that are equal.
        cast({{ ratio('weighted_ranks', 'weights_present') }} as decimal(18, 9))
            as compared_score

    from weighted

),

placed as (

    select
        *,
        rank() over (
            partition by kpi_month order by compared_score desc nulls last
        ) as score_place

    from scored

),

held as (

    select
        customers.kpi_month,
        tiers.tier,
        tiers.rank as tier_rank,
        count(*) as customers_held

    from customers

    inner join tiers
        on customers.tier = tiers.tier

    group by 1, 2, 3

),

cumulated as (

    select
        kpi_month,
        tier,
        coalesce(
            sum(customers_held) over (
                partition by kpi_month
                order by tier_rank nulls last, tier nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as customers_above,
        sum(customers_held) over (
            partition by kpi_month
            order by tier_rank nulls last, tier nulls last
            rows between unbounded preceding and current row
        ) as customers_to_here,
        row_number() over (
            partition by kpi_month
            order by tier_rank desc nulls last, tier desc nulls last
        ) as from_the_lowest

    from held

),

-- Customers without a tier leave places over: they are of the lowest tier.
final as (

    select
        placed.kpi_month,
        placed.customer_id,
        {{ attributes('customers') }},
        {{ free_cuts('customers') }},
        placed.revenue_yuan,
        placed.info_revenue_yuan,
        cast(placed.product_lines as bigint) as product_lines,
        cast(placed.members as bigint) as members,
        cast(placed.employees as bigint) as employees,
        cast(placed.tenure_days as bigint) as tenure_days,
        {% for input in value_inputs() -%}
        cast(placed.{{ input }}_rank as double) as {{ input }}_rank,
        {% endfor -%}
        placed.value_score,
        case
            when placed.value_score is not null
                then coalesce(cumulated.tier, lowest.tier, 'unknown')
            else 'unknown'
        end as proposed_tier

    from placed

    inner join customers
        on
            placed.kpi_month = customers.kpi_month
            and placed.customer_id = customers.customer_id

    left join cumulated
        on
            placed.kpi_month = cumulated.kpi_month
            and placed.score_place > cumulated.customers_above
            and placed.score_place <= cumulated.customers_to_here

    left join cumulated as lowest
        on
            placed.kpi_month = lowest.kpi_month
            and lowest.from_the_lowest = 1

)

select * from final
