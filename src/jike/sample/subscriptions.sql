-- One row per subscription: whose, which product, from when to when, and at what fee.

create table mix as
select
    product_id,
    monthly_fee,
    usage_share,
    units,
    sum(weight) over (order by product_id) - weight as from_weight,
    sum(weight) over (order by product_id) as to_weight
from product_mix;

-- The product that each industry buys as its own (行业应用).
create table industry_product as
select * from (
    values
    ('EDU', 'I01'), ('AGR', 'I02'), ('LAW', 'I03'), ('FIN', 'I04'), ('SEC', 'I05'),
    ('INS', 'I05'), ('RET', 'I06'), ('MKT', 'I07'), ('CUS', 'I08'), ('GOV', 'I09'),
    ('TAX', 'I19'), ('TRA', 'I10'), ('LOG', 'I11'), ('EST', 'I12'), ('HEA', 'I13'),
    ('TOU', 'I14'), ('UTI', 'I15'), ('MIL', 'I20'), ('MED', 'I16'), ('PWR', 'I20'),
    ('TOB', 'I07'), ('MFG', 'I18'), ('NET', 'I17'), ('OTH', 'I21')
) as bought (industry, product_id);

-- Where a subscription goes when its customer merges: at most three steps.
create table heirs as
select
    own.customer_no,
    own.successor_no as heir_1,
    case when own.successor_no is not null then own.end_month end as month_1,
    first_heir.successor_no as heir_2,
    case when first_heir.successor_no is not null then first_heir.end_month end
        as month_2,
    second_heir.successor_no as heir_3,
    case when second_heir.successor_no is not null then second_heir.end_month end
        as month_3,
    case
        when own.successor_no is null then own.customer_no
        when first_heir.successor_no is null then own.successor_no
        when second_heir.successor_no is null then first_heir.successor_no
        else second_heir.successor_no
    end as last_holder
from customer as own
left join customer as first_heir
    on own.successor_no = first_heir.customer_no
left join customer as second_heir
    on first_heir.successor_no = second_heir.customer_no;

create table subscription_draft as
with slots as (
    select
        own.*,
        slot,
        own.k || '/' || slot as sk,
        pick('product', own.k || '/' || slot, (select max(to_weight) from mix))
            as product_draw
    from customer as own
    cross join lateral (
        select unnest(
            range(
                1,
                2 + case
                    when own.tier in ('A+', 'A1', 'A2')
                        then 2 + pick('subscriptions', own.k, 3)
                    when own.tier in ('B1', 'B2')
                        then [1, 1, 1, 1, 2, 2, 2, 2, 3, 4][
                            1 + pick('subscriptions', own.k, 10)
                        ]
                    else [0, 0, 0, 0, 0, 1, 1, 1, 2, 2][
                        1 + pick('subscriptions', own.k, 10)
                    ]
                end
            )
        ) as slot
    ) as wanted
),

chosen as (
    select
        slots.*,
        case
            when slots.story = 'golden' and slots.place < 12 and slot = 1 then 'I01'
            when mix.product_id != 'IND' then mix.product_id
            when own_kind.product_id = 'I01' and slots.story = 'golden' then 'I17'
            else own_kind.product_id
        end as product_id,
        mix.monthly_fee as list_fee,
        mix.usage_share,
        mix.units
    from slots
    inner join mix
        on slots.product_draw >= mix.from_weight
        and slots.product_draw < mix.to_weight
    inner join industry_product as own_kind
        on slots.industry = own_kind.industry
)

select
    chosen.*,
    case
        when slot = 1 then join_month
        when story = 'golden' and draw('later', sk) < 0.75 then join_month
        when story = 'golden'
            then greatest(join_month, 12) + 1 + pick('later month', sk, 21)
        when draw('later', sk) < 0.82 then join_month
        else join_month + 1 + pick('later month', sk, 33)
    end as start_month,
    case
        when slot > 1 and story != 'golden' and draw('dropped', sk) < 0.15
            then greatest(join_month, 1) + 4 + pick('dropped month', sk, 40)
    end as drop_month
from chosen;

create table subscription as
with limited as (
    select
        draft.*,
        heirs.* exclude (customer_no, last_holder),
        holder.customer_no as holder_no,
        holder.end_month as holder_end_month,
        holder.end_kind as holder_end_kind,
        holder.ended_on as holder_ended_on,
        holder.competitor as holder_competitor,
        coalesce(product.line, 'unknown') as line,
        product.is_informatisation
    from subscription_draft as draft
    inner join heirs
        on draft.customer_no = heirs.customer_no
    inner join customer as holder
        on heirs.last_holder = holder.customer_no
    left join products as product
        on draft.product_id = product.product_id
    where
        draft.start_month <= 33
        and (slot = 1 or draft.start_month < coalesce(draft.end_month, 99))
),

ended as (
    select
        *,
        case
            when drop_month < 34 and drop_month > greatest(start_month, 1) + 2
                and drop_month < coalesce(holder_end_month, 99)
                and drop_month < coalesce(end_month, 99)
                then 'dropped'
            when holder_end_kind = 'silent' then 'silent'
            when holder_end_kind = 'merged' then null
            when holder_end_kind is not null then 'terminated'
        end as sub_end_kind
    from limited
),

dated as (
    select
        *,
        case sub_end_kind
            when 'dropped' then drop_month
            when 'silent' then holder_end_month
            when 'terminated' then holder_end_month
        end as last_month,
        case sub_end_kind
            when 'dropped' then day_in(drop_month, 1 + pick('dropped day', sk, 27))
            when 'terminated' then holder_ended_on
        end as terminated_on,
        case
            when start_month = 0 then null
            when slot = 1 then joined_on + pick('ready', sk, 8)
            else day_in(start_month, 2 + pick('start day', sk, 26))
        end as started_on
    from ended
)

select
    *,
    printf('S%06d', row_number() over (order by customer_no, slot)) as subscription_id,
    -- Fee of a month in yuan, before the year's growth; the first month is 2023-01.
    round(
        list_fee
        * case tier
            when 'A+' then 11.0 when 'A1' then 6.5 when 'A2' then 4.0
            when 'B1' then 2.0 when 'B2' then 1.35 else 0.65
        end
        * case
            -- The growth of the golden county comes with its new customers.
            when story = 'golden' and place between 423 and 475
                then 3.0 * (0.6 + 0.8 * draw('fee', sk))
            when story = 'golden' then 0.6 + 0.8 * draw('fee', sk)
            else exp(0.45 * spread('fee', sk))
        end,
        2
    ) as fee,
    case line
        when 'industry' then 0.095 when 'wireless_data' then 0.07
        when 'marketing' then 0.05 when 'voice' then 0.025
        when 'office' then 0.0 else 0.025
    end
    + 0.02 * spread('customer growth', k) + 0.06 * spread('growth', sk) as growth,
    case
        when story = 'golden' and place < 11 and slot = 1 then 1000 + 27 * place
        when story = 'golden' and place = 11 and slot = 1
            then 13700 - (11 * 1000 + 27 * 55)
        else cast(
            greatest(
                1,
                units
                * case tier
                    when 'A+' then 10 when 'A1' then 5 when 'A2' then 3
                    when 'B1' then 2 when 'B2' then 1.4 else 0.7
                end
                * (0.5 + draw('units', sk))
            ) as integer
        )
    end as quantity,
    case
        when draw('contract', sk) < 0.62
            then [12, 12, 24, 24, 36][1 + pick('contract length', sk, 5)]
    end as contract_months,
    draw('payer', sk)
    < case line when 'voice' then 0.16 when 'wireless_data' then 0.12 else 0.02 end
        as is_paid_by_member
from dated;
