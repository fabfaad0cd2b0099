-- 订单: what made, moved, changed and ended each subscription since 2023. Subscriptions
-- older than that have no order that opened them: their bills speak for them.

-- Fee of a subscription in a month, as its orders state it.
create macro fee_in(fee, growth, m, factor) as
    cast(
        greatest(0.01, round(fee * pow(1.0 + growth, (m - 1) / 12.0) * factor, 2))
        as decimal(18, 2)
    );

-- Who holds a subscription in a month: its customer, or the one that took it over.
create macro held_by(m, own_no, heir_1, month_1, heir_2, month_2, heir_3, month_3) as
    case
        when m > month_3 then heir_3
        when m > month_2 then heir_2
        when m > month_1 then heir_1
        else own_no
    end;

create macro any_rival(tag, key) as
    ['对手甲', '对手乙', '对手丙'][1 + pick(tag, key, 3)];

create table subscription_orders as
select
    sub.*,
    case
        when story = 'golden' and sub.is_informatisation then golden_factor.factor
        else 1.0
    end as factor,
    coalesce(product.is_dedicated_line, false) as is_slow,
    coalesce(last_month, 34) as running_until
from subscription as sub
left join products as product
    on sub.product_id = product.product_id
cross join golden_factor;

create table order_facts as
-- Opened.
select
    subscription_id || 'N' as order_id, subscription_id, customer_no, product_id,
    'new' as order_type, start_month as m, at_work(started_on, sk || 'N') as final_at,
    case when is_slow then 5 + pick('supply', sk, 22) else 1 + pick('supply', sk, 8) end
        as days,
    'completed' as status, quantity,
    fee_in(fee, growth, start_month, factor) as monthly_fee,
    case
        when contract_months is not null
            then cast(started_on + to_months(contract_months) - interval 1 day as date)
    end as contract_ends_on,
    cast(null as varchar) as competitor
from subscription_orders
where start_month > 0
union all
-- Renewed near the end of each contract.
select
    subscription_id || 'R' || n, subscription_id,
    held_by(m, customer_no, heir_1, month_1, heir_2, month_2, heir_3, month_3),
    product_id, 'renew', m,
    at_work(day_in(m, 1 + pick('renew day', sk || n, 24)), sk || 'R' || n),
    1 + pick('renew days', sk || n, 6), 'completed', quantity,
    fee_in(fee, growth, m, factor),
    cast(last_day(first_day(m) + to_months(contract_months)) as date), null
from (
    select
        *,
        case
            when start_month > 0 then start_month + (n + 1) * contract_months
            else 1 + pick('contract end', sk, contract_months) + n * contract_months
        end as m
    from subscription_orders
    cross join (select unnest(range(3)) as n) as terms
    where contract_months is not null
) as renewals
where m <= 33 and m < running_until and draw('renewed', sk || n) < 0.86
union all
-- Changed: more lines, another fee.
select
    subscription_id || 'C', subscription_id,
    held_by(m, customer_no, heir_1, month_1, heir_2, month_2, heir_3, month_3),
    product_id, 'change', m,
    at_work(day_in(m, 1 + pick('change day', sk, 27)), sk || 'C'),
    1 + pick('change days', sk, 9), 'completed',
    case
        when is_school then quantity
        else cast(ceil(quantity * (0.9 + 0.6 * draw('change size', sk))) as integer)
    end,
    fee_in(fee, growth, m, factor), null, null
from (
    select
        *,
        story = 'golden' and place < 12 and slot = 1 as is_school,
        greatest(start_month, 1) + 1 + pick('change month', sk, 31) as m
    from subscription_orders
) as changes
where m <= 33 and m < running_until
    and (
        is_school
        or draw('changed', sk) < case when start_month = 0 then 0.45 else 0.25 end
    )
union all
-- Taken over by the customer into which its own merged.
select
    subscription_id || 'M' || step, subscription_id, heir_no, product_id, 'change', m,
    at_work(moved_on, sk || 'M' || step), 1 + pick('move days', sk || step, 5),
    'completed', quantity, fee_in(fee, growth, m, factor), null, null
from (
    select sub.*, steps.step, steps.heir_no, steps.m, giver.ended_on as moved_on
    from subscription_orders as sub
    cross join lateral (
        select
            1 as step,
            sub.customer_no as giver_no,
            sub.heir_1 as heir_no,
            sub.month_1 as m
        union all
        select 2, sub.heir_1, sub.heir_2, sub.month_2
        union all
        select 3, sub.heir_2, sub.heir_3, sub.month_3
    ) as steps
    inner join customer as giver
        on steps.giver_no = giver.customer_no
    where steps.heir_no is not null
) as moves
where m <= running_until
union all
-- Ended.
select
    subscription_id || 'T', subscription_id, holder_no, product_id, 'terminate',
    last_month, at_work(terminated_on, sk || 'T'), 1 + pick('leave days', sk, 12),
    'completed', quantity, null, null,
    case
        when sub_end_kind = 'terminated' then holder_competitor
        when draw('drop rival', sk) < 0.2 then any_rival('drop to', sk)
    end
from (
    select
        sub.* exclude (holder_no),
        case
            when sub_end_kind = 'terminated' then holder_no
            else held_by(
                last_month, customer_no,
                heir_1, month_1, heir_2, month_2, heir_3, month_3
            )
        end as holder_no
    from subscription_orders as sub
) as endings
where terminated_on is not null
union all
-- Rested for two months, then taken up again.
select
    subscription_id || 'P', subscription_id, customer_no, product_id, 'suspend',
    suspend_month, at_work(day_in(suspend_month, 4), sk || 'P'),
    1 + pick('rest days', sk, 3), 'completed', quantity, null, null, null
from subscription_orders
where slot = 1 and suspend_month <= 33
union all
select
    subscription_id || 'U', subscription_id, customer_no, product_id, 'resume',
    suspend_month + 2, at_work(day_in(suspend_month + 2, 6), sk || 'U'),
    1 + pick('return days', sk, 3), 'completed', quantity, null, null, null
from subscription_orders
where slot = 1 and suspend_month + 2 <= 33
union all
-- Never came to be: the line could not be built, or the customer thought better of it.
select
    subscription_id || 'F', subscription_id || 'F', customer_no, product_id, 'new', m,
    at_work(day_in(m, 12 + pick('fail day', sk, 15)), sk || 'F'),
    3 + pick('fail days', sk, 9),
    case when draw('failure', sk) < 0.4 then 'failed' else 'cancelled' end,
    quantity, fee_in(fee, growth, m, factor), null, null
from (
    select *, greatest(start_month, 1) + pick('fail month', sk, 33) as m
    from subscription_orders
) as failures
where m <= 33 and m < running_until and draw('fails', sk) < 0.05
union all
-- Won back before the line was cut.
select
    subscription_id || 'W', subscription_id, customer_no, product_id, 'terminate', m,
    at_work(day_in(m, 10 + pick('stay day', sk, 15)), sk || 'W'),
    2 + pick('stay days', sk, 7),
    'cancelled', quantity, null, null,
    case when draw('stay rival', sk) < 0.5 then any_rival('stay from', sk) end
from (
    select *, greatest(start_month, 1) + 1 + pick('stay month', sk, 31) as m
    from subscription_orders
) as returns
where m <= 33 and m < coalesce(month_1, 34) and m < running_until
    and draw('stays', sk) < 0.008
union all
-- Still open at the end: final_at is when it would be done.
select
    subscription_id || 'O', subscription_id || 'O', customer_no, product_id, 'new', 33,
    at_work(date '2025-10-01' + pick('open done', sk, 25), sk || 'O'),
    26 + pick('open days', sk, case when is_slow then 54 else 20 end),
    'open', quantity, fee_in(fee, growth, 33, factor),
    case
        when contract_months is not null
            then cast(date '2025-10-31' + to_months(contract_months) as date)
    end,
    null
from subscription_orders
where end_month is null and start_month < 30 and draw('opens', sk) < 0.012
union all
select
    subscription_id || 'E', subscription_id, holder_no, product_id, 'terminate', 33,
    at_work(date '2025-10-01' + pick('going done', sk, 6), sk || 'E'),
    9 + pick('going days', sk, 12), 'open', quantity, null, null, null
from subscription_orders
where end_month is null and running_until > 33 and start_month < 31
    and draw('going', sk) < 0.002;

create table order_rows as
with timed as (
    select
        *,
        case when status = 'completed' then 0.06 else 0.35 end as late_share,
        -- Nothing before the history begins, and an order before its end.
        least(
            greatest(
                at_work(cast(final_at - to_days(days) as date), order_id),
                timestamp '2023-01-01 08:00:00'
            ),
            final_at - interval 30 minute
        ) as ordered_at
    from order_facts
),

promised as (
    select
        *,
        ordered_at + to_seconds(
            cast(
                epoch(final_at - ordered_at)
                * case
                    when draw('late', order_id) < late_share
                        then 0.5 + 0.45 * draw('short', order_id)
                    else 1.02 + 0.6 * draw('ample', order_id)
                end as bigint
            )
        ) as promised_at,
        epoch(final_at - ordered_at) / 3600.0 as hours
    from timed
)

select
    order_id,
    subscription_id,
    printf('E%05d', customer_no) as customer_id,
    product_id,
    order_type,
    case order_type
        when 'renew' then [
            'account_manager', 'account_manager', 'telephone_manager',
            'enterprise_hotline', 'web'
        ]
        when 'terminate' then [
            'account_manager', 'own_hall', 'enterprise_hotline', 'own_hall',
            'telephone_manager'
        ]
        when 'new' then [
            'account_manager', 'account_manager', 'industry_manager',
            'enterprise_business_agent', 'si'
        ]
        else [
            'account_manager', 'telephone_manager', 'enterprise_hotline', 'web',
            'own_hall'
        ]
    end[1 + pick('channel', order_id, 5)] as channel,
    cast(ordered_at as timestamp) as ordered_at,
    cast(promised_at as timestamp) as promised_at,
    case
        when status = 'open' then null
        when status = 'cancelled' and draw('final known', order_id) < 0.1 then null
        else cast(final_at as timestamp)
    end as completed_at,
    status,
    case
        when draw('attempt', order_id) < 0.06 then 1 + pick('attempts', order_id, 2)
    end as failed_attempts,
    cast(
        case
            when order_type = 'new' and draw('held', order_id) < 0.12
                then round(hours * 0.3 * draw('hold', order_id), 1)
        end as decimal(18, 1)
    ) as customer_hold_hours,
    cast(quantity as integer) as quantity,
    monthly_fee,
    contract_ends_on,
    competitor
from promised;
