-- 转网意向: one row per period and customer that a rival approached and that told its
-- intention to switch. The vote is the decision maker's last complete interview about
-- us in the period, else the contact's; of several at one moment the largest
-- response_id. On a scale of its own the intention begins at the top box.

with

interviews as (

    select
        classified.*,
        coalesce(
            responses.answered_at, cast(classified.happened_on as timestamp)
        ) as happened_at

    from {{ ref('int_interviews__classified') }} as classified

    left join {{ ref('stg_survey_responses') }} as responses
        on classified.response_id = responses.response_id

    where
        classified.status = 'complete'
        and classified.competitor = 'us'
        and classified.role in ('decision_maker', 'contact')
        and classified.customer_id is not null

),

answers as (

    select
        response_id,
        max(case when item_code = 'approached' then answer_code end) as approached

    from {{ ref('stg_survey_answers') }}

    group by 1

),

intents as (

    select
        response_id,
        max(case
            when is_usual_scale and score >= {{ var('switch_limit') }} then 1
            when not is_usual_scale and is_top_box then 1
            when is_usual_scale or not is_top_box then 0
        end) = 1 as is_switching

    from {{ ref('int_answers__scored') }}

    where item_code = 'switch_intent'

    group by 1

),

period_months as (

    select * from {{ ref('dim_period_months') }} where over_time = 'sum'

),

periods as (

    select * from {{ ref('int_periods__enumerated') }}

),

votes as (

    select
        period_months.period,
        interviews.response_id,
        interviews.customer_id,
        interviews.branch_id,
        interviews.tier,
        interviews.tier_group,
        row_number() over (
            partition by period_months.period, interviews.customer_id
            order by
                case when interviews.role = 'decision_maker' then 0 else 1 end
                nulls last,
                interviews.happened_at desc nulls last,
                interviews.response_id desc nulls last
        ) as vote_rank

    from interviews

    inner join period_months
        on
            interviews.kpi_month = period_months.kpi_month
            and (period_months.wave is null or interviews.wave = period_months.wave)

),

final as (

    select
        votes.period,
        periods.last_month as kpi_month,
        votes.customer_id,
        votes.branch_id,
        votes.tier,
        votes.tier_group,
        intents.is_switching

    from votes

    inner join periods
        on votes.period = periods.period

    inner join answers
        on votes.response_id = answers.response_id

    inner join intents
        on votes.response_id = intents.response_id

    where
        votes.vote_rank = 1
        and answers.approached = 'yes'
        and intents.is_switching is not null

)

select * from final
