"""Calls and interviews whose every figure was worked out by hand; the sums stand in
test_kpi_service.py. As of 20 June 2025: June is not over.

Interviews of the wave 2025H1 are delivered ten times each, so that a cell of one of
them is not withheld; `pilot` shares their months. 2024H2 and 2024H1 are drawn, for
what needs many interviews: the first sound, the second with two indicators alike.
"""

import csv
import random
from pathlib import Path

LISTS = {
    "branches": """branch_id,parent_id,level,name_zh,name_en
P,,province,全省,Province
C1,P,city,甲市,City one
C2,P,city,乙市,City two
K1,C1,county,甲一县,County one
K2,C1,county,甲二县,County two
""",
    "centres": """centre_id,name_zh,name_en
R1,甲中心,Centre one
R2,乙中心,Centre two
R9,备用中心,Spare centre
""",
    "centre_coverage": """city_branch_id,valid_from,valid_to,centre_id
C1,2025-01-01,2025-04-30,R1
C1,2025-05-16,,R2
C2,2025-01-01,2025-03-31,R1
""",
    "halls": """hall_id,branch_id,ownership,name_zh,name_en
H1,K1,own_own,一厅,Hall one
H2,K1,partner,二厅,Hall two
""",
    "survey_items": """item_code,construct,indicator,weight,servqual,name_zh,name_en
overall,overall,,0.5,,总体,Overall
expectation,overall,,0.25,,期望,Expectation
ideal,overall,,0.25,,理想,Ideal
renew,loyalty,,1,,续用,Renew
trust,emotional,,1,,信任,Trust
value,rational,,1,,值,Value
fit,process,product,1,reliability,功能,Fit
ease,process,product,1,assurance,易用,Ease
visits,process,manager,1,assurance,走访,Visits
web,process,channel,1,responsiveness,网厅,Web
clarity,process,communication,1,,清楚,Clarity
care,process,relationship,1,empathy,关怀,Care
speed,network,network,1,reliability,速度,Speed
recommend_0_10,question,,0,,推荐度,Recommend
""",
}

CUSTOMERS = """snapshot_on,customer_id,tier,branch_id,status,is_target_market,joined_on
2024-12-31,E1,A1,K1,active,true,2020-01-01
2024-12-31,E2,B1,C2,active,true,2020-01-01
2024-12-31,E3,B1,C2,active,true,2020-01-01
2024-12-31,E4,C,C1,active,true,2020-01-01
2024-12-31,E5,C,K2,active,true,2020-01-01
2024-12-31,E6,C,C2,active,true,2020-01-01
2024-12-31,E7,C,C2,active,true,2020-01-01
2024-12-31,E8,C,C2,active,true,2020-01-01
2024-12-31,E9,A2,K1,active,true,2020-01-01
2024-12-31,E10,C,C2,active,true,2020-01-01
"""

NOT_BILLED = "E10"

CALL_COLUMNS = (
    "call_id,caller,city_branch_id,centre_id,lane,ivr_at,queued_at,answered_at,"
    "ended_at,outcome,reason"
)
CALLS = """
A1,,C1,,standard,,2025-01-10 09:00:00,2025-01-10 09:00:05,2025-01-10 09:01:00,answered,
A2,,C1,,standard,,2025-02-10 09:00:00,2025-02-10 09:00:05,2025-02-10 09:01:00,answered,
A3,,C2,,standard,,2025-02-10 09:00:00,,2025-02-10 09:01:00,abandoned,
A4,,C1,,standard,,2025-03-10 09:00:00,,2025-03-10 09:01:00,abandoned,
A5,,C1,,standard,,2025-04-10 09:00:00,2025-04-10 09:00:05,2025-04-10 09:01:00,answered,
A6,,C2,,standard,,2025-04-10 09:00:00,2025-04-10 09:00:05,2025-04-10 09:01:00,answered,
M1,a1,K1,,key_person,2025-05-05 08:59:30,2025-05-05 09:00:00,2025-05-05 09:00:15,2025-05-05 09:02:15,answered,network
M2,a2,C1,,standard,,2025-05-05 09:30:00,2025-05-05 09:30:15.5,2025-05-05 09:31:15.5,answered,tariff
M3,a1,C1,,standard,,2025-05-06 10:00:00,2025-05-06 10:00:05,2025-05-06 10:00:35,answered,network
M4,a3,C2,,standard,,2025-05-06 10:10:00,2025-05-06 10:10:10,2025-05-06 10:11:40,answered,tariff
M5,a3,C2,,standard,2025-05-06 10:20:00,,2025-05-06 10:20:30,2025-05-06 10:21:30,answered,
M6,a3,C2,,standard,,2025-05-13 10:10:00,2025-05-13 10:10:20,2025-05-13 10:12:20,answered,tariff
M7,a3,C2,,standard,,2025-05-20 10:10:01,2025-05-20 10:10:31,2025-05-20 10:11:01,answered,tariff
M8,a4,K2,,standard,,2025-05-20 11:00:00,2025-05-20 11:00:02,2025-05-20 11:01:02,answered,network
M9,,,,standard,,2025-05-20 11:30:00,2025-05-20 11:30:08,2025-05-20 11:30:38,answered,tariff
M10,a5,P,,standard,,2025-05-25 09:00:00,2025-05-25 09:00:04,2025-05-25 09:01:04,answered,network
M11,,C1,,standard,,2025-05-06 10:00:00,,2025-05-06 10:00:05,abandoned,
M12,,C1,,standard,,2025-05-06 10:05:00,,2025-05-06 10:05:06,abandoned,
M13,a4,C2,,standard,,2025-05-06 10:05:00,,2025-05-06 10:05:40,abandoned,network
M14,a2,C1,,standard,,2025-05-20 12:00:00,,2025-05-20 12:00:01,blocked,tariff
M15,,C2,,standard,2025-05-20 12:00:00,,,2025-05-20 12:01:00,blocked,
M16,,C2,R9,,,,,2025-05-20 12:30:00,blocked,
I1,,C1,,standard,2025-05-05 09:10:00,,,2025-05-05 09:11:00,ivr_contained,
I2,,C1,,standard,2025-05-05 08:00:00,,,2025-05-05 08:01:00,ivr_contained,
I3,,C2,,standard,,,,2025-05-05 10:00:00,ivr_contained,
X1,,C1,,standard,2025-05-05 09:10:00,2025-05-05 09:10:00,2025-05-05 09:10:01,2025-05-05 09:11:00,outbound,network
X2,,C1,,standard,2025-05-05 09:10:00,2025-05-05 09:10:00,2025-05-05 09:10:01,2025-05-05 09:11:00,test,network
J1,a6,C1,,standard,,2025-06-12 23:00:00,2025-06-12 23:00:01,2025-06-12 23:01:00,answered,network
J2,a6,C1,,standard,,2025-06-13 09:00:00,2025-06-13 09:00:01,2025-06-13 09:01:00,answered,network
J3,a6,C1,,standard,,2025-06-14 09:00:00,2025-06-14 09:00:01,2025-06-14 09:01:00,answered,network
J4,a6,C1,,standard,,2025-06-21 00:00:00,2025-06-21 00:00:01,2025-06-21 00:01:00,answered,network
"""  # noqa: E501

INTERVIEW_COLUMNS = (
    "response_id,wave,customer_id,hall_id,branch_id,role,tier,mode,agency,invited_on,"
    "answered_at,status,competitor"
)
MAY = "2025-05-20 10:00:00"
APRIL = "2025-04-30 23:59:59"

# id, role, branch, tier, scores (overall expectation ideal, - not answered), others
WAVE = [
    ("R1", "decision_maker", "K1", "A1", "10 10 10", {}),
    ("R2", "decision_maker", "K1", "A1", "10 10 1", {}),
    ("R3", "decision_maker", "C2", "B1", "1 10 10", {}),
    ("R4", "contact", "K1", "A1", "10 1 1", {}),
    ("R5", "contact", "C2", "B1", "10 10 10", {}),
    ("R6", "contact", "C2", "C", "1 10 1", {}),
    ("R7", "contact", "", "C", "1 1 1", {"customer_id": "E4"}),
    ("R8", "member", "K2", "C", "10 - -", {}),
    ("R9", "member", "K2", "C", "- 10 1", {}),
    ("R10", "member", "C2", "C", "6 6 6", {}),
    ("R11", "member", "C2", "C", "7 7 7", {"mode": ""}),
    (
        "R12",
        "contact",
        "C1",
        "",
        "10 10 1",
        {"agency": "G1", "mode": "web", "answered_at": APRIL},
    ),
    ("R13", "contact", "C1", "C", "1 1 1", {"status": "partial"}),
    ("R14", "contact", "C1", "C", "", {"status": "refused"}),
    (
        "R15",
        "contact",
        "C1",
        "C",
        "",
        {"status": "no_answer", "answered_at": "", "invited_on": "2025-04-28"},
    ),
    ("R16", "contact", "C1", "C", "1 1 1", {"status": "invalid"}),
    ("V1", "contact", "C2", "C", "10 - -", {"wave": "pilot"}),
]
TIMES = 10

# Ten visitors of the first hall, one of the second; three interviews about a rival.
SINGLE = [
    *(
        (f"W{at}", "hall_visitor", "", "", score, {"hall_id": "H1"})
        for at, score in enumerate(["10 10 10"] * 8 + ["1 1 1"] * 2)
    ),
    ("W10", "hall_visitor", "", "", "10 1 1", {"hall_id": "H2"}),
    *(
        (f"Y{at}", "contact", "C2", "C", "1 1 1", {"competitor": "CO3"})
        for at in range(3)
    ),
]

OTHER_SCORES = {
    "R1": "renew 10 trust 10 value 4 fit 10 ease 1 speed 1 recommend_0_10 9",
    "R2": "renew 10 trust 1 fit 10 recommend_0_10 10",
    "R3": "renew 10 speed 4 recommend_0_10 8",
    "R4": "renew 10 visits 10 recommend_0_10 8",
    "R5": "renew 10 web 7 recommend_0_10 0",
    "R6": "renew 10",
    **{f"R{at}": "renew 1" for at in range(7, 13)},
    "R13": "renew 1 recommend_0_10 0",
}
REASONS = {"R3": ["D11", "D12"], "R6": ["D4"], "R10": ["D1", "D4"], "R11": ["D4"]}

OVERALL_ITEMS = ("overall", "expectation", "ideal")
INDICATOR_ITEMS = ("fit", "visits", "web", "clarity", "care", "speed")


def _fields(columns: str, **values: str) -> list[str]:
    return [values.get(name, "") for name in columns.split(",")]


def _hand_made() -> tuple[list[list[str]], list[list[str]]]:
    responses, answers = [], []
    for rows, times in ((WAVE, TIMES), (SINGLE, 1)):
        for name, role, branch, tier, scores, others in rows:
            said = dict(zip(OVERALL_ITEMS, scores.split(), strict=bool(scores)))
            words = OTHER_SCORES.get(name, "").split()
            said |= dict(zip(words[::2], words[1::2], strict=True))
            for copy in range(times):
                key = f"{name}-{copy}"
                usual = {
                    "wave": "2025H1",
                    "mode": "cati",
                    "answered_at": MAY,
                    "status": "complete",
                }
                who = {"role": role, "branch_id": branch, "tier": tier}
                responses.append(
                    _fields(INTERVIEW_COLUMNS, response_id=key, **usual | who | others)
                )
                answers += [
                    [key, item, "", score]
                    for item, score in said.items()
                    if score != "-"
                ]
                answers += [
                    [key, "reason", reason, ""] for reason in REASONS.get(name, [])
                ]
    return responses, answers


def drawn() -> list[dict[str, object]]:
    """Give the drawn interviews: wave, role, branch, competitor, scores by item."""
    chance = random.Random(7)
    found = []
    for at in range(101):
        scores = {item: chance.randint(1, 10) for item in INDICATOR_ITEMS}
        wish = 2 * scores["fit"] + scores["visits"] - scores["web"] / 2
        scores["overall"] = round(min(max(wish / 3 + chance.uniform(0, 2), 1), 10))
        if at == 100:
            del scores["speed"]
        branch = "K1" if at < 49 else "C2"
        role = ("decision_maker", "contact", "member")[at % 3]
        found.append(_drawn("2024H2", at, role, branch, "", scores))
    for at in range(60):
        scores = {item: chance.randint(1, 10) for item in INDICATOR_ITEMS}
        if at % 12:
            scores["visits"] = scores["fit"]
        scores["overall"] = min(scores["fit"] + chance.randint(0, 2), 10)
        found.append(_drawn("2024H1", at, "contact", "C2", "", scores))
    for at in range(32):
        rival = "CO1" if at < 12 else "CO2"
        role = "contact" if at < 20 else "decision_maker"
        scores = {"overall": chance.randint(1, 8)}
        found.append(_drawn("2024H2", 200 + at, role, "C2", rival, scores))
    return found


def _drawn(wave, at, role, branch, competitor, scores):
    day = "2024-10-15" if wave == "2024H2" else "2024-05-15"
    return {
        "response_id": f"{wave}-{at}",
        "wave": wave,
        "role": role,
        "branch_id": branch,
        "competitor": competitor,
        "answered_at": f"{day} 09:00:00",
        "scores": scores,
    }


def deliver(folder: Path) -> Path:
    """Write the delivery: lists, customers, bills, calls, interviews."""
    (folder / "reference").mkdir(parents=True)
    for name, text in LISTS.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    _write_bills(folder / "bills.csv")
    (folder / "calls.csv").write_text(CALL_COLUMNS + CALLS, encoding="utf-8")
    responses, answers = _hand_made()
    for interview in drawn():
        scores = interview.pop("scores")
        responses.append(
            _fields(INTERVIEW_COLUMNS, status="complete", mode="cati", **interview)
        )
        answers += [
            [interview["response_id"], item, "", str(score)]
            for item, score in scores.items()
        ]
    _write(folder / "survey_responses.csv", INTERVIEW_COLUMNS, responses)
    _write(
        folder / "survey_answers.csv",
        "response_id,item_code,answer_code,score",
        answers,
    )
    return folder


def _write_bills(path: Path) -> None:
    names = "bill_line_id,customer_id,product_id,bill_month,amount,kind"
    customers = [line.split(",")[1] for line in CUSTOMERS.splitlines()[1:]]
    rows = [
        [f"{customer}-{month}", customer, "V01", f"2025-0{month}-01", "9", "recurring"]
        for customer in customers
        if customer != NOT_BILLED
        for month in range(1, 6)
    ]
    _write(path, names, rows)


def _write(path: Path, columns: str, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split(","))
        writer.writerows(rows)
