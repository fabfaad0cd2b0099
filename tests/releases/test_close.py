"""Closed months: what changes them is told, with the first figure, and never lost."""

import json
from datetime import date

import pytest

from jike.build.build import build
from jike.cli import parser
from jike.ground.errors import JikeError, WrongInputError
from jike.ground.home import Home
from jike.pages.tried import questions_of_pages
from jike.releases import restated as restatements
from jike.releases.closing import close, closed_folder
from jike.releases.kept import rollback
from jike.releases.opening import ALL, current_release, rows
from jike.releases.publish import publish
from jike.releases.question import Question
from jike.words.language import Words
from tests.fixtures import small_province, small_release
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.deliveries import load

BILLS = "bill_line_id,customer_id,subscription_id,product_id,bill_month,amount,kind\n"


def correct(folder, *lines):
    """A delivery of a few bill lines: id, customer, product, month, amount."""
    folder.mkdir(parents=True)
    text = "".join(
        f"{line},{customer},,{product},{month}-01,{amount},recurring\n"
        for line, customer, product, month, amount in lines
    )
    (folder / "bills.csv").write_text(BILLS + text, encoding="utf-8")
    return folder


def serve(home, folder, **parameters):
    load(home, folder, source="crm")
    return serve_again(home, **parameters)


def serve_again(home, **parameters):
    record = build(home, None, parameters)
    small_province.let_pass(home, record.run)
    return publish(home, record.run, questions=questions_of_pages)


def restated(home, kpi, branch="total"):
    question = Question(
        ("restatements",),
        "select * from restatements where kpi = ? and branch_id = ? order by nth",
        (kpi, branch),
    )
    return rows(question, ALL, current_release(home))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("home"))
    with compiled_once(tmp_path_factory):
        return restated_twice(home, tmp_path_factory.mktemp("deliveries"))


def restated_twice(home, place):
    """February closed, then corrected twice with a rollback between; what was said."""
    folder = place / "2025-03-31"
    small_province.served(
        home, small_province.deliver(folder, "customers", "orders", "bills")
    )
    closed = close(home, "2025-02")
    first = (home.state / "closed" / "2025-02.json").read_bytes()
    publish(home, questions=questions_of_pages)
    nothing = restated(home, "info_revenue")
    # A cent more for E1 in February, a new bill in March: March is not closed.
    serve(
        home,
        correct(
            place / "2025-04-02",
            ("X1", "E1", "I01", "2025-02", "0.01"),
            ("X2", "E1", "I01", "2025-03", "7.00"),
        ),
    )
    once = {
        key: restated(home, *key)
        for key in [
            ("info_revenue", "total"),
            ("info_revenue", "K1"),
            ("info_revenue", "C2"),
            ("active_customers", "total"),
            ("info_revenue_share", "total"),
        ]
    }
    rollback(home)
    after_rollback = restated(home, "info_revenue")
    serve(home, correct(place / "2025-04-03", ("X1", "E1", "I01", "2025-02", "1.00")))
    twice = restated(home, "info_revenue")
    serve_again(home, billed_window_months="1")
    return {
        "home": home,
        "closed": closed,
        "first": first,
        "nothing": nothing,
        "once": once,
        "after_rollback": after_rollback,
        "twice": twice,
    }


def test_closing_keeps_the_figures_of_the_month_per_kpi_and_branch(told):
    closed = told["closed"]
    assert (closed.month, closed.release, closed.loads) == ("2025-02", 1, 1)
    figures = {(row["kpi"], row["branch_id"]): row for row in closed.figures}
    # E1 100, E5 40, E7 60; E3's product is no informatisation any more.
    assert figures["info_revenue", "total"]["value"] == 200
    assert figures["info_revenue", "K1"]["numerator"] == "100.0000000000"
    assert figures["cohort_retention", "total"]["denominator"] == "7.0000000000"


def test_the_same_figures_again_are_no_restatement(told):
    assert told["nothing"] == []


def test_a_later_delivery_that_changes_the_month_is_told_to_the_cent(told):
    (row,) = told["once"]["info_revenue", "total"]
    assert row == {
        "kpi_month": date(2025, 2, 1),
        "kpi": "info_revenue",
        "branch_id": "total",
        "nth": 1,
        "first_value": 200.0,
        "old_value": 200.0,
        "new_value": 200.01,
        "source": "crm",
        "delivered_on": date(2025, 4, 2),
        "loaded_number": 2,
        "entity": "bills",
        "because_zh": "第 2 次载入（crm 的 2025-04-02 交付）带来 2025-02 的 bills 1 行",
        "because_en": "load 2, the delivery of 2025-04-02 from crm, brought 1 rows of "
        "bills for 2025-02",
    }
    (county,) = told["once"]["info_revenue", "K1"]
    assert (county["old_value"], county["new_value"]) == (100.0, 100.01)
    # 200 of 280 became 200.01 of 280.01.
    (share,) = told["once"]["info_revenue_share", "total"]
    assert share["new_value"] == pytest.approx(200.01 / 280.01)


def test_what_the_delivery_did_not_change_is_not_restated(told):
    assert told["once"]["info_revenue", "C2"] == []
    assert told["once"]["active_customers", "total"] == []


def test_a_rollback_shows_the_figure_of_before_and_loses_no_restatement(told):
    assert told["after_rollback"] == []
    log = told["home"].state / "closed" / "2025-02.restated.jsonl"
    kept = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    first = [one for one in kept if one["kpi"] == "info_revenue"]
    assert [one["nth"] for one in first if one["branch_id"] == "total"] == [1, 2]
    assert len({json.dumps(one) for one in kept}) == len(kept)


def test_a_second_change_is_appended_and_the_first_figure_stays(told):
    chain = [
        (row["nth"], row["first_value"], row["old_value"], row["new_value"])
        for row in told["twice"]
    ]
    assert chain == [(1, 200.0, 200.0, 200.01), (2, 200.0, 200.01, 201.0)]
    path = told["home"].state / "closed" / "2025-02.json"
    assert path.read_bytes() == told["first"]


def test_a_changed_parameter_is_told_as_the_cause(told):
    # E1, E3, E4, E5, E7; billed in February itself, E4 counts no longer.
    (row,) = restated(told["home"], "active_customers")
    assert (row["old_value"], row["new_value"]) == (5, 4)
    assert row["because_en"] == "the parameters billed_window_months were set anew"


def test_a_closed_month_cannot_be_closed_again(told):
    with pytest.raises(WrongInputError, match="as release 1 showed it") as caught:
        close(told["home"], "2025-02")
    assert "已于" in Words("zh").error(caught.value)


@pytest.mark.parametrize(
    ("month", "why"),
    [
        ("2025-3", "is no month; write 2025-08"),
        ("2025-13", "is no month"),
        ("../2025", "is no month"),
        ("2019-01", "has no month 2019-01; it can close 2024-01 to 2025-03"),
        ("2025Q1", "is no month"),
    ],
)
def test_what_cannot_be_closed_is_wrong_input(told, month, why):
    with pytest.raises(WrongInputError, match=why) as caught:
        close(told["home"], month)
    assert caught.value.exit_code == 2


def test_a_month_that_is_not_over_or_not_published_cannot_be_closed(tmp_path):
    home = Home(tmp_path / "home")
    with pytest.raises(WrongInputError, match="nothing is published yet"):
        close(home, "2025-02")
    months = (
        "create table marts.dim_periods as select '2025-09' as period, 'month' as "
        "period_kind, date '2025-09-01' as starts_on, true as is_partial;"
    )
    small_release.make_build(home, "000001", sql=months)
    small_release.make_audit(home, "000001")
    publish(home, "000001", questions=small_release.few_questions)
    with pytest.raises(WrongInputError, match="2025-09 is not over: release 1 has"):
        close(home, "2025-09")


def test_a_damaged_record_stops_publishing_with_its_name(tmp_path):
    home = Home(tmp_path / "home")
    small_release.make_build(home, "000001")
    small_release.make_audit(home, "000001")
    folder = closed_folder(home)
    folder.mkdir(parents=True)
    (folder / "2025-02.json").write_text("{", encoding="utf-8")
    with pytest.raises(JikeError, match=r"2025-02\.json"):
        publish(home, "000001", questions=small_release.few_questions)
    assert not (home.releases / "current.json").exists()
    (folder / "2025-02.json").unlink()
    (folder / "2025-02.restated.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(JikeError, match=r"2025-02\.restated\.jsonl"):
        restatements.history(home, None)


def test_the_verb_tells_what_it_kept(told, capsys):
    place = ["--home", str(told["home"].root)]
    assert parser.main([*place, "close", "2025-01"]) == 0
    assert capsys.readouterr().out.startswith("2025-01 is closed as release ")
    assert parser.main([*place, "close", "2024-12", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["month"] == "2024-12"
    assert summary["figures"] > 0
    assert parser.main([*place, "close", "2024-12"]) == 2
    assert "2024-12" in capsys.readouterr().err
