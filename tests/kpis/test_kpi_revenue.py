"""`jike kpi` over products, arrears, concentration and traffic, worked out by hand.

Four customers with orders, thirteen that are only billed, in January; as of the end of
June 2025. E1 has two dedicated lines, one of them grown to 30, and a voice product; E2
one line of which no quantity is told; E3 gave up voice in June; E4 has a product in
service and no bill within three months.
"""

from datetime import date

import pytest

from jike.ground.errors import WrongInputError
from tests.fixtures.answers import near

JUNE, MAY, JANUARY = "2025-06", "2025-05", "2025-01"

LISTS = {
    "branches": """branch_id,parent_id,level,name_zh,name_en
P,,province,全省,Province
C1,P,city,甲市,City one
K1,C1,county,甲一县,County one
""",
    "products": """product_id,valid_from,valid_to,line,is_informatisation,is_dedicated_line,name_zh,name_en
L01,2000-01-01,,wired_data,true,true,专线,Line
V01,2000-01-01,,voice,false,false,集团V网,V-net
I01,2000-01-01,,industry,true,false,校讯通,Messaging
""",  # noqa: E501
    "market_universe": """branch_id,industry,counted_on,units
K1,EDU,2024-01-01,6
K1,EDU,2025-06-01,8
C1,FIN,2024-01-01,4
""",
}

BILLED_ONLY = [f"N{number:02}" for number in range(1, 14)]
CUSTOMERS = """snapshot_on,customer_id,tier,industry,branch_id,status,is_target_market,joined_on
2024-12-31,E1,B1,EDU,K1,active,true,2020-01-01
2024-12-31,E2,C,EDU,K1,active,true,2020-01-01
2024-12-31,E3,C,FIN,K1,active,true,2020-01-01
2024-12-31,E4,C,EDU,C1,active,true,2020-01-01
""" + "".join(  # noqa: E501
    f"2024-12-31,{name},{'C' if name < 'N07' else 'B1'},FIN,C1,active,true,2020-01-01\n"
    for name in BILLED_ONLY
)

ORDERS = """order_id,subscription_id,customer_id,product_id,order_type,ordered_at,completed_at,status,quantity
O1,S1,E1,L01,new,2024-01-01,2024-01-02,completed,10
O2,S2,E1,L01,new,2024-01-01,2024-01-02,completed,20
O3,S2,E1,L01,change,2025-06-29,2025-06-30,completed,30
O4,S3,E1,V01,new,2024-01-01,2024-01-02,completed,
O5,S4,E2,L01,new,2024-01-01,2024-01-02,completed,
O6,S5,E3,V01,new,2024-01-01,2024-01-02,completed,4
O7,S5,E3,V01,terminate,2025-06-14,2025-06-15,completed,
O8,S6,E3,I01,new,2024-01-01,2024-01-02,completed,7
O9,S7,E4,V01,new,2024-01-01,2024-01-02,completed,
"""  # noqa: E501

BILL_COLUMNS = (
    "bill_line_id,customer_id,product_id,bill_month,amount,kind,paid_by,due_on,paid_on"
)
BILLS = """
B01,E1,L01,2025-04-01,100,recurring,customer,2025-05-20,
B02,E1,L01,2025-05-01,100,recurring,customer,2025-06-20,2025-06-30
B03,E1,L01,2025-06-01,100,recurring,customer,2025-07-20,
B04,E1,V01,2025-06-01,20,usage,member,,
B05,E2,L01,2025-05-01,50,recurring,,2025-06-20,2025-07-01
B06,E2,L01,2025-06-01,50,recurring,,2025-06-30,
B07,E2,L01,2025-06-01,5,minimum_top_up,,2025-06-30,
B08,E3,I01,2025-05-01,30,recurring,,,
B09,E3,I01,2025-06-01,30,recurring,,,
""" + "".join(
    f"N{number:02},N{number:02},V01,2025-01-01,{amount},usage,,,\n"
    for number, amount in enumerate([*range(1, 13), -5], start=1)
)

MEMBERS = """member_id,customer_id,joined_on
m1,E1,2024-01-01
m2,E1,2024-01-01
m3,E1,2024-01-01
m4,E1,2024-01-01
m5,E1,2024-01-01
m6,E2,2024-01-01
m7,E3,2024-01-01
"""
USAGE = """member_id,month,data_mb
m1,2025-06-01,50
m2,2025-06-01,20
m3,2025-06-01,10
m4,2025-06-01,10
m5,2025-06-01,5
m6,2025-06-01,5
m7,2025-06-01,
m6,2025-05-01,100
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-30"
    (folder / "reference").mkdir(parents=True)
    for name, text in LISTS.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    entities = {
        "customers": CUSTOMERS,
        "orders": ORDERS,
        "bills": BILL_COLUMNS + BILLS,
        "members": MEMBERS,
        "member_usage": USAGE,
    }
    for name, text in entities.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return served(folder, date(2025, 6, 30))


def parts(row):
    return row["numerator"], row["denominator"], row["status"]


def test_a_top_up_is_a_kind_of_bill_line_and_0_where_none_was_billed(one, ask):
    assert one("minimum_top_up", JUNE)["value"] == 5
    assert one("minimum_top_up", "2025YTD")["value"] == 5
    assert one("minimum_top_up", MAY)["value"] == 0
    assert ask("minimum_top_up", MAY, by="tier") == []


def test_what_the_customer_pays_for_all_is_a_share_of_what_is_billed(one, ask):
    assert parts(one("unified_billing_share", JUNE)) == (100, 205, "ok")
    rows = ask("unified_billing_share", JUNE, by="tier")
    assert {row["tier"]: row["value"] for row in rows} == {
        "B1": near(100 / 120),
        "C": 0,
    }
    assert one("unified_billing_share", "2025-02")["status"] == "no_data"


def test_arrears_were_due_before_the_last_day_and_not_paid_by_then(one, ask):
    assert one("arrears", JUNE)["value"] == 150
    by_age = {row["age"]: row["value"] for row in ask("arrears", JUNE, by="age")}
    # B05 ten days, paid the day after; B01 41 days. B02 was paid on the last day.
    assert by_age == {"0-30": 50, "31-90": 100}
    assert one("arrears", MAY)["value"] == 100
    assert one("arrears", "2025Q2")["value"] == 150
    assert one("arrears", JANUARY)["value"] == 0


def test_lines_are_those_of_the_last_order_that_tells_a_quantity(one, ask):
    assert one("dedicated_lines", JUNE)["value"] == 3
    by_product = {
        row["product"]: row["value"]
        for row in ask("lines_in_service", JUNE, by="product")
    }
    assert by_product == {"L01": 10 + 30 + 1, "V01": 1 + 1, "I01": 7}
    assert one("lines_in_service", JUNE)["value"] == 50
    # The change of S2 is of the last day of June; V01 of E3 ended in it.
    assert one("lines_in_service", MAY)["value"] == 10 + 20 + 1 + 1 + 4 + 1 + 7


def test_products_are_those_of_active_customers(one):
    assert parts(one("products_per_customer", JUNE)) == (4, 3, "ok")
    assert parts(one("products_per_customer", MAY)) == (5, 3, "ok")
    assert parts(one("cross_sell", JUNE)) == (1, 3, "low_base")
    assert parts(one("cross_sell", MAY)) == (2, 3, "low_base")
    assert parts(one("cross_sell", JUNE, branch="K1")) == (1, 3, "low_base")


def test_penetration_is_of_all_active_customers_of_the_cut(one, ask):
    assert parts(one("penetration", JUNE, product="L01")) == (2, 3, "low_base")
    assert parts(one("penetration", JUNE, product="L01", industry="EDU"))[:2] == (2, 2)
    # E4 holds it and is not active.
    assert parts(one("penetration", JUNE, product="V01"))[:2] == (1, 3)
    rows = ask("penetration", JUNE, by="product,tier")
    assert {(r["product"], r["tier"]): (r["numerator"], r["denominator"]) for r in rows}
    with pytest.raises(WrongInputError, match="product"):
        one("penetration", JUNE)


def test_the_market_is_the_latest_count(one, ask):
    assert parts(one("market_coverage", JUNE, product="L01"))[:2] == (2, 12)
    assert parts(one("market_coverage", MAY, product="L01"))[:2] == (2, 10)
    assert parts(one("market_coverage", JUNE, product="L01", industry="EDU")) == (
        *(2, 8),
        "low_base",
    )
    # E3 of K1 is of an industry that nobody counted there, in its city somebody did.
    by_branch = ask("market_coverage", JUNE, by="branch", product="I01")
    assert {r["branch"]: (r["numerator"], r["denominator"]) for r in by_branch} == {
        "P": (1, 12),
        "C1": (1, 12),
        "K1": (1, 8),
    }


def test_concentration_is_worked_out_anew_for_every_cut(one, ask):
    # 1 to 12 yuan; the credit of the thirteenth is left out.
    assert one("revenue_top10_share", JANUARY)["value"] == near(75 / 78)
    squares = sum(amount * amount for amount in range(1, 13))
    assert one("revenue_hhi", JANUARY)["value"] == near(squares / 78**2)
    rows = {row["tier"]: row["value"] for row in ask("revenue_hhi", JANUARY, by="tier")}
    assert rows == {
        "C": near(sum(n * n for n in range(1, 7)) / 21**2),
        "B1": near(sum(n * n for n in range(7, 13)) / 57**2),
    }
    assert one("revenue_top10_share", JANUARY, tier="C")["value"] == 1
    # Over a longer period the sums of the customers count: E1 320, E2 105, E3 60.
    row = one("revenue_hhi", "2025Q2")
    assert row["value"] == near((320**2 + 105**2 + 60**2) / 485**2)
    assert (row["numerator"], row["n"], row["low"]) == (None, None, None)
    assert one("revenue_top10_share", "2025-02")["status"] == "no_data"


def test_the_largest_fifth_of_the_lines_is_rounded_up(one, ask):
    # Seven lines with a usage row, one of them empty: the largest two.
    assert one("traffic_top20_share", JUNE)["value"] == near(70 / 100)
    assert one("traffic_top20_share", JUNE, tier="B1")["value"] == near(50 / 95)
    assert one("traffic_top20_share", "2025Q2")["value"] == near(155 / 200)
    rows = ask("traffic_top20_share", JUNE, by="industry")
    assert {row["industry"]: (row["value"], row["status"]) for row in rows} == {
        "EDU": (near(70 / 100), "ok"),
        "FIN": (None, "no_data"),
    }
    assert one("traffic_top20_share", "2025-04")["status"] == "no_data"
