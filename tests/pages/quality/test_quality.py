"""The page on data quality: days, loads, rejected rows, books and closed months."""

from datetime import date
from types import SimpleNamespace

from dashboards.kit.behind import as_csv, behind
from dashboards.views.quality import findings
from dashboards.views.quality import rows as quality_rows
from dashboards.views.quality.page import _restated_columns
from jike.pages import quality as questions
from jike.words.language import Words
from tests.fixtures import page_release as small
from tests.fixtures.page_views import said, written

ZH, EN = Words("zh"), Words("en")


def test_a_day_is_judged_by_what_is_usual(ask):
    found = {
        row["happened_on"].day: row["status"]
        for row in ask(questions.days("2025-09"))
        if row["entity"] == "calls"
    }
    assert (found[19], found[20], found[21]) == ("passed", "failed", "warning")
    assert len(found) == 30
    seldom = {
        row["happened_on"].day: row["status"]
        for row in ask(questions.days("2025YTD"))
        if row["entity"] == "visits"
    }
    assert (seldom[3], seldom[4]) == ("passed", "missing")


def test_the_page_says_what_is_missing_restated_and_apart_from_the_books(look):
    text = written(look("quality", lang="en"))
    assert "1 day without a row where some are usual, most of them calls" in text
    assert "2 loads so far; the newest brought 2,735 rows" in text
    assert "1 of 1 rejected row" in text
    assert "1 of 2 figures differ from the books, most" in text
    assert "Enterprise revenue 2025-08, −0.01" in text.replace("\\", "")
    assert "2 figures of closed months were restated" in text
    assert "Closed\\: 2025-08" in text


def test_a_branch_without_figures_of_the_books_says_so(look):
    text = said(look("quality", lang="en", branch="C02"))
    assert "Nothing can be compared with the books in this period" in text
    assert "deliver control totals" in text
    assert "1 figure of a closed month was restated" in text
    other = said(look("quality", lang="en", branch="C01-1"))
    assert "1 month is closed and nothing of it was restated here" in other


def test_rejected_rows_are_filtered_by_feed_and_rule_from_the_url(look):
    app = look("quality", feed="bills", rule="type")
    assert [box.value for box in app.selectbox if box.key in ("feed", "rule")] == [
        "bills",
        "type",
    ]
    assert not app.error


def test_a_card_carries_the_footnote_of_a_restated_figure(look):
    assert "2025-08 restated by the delivery of 2025-10-02, was ¥3.00M" in said(
        look(lang="en")
    )
    assert "2025-08 由 2025-10-02 的交付重述，原 300.0万元" in said(look())
    assert "restated" not in said(look(lang="en", branch="C01-1"))
    # July and the months before were not restated, a filtered figure is not kept.
    assert "restated by" not in said(look(lang="en", period="2025-07"))
    assert "restated by" not in said(look(lang="en", tier="A1"))


def test_every_page_says_that_the_period_was_restated(look):
    for page in ("scorecard", "retention", "quality"):
        text = said(look(page, lang="en"))
        assert "Restated after closing: 1 figure of this period" in text, page
    assert "Restated after closing" not in said(look(lang="en", period="2025-07"))


def test_findings_are_true_of_their_rows():
    month = date(2025, 8, 1)
    row = {"kpi_month": month, "measure": "m", "gap": 0}
    names = {"m": "Measure"}
    assert findings.reconciliation([row, row], names, EN) == (
        "2 figures of the books agree to the cent"
    )
    assert findings.restatements([], [], EN) == "No month is closed yet"
    assert findings.loads([], ZH) == "没有交付记录"
    passed = {"entity": "calls", "status": "passed"}
    assert findings.days([passed], EN).startswith("All 1 feeds have")
    few = {"entity": "calls", "status": "warning"}
    assert "1 has less than half" in findings.days([passed, few], EN)
    assert findings.days([], EN) == "No feed has rows by day in this month"
    assert findings.cents(-0.01) == "−0.01"
    assert findings.cents(1234.5) == "+1,234.50"
    assert findings.cents(0) == "0.00"
    assert findings.cents(None) == "—"


def test_restated_figures_are_written_until_the_change_is_seen():
    row = {
        "kpi_month": date(2025, 8, 1),
        "kpi": "share",
        "old_value": 0.683601,
        "new_value": 0.683602,
        "first_value": None,
        "because_en": "load 2 brought it",
    }
    kpi = SimpleNamespace(unit="share", name=lambda _language: "Share")
    rows = quality_rows.restated([row], {"share": kpi}, EN)
    said = behind(rows, _restated_columns({"share": kpi}, EN))
    written = dict(zip(said.heads, said.written[0], strict=True))
    assert written["Before"] == "68.3601%"
    assert written["Restated"] == "68.3602%"
    assert written["When closed"] == "—"
    assert written["Why"] == "Load 2 brought it"


def test_the_file_for_the_data_owner_has_places_and_no_formula():
    row = {
        "source": "=cmd()",
        "delivered_on": date(2025, 9, 30),
        "entity": "bills",
        "file": "bills.csv",
        "line": 17,
        "column_name": None,
        "rule": "structure",
    }
    text = as_csv(quality_rows.places([row])).decode("utf-8-sig")
    assert text.splitlines() == [
        "source,delivered_on,entity,file,line,column_name,rule",
        "'=cmd(),2025-09-30,bills,bills.csv,17,,structure",
    ]


def test_a_release_without_deliveries_or_books_is_drawn(look, tmp_path):
    names = ("deliveries", "quarantine", "fct_control_totals", "dim_entity_days")
    empty = (*names, "closed_months", "restatements")
    place = small.write_release(
        tmp_path, changes=tuple(f"delete from {name}" for name in empty)
    )
    app = look("quality", at=place, lang="en")
    assert not app.error
    text = said(app)
    for sentence in (
        "No delivery is recorded",
        "No row is in quarantine",
        "No feed has rows by day in this month",
        "No month is closed yet",
    ):
        assert sentence in text
