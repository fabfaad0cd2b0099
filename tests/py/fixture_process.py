"""Halls, tickets and orders of the small release: SQL that changes its tables.

Three halls, the third of them reopened; one ticket in ten late; one order in five.
"""

MONTHS = "generate_series(date '2024-01-01', date '2025-09-01', interval 1 month)"
HALLS = (
    "(values ('H01', 'C01-1', 'own_own', 4.0, 31), ('H02', 'C02-1', 'own_other', "
    "12.0, 31), ('H03', 'C03-1', 'partner', 6.0, 8)) "
    "as halls(hall, branch_id, ownership, wait, days)"
)
# The growth of 2025-07: twice the complaints of 2025-06 in type C02.
GROWS = "case when month >= date '2025-07-01' then 2 else 1 end"
DELIVERED = ("tickets", "ticket_routes", "orders", "order_steps", "hall_queue")
CHANGES = (
    "update dim_parts set is_measured = true "
    "where family in ('tickets', 'orders', 'halls')",
    "update dim_entities set is_delivered = true where entity in "
    f"{(*DELIVERED, 'hall_transactions')}",
    "insert into dim_halls by name select hall as hall_id, branch_id, ownership, "
    f"hall <> 'H02' as is_watched from {HALLS}",
    "insert into dim_members by name select 'hall' as dimension, hall as member, "
    "0 as sort_order, hall || '营业厅' as name_zh, hall || ' hall' as name_en "
    f"from {HALLS}",
    "insert into dim_members by name select 'complaint_type' as dimension, "
    "unnest(['C01', 'C02']) as member, 0 as sort_order, "
    "unnest(['服务态度', '业务解释差错']) as name_zh, "
    "unnest(['Attitude', 'Wrong explanation']) as name_en",
    # Waits: the mean of H02 in busy hours is beyond the limit of ten minutes.
    "insert into kpi_halls by name select month as kpi_month, branch_id, hall, "
    "ownership, brand, busy, 'false' as is_month_end, 'unknown' as service, "
    "200 as queue_tickets, 10 as walked_away_tickets, 20 as fast_lane_tickets, "
    "190 as waits_timed, 190 * least(wait, allowed) as wait_minutes, "
    "200 * least(wait, allowed) * least(wait, allowed) as wait_minutes_squared, "
    "190 as limited_waits, (190 / wait * 3) as waits_within_limit, "
    "190 * 60 * least(wait, allowed) as limited_wait_seconds, "
    "190 * 60 * 10 as limit_seconds "
    f"from {MONTHS} as months(month), {HALLS}, "
    "(values ('gotone'), ('other')) as brands(brand), "
    "(values ('busy', 99.0), ('idle', 3.0)) as hours(busy, allowed)",
    "insert into kpi_halls by name select month as kpi_month, branch_id, hall, "
    "ownership, 'unknown' as brand, 'idle' as busy, 'true' as is_month_end, "
    "service, 100 as payments, 30 as self_service_payments, "
    "100 as timed_transactions, 100 * spent as handling_minutes, "
    "110 * spent * spent as handling_minutes_squared "
    f"from {MONTHS} as months(month), {HALLS}, "
    "(values ('payment', 4.0), ('card_replacement', 16.0)) as kinds(service, spent)",
    "insert into kpi_halls by name select month as kpi_month, branch_id, hall, "
    "ownership, 'unknown' as brand, 'idle' as busy, 'false' as is_month_end, "
    "'unknown' as service, 31 as calendar_days, 31 - days as closed_days, "
    f"days as visit_days from {MONTHS} as months(month), {HALLS}",
    # Wednesday at 15:00 is the longest hour.
    "insert into fct_halls by name select "
    "hall || strftime(moment, '%m%d%H%M') as record_id, "
    "'queue' as record_kind, date_trunc('month', moment)::date as kpi_month, "
    "moment as happened_at, moment::date as happened_on, branch_id, hall, ownership, "
    "'gotone' as brand, 'busy' as busy, 'false' as is_month_end, "
    "'unknown' as service, extract(minute from moment) = 0 as is_walked_away, "
    "false as is_fast_lane, "
    "case when extract(minute from moment) > 0 then wait "
    "+ 5 * (extract(isodow from moment) = 3 "
    "and extract(hour from moment) = 15)::int end as wait_minutes, "
    "600.0 as limit_seconds "
    f"from {HALLS}, generate_series(timestamp '2025-01-01 08:00', "
    "timestamp '2025-09-30 17:30', interval 30 minute) as times(moment) "
    "where extract(hour from moment) in (9, 15)",
    "insert into kpi_tickets by name select month as kpi_month, branch_id, tier, "
    "class, source, complaint_type, ownership, hall, "
    f"n * {GROWS} as opened_tickets, "
    f"(class = 'complaint')::int * n * {GROWS} as complaints, "
    "0 as credit_amount_yuan, n as promised_tickets, "
    "n * 9 // 10 as replied_in_time_tickets, n as closed_tickets, "
    "n // 10 as reopened_tickets, n as dispatched_tickets, n // 10 as "
    "misrouted_tickets, n as hall_tickets, (hall = 'H03')::int * n // 2 as "
    "misbooked_tickets, 5 as overdue_tickets, n as closed_faults, "
    "n // 2 as restored_24h_faults, n as restored_48h_faults, "
    "1 as reclassified_tickets, n as hotline_tickets, 2 as handed_over_tickets "
    f"from {MONTHS} as months(month), {HALLS}, (values "
    "('complaint', 'hall', 'C01', 40, 'A1'), ('complaint', 'hall', 'C02', 60, 'B1'), "
    "('fault', 'hotline', 'unknown', 80, 'A1')) "
    "as kinds(class, source, complaint_type, n, tier)",
    "insert into fct_tickets by name select hall || class || tier || i || "
    "strftime(month, '%y%m') as ticket_id, 'overdue' as counted_as, "
    "month as kpi_month, branch_id, tier, class, source, complaint_type, "
    "ownership, hall, month - interval (10 * i) day as opened_at, "
    "month - interval (9 * i) day as promised_at "
    f"from {MONTHS} as months(month), {HALLS}, (values "
    "('complaint', 'hall', 'C01', 'A1'), ('complaint', 'hall', 'C02', 'B1'), "
    "('fault', 'hotline', 'unknown', 'A1')) "
    "as kinds(class, source, complaint_type, tier), "
    "generate_series(1, 5) as counted(i)",
    "insert into fct_tickets by name select hall || i || month as ticket_id, "
    "'closed' as counted_as, month as kpi_month, branch_id, 'A1' as tier, "
    "'complaint' as class, 'hall' as source, 'C01' as complaint_type, ownership, "
    "hall, false as is_withdrawn, 2.0 * i as resolution_hours "
    f"from {MONTHS} as months(month), {HALLS}, generate_series(1, 20) as counted(i)",
    "insert into kpi_orders by name select month as kpi_month, branch_id, tier, "
    "tier as tier_group, tier as level4, industry, 'small' as size, "
    "'unknown' as segment, 'true' as is_target_market, channel, 'I01' as product, "
    "'industry' as line, order_type, 50 as received_orders, 50 as promised_orders, "
    "40 as on_time_orders, 45 as final_orders, 42 as smooth_orders, "
    "10 as signed_agreements "
    f"from {MONTHS} as months(month), {HALLS}, (values ('A1', 'EDU', 'web', 'new'), "
    "('B1', 'FIN', 'account_manager', 'renew')) "
    "as kinds(tier, industry, channel, order_type)",
    "insert into kpi_orders by name select month as kpi_month, branch_id, "
    "'A1' as tier, 'A' as tier_group, 'A' as level4, 'EDU' as industry, "
    "'small' as size, 'unknown' as segment, 'true' as is_target_market, "
    "'web' as channel, 'I01' as product, 'industry' as line, 'new' as order_type, "
    "age, n as backlog_orders "
    f"from {MONTHS} as months(month), {HALLS}, "
    "(values ('0-7', 3), ('31-90', 2)) as ages(age, n)",
    "insert into fct_orders by name select hall || age || i || "
    "strftime(month, '%y%m') as order_id, 'backlog' as counted_as, "
    "month as kpi_month, branch_id, 'A1' as tier, 'A' as tier_group, "
    "'EDU' as industry, 'web' as channel, 'I01' as product, 'industry' as line, "
    "'new' as order_type, age, month + interval (30 - since) day as ordered_at, "
    "month + interval 31 day as promised_at "
    f"from {MONTHS} as months(month), {HALLS}, "
    "(values ('0-7', 3, 5), ('31-90', 2, 40)) as ages(age, n, since), "
    "generate_series(1, n) as counted(i)",
    "insert into fct_orders by name select hall || i || month || step as order_id, "
    "case when step is null then 'final' else 'step' end as counted_as, "
    "month as kpi_month, branch_id, 'A1' as tier, 'A' as tier_group, "
    "'EDU' as industry, 'web' as channel, 'I01' as product, 'industry' as line, "
    "'new' as order_type, step, case when step is null then 1.0 * i end "
    "as supply_days, slow * i as step_days "
    f"from {MONTHS} as months(month), {HALLS}, (values (null, null), "
    "('survey', 0.1), ('build', 0.5)) as steps(step, slow), "
    "generate_series(1, 9) as counted(i)",
)
