"""Every chart has its table one click away, and a tapped mark becomes the view."""

import ast
import csv
import io
import math
import tomllib
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboards.cards import rows as cards_rows
from dashboards.kit.bars import Bars
from dashboards.kit.behind import Behind, as_csv, behind
from dashboards.kit.colours import LIGHT
from dashboards.kit.dots import Dots
from dashboards.shell import state
from dashboards.views.hotline import charts
from dashboards.views.satisfaction import findings as satisfaction_findings
from dashboards.views.satisfaction import rows as satisfaction_rows
from jike.ground.home import PROJECT
from jike.kpis import importance
from jike.kpis.cuts import UNKNOWN
from jike.words.language import Words
from tests.fixtures.page_views import PAGES, wave

ZH, EN = Words("zh"), Words("en")
FOLDER = PROJECT / "dashboards" / "views"


def charts_without_a_table(source):
    """Lines that draw a chart past behind.plot, which asks for its table."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "plotly_chart"
    ]


@pytest.mark.parametrize("page", PAGES)
def test_no_chart_is_drawn_without_its_table(page):
    source = (FOLDER / page / "page.py").read_text(encoding="utf-8")
    assert charts_without_a_table(source) == []


def test_a_chart_without_its_table_is_found():
    assert charts_without_a_table("def f():\n    st.plotly_chart(figure)\n") == [2]
    assert charts_without_a_table("draw = st.plotly_chart\n") == [1]


@pytest.mark.parametrize("page", ["hotline", "satisfaction", "revenue", "retention"])
def test_a_page_offers_as_many_tables_as_it_draws_charts(page, look):
    app = look(page)
    drawn = len(app.get("plotly_chart"))
    assert drawn >= 4
    assert len(app.get("download_button")) == drawn + len(app.dataframe)


def test_every_table_is_taken_along_as_our_file_and_as_no_other(look, files):
    app = look("quality")
    own = {"rejected_csv"}
    grids = [one for one in app.get("download_button") if one.key not in own]
    assert len(grids) == len(app.get("plotly_chart")) + len(app.dataframe) - len(own)
    settings = (PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert tomllib.loads(settings)["client"]["disableDataExport"] is True


@pytest.mark.parametrize("is_points", [False, True])
def test_a_change_is_a_number_in_the_file_and_written_in_the_table(is_points):
    rows = pd.DataFrame(
        [
            ("up", 0.53, 0.5, 0.06),
            ("down", 0.48, 0.5, -0.04),
            ("same", 0.5, 0.5, 0.0),
            ("new", 0.5, 0.0, None),
            ("none", 0.5, None, None),
        ],
        columns=["label", "value", "before", "growth"],
    ).assign(limit=None, is_marked=False, verdict=None)
    bars = Bars("branch", "{:.1f}".format, is_points=is_points)
    columns = {column.key: column for column in bars.columns(rows, EN)}
    table = behind(rows.to_dict("records"), [columns["change"]])
    expected = [0.03, -0.02, 0.0, 0.5] if is_points else [0.06, -0.04, 0.0, math.nan]
    assert [row[0] for row in table.values[:-1]] == pytest.approx(expected, nan_ok=True)
    assert table.written[0] == ["+3.0" if is_points else "+6.0%"]
    lines = as_csv(table).decode("utf-8-sig").splitlines()
    assert lines[0] == 'change,"change, as shown"'
    number, _, note = lines[2].partition(",")
    assert float(number) == pytest.approx(expected[1])
    assert note == table.written[1][0] or note == f"'{table.written[1][0]}"
    assert lines[4].endswith("—") or is_points


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_text_of_a_file_is_a_formula_and_no_number_a_text(sign):
    table = Behind([f"{sign}head", "n"], [["", ""]], [[f"{sign}1+1", -1.5]])
    text = as_csv(table).decode("utf-8-sig")
    (heads, row) = csv.reader(io.StringIO(text, newline=""))
    assert (heads[0], row) == (f"'{sign}head", [f"'{sign}1+1", "-1.5"])


def test_the_table_of_the_days_holds_all_of_them_and_marks_some():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2025-08-11", "2025-08-12"]),
            "demand": [410, 905],
            "connection_rate": [0.84, 0.61],
            "ivr_containment": [0.5, None],
            "is_marked": [False, True],
        }
    )
    table = behind(frame.to_dict("records"), charts.Days().columns(frame, EN))
    assert table.heads[-1] == "Stands out"
    assert [list(row) for row in table.written] == [
        ["2025-08-11", "410", "84.0%", "50.0%", ""],
        ["2025-08-12", "905", "61.0%", "—", "■"],
    ]


def test_the_tables_of_the_hotline_hold_what_its_charts_draw():
    cells = pd.DataFrame(
        {
            "hour": [9, 8],
            "weekday": [1, 1],
            "demand": [300.0, 100.0],
            "answered": [240.0, 90.0],
            "rate": [0.8, 0.9],
            "calls": [7.5, 2.5],
        }
    )
    hours = charts.Hours("rate", None, ["Monday"], ["Mo"])
    in_order = cells.sort_values(["weekday", "hour"]).to_dict("records")
    table = behind(in_order, hours.columns(cells, EN))
    assert list(table.written[0]) == ["Monday", "8:00", "90.0%", "100", "90", "2.5"]
    assert table.values[1][2] == 0.8
    reasons = pd.DataFrame(
        {
            "label": ["Payment", "New"],
            "rows": [30, 10],
            "share": [0.75, 0.25],
            "rank": [1, 2],
            "moved": [2.0, float("nan")],
        }
    )
    columns = charts.CallReasons().columns(reasons, EN)
    written = behind(reasons.to_dict("records"), columns).written
    assert [list(row) for row in written] == [
        ["Payment", "30", "75.00%", "1", "+2"],
        ["New", "10", "25.00%", "2", "—"],
    ]
    steps = pd.DataFrame(
        {"month": pd.to_datetime(["2023-03-01"]), "covered": [4], "cities": [21]}
    )
    columns = charts.Coverage().columns(steps, EN)
    assert list(behind(steps.to_dict("records"), columns).written[0]) == [
        "2023-03",
        "4",
        "21",
        "19.0%",
    ]
    halves = [
        {"half_hour": "09:00", "calls": 61.25, "handling_seconds": None, "agents": 9}
    ]
    columns = charts.Agents("09:00").columns(halves, EN)
    assert list(behind(halves, columns).written[0]) == [
        "09:00",
        "61.3",
        "—",
        "9",
    ]


def test_rows_that_lead_somewhere_are_the_marks_of_the_last_trace():
    row = {"value": 80.0, "low": 78.0, "high": 82.0, "n": 60, "status": "ok"}
    frame = cards_rows.dots(
        [
            cards_rows.head("Contact"),
            cards_rows.dot("A", row, target={"role": "contact"}),
            cards_rows.dot("Telephone", row),
        ]
    )
    touch = Dots().draw(frame, EN, LIGHT).data[-1]
    assert (list(touch.y), touch.marker.opacity) == ([1], 0)
    assert touch.hovertext == ("A 80.0 n=60",)
    still = Dots().draw(frame.iloc[2:].reset_index(drop=True), EN, LIGHT)
    assert [trace.type for trace in still.data if trace.type == "bar"] == []


def test_every_half_hour_can_be_tapped():
    halves = [
        {"half_hour": "09:00", "agents": 4, "calls": 1.0, "handling_seconds": 1.0},
        {"half_hour": "09:30", "agents": 6, "calls": 1.0, "handling_seconds": 1.0},
    ]
    figure = charts.Agents("09:30").draw(halves, EN, LIGHT)
    touch = figure.data[-1]
    assert (list(touch.x), touch.orientation) == ([0, 1], "v")
    assert touch.hovertext == ("09:00 4", "09:30 6")


def tapped(monkeypatch, *points, curve=None):
    """The session after a tap on marks of a chart with three."""
    session = {"chart": {"selection": {"points": list(points)}}}
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state=session))
    targets = [{"branch": "C01"}, {"branch": "C02", "tier": "A1"}, {}]
    state.follow("chart", targets, curve)
    return {key: code for key, code in session.items() if key != "chart"}


def test_a_tapped_mark_becomes_the_view(monkeypatch):
    second = {"curve_number": 3, "point_index": 1}
    assert tapped(monkeypatch, second) == {"branch": "C02", "tier": "A1"}
    assert tapped(monkeypatch, {"curve_number": 3, "point_index": 2}) == {}
    assert tapped(monkeypatch) == {}
    assert tapped(monkeypatch, second, curve=0) == {}
    first = {"curve_number": 0, "point_index": 0}
    assert tapped(monkeypatch, second, first, curve=0) == {"branch": "C01"}


def test_cities_lead_to_their_branch_and_roles_to_the_role(home, names):
    frame, _verdicts = satisfaction_rows.roles(wave(home), None, None, names)
    leads = [target for target in frame["target"] if target]
    told = set(satisfaction_rows.ROLES) - {UNKNOWN}
    assert {target["role"] for target in leads} == told
    assert len(leads) == (~frame["is_head"].astype(bool)).sum()
    cities = cards_rows.cities(wave(home), (), {"C01": "望溪", "C02": "松涧"})
    assert {target["branch"] for target in cities["target"]} == {"C01", "C02"}


def test_the_map_says_when_importance_is_a_rank_correlation(home, names, monkeypatch):
    assert not satisfaction_rows.priorities(wave(home), names).attrs["is_ranked"]
    assert "standardised coefficient" in satisfaction_findings.priorities_caption(
        1200, False, EN
    )
    monkeypatch.setattr(importance, "HIGHEST_INFLATION", 1.0)
    assert satisfaction_rows.priorities(wave(home), names).attrs["is_ranked"]
    assert "n=1,200" in satisfaction_findings.priorities_caption(1200, True, EN)
    assert "Spearman" in satisfaction_findings.priorities_caption(1200, True, EN)
    assert "秩相关" in satisfaction_findings.priorities_caption(1200, True, ZH)
