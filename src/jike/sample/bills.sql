-- 账单: one row per subscription, month and kind of line.

create table subscription_months as
select
    sub.subscription_id,
    sub.product_id,
    sub.story,
    sub.is_informatisation,
    sub.is_paid_by_member,
    sub.contract_months,
    sub.usage_share,
    sub.k,
    months.m,
    months.first_day,
    sub.start_month = months.m as is_first_month,
    case
        when months.m > sub.month_3 then sub.heir_3
        when months.m > sub.month_2 then sub.heir_2
        when months.m > sub.month_1 then sub.heir_1
        else sub.customer_no
    end as holder_no,
    sub.subscription_id || strftime(months.first_day, '%y%m') as sm,
    sub.fee
    * pow(1.0 + sub.growth, (months.m - 1) / 12.0)
    -- Planted: a price cut for leased lines and broadband in one city.
    * case
        when
            sub.line = 'wired_data'
            and months.m >= 29
            and left(sub.branch_id, 3) = 'C07'
            then 0.7
        else 1.0
    end
    * case
        when months.m between sub.suspend_month and sub.suspend_month + 1 then 0.4
        else 1.0
    end
    * case
        when sub.terminated_on is not null and sub.last_month = months.m
            then day(sub.terminated_on) / 30.0
        else 1.0
    end as fee,
    months.season
from subscription as sub
inner join months
    on months.m between greatest(sub.start_month, 1) and coalesce(sub.last_month, 33)
    and not coalesce(
        months.m between sub.pause_month and sub.pause_month + sub.pause_length - 1,
        false
    );

create table bill_lines_drafted as
select
    *,
    'recurring' as kind,
    1 as kind_place,
    fee
    * case when usage_share >= 0.5 then 1.0 - usage_share else 1.0 end
    * (1.0 + 0.6 * (season - 1.0)) as yuan
from subscription_months
union all
select
    *,
    'usage' as kind,
    2 as kind_place,
    fee * usage_share * season * (0.85 + 0.3 * draw('usage', sm)) as yuan
from subscription_months
where usage_share >= 0.5
union all
select
    *,
    'one_time' as kind,
    3 as kind_place,
    fee * (0.5 + 1.5 * draw('one time', sm)) as yuan
from subscription_months
where draw('once', sm) < case when is_first_month then 0.5 else 0.003 end
union all
select
    *,
    'adjustment' as kind,
    4 as kind_place,
    fee
    * case when draw('credit', sm) < 0.9 then -0.15 else 0.08 end
    * (0.1 + 0.9 * draw('adjusted', sm)) as yuan
from subscription_months
where draw('adjust', sm) < 0.012
union all
select
    *,
    'minimum_top_up' as kind,
    5 as kind_place,
    fee * (0.05 + 0.2 * draw('top up', sm)) as yuan
from subscription_months
where contract_months is not null and draw('below', sm) < 0.012;

-- The golden county's informatisation lines are brought to their year's sum: every
-- month by one factor, and what rounding leaves on the largest line of the last month.
create table golden_factor as
select
    cast(3630000 as double)
    / cast(sum(cast(round(yuan, 2) as decimal(18, 2))) as double) as factor
from bill_lines_drafted
where story = 'golden' and is_informatisation and m between 25 and 33;

create table bill_lines_scaled as
with scaled as (
    select
        drafted.* exclude (yuan),
        cast(
            round(
                case
                    when story = 'golden' and is_informatisation then yuan * factor
                    else yuan
                end,
                2
            ) as decimal(18, 2)
        ) as rounded
    from bill_lines_drafted as drafted
    cross join golden_factor
)

select
    * exclude (rounded),
    subscription_id || '-' || strftime(first_day, '%y%m') || '-' || kind_place
        as bill_line_id,
    case
        when kind = 'adjustment' then rounded
        else greatest(cast(0.01 as decimal(18, 2)), rounded)
    end as amount
from scaled;

create table golden_remainder as
select
    (
        select bill_line_id from bill_lines_scaled
        where story = 'golden' and is_informatisation and m = 33 and kind = 'recurring'
        order by amount desc, bill_line_id limit 1
    ) as bill_line_id,
    cast(3630000 as decimal(18, 2)) - cast(sum(amount) as decimal(18, 2)) as remainder
from bill_lines_scaled
where story = 'golden' and is_informatisation and m between 25 and 33;

create table bill_lines as
with amounts as (
    select
        scaled.* exclude (amount),
        cast(
            scaled.amount + coalesce(golden_remainder.remainder, 0) as decimal(18, 2)
        ) as amount,
        cast(first_day + interval 1 month + interval 24 day as date) as due_on,
        printf('%05d', holder_no) || strftime(first_day, '%y%m') as payer_month
    from bill_lines_scaled as scaled
    left join golden_remainder
        on scaled.bill_line_id = golden_remainder.bill_line_id
),

-- One customer in twenty pays late as a habit; some single bills are left for months.
-- Under pressure some let every bill lie, and pay when it is over.
payments as (
    select
        amounts.*,
        due_on + case
            when pressure.has_arrears and pressure.is_leaving
                then 120 + pick('unpaid days', payer_month, 200)
            when pressure.has_arrears
                then cast(
                    day_in(pressure.to_month + 1, 5 + pick('paid day', payer_month, 20))
                    - due_on as integer
                )
            when draw('late payer', holder_no::varchar) < 0.05
                then 5 + pick('late days', payer_month, 150)
            when draw('late', payer_month) < 0.05
                then 1 + pick('some days', payer_month, 45)
            when draw('late', payer_month) < 0.058
                then 60 + pick('many days', payer_month, 200)
            else -20 + pick('early days', payer_month, 20)
        end as would_pay_on
    from amounts
    left join pressure
        on amounts.holder_no = pressure.customer_no
        and amounts.m between pressure.from_month - 2 and pressure.to_month - 1
)

select
    bill_line_id,
    printf('E%05d', holder_no) as customer_id,
    subscription_id,
    product_id,
    first_day as bill_month,
    amount,
    kind,
    case when is_paid_by_member then 'member' else 'customer' end as paid_by,
    due_on,
    case when would_pay_on <= date '2025-09-30' then would_pay_on end as paid_on
from payments;
