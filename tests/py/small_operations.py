"""Tickets, orders and visits to halls whose every figure was worked out by hand; the
sums stand in test_kpi_operations.py. As of 20 June 2025: June is not over.

E2 moves from tier B1 to A1 with the photograph of 31 May: what flows in May is of B1,
what stands at its end is of A1.
"""

from pathlib import Path

from small_service import LISTS

HALLS = """hall_id,branch_id,ownership,name_zh,name_en,closed_from,closed_to
H1,K1,own_own,一厅,Hall one,,
H2,C2,partner,二厅,Hall two,,
H3,K2,own_other,三厅,Hall three,2025-05-10,2025-06-30
H4,K2,partner,四厅,Hall four,,
H5,C2,own_own,五厅,Hall five,,
"""

CUSTOMERS = """snapshot_on,customer_id,tier,branch_id,status,is_target_market,joined_on
2024-12-31,E1,A1,K1,active,true,2020-01-01
2024-12-31,E2,B1,C2,active,true,2020-01-01
2024-12-31,E3,C,C1,active,true,2020-01-01
2025-05-31,E1,A1,K1,active,true,2020-01-01
2025-05-31,E2,A1,C2,active,true,2020-01-01
2025-05-31,E3,C,C1,active,true,2020-01-01
"""

ORDERS = """order_id,subscription_id,customer_id,product_id,order_type,channel,ordered_at,promised_at,completed_at,status,failed_attempts,customer_hold_hours,contract_ends_on
O1,S1,E1,L01,new,,2025-01-10 09:00:00,2025-01-12 09:00:00,2025-01-12 09:00:00,completed,,,2026-01-10
O2,S2,E2,V01,new,,2025-01-10 09:00:00,2025-01-15 20:59:59,2025-01-15 21:00:00,completed,1,12,
O3,S3,E3,V01,new,,2025-01-20 00:00:00,,2025-01-21 00:00:00,completed,0,48,
O4,S1,E1,L01,renew,,2025-05-01 10:00:00,2025-06-20 23:59:59,2025-05-02 10:00:00,completed,,,
O5,S4,E2,L01,new,web,2025-05-10 00:00:00,2025-05-20 00:00:00,,open,,,2026-01-10
O6,S5,E3,V01,change,,2025-02-01 09:00:00,2025-05-31 12:00:00,2025-06-01 00:00:00,failed,2,,
O7,S6,E1,V01,new,,2025-05-15 00:00:00,2025-05-16 00:00:00,,cancelled,,,
O8,S7,E2,V01,new,,2025-05-20 00:00:00,2025-06-21 00:00:00,2025-06-25 00:00:00,completed,,,
"""  # noqa: E501

STEPS = """order_id,step,unit,started_at,finished_at
O4,intake,U1,2025-05-01 10:00:00,2025-05-01 22:00:00
O5,intake,U1,2025-05-10 00:00:00,2025-05-11 00:00:00
O5,survey,U2,2025-05-11 00:00:00,2025-05-14 00:00:00
O8,intake,U1,2025-05-20 00:00:00,2025-05-22 00:00:00
O8,survey,U2,2025-05-22 00:00:00,
O5,build,U2,2025-05-22 00:00:00,2025-06-21 00:00:00
"""

TICKETS = """ticket_id,customer_id,branch_id,hall_id,booked_hall_id,source,class,first_class,complaint_type,opened_at,promised_at,replied_at,closed_at,reopened_at,waiting_hours,status,credit_amount
T1,E1,,H1,H2,hall,complaint,enquiry,C02,2025-05-05 09:00:00,2025-05-05 12:00:00,2025-05-05 12:00:00,2025-05-06 09:00:00,2025-05-13 09:00:00,,closed,10.50
T2,E2,C1,,,hotline,complaint,complaint,C10,2025-05-10 10:00:00,,2025-05-11 10:00:01,2025-05-12 10:00:00,2025-05-19 10:00:01,2,closed,
T3,E3,,,,hotline,fault,,,2025-05-20 00:00:00,,,2025-05-21 02:00:00,,2,closed,
T4,,,,,hotline,fault,,,2025-05-20 00:00:00,2025-05-20 08:00:00,2025-05-20 07:00:00,2025-05-22 00:00:01,,,closed,
T5,E1,,,,other,fault,,,2025-05-25 00:00:00,2025-05-25 04:00:00,,2025-05-25 10:00:00,,,withdrawn,
T6,E2,,,,web,enquiry,,,2025-05-28 09:00:00,2025-05-30 09:00:00,,,,,open,
T7,E3,,H2,,manager,complaint,,,2025-06-10 09:00:00,2025-06-21 09:00:00,,,,,open,5.00
T8,E3,,H2,,manager,complaint,,,2025-06-21 09:00:00,,,,,,open,
"""  # noqa: E501

ROUTES = """ticket_id,seq,at,unit,was_wrong
T1,1,2025-05-05 09:10:00,U1,true
T1,2,2025-05-05 09:40:00,U2,false
T2,1,2025-05-10 10:10:00,U1,false
T2,2,2025-05-10 10:40:00,U1,false
T3,1,2025-05-20 00:10:00,U1,false
T3,2,2025-05-20 00:20:00,U3,false
T6,1,2025-05-28 09:10:00,U4,false
"""

TRANSACTIONS = """transaction_id,hall_id,at,service,self_service,minutes
X1,H1,2025-05-02 12:00:00,payment,true,2
X2,H1,2025-05-05 12:00:00,payment,false,4
X3,H2,2025-05-30 12:00:00,payment,true,
X4,H2,2025-05-06 12:00:00,card_replacement,false,10
X5,H2,2025-05-06 12:00:00,card_replacement,false,20
X6,H2,2025-06-21 12:00:00,payment,false,20
"""

QUEUE_COLUMNS = "queue_id,hall_id,brand,taken_at,called_at,started_at,lane"


def _visits() -> list[str]:
    """Give the queue tickets of May; a wait in minutes, None walked away."""
    found: list[tuple[str, str, int, str, int | None, str]] = []
    # H1: 12 days of 5 idle minutes, four busy waits of an hour, one who walked away.
    found += [("H1", "other", day, "12:00", 5, "started") for day in range(3, 15)]
    found += [("H1", "gotone", day, "09:30", 60, "started") for day in range(5, 9)]
    found += [("H1", "other", 20, "10:00", None, "fast")]
    # H2: 12 busy waits of 10.5 minutes in the mean.
    waits = [10] * 5 + [12] * 5 + [8] * 2
    found += [
        ("H2", "gotone", day, "15:30", wait, "started")
        for day, wait in enumerate(waits, start=3)
    ]
    # H3 is closed from the 10th on, H4 has visitors on eleven days, H5 none who stays.
    found += [("H3", "other", day, "12:00", 2, "called") for day in range(3, 9)]
    found += [("H4", "other", day, "12:00", 1, "started") for day in range(3, 14)]
    found += [("H5", "other", day, "12:00", None, "normal") for day in range(3, 15)]
    rows = []
    for number, (hall, brand, day, time, wait, how) in enumerate(found):
        hour, minute = map(int, time.split(":"))
        clock = divmod(60 * hour + minute + (wait or 0), 60)
        then = f"2025-05-{day:02} {clock[0]:02}:{clock[1]:02}:00" if wait else ""
        called, started = (then, "") if how == "called" else ("", then)
        lane = "fast" if how == "fast" else "normal" if number % 2 else ""
        taken = f"2025-05-{day:02} {time}:00"
        rows.append(f"Q{number},{hall},{brand},{taken},{called},{started},{lane}")
    return rows


def deliver(folder: Path, *without: str) -> Path:
    """Write the delivery, without some of its entities."""
    (folder / "reference").mkdir(parents=True)
    for name, text in {"branches": LISTS["branches"], "halls": HALLS}.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    bills = [
        f"{customer}-{month},{customer},V01,2025-0{month}-01,9,recurring"
        for customer in ("E1", "E2", "E3")
        for month in range(1, 6)
    ]
    texts = {
        "customers": CUSTOMERS,
        "orders": ORDERS,
        "order_steps": STEPS,
        "tickets": TICKETS,
        "ticket_routes": ROUTES,
        "hall_transactions": TRANSACTIONS,
        "hall_queue": "\n".join([QUEUE_COLUMNS, *_visits()]),
        "bills": "\n".join(
            ["bill_line_id,customer_id,product_id,bill_month,amount,kind", *bills]
        ),
    }
    for entity, text in texts.items():
        if entity not in without:
            (folder / f"{entity}.csv").write_text(text, encoding="utf-8")
    return folder
