"""Columns x_<name> of a delivery: what they cut, and that nothing else changes."""

import json
from collections import Counter
from datetime import date

import pytest
from pytest import approx

from jike.checks.expectations import load_expectations
from jike.checks.running import evaluate
from jike.deliveries.contract import contract
from jike.ground.errors import WrongInputError
from jike.ground.home import finished_builds
from jike.kpis.ask import kpi_rows
from jike.kpis.known import period_kind
from jike.kpis.kpi import load_catalogue, run, run_list
from jike.pages import customers
from jike.releases.opening import current_release, rows, shape
from jike.releases.question import Question
from jike.releases.scope import ALL, MASK, Scope
from tests.fixtures import free_cuts
from tests.fixtures.answers import by_member, near, question_of
from tests.fixtures.page_views import metrics, one_page, said, written

MAY = "2025-05"
WAVE = "2025H1"
FAMILIES = ("customers", "orders", "revenue", "satisfaction", "hotline", "tickets")
LIKE_MEASURES = ("_squared", "_points", "_interviews", "_days", "_calls", "_timed")
UNCUT = {
    "cross_sell",
    "complaint_rate",
    "dedicated_lines",
    "hotline_coverage",
    "info_revenue_completion",
    "info_revenue_forecast",
    "info_revenue_forecast_seasonal",
    "info_revenue_lead",
    "info_revenue_share_company",
    "lines_in_service",
    "market_coverage",
    "penetration",
    "products_per_customer",
    "reconciliation_gap",
    "tier_moves",
    "time_progress",
    "traffic_top20_share",
}
"""Not counted from the rows of one entity alone."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return free_cuts.deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")


@pytest.fixture(scope="module")
def home(served, folder):
    # Limits that no row lies between, so that only what is said differs.
    said = {"service_level_seconds": "14", "expiry_days": "59", "currency": "USD"}
    return served(folder, date(2025, 6, 20), **said)


@pytest.fixture(scope="module")
def release(home):
    return current_release(home)


@pytest.fixture(scope="module")
def kpis(release):
    return load_catalogue(release)


@pytest.fixture
def ask(home):
    return question_of(home, MAY)


@pytest.mark.slow
def test_a_delivery_with_free_cuts_is_as_expected(home):
    marts = ("dim_free_cut", *(f"fct_parts_{family}" for family in FAMILIES))
    files = [file for file in load_expectations() if file.table.startswith(marts)]

    outcomes = evaluate(finished_builds(home)[-1], files, date(2025, 6, 20))

    assert len(files) == len(FAMILIES) + 2
    assert [o.check for o in outcomes if o.status != "passed"] == []


def test_what_agents_answered_is_counted_as_by_hand(folder, ask):
    found = by_member(ask("calls_answered", by="x_agent"), "x_agent")
    wanted = Counter(
        row["x_agent"] or "unknown"
        for row in free_cuts.rows_of(folder / "calls.csv")
        if row["outcome"] == "answered" and row["queued_at"][:7] == MAY
    )
    # One call was answered in May without having been queued.
    wanted.update(
        row["x_agent"] or "unknown"
        for row in free_cuts.rows_of(folder / "calls.csv")
        if row["outcome"] == "answered"
        and not row["queued_at"]
        and row["ivr_at"][:7] == MAY
    )
    assert found == wanted
    assert len(found) > 2


def test_two_free_cuts_are_crossed_with_each_other_and_with_what_is_shipped(ask):
    crossed = ask("call_demand", by="x_agent,x_topic,centre")
    assert len(crossed) > len(ask("call_demand", by="x_agent"))
    whole = ask("call_demand", by="centre")
    for row in whole:
        cells = [r["value"] for r in crossed if r["centre"] == row["centre"]]
        assert sum(cells) == row["value"]


def test_only_what_is_counted_from_other_rows_is_not_cut(kpis):
    of_families = {code for code, kpi in kpis.items() if kpi.family in FAMILIES}
    cut = {code for code, kpi in kpis.items() if "x_agent" in kpi.dimensions}
    assert of_families - cut == UNCUT


@pytest.mark.parametrize("code", sorted(UNCUT))
def test_a_kpi_that_is_not_cut_says_so_in_a_sentence(home, code):
    with pytest.raises(
        WrongInputError, match=rf"{code} is not cut by x_agent, .* it has"
    ):
        run(home, [code], period=MAY, by="x_agent")


def asked(kpi, release, period, by=(), where=(), scope=ALL):
    return rows(kpi_rows(kpi, (period,), by, where), scope, release)


def test_every_kpi_is_the_same_whole_and_over_all_members_of_a_free_cut(kpis, release):
    compared = 0
    for kpi in kpis.values():
        if "x_agent" not in kpi.dimensions:
            continue
        period = WAVE if kpi.family == "satisfaction" else "2025YTD"
        needed = kpi.needs_dimension[:1]
        whole = asked(kpi, release, period, needed)
        members = {
            row["x_agent"]
            for row in asked(kpi, release, "2025YTD", ("x_agent", *needed))
        }
        every = tuple(("x_agent", name) for name in ("Ann", "Bo", "王芳", "unknown"))
        again = asked(kpi, release, period, needed, every)
        assert members <= {name for _, name in every}, kpi.kpi
        for before, after in zip(whole, again, strict=True):
            for name, value in before.items():
                # An interval of alike answers is a root of what cancels out.
                wanted = approx(value, abs=1e-6) if isinstance(value, float) else value
                assert after[name] == wanted, (kpi.kpi, name)
        compared += whole[0]["value"] is not None
    assert compared > 40


def test_the_members_of_a_free_cut_add_up_to_the_whole(kpis, release):
    for kpi in kpis.values():
        if "x_topic" not in kpi.dimensions or kpi.kind in ("index", "quantile"):
            continue
        period = WAVE if kpi.family == "satisfaction" else MAY
        needed = kpi.needs_dimension[:1]
        whole = asked(kpi, release, period, needed)
        cut = asked(kpi, release, period, ("x_topic", *needed))
        for row in whole:
            if row["status"] == "hidden":
                continue
            key = [row[name] for name in needed]
            cells = [r for r in cut if [r[name] for name in needed] == key]
            if any(r["status"] == "hidden" for r in cells):
                continue
            for side in ("numerator", "denominator"):
                parts = [r[side] for r in cells if r[side] is not None]
                assert near(float(row[side] or 0)) == float(sum(parts)), kpi.kpi


def test_the_marts_of_parts_have_no_more_rows_for_free_cuts(kpis, release):
    columns = dict(shape(release))
    parts = [part for kpi in kpis.values() for part in (kpi.numerator, kpi.denominator)]
    measures = {part.measure for part in parts if part}
    for family in FAMILIES:
        coarse, fine = f"kpi_{family}", f"fct_parts_{family}"
        cuts = {"free_cuts", "protected_cuts"}
        assert not cuts & {*columns[coarse]}
        counted = [name for name in columns[fine] if name in measures]
        keys = [
            name
            for name in columns[fine]
            if name not in {*measures, *cuts} and not name.endswith(LIKE_MEASURES)
        ]
        anything = " or ".join(f"{name} is not null" for name in counted)
        (found,) = rows(
            Question(
                (coarse, fine),
                f"select (select count(*) from {coarse} where {anything}) as coarse, "
                f"(select count(*) from (select distinct {', '.join(keys)} from {fine} "
                f"where {anything})) as cells, (select count(*) from {fine}) as fine",
            ),
            ALL,
            release,
        )
        assert found["coarse"] == found["cells"] <= found["fine"], family


def test_whom_a_protected_cut_names_is_masked_for_who_may_not_see_it(kpis, release):
    kpi = kpis["call_demand"]
    masked = Scope(None, sees_protected=False)
    (whole,) = asked(kpi, release, MAY)
    seen = asked(kpi, release, MAY, ("x_person",))
    assert {row["x_person"] for row in seen} == {f"Person {n}" for n in range(5)}
    (hidden,) = asked(kpi, release, MAY, ("x_person",), scope=masked)
    assert (hidden["x_person"], hidden["value"]) == (MASK, whole["value"])
    guessed = (("x_person", "Person 1"),)
    assert asked(kpi, release, MAY, ("x_person",), guessed, masked) == []
    # Where the same column of another entity is open, it is.
    assert kpis["orders_received"].free_cuts["x_person"].is_protected is False
    assert kpis["tickets_opened"].free_cuts["x_person"].is_protected is True


def test_protected_names_and_long_lists_stand_in_no_list_of_members(release):
    table = "dim_free_cut_members"
    asked = Question((table,), f"select distinct family, free_cut from {table}")
    listed = [tuple(row.values()) for row in rows(asked, ALL, release)]
    table = "dim_members"
    asked = Question((table,), f"select member from {table} where member like 'R1-%'")
    assert ("hotline", "x_person") not in listed
    assert ("tickets", "x_person") not in listed
    assert ("orders", "x_person") in listed
    assert ("satisfaction", "x_code") not in listed
    assert rows(asked, ALL, release) == []


def test_a_long_cut_is_asked_for_on_the_command_line(home):
    (row,) = question_of(home)("response_rate", WAVE, x_code="R1-0")
    assert row["n"] == 1
    with pytest.raises(WrongInputError, match="x_code has no member R0"):
        run(home, ["response_rate"], period=WAVE, where=["x_code=R0"])


def test_the_list_of_kpis_and_the_release_name_the_free_cuts(kpis, release):
    cut = kpis["tickets_opened"].free_cuts["x_agent"]
    assert cut.said == {"name_zh": "处理人", "name_en": "Handler"}
    assert kpis["orders_received"].free_cuts["x_agent"].said["name_en"] == "x_agent"
    assert period_kind(MAY, release) == "month"


# --- what a deployment has chosen is said ---------------------------------------------


def test_names_definitions_and_units_say_the_parameters_of_the_build(home, kpis):
    told = run_list(current_release(home), [], "json", contract().required_columns)
    listed = {row["kpi"]: row for row in json.loads(told)}
    level, expiry = listed["service_level_15s"], listed["contract_expiry_60d"]
    assert (level["name_zh"], level["name_en"]) == (
        "14 秒接通率",
        "Service level (14 s)",
    )
    assert expiry["name_en"] == "Contracts ending within 59 days"
    assert listed["operating_revenue"]["unit"] == "usd"
    assert "within 14 seconds" in kpis["service_level_15s"].definition("en")
    assert "之后 59 天内" in kpis["contract_expiry_60d"].definition("zh")
    every = [text or "" for kpi in kpis.values() for text in kpi.said.values()]
    assert [text for text in every if "{" in text] == []


def test_tiles_are_named_and_counted_in_what_the_build_says(look):
    assert "Service level (14 s)" in metrics(look("hotline"))
    revenue = metrics(look("revenue"))
    assert any("$" in value for value in revenue.values())
    assert not any("¥" in value for value in revenue.values())


# --- the pages ------------------------------------------------------------------------


@pytest.fixture
def look(home, monkeypatch):
    """Open a page with a view in its URL."""
    monkeypatch.setenv("JIKE_HOME", str(home.root))

    def open_page(page, **url):
        app = one_page(page)
        for key, value in ({"lang": "en", "period": MAY} | url).items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        assert not app.error, (page, url)
        return app

    return open_page


@pytest.mark.parametrize("page", FAMILIES)
@pytest.mark.parametrize("url", [{}, {"x_agent": "Bo"}, {"x_agent": "unknown"}])
def test_a_page_is_drawn_and_its_family_seen_by_free_cuts(look, page, url):
    app = look(page, **url)
    assert "x_agent" in {box.key for box in app.selectbox}
    assert "by" in {box.key for box in app.selectbox}
    assert app.query_params.get("x_agent") == url.get("x_agent")


def test_a_card_under_the_filter_says_what_the_command_line_does(look, ask):
    app = look("tickets", x_agent="Bo")
    (opened,) = ask("tickets_opened", x_agent="Bo")
    whole = look("tickets")
    assert metrics(app)["Tickets opened"] == f"{opened['value']:.0f}"
    assert metrics(whole)["Tickets opened"] != metrics(app)["Tickets opened"]
    assert "Not counted by Handler" in said(app)
    assert "Everything · Bo" in said(app) or "Whole province · Bo" in said(app)


def test_the_calls_of_a_page_are_those_of_the_filter(look, ask):
    app = look("hotline", x_agent="Bo")
    (demand,) = ask("call_demand", x_agent="Bo")
    assert metrics(app)["Agent call demand"] == f"{demand['value']:.0f}"


def test_protected_and_long_cuts_are_neither_filter_nor_panel(look):
    hotline, orders = look("hotline", x_person="Person 1"), look("orders")
    keys = {box.key for box in hotline.selectbox}
    assert "x_person" not in keys
    assert "x_person" in {box.key for box in orders.selectbox}
    assert "Person 1" not in written(hotline)
    assert "x_person" not in hotline.selectbox(key="by").options
    interviews = look("satisfaction", period=WAVE)
    assert "x_code" not in {box.key for box in interviews.selectbox}


def test_another_page_takes_no_filter_of_a_family_it_does_not_show(look):
    assert "x_agent" not in {box.key for box in look("retention").selectbox}


def test_a_customer_is_found_by_a_free_cut(release):
    asked = customers.found("bo", MAY, "total")
    found = rows(asked, ALL, release)
    assert [row["customer_id"] for row in found] == ["E1"]
    assert rows(customers.found("x_agent", MAY, "total"), ALL, release) == []
    filtered = customers.found("", MAY, "total", (("x_agent", "Bo"),))
    assert rows(filtered, ALL, release) == found
