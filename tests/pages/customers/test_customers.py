"""The customers page: found by id, name and sound, valued, moved, seen whole."""

import pytest

from dashboards.cards import findings as cards_findings
from dashboards.kit import months as kit_months
from dashboards.kit.colours import DARK, LIGHT
from dashboards.shell import names as shell_names
from dashboards.views.customers import charts as customers_charts
from dashboards.views.customers import findings as customers_findings
from dashboards.views.customers import rows as customers_rows
from jike.pages import customers as customers_questions
from jike.pages import revenue as revenue_questions
from jike.releases.opening import ALL, Scope
from jike.words.language import Words
from tests.fixtures import page_customers
from tests.fixtures.page_views import facts_of, said

ZH, EN = Words("zh"), Words("en")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)
BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
FULL = page_customers.FULL
TIERS = ["A+", "A1", "A2", "B1", "B2", "C"]
COUNTY = Scope(("C01-1",))


def found(ask, text, scope=ALL, branch="total", sounds=()):
    return ask(customers_questions.found(text, "2025YTD", branch, sounds=sounds), scope)


def test_a_customer_is_found_by_a_part_of_its_id_or_name(ask):
    assert [row["customer_id"] for row in found(ask, "天丰")] == [FULL]
    assert found(ask, FULL.lower())[0]["customer_id"] == FULL
    assert found(ask, "不存在") == []
    everybody = found(ask, "")
    assert everybody[0]["all_rows"] == 423 - 3 + 53 + 588 + 739 + 11
    assert len(everybody) == customers_questions.FOUND_SHOWN


def test_signs_of_a_pattern_are_only_signs(ask):
    assert found(ask, "%") == []
    assert found(ask, "_") == []
    assert found(ask, "'") == []


def test_nobody_beyond_the_scope_is_found_or_seen(ask):
    beyond = "EC02-1A10"
    assert found(ask, beyond)[0]["customer_id"] == beyond
    assert found(ask, beyond, COUNTY) == []
    for question in (
        customers_questions.profile,
        customers_questions.services,
        customers_questions.happened,
        customers_questions.warning,
    ):
        assert ask(question(beyond, "2025YTD"), COUNTY) == []
    names = ask(customers_questions.names(), COUNTY)
    assert len(names) == 473


def test_a_masked_name_is_neither_shown_nor_searched(ask):
    masked = Scope(None, sees_protected=False)
    assert found(ask, "天丰", masked) == []
    assert found(ask, "*", masked) == []
    assert ask(customers_questions.names(), masked) == []
    (row,) = ask(customers_questions.profile(FULL, "2025YTD"), masked)
    assert (row["customer_name"], row["account_manager_id"]) == ("***", "***")


def test_a_name_is_found_by_its_sound(look):
    pytest.importorskip("pypinyin")
    for text in ("tianfeng", "TF", "tian feng xue xiao"):
        assert "“" + text + "”找到 1 户" in said(look("customers", find=text))
    # A single letter would find nearly everybody.
    assert "没有找到客户" in said(look("customers", find="q"))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        *(("工商银行朝阳支行", said) for said in ("zhihang", "zhixing", "chaoyangzhi")),
        *(
            ("工商银行朝阳支行", said)
            for said in ("zhaoyang", "gsyh", "yinhangchao", "zh")
        ),
        *(("长飞光纤", said) for said in ("changfei", "zhangfei", "cfgq", "zf")),
        *(("单县人民医院", said) for said in ("danxian", "shanxian", "chanxian", "sx")),
        *(("投行部", said) for said in ("touhang", "touxing", "th", "touh")),
        *(
            ("重庆吕氏乐器", said)
            for said in ("chongqinglv", "lushi", "lyushi", "yueqi")
        ),
        *(("ABC（朝陽）", said) for said in ("abcchao", "azy", "abczy", "chaoyang")),
        *(("ＡＢＣ科技１部", said) for said in ("abckeji", "abckj")),
    ],
)
def test_a_name_is_found_by_any_of_its_readings(name, letters):
    found = shell_names.sought(name)
    by_sound = shell_names.holds(found.sounds, letters)
    assert by_sound or shell_names.holds(found.initials, letters)


@pytest.mark.parametrize("letters", ["hangzhi", "zhizhi", "aoyang", "bank", "zhihangx"])
def test_a_name_is_not_found_by_what_it_is_not_read_as(letters):
    found = shell_names.sought("工商银行朝阳支行")
    assert not shell_names.holds(found.sounds, letters)
    assert not shell_names.holds(found.initials, letters)


def test_a_long_name_of_many_readings_is_looked_through_at_once():
    found = shell_names.sought("行长" * 500)
    assert shell_names.holds(found.sounds, "hangzhang" * 250 + "xingchang" * 250)
    assert not shell_names.holds(found.sounds, "hangchang" * 500 + "x" * 9)


def test_traditional_characters_find_simplified_names_and_are_found_by_them(look):
    assert "“天豐學校”找到 1 户" in said(look("customers", find="天豐學校"))
    plain = shell_names.sought("臺灣電腦軟體（朝陽）").plain
    assert shell_names.simplified("台湾电脑") in plain
    assert shell_names.simplified("朝陽") in plain
    assert shell_names.simplified("ＡＢＣ１") == "abc1"


def test_the_pyramid_holds_every_active_customer_once(ask):
    counted = ask(customers_questions.tiers("2025YTD", "C01-1"))
    frame = customers_rows.pyramid(counted, TIERS, {})
    assert list(frame["tier"]) == ["A1", "B1", "C"]
    assert frame["customers"].sum() == 473
    by_tier = {row["tier"]: row for row in frame.to_dict("records")}
    every = ask(customers_questions.found("", "2025YTD", "C01-1", (("tier", "A1"),)))
    assert by_tier["A1"]["customers"] == every[0]["all_rows"]
    assert (by_tier["A1"]["higher"], by_tier["C"]["lower"]) == (0, 0)
    # Every tenth of B1 is seen in A1, and none lower.
    assert by_tier["B1"]["higher"] == -(-by_tier["B1"]["customers"] // 10)
    assert 85 <= by_tier["A1"]["score"] <= 90


def test_the_titles_say_what_the_pyramid_holds(ask):
    counted = ask(customers_questions.tiers("2025YTD", "C01-1"))
    frame = customers_rows.pyramid(counted, TIERS, {})
    up, down = int(frame["higher"].sum()), int(frame["lower"].sum())
    assert customers_findings.page(473.0, frame, ZH) == (
        f"在网 473 户：评分建议升级 {up} 户、降级 {down} 户"
    )
    assert customers_findings.page(None, frame, EN) == "No customers"
    share = 100 * frame["customers"].max() / frame["customers"].sum()
    assert customers_findings.pyramid(frame, EN) == f"C holds {share:.1f}% of customers"


MOVES = {
    ("A1", "A1"): 10,
    ("B1", "A1"): 3,
    ("A1", "C"): 2,
    ("entered", "C"): 5,
    ("C", "left"): 4,
    ("C", "C"): 20,
}


def moved(home, monkeypatch):
    facts = facts_of(home, "total")
    answer = [
        {"from_tier": one, "to_tier": other, "value": n}
        for (one, other), n in MOVES.items()
    ]
    monkeypatch.setattr(facts, "ask", lambda _question: answer)
    return customers_rows.moves(facts, TIERS, EN)


def test_rows_and_columns_of_the_moves_add_up(home, monkeypatch):
    frame = moved(home, monkeypatch)
    cell = {(r["from_tier"], r["to_tier"]): r for r in frame.to_dict("records")}
    assert cell["A1", "_sum"]["customers"] == 12
    assert cell["_sum", "C"]["customers"] == 27
    assert cell["_sum", "_sum"]["customers"] == sum(MOVES.values())
    directions = {key: row["direction"] for key, row in cell.items()}
    assert directions["B1", "A1"] == "up"
    assert directions["A1", "C"] == "down"
    assert directions["A1", "A1"] == "stayed"
    assert customers_findings.moves(frame, EN) == "3 rose, 2 fell, 5 entered, 4 left"


@THEMES
def test_every_move_is_printed_in_its_own_colour(home, monkeypatch, theme):
    frame = moved(home, monkeypatch)
    figure = customers_charts.Moves().draw(frame, EN, theme)
    assert len(figure.layout.annotations) == len(frame)
    fills = [shape.fillcolor for shape in figure.layout.shapes]
    assert fills.count(theme.goodsoft) == 1
    assert fills.count(theme.badsoft) == 1
    assert figure.layout.xaxis.ticktext[-1] == "total"
    assert figure.layout.xaxis.ticktext[0] == "A1"


def test_the_points_of_the_signals_are_those_of_the_warning(ask):
    (row,) = ask(customers_questions.warning(FULL, "2025YTD"))
    signals = customers_rows.signals(row, {}, ZH)
    assert sum(signal["points"] for signal in signals) == row["points"] == 65
    assert [s["points"] for s in signals] == sorted(
        (s["points"] for s in signals), reverse=True
    )
    measured = {s["label"]: s["measured"] for s in signals}
    assert measured["member_churn"] == "5.0%"
    assert measured["contract_expiry"] == "还有 31 天"


def test_the_months_of_a_customer_say_what_was_billed(ask):
    months = ask(customers_questions.months(FULL, "2025YTD"))
    assert len(months) == customers_questions.MONTHS_SHOWN
    assert [float(m["billed_yuan"]) for m in months[-5:]] == [0, 1000, 1100, 1200, 1300]
    assert [float(m["info_yuan"]) for m in months[-4:]] == [0, 1100, 1200, 1300]
    assert months[-1]["points"] == 65


def test_a_service_in_two_stretches_is_one_row_since_its_first_day(ask):
    (row,) = ask(customers_questions.services(FULL, "2025YTD"))
    assert str(row["since"]) == "2024-03-01"
    assert float(row["billed_yuan"]) == 1300
    (before,) = ask(customers_questions.services(FULL, "2024-05"))
    assert before["billed_yuan"] is None
    assert ask(customers_questions.services(FULL, "2024-01")) == []


def test_what_happened_after_the_period_is_not_told(ask):
    kinds = [row["what"] for row in ask(customers_questions.happened(FULL, "2025YTD"))]
    assert kinds[:2] == ["visit", "competitor_event"]
    assert ask(customers_questions.happened(FULL, "2025-01")) == []


@BOTH_LANGUAGES
def test_the_page_shows_one_customer_whole(look, lang):
    app = look("customers", customer=FULL, lang=lang)
    assert not app.error
    text = said(app).replace("\\", "")
    wanted = {
        "zh": ("云栖天丰学校", "65 分，自 2025-08-31 起", "在用产品 1 项", "接触记录"),
        "en": ("云栖天丰学校", "65 points, since", "1 product in service", "contact"),
    }
    assert [one for one in wanted[lang] if one not in text] == []
    assert app.query_params["customer"] in (FULL, [FULL])


@BOTH_LANGUAGES
def test_an_unknown_customer_is_said_and_can_be_closed(look, lang):
    app = look("customers", customer="E404", lang=lang)
    assert not app.error
    said_so = "没有这个客户" if lang == "zh" else "No such customer"
    assert said_so in said(app)
    next(b for b in app.button if b.key == "close_customer").click().run()
    assert said_so not in said(app)
    assert "customer" not in app.query_params


def test_a_link_of_another_form_is_not_taken_for_a_customer(look):
    app = look("customers", customer="x' or 1=1 --")
    assert not app.error
    assert "没有这个客户" not in said(app)


def test_the_curve_of_concentration_ends_at_everything(ask):
    (row,) = ask(revenue_questions.concentration("2025YTD", "C01-1"))
    assert row["cumulative_share"] == pytest.approx(1)
    assert row["hhi"] == pytest.approx(1)
    assert row["top10_share"] == pytest.approx(1)


def test_lines_that_meet_at_their_end_are_named_apart():
    from datetime import date

    days = [date(2025, month, 1) for month in range(1, 10)]
    lines = [kit_months.Series(name, [1.0] * 9, ["1"] * 9) for name in ("one", "other")]
    figure = kit_months.months(days, lines, EN, LIGHT)
    first, second = (a.y for a in figure.layout.annotations)
    low, high = figure.layout.yaxis.range
    assert abs(first - second) >= 16 * (high - low) / kit_months.MONTHS_HEIGHT
    assert cards_findings.series(days, lines, EN) == "One 1, 1 in 2025-01"
