"""总览: where do we stand, who is behind, will we make the year?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards import findings as cards_findings
from dashboards.cards.facts import of_view
from dashboards.cards.rows import series
from dashboards.cards.shown import SCORECARDS
from dashboards.kit import behind, bullets, labels, panel, table
from dashboards.kit.colours import colours
from dashboards.pages.scorecard import charts, tables
from dashboards.pages.scorecard import findings as scorecard_findings
from dashboards.pages.scorecard import rows as scorecard_rows
from dashboards.pages.scorecard.rows import subtotals
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words, unfiltered
from jike.pages import frame as frame_questions
from jike.pages import scorecard as questions
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd


def page() -> None:
    """Draw the scorecard of the chosen branch and period."""
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    cards = drawn.cards(SCORECARDS, facts)
    panel.head(
        cards_findings.scorecard(
            view.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            facts.value("target_market_retention"),
            facts.value("retention_lead"),
            _,
        ),
        _(
            "{scope}, {time}. {judged}",
            scope=scope_words(view),
            time=time_words(view, facts.value("time_progress")),
            judged=scorecard_findings.judged(cards, _),
        ),
    )
    drawn.draw_cards(cards)
    left, right = st.columns([7, 5])
    with left, panel.panel("scores"):
        _scores(view)
    with right, panel.panel("total"):
        _total(view)
    left, right = st.columns([7, 5])
    with left, panel.panel("standings"):
        _standings(view)
    with right, panel.panel("year"):
        _year(view)


def _standings(view: View) -> None:
    _ = view.words
    scored = data.ask(questions.ranked(view.period.code, view.children_of))
    if scored["score"].notna().any():
        _ranked(view, scored)
        return
    rows = data.ask(questions.standings(view.period.code, view.children_of))
    rows["name"] = rows[f"name_{_.language}"]
    panel.panel_head(
        scorecard_findings.standings(rows, _),
        unfiltered(_("By lead over time; tap a row to see that branch"), view),
    )
    if rows.empty:
        panel.empty(_("No branches"), _("The list of branches is not delivered"))
        return
    styled, columns = tables.standings(rows, _)
    leads = ("branch", list(rows["branch_id"]))
    table.table(
        styled, columns, "standings", scorecard_findings.standings(rows, _), leads=leads
    )


def _ranked(view: View, rows: "pd.DataFrame") -> None:
    """Branches by their total score; without one they are ranked by lead."""
    _ = view.words
    rows["name"] = rows[f"name_{_.language}"]
    title = scorecard_findings.ranked(rows, _)
    panel.panel_head(
        title,
        unfiltered(
            _(
                "By total score, 0 to 100; short boards = KPIs below base (80); a "
                "branch without all weight is not ranked; tap a row to see that branch"
            ),
            view,
        ),
    )
    styled, columns = tables.ranked(rows, _kpi_names(view), _)
    leads = ("branch", list(rows["branch_id"]))
    table.table(styled, columns, "standings", title, leads=leads)


def _kpi_names(view: View) -> dict[str, str]:
    return {
        code: kpi.name(view.words.language) for code, kpi in data.catalogue().items()
    }


def _scores(view: View) -> None:
    """The score of every KPI of the targets: base is 80, challenge is 100."""
    _ = view.words
    branch = view.branch
    rows = scorecard_rows.kpis(
        data.ask_rows(questions.scores(view.period.code, branch)),
        data.catalogue(),
        _,
    )
    if not rows:
        panel.panel_head(_("No targets to score against"), scope_words(view))
        panel.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Scores appear once targets with weights are delivered"),
        )
        return
    total = of_view(view).unfiltered().value("scorecard")
    coverage = scorecard_rows.coverage(rows)
    title = scorecard_findings.score(total, coverage, rows, _)
    panel.panel_head(
        title,
        unfiltered(
            _(
                "Score by KPI, the heaviest first; | base 80, challenge 100; weight "
                "with a score {coverage}",
                coverage=wording.rate(coverage, 0),
            ),
            view,
        ),
    )
    behind.plot(
        charts.kpis(rows, _, colours(view.theme)),
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
        labels.listed(
            title, [f"{row['name']} {wording.index(row['score'])}" for row in rows], _
        ),
        view,
        height="stretch",
    )
    parts = subtotals(rows, _)
    if parts:
        said = " · ".join(f"{name} {wording.index(score)}" for name, score in parts)
        st.caption(wording.escaped(_("Subtotals: {said}", said=said)))


def _total(view: View) -> None:
    """The total score month by month."""
    _ = view.words
    days, lines = series(
        of_view(view).unfiltered(), {"scorecard": _("total score")}, wording.index
    )
    if not lines:
        panel.panel_head(_("No score of other months"), scope_words(view))
        panel.empty(_("Nothing to show"), _("Fewer than two months have a score"))
        return
    caption = _("Total score by month, the year to date; the axis does not start at 0")
    panel.show(
        view, panels.months(view, days, lines, "total", unfiltered(caption, view))
    )


def _year(view: View) -> None:
    _ = view.words
    rows = data.ask(
        frame_questions.year_progress(view.period.code, view.top, view.children_of)
    )
    if rows.empty:
        panel.panel_head(_("No revenue target for this year"), scope_words(view))
        panel.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Completion and lead appear once base targets are delivered"),
        )
        return
    # The total has no name among the branches; it is called what the frame calls it.
    rows["name"] = rows["label"] = rows[f"name_{_.language}"].fillna(view.whole)
    rows["is_chosen"] = rows["branch_id"] == view.branch
    title = cards_findings.year_progress(rows, _)
    panel.panel_head(
        title,
        unfiltered(
            _(
                "Revenue as % of the year's base target; "
                "◇ year-end forecast, linear to seasonal; | challenge"
            ),
            view,
        ),
    )
    behind.plot(
        bullets.bullets(rows, _, colours(view.theme)),
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
        labels.alt(title, rows["label"], rows["completion"], _),
        view,
    )
