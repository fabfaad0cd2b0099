"""总览: where do we stand, who is behind, will we make the year?"""

from dataclasses import replace

import streamlit as st

from dashboards import (
    behind,
    charts,
    charts_scores,
    data,
    drawing,
    frame,
    panels,
    plotted_customers,
    plotted_scores,
    tables,
    tables_customers,
    titles,
    titles_customers,
)
from dashboards.facts import Card
from dashboards.frame import View
from jike.pages import frame as frame_questions
from jike.pages import scorecard as questions
from jike.words import wording

CARDS = (
    Card(
        "info_revenue",
        against=("info_revenue_lead", "yoy"),
        notes=("info_revenue_completion", "yoy"),
    ),
    Card(
        "target_market_retention",
        against=("retention_lead", "yoy"),
        notes=("counts", "retention_expected"),
    ),
    Card("nrr", against=("base", "yoy"), notes=("base", "challenge")),
    Card(
        "satisfaction",
        against=("mom",),
        notes=("interval", "wave"),
        cut=(("role", "contact"), ("tier_group", "A"), ("tier_group", "B")),
        who="contact",
    ),
    Card("connection_rate", against=("base", "yoy"), notes=("base", "calls")),
    Card("active_customers", against=("yoy",), notes=("mom",)),
    Card("lost_customers", against=("yoy",), notes=("last_month",)),
    Card("info_revenue_share", against=("yoy",), notes=("info_growth_contribution",)),
)


def page() -> None:
    """Draw the scorecard of the chosen branch and period."""
    view = frame.view()
    _ = view.words
    facts = view.facts
    cards = drawing.cards(CARDS, facts)
    drawing.head(
        titles.scorecard(
            view.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            facts.value("target_market_retention"),
            facts.value("retention_lead"),
            _,
        ),
        _(
            "{scope}, {time}. {judged}",
            scope=frame.scope_words(view),
            time=frame.time_words(view, facts.value("time_progress")),
            judged=titles.judged(cards, _),
        ),
    )
    drawing.draw_cards(cards)
    left, right = st.columns([7, 5])
    with left, drawing.panel("scores"):
        _scores(view)
    with right, drawing.panel("total"):
        _total(view)
    left, right = st.columns([7, 5])
    with left, drawing.panel("standings"):
        _standings(view)
    with right, drawing.panel("year"):
        _year(view)


def _standings(view: View) -> None:
    _ = view.words
    scored = data.ask(questions.ranked(view.period.code, view.children_of))
    if scored["score"].notna().any():
        _ranked(view, scored)
        return
    rows = data.ask(questions.standings(view.period.code, view.children_of))
    rows["name"] = rows[f"name_{_.language}"]
    drawing.panel_head(
        titles.standings(rows, _),
        frame.unfiltered(_("By lead over time; tap a row to see that branch"), view),
    )
    if rows.empty:
        drawing.empty(_("No branches"), _("The list of branches is not delivered"))
        return
    styled, columns = tables.standings(rows, _)
    leads = ("branch", list(rows["branch_id"]))
    drawing.table(styled, columns, "standings", titles.standings(rows, _), leads=leads)


def _ranked(view: View, rows: "plotted_scores.Frame") -> None:
    """Branches by their total score; without one they are ranked by lead."""
    _ = view.words
    rows["name"] = rows[f"name_{_.language}"]
    title = titles_customers.ranked(rows, _)
    drawing.panel_head(
        title,
        frame.unfiltered(
            _(
                "By total score, 0 to 100; short boards = KPIs below base (80); a "
                "branch without all weight is not ranked; tap a row to see that branch"
            ),
            view,
        ),
    )
    styled, columns = tables_customers.ranked(rows, _kpi_names(view), _)
    leads = ("branch", list(rows["branch_id"]))
    drawing.table(styled, columns, "standings", title, leads=leads)


def _kpi_names(view: View) -> dict[str, str]:
    return {
        code: kpi.name(view.words.language) for code, kpi in data.catalogue().items()
    }


def _scores(view: View) -> None:
    """The score of every KPI of the targets: base is 80, challenge is 100."""
    _ = view.words
    branch = view.branch
    rows = plotted_scores.kpis(
        data.ask_rows(questions.scores(view.period.code, branch)),
        data.catalogue(),
        _,
    )
    if not rows:
        drawing.panel_head(_("No targets to score against"), frame.scope_words(view))
        drawing.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Scores appear once targets with weights are delivered"),
        )
        return
    total = replace(view.facts, where=()).value("scorecard")
    coverage = plotted_scores.coverage(rows)
    title = titles_customers.score(total, coverage, rows, _)
    drawing.panel_head(
        title,
        frame.unfiltered(
            _(
                "Score by KPI, the heaviest first; | base 80, challenge 100; weight "
                "with a score {coverage}",
                coverage=wording.rate(coverage, 0),
            ),
            view,
        ),
    )
    behind.plot(
        charts_scores.kpis(rows, _, view.colours),
        behind.of(
            ["KPI", _("score"), _("weight"), _("actual"), _("base"), _("challenge")],
            rows,
            {
                "name": str,
                "score": wording.index,
                "weight": wording.plain,
                "actual_text": str,
                "base_text": str,
                "challenge_text": str,
            },
        ),
        "scores",
        titles.listed(
            title, [f"{row['name']} {wording.index(row['score'])}" for row in rows], _
        ),
        view,
        height="stretch",
    )
    parts = plotted_scores.subtotals(rows, _)
    if parts:
        said = " · ".join(f"{name} {wording.index(score)}" for name, score in parts)
        st.caption(wording.escaped(_("Subtotals: {said}", said=said)))


def _total(view: View) -> None:
    """The total score month by month."""
    _ = view.words
    days, lines = plotted_customers.series(
        replace(view.facts, where=()), {"scorecard": _("total score")}, wording.index
    )
    if not lines:
        drawing.panel_head(_("No score of other months"), frame.scope_words(view))
        drawing.empty(_("Nothing to show"), _("Fewer than two months have a score"))
        return
    caption = _("Total score by month, the year to date; the axis does not start at 0")
    panels.months(view, days, lines, "total", frame.unfiltered(caption, view))


def _year(view: View) -> None:
    _ = view.words
    rows = data.ask(
        frame_questions.year_progress(view.period.code, view.top, view.children_of)
    )
    if rows.empty:
        drawing.panel_head(
            _("No revenue target for this year"), frame.scope_words(view)
        )
        drawing.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Completion and lead appear once base targets are delivered"),
        )
        return
    # The total has no name among the branches; it is called what the frame calls it.
    rows["name"] = rows["label"] = rows[f"name_{_.language}"].fillna(view.whole)
    rows["is_chosen"] = rows["branch_id"] == view.branch
    title = titles.year_progress(rows, _)
    drawing.panel_head(
        title,
        frame.unfiltered(
            _(
                "Revenue as % of the year's base target; "
                "◇ year-end forecast, linear to seasonal; | challenge"
            ),
            view,
        ),
    )
    behind.plot(
        charts.bullets(rows, _, view.colours),
        behind.of(
            [
                _("Branch"),
                _("completion"),
                _("lead"),
                _("challenge"),
                _("forecast from"),
                _("forecast to"),
            ],
            rows.to_dict("records"),
            {
                "name": str,
                "completion": wording.rate,
                "lead": wording.points,
                "challenge": wording.rate,
                "forecast_low": wording.rate,
                "forecast_high": wording.rate,
            },
        ),
        "year",
        titles.alt(title, rows["label"], rows["completion"], _),
        view,
    )
