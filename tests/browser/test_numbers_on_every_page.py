"""The numbers of the cards are those of the command line, and those that were promised.

What a card says is read back as a number and held against `jike kpi` for the same
branch, period and filter, within half of its last digit.
"""

import re

import pytest

from tests.browser.reading import kpi, link

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
AB = ("--where", "tier_group=A", "--where", "tier_group=B")
WAVE = "2025H1"
SCALES = {"万": 1e4, "亿": 1e8, "K": 1e3, "M": 1e6, "B": 1e9, "%": 0.01}
UNITS = re.compile(r"[万亿KMB%]")

# The KPI of every card, in the order of the page; with a wave where the card has one.
CARDS = {
    "scorecard": [
        ("info_revenue",),
        ("target_market_retention",),
        ("nrr",),
        ("satisfaction", "--where", "role=contact", *AB),
        ("connection_rate",),
        ("active_customers",),
        ("lost_customers",),
        ("info_revenue_share",),
    ],
    "retention": [
        ("target_market_retention",),
        ("loss_budget_used",),
        ("nrr",),
        ("returned",),
        ("member_churn",),
        ("group_exit",),
        ("arpu",),
        ("traffic_change",),
    ],
    "customers": [
        ("active_customers",),
        ("customers_new",),
        ("customer_churn",),
        ("value_score",),
        ("visit_coverage",),
        ("unmanaged_share",),
        ("chief_coverage",),
        ("competitor_kept_share",),
    ],
    "revenue": [
        ("info_revenue",),
        ("info_revenue_completion",),
        ("info_revenue_forecast",),
        None,
        ("operating_revenue",),
        ("info_revenue_share",),
        ("info_growth_contribution",),
        ("nrr",),
    ],
    "satisfaction": [
        ("satisfaction", "--where", "role=contact", *AB),
        ("satisfaction", "--where", "role=decision_maker", *AB),
        ("satisfaction", "--where", "role=member"),
        ("account_satisfaction",),
        ("short_board_index",),
        ("competitor_lead",),
        ("response_rate",),
        ("nps",),
    ],
    "hotline": [
        ("call_demand",),
        ("connection_rate",),
        ("service_level_15s",),
        ("abandonment_rate",),
        ("asa",),
        ("aht",),
        ("ivr_containment",),
        ("repeat_rate",),
    ],
    "halls": [
        ("hall_wait",),
        ("hall_within_limit",),
        ("hall_passes",),
        ("walk_away_rate",),
        ("self_service_rate",),
        ("fast_lane_share",),
        ("hall_handling_minutes",),
        ("misbooked_rate",),
    ],
    "tickets": [
        ("tickets_opened",),
        ("complaints",),
        ("complaint_rate",),
        ("promise_compliance",),
        ("resolution_hours",),
        ("reopen_rate",),
        ("fault_restored_24h",),
        ("open_overdue",),
    ],
    "orders": [
        ("orders_received",),
        ("on_time_rate",),
        ("supply_days",),
        ("order_success_rate",),
        ("backlog",),
        ("agreements_signed",),
        ("cross_sell",),
        ("lines_in_service",),
    ],
    "definitions": [("grr",)],
}
OF_SURVEYS = {
    *("satisfaction", "account_satisfaction", "short_board_index", "competitor_lead"),
    *("response_rate", "nps"),
}
SCOPES = {
    "province": {},
    "city": {"branch": "C02"},
    "county": {"branch": "C01-1"},
    "filtered": {"branch": "C03", "tier": "B1"},
}


def read(label, value):
    """A card's number and half of its last digit, in the KPI's own unit."""
    text = value.replace(",", "").replace("−", "-").replace("¥", "")
    number = re.search(r"[+-]?\d+(\.\d+)?", text)
    unit = UNITS.search(text) or re.search("（([万亿])", label)
    scale = SCALES[unit[0].strip("（")] if unit else 1
    decimals = len((number[1] or ".")[1:])
    return float(number[0]) * scale, 0.5001 * scale / 10**decimals


@pytest.mark.parametrize("page", CARDS)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_page_says_what_the_command_line_says(look, address, demo_home, page, scope):
    codes = SCOPES[scope]
    extra = {"kpi": "grr"} if page == "definitions" else {}
    shown = {
        lang: look().open(link(address, page, lang=lang, **codes, **extra)).cards()
        for lang in ("zh", "en")
    }
    where = [word for pair in codes.items() for word in ("--where", "=".join(pair))]
    if page == "hotline" and scope == "county":
        assert shown == {"zh": [], "en": []}
        return
    compared = 0
    for place, asked in enumerate(CARDS[page]):
        for lang, cards in shown.items():
            assert len(cards) == len(CARDS[page])
            label, value = cards[place]
            # A dash says why beside it; the states have tests of their own.
            if asked is None or value == "—":
                continue
            said, within = read(label, value)
            expected = valued(demo_home, asked, where)
            assert said == pytest.approx(expected, abs=within), (lang, label, value)
            compared += 1
    # No part of the hotline is cut by tier: its cards say so instead.
    least = {"filtered": 0 if page == "hotline" else 1}.get(scope, 2)
    assert compared >= least
    if scope == "province":
        assert compared == 2 * sum(asked is not None for asked in CARDS[page])


ASKED = {}


def valued(home, asked, where):
    """What the command line says of a card; each question is asked once."""
    period = WAVE if asked[0] in OF_SURVEYS else "2025YTD"
    words = list(asked[1:])
    if any(word.startswith("tier=") for word in where):
        words = [
            w
            for i, w in enumerate(words)
            if "tier_group" not in "".join(words[i : i + 2] if w == "--where" else [w])
        ]
    key = (home, asked[0], period, *words, *where)
    if key not in ASKED:
        (row,) = kpi(home, asked[0], "--period", period, *words, *where)
        ASKED[key] = row["value"]
    return ASKED[key]


# ---- what was promised of the sample, in both languages ----


def everything(window):
    """All the page says: to those who see it, and to those who hear it."""
    return "\n".join([window.text(), *(chart["label"] for chart in window.labels())])


PROMISED = [
    (
        "scorecard",
        {"branch": "C01-1"},
        {
            "zh": ("超时间进度 22.0 个百分点", "99.29%", "363.0", "完成 96.8%", "473"),
            "en": ("22.0 pp ahead", "99.29%", "¥3.63M", "completion 96.8%", "473"),
        },
    ),
    (
        "hotline",
        {"period": "2025-07YTD"},
        {
            "zh": (
                "44.7万",
                "37.1万",
                "5.30万次",
                "11.1%",
                "83.0%",
                "371,000 ÷ 447,000",
            ),
            "en": ("447K", "371K", "53.0K", "11.1%", "83.0%", "371,000 ÷ 447,000"),
        },
    ),
    (
        "hotline",
        {},
        {
            "zh": ("2023-03 4/21", "2023-06 6/21", "2024-01 21/21"),
            "en": ("2023-03 4/21", "2023-06 6/21", "2024-01 21/21"),
        },
    ),
    (
        "satisfaction",
        {"period": WAVE},
        {
            "zh": (
                *("86.0", "83.0", "78.0", "忠诚度 90.0", "忠诚度 87.0"),
                *("集团产品、业务宣传应先改善", "是访问方式的差异，不作为服务改善"),
            ),
            "en": (
                *("86.0", "83.0", "78.0", "loyalty 90.0", "loyalty 87.0"),
                *("improve product and communication first", "6.1 points higher"),
            ),
        },
    ),
    (
        "satisfaction",
        {"period": "2025-07", "role": "hall_visitor"},
        {
            lang: (
                *("538", "8,800", "47.03%", "38.29%", "7.81%", "18.77%", "15.24%"),
                *("1.67%", "11.71%", "5.76%", "4.46%", "10.78%", "21.19%", "6.69%"),
                *("5.39%", "2.97%", "1.49%"),
            )
            for lang in ("zh", "en")
        },
    ),
    (
        "retention",
        {},
        {lang: ("59.0%", "49.2–68.1", "n=100") for lang in ("zh", "en")},
    ),
    (
        "revenue",
        {"branch": "C01-1", "industry": "EDU", "period": "2025-09"},
        {lang: ("100.0%", "(12/12, 13,700)", "13,700") for lang in ("zh", "en")},
    ),
    (
        "revenue",
        {"period": "2025-09"},
        {
            "zh": ("流量最大的两成线占数据流量的 80.0%",),
            "en": ("the largest fifth of the lines carries 80.0%",),
        },
    ),
]


@pytest.mark.parametrize(
    ("page", "codes", "figures"),
    PROMISED,
    ids=["A-C", "D", "N", "E", "F", "J", "K", "M"],
)
@BOTH_LANGUAGES
def test_what_was_promised_is_read_in_both_languages(
    look, address, page, codes, figures, lang
):
    text = everything(look().open(link(address, page, lang=lang, **codes)))
    assert [figure for figure in figures[lang] if figure not in text] == []
