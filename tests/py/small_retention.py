"""Customers from December 2024 to June 2025 whose lines, contracts, warnings and moves
were worked out by hand; the sums stand in test_kpi_retention.py. What each is for:

E1 has every warning signal at once in June; E2 moves from tier B1 to A2 in March; E3 is
warned in January and stays; E4 leaves in January and is back in April; E5 joins in
February; E6 is warned in January and terminates in February; E7 falls silent after
December. S01 to S10 have no subscription and only vote.
"""

import csv
from pathlib import Path

LISTS = {
    "branches": """branch_id,parent_id,level,name_zh,name_en
P,,province,全省,Province
C1,P,city,甲市,City one
C2,P,city,乙市,City two
K1,C1,county,甲一县,County one
K2,C1,county,甲二县,County two
""",
    "products": """product_id,valid_from,valid_to,line,is_informatisation,is_dedicated_line,name_zh,name_en
I01,2000-01-01,,industry,true,false,校讯通,Messaging
V01,2000-01-01,,voice,false,false,集团V网,V-net
""",  # noqa: E501
}

VOTERS = [f"S{number:02}" for number in range(1, 11)]

PHOTOGRAPHED = [
    ("2024-12-31", "E1", "A1", "K1", 120, "2020-01-01"),
    ("2024-12-31", "E2", "B1", "K1", 80, "2020-01-01"),
    ("2024-12-31", "E3", "C", "K2", 5, "2020-01-01"),
    ("2024-12-31", "E4", "C", "C2", 5, "2020-01-01"),
    ("2024-12-31", "E6", "C", "K2", 5, "2020-01-01"),
    ("2024-12-31", "E7", "C", "K1", 5, "2020-01-01"),
    *(("2024-12-31", voter, "C", "C2", 5, "2020-01-01") for voter in VOTERS),
    ("2025-03-31", "E1", "A1", "K1", 120, "2020-01-01"),
    ("2025-03-31", "E2", "A2", "K1", 80, "2020-01-01"),
    ("2025-03-31", "E3", "C", "K2", 5, "2020-01-01"),
    ("2025-03-31", "E4", "C", "C2", 5, "2020-01-01"),
    ("2025-03-31", "E5", "C", "C2", 5, "2025-02-03"),
]

ORDERS = """order_id,subscription_id,customer_id,product_id,order_type,ordered_at,completed_at,status,contract_ends_on
O1,S1,E1,I01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,2024-08-29
O2,S1,E1,I01,renew,2024-08-01 09:00:00,2024-08-10 09:00:00,completed,2025-08-29
O3,S2,E2,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,2025-08-30
O4,S3,E3,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,2025-06-30
O5,S4,E3,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,2025-07-01
O6,S5,E4,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O7,S5,E4,V01,terminate,2025-01-10 09:00:00,2025-01-10 09:00:00,completed,
O8,S5,E4,V01,new,2025-04-05 09:00:00,2025-04-05 09:00:00,completed,
O9,S6,E5,V01,new,2025-02-15 09:00:00,2025-02-15 09:00:00,completed,
O10,S7,E6,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,2025-02-28
O11,S7,E6,V01,terminate,2025-02-10 09:00:00,2025-02-10 09:00:00,completed,
O12,S8,E7,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
"""  # noqa: E501

MONTHS = ["2024-12", *(f"2025-{month:02}" for month in range(1, 7))]

# customer, product, amount, first month, last month
BILLED = [
    ("E1", "I01", 100, "2024-12", "2025-05"),
    ("E1", "I01", 80, "2025-06", "2025-06"),
    ("E2", "V01", 50, "2024-12", "2025-06"),
    ("E3", "V01", 30, "2024-12", "2025-05"),
    ("E3", "V01", 24, "2025-06", "2025-06"),
    ("E4", "V01", 25, "2024-12", "2024-12"),
    ("E4", "V01", 25, "2025-04", "2025-06"),
    ("E5", "V01", 40, "2025-02", "2025-06"),
    ("E6", "V01", 10, "2024-12", "2025-01"),
    ("E7", "V01", 60, "2024-12", "2024-12"),
]
OVERDUE = ("E1", "2025-04")

MEMBERS = """member_id,customer_id,joined_on,left_on,left_how
M1,E1,2024-01-01,,
M2,E1,2024-01-01,2025-06-10,ported_out
M3,E1,2024-01-01,2025-05-20,left_group
M4,E1,2024-01-01,2025-06-15,moved
M5,E2,2025-06-15,,
M6,E3,2024-01-01,,
M7,E3,2024-01-01,2025-02-01,left_network
M8,E5,2025-03-01,,
"""

# member, first month, last month, voice minutes, charge, competitor contacts
USED = [
    ("M1", "2024-12", "2025-05", 100, 20, 0),
    ("M1", "2025-06", "2025-06", 60, 20, 3),
    ("M2", "2024-12", "2025-05", 0, 10, 0),
    ("M3", "2024-12", "2024-12", 40, 0, 0),
    ("M6", "2024-12", "2025-05", 60, 5, 0),
    ("M6", "2025-06", "2025-06", 90, 5, 0),
    ("M8", "2025-06", "2025-06", 500, 100, 0),
]

OTHERS = {
    "tickets": """ticket_id,customer_id,source,class,opened_at,promised_at,replied_at,status
T1,E1,web,complaint,2025-06-01 09:00:00,2025-06-05 09:00:00,,open
T3,E3,web,complaint,2025-01-10 09:00:00,2025-01-20 09:00:00,2025-02-02 09:00:00,closed
T6,E6,web,complaint,2025-01-10 09:00:00,2025-01-20 09:00:00,,withdrawn
""",  # noqa: E501
    "visits": """visit_id,customer_id,visited_on
V1,E1,2025-05-30
V2,E2,2025-05-16
V3,E3,2024-06-01
""",
    "competitor_events": """event_id,customer_id,observed_on,competitor,move,outcome
X1,E1,2025-04-10,CO1,bundle,open
X2,E2,2025-03-31,CO1,bundle,lost
X3,E3,2025-01-15,CO1,bundle,kept
X5,E5,2025-06-10,CO1,bundle,open
X6,E6,2025-01-15,CO1,bundle,open
""",
}

# customer, tier, role, day of the answer, score of the item overall, switch_intent
INTERVIEWED = [
    ("E1", "A1", "decision_maker", "2025-06-02", 6, 8),
    ("E3", "C", "contact", "2025-01-10", 6, 7),
    ("E6", "C", "contact", "2025-01-10", 6, None),
    *((voter, "C", "contact", "2025-04-10", 10, 8) for voter in VOTERS[:6]),
    *((voter, "C", "contact", "2025-04-10", 10, 7) for voter in VOTERS[6:]),
]


def deliver(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """Write the delivery, but for the entities that are left out."""
    (folder / "reference").mkdir(parents=True)
    for name, text in LISTS.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, text in {"orders": ORDERS, "members": MEMBERS, **OTHERS}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    _write_customers(folder / "customers.csv")
    _write_bills(folder / "bills.csv")
    _write_usage(folder / "member_usage.csv")
    _write_interviews(folder)
    for name in without:
        (folder / f"{name}.csv").unlink()
    return folder


def _write(path: Path, names: str, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names.split(","))
        writer.writerows(rows)


def _write_customers(path: Path) -> None:
    _write(
        path,
        "snapshot_on,customer_id,tier,branch_id,status,is_target_market,employees,"
        "joined_on",
        [
            [day, customer, tier, branch, "active", "true", employees, joined]
            for day, customer, tier, branch, employees, joined in PHOTOGRAPHED
        ],
    )


def _write_bills(path: Path) -> None:
    _write(
        path,
        "bill_line_id,customer_id,product_id,bill_month,amount,kind,due_on",
        [
            [
                f"B{number}-{month}",
                customer,
                product,
                f"{month}-01",
                f"{amount}.00",
                "recurring",
                "2025-05-20" if (customer, month) == OVERDUE else "",
            ]
            for number, (customer, product, amount, first, last) in enumerate(BILLED)
            for month in MONTHS
            if first <= month <= last
        ],
    )


def _write_usage(path: Path) -> None:
    _write(
        path,
        "member_id,month,voice_minutes,charge,competitor_contacts",
        [
            [member, f"{month}-01", minutes, f"{charge}.00", contacts]
            for member, first, last, minutes, charge, contacts in USED
            for month in MONTHS
            if first <= month <= last
        ],
    )


def _write_interviews(folder: Path) -> None:
    responses: list[list[object]] = []
    answers: list[list[object]] = []
    for customer, tier, role, day, overall, intent in INTERVIEWED:
        response = f"R{customer}"
        responses.append(
            [response, "2025H1", customer, role, tier, f"{day} 10:00:00", "complete"]
        )
        answers.append([response, "overall", "", overall])
        answers.append([response, "approached", "yes" if intent else "no", ""])
        if intent:
            answers.append([response, "switch_intent", "", intent])
    _write(
        folder / "survey_responses.csv",
        "response_id,wave,customer_id,role,tier,answered_at,status",
        responses,
    )
    _write(
        folder / "survey_answers.csv",
        "response_id,item_code,answer_code,score",
        answers,
    )
