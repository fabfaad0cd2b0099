"""Nine customers whose every figure was worked out by hand; the sums stand in
test_kpi.py. What each customer is there for:

E1 moves from tier B1 to A1 with the photograph of March; E2 terminates in February and
names a rival; E3 is merged into E1 in March, its product stops being informatisation in
February; E4 falls silent after December and hangs on the city itself; E5 joins in
February; E6 hangs on the province, has no industry and is dissolved; E7 has bills and
no `new` order; E8 leaves in January and is back in March; E9 was closed before the
cohort was photographed.
"""

import csv
from datetime import date
from pathlib import Path

from fixture_delivery import load

from jike.build.build import build
from jike.ground.durable import sha256_of, write_json
from jike.ground.home import Home
from jike.pages.tried import questions_of_pages
from jike.releases.publish import publish

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
I02,2000-01-01,2025-01-31,office,true,false,移动OA,Office
V01,2000-01-01,,voice,false,false,集团V网,V-net
""",  # noqa: E501
    "kpi_targets": """branch_id,period,kpi,weight,floor,base_target,challenge_target,month_weight
P,2025,info_revenue,60,,2000,2200,
P,2025,target_market_retention,40,,0.9,0.95,
K1,2025,info_revenue,60,,400,500,
K1,2025,target_market_retention,40,,0.9,0.95,
""",  # noqa: E501
}

CUSTOMERS = """snapshot_on,customer_id,tier,industry,branch_id,status,is_target_market,employees,joined_on,closed_on,closed_reason,successor_id,competitor
2024-12-31,E1,B1,EDU,K1,active,true,120,2020-01-01,,,,
2024-12-31,E2,B1,FIN,K1,active,true,80,2020-01-01,,,,
2024-12-31,E3,C,EDU,K2,suspended,false,5,2020-01-01,,,,
2024-12-31,E4,C,FIN,C1,active,true,5,2020-01-01,,,,
2024-12-31,E6,C,,P,active,false,,2020-01-01,,,,
2024-12-31,E7,C,EDU,C2,active,false,5,2020-01-01,,,,
2024-12-31,E8,C,EDU,C2,active,true,5,2020-01-01,,,,
2024-12-31,E9,C,EDU,C2,closed,true,5,2020-01-01,2024-12-01,other,,
2025-03-31,E1,A1,EDU,K1,active,true,120,2020-01-01,,,,
2025-03-31,E3,C,EDU,K2,closed,false,5,2020-01-01,2025-03-10,merged,E1,
2025-03-31,E5,C,EDU,K2,active,true,5,2025-02-03,,,,
2025-03-31,E6,C,,P,closed,false,,2020-01-01,2025-01-20,dissolved,,
2025-03-31,E7,C,EDU,C2,active,false,5,2020-01-01,,,,
2025-03-31,E8,C,EDU,C2,active,true,5,2020-01-01,,,,
"""  # noqa: E501

ORDERS = """order_id,subscription_id,customer_id,product_id,order_type,ordered_at,completed_at,status,competitor
O1,S1,E1,I01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O2,S2,E2,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O3,S2,E2,V01,terminate,2025-02-10 09:00:00,2025-02-15 09:00:00,completed,CO1
O4,S3,E3,I02,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O5,S4,E4,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O6,S5,E5,I01,new,2025-02-01 09:00:00,2025-02-28 23:59:59,completed,
O7,S6,E6,V01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O8,S6,E6,V01,terminate,2025-01-19 09:00:00,2025-01-20 09:00:00,completed,
O9,S7,E7,I01,suspend,2025-01-19 09:00:00,2025-01-20 09:00:00,completed,
O10,S8,E8,I01,new,2020-01-05 09:00:00,2020-01-10 09:00:00,completed,
O11,S8,E8,I01,terminate,2025-01-04 09:00:00,2025-01-05 09:00:00,completed,
O12,S8,E8,I01,new,2025-03-01 09:00:00,2025-03-02 09:00:00,completed,
O13,S1,E1,I01,terminate,2025-03-01 09:00:00,,open,
"""  # noqa: E501

# customer, subscription, product, kind, amount, first month, last month
BILLED = [
    ("E1", "S1", "I01", "recurring", 100, "2024-01", "2025-03"),
    ("E1", "S1", "V01", "one_time", 500, "2025-03", "2025-03"),
    ("E2", "S2", "V01", "recurring", 50, "2024-01", "2025-02"),
    ("E3", "S3", "I02", "recurring", 30, "2024-01", "2025-02"),
    ("E4", "S4", "V01", "recurring", 20, "2024-01", "2024-12"),
    ("E5", "S5", "I01", "recurring", 40, "2025-02", "2025-03"),
    ("E6", "S6", "V01", "recurring", 10, "2024-01", "2024-12"),
    ("E6", "S6", "V01", "recurring", 40, "2025-01", "2025-01"),
    ("E7", "S7", "I01", "recurring", 60, "2024-06", "2025-03"),
    ("E7", "S7", "I01", "adjustment", -10, "2025-03", "2025-03"),
    ("E8", "S8", "I01", "recurring", 25, "2024-01", "2024-12"),
    ("E8", "S8", "I01", "recurring", 25, "2025-03", "2025-03"),
]
MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02}" for at in range(15)]


def write_bills(path: Path) -> None:
    """Write one bill line per month of each row of BILLED."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = "bill_line_id,customer_id,subscription_id,product_id,bill_month"
        writer.writerow([*names.split(","), "amount", "kind"])
        for number, row in enumerate(BILLED):
            customer, subscription, product, kind, amount, first, last = row
            for month in MONTHS:
                if first <= month <= last:
                    line = (f"B{number}-{month}", customer, subscription, product)
                    writer.writerow([*line, f"{month}-01", f"{amount}.00", kind])


def deliver(folder: Path, *entities: str) -> Path:
    """Write a delivery with the lists and the entities named."""
    (folder / "reference").mkdir(parents=True)
    for name, text in LISTS.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    texts = {"customers": CUSTOMERS, "orders": ORDERS}
    for entity in entities:
        if entity == "bills":
            write_bills(folder / "bills.csv")
        else:
            (folder / f"{entity}.csv").write_text(texts[entity], encoding="utf-8")
    return folder


def let_pass(home: Home, run: str) -> None:
    """Write the record of an audit that passed, for tests of what lies behind it."""
    path = home.build / f"{run}.duckdb"
    write_json(
        home.state / "audits" / f"{run}.json",
        {
            "run": run,
            "build_sha256": sha256_of(path),
            "verdict": "passed",
            "results": [{"check_name": "row_count", "status": "passed"}],
        },
    )


def served(home: Home, folder: Path, as_of: date | None = None, **parameters: str):
    """Load, build and publish a delivery without its checks."""
    load(home, folder)
    record = build(home, as_of, parameters)
    let_pass(home, record.run)
    return publish(home, record.run, questions=questions_of_pages)
