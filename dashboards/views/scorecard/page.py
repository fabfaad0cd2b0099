"""总览: where do we stand, who is behind, will we make the year?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards import findings as cards_findings
from dashboards.cards.facts import Facts, of_view
from dashboards.cards.rows import series
from dashboards.cards.shown import SCORECARDS
from dashboards.kit import labels
from dashboards.kit.bullets import Bullets
from dashboards.kit.panel import Panel, draw_row, head
from dashboards.kit.table import Column, Grid, Row
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words, unfiltered
from dashboards.views.scorecard import charts, findings
from dashboards.views.scorecard import rows as scorecard_rows
from jike.pages import scorecard as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def page() -> None:
    """Draw the scorecard of the chosen branch and period."""
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    cards = drawn.cards(SCORECARDS, facts)
    head(
        cards_findings.scorecard(
            view.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            facts.value("target_market_retention"),
            facts.value("retention_lead"),
            _,
        )
        or cards_findings.delivered(facts),
        _(
            "{scope}, {time}. {judged}",
            scope=scope_words(view),
            time=time_words(view, facts.value("time_progress")),
            judged=findings.judged(cards, _),
        ),
    )
    drawn.draw_cards(cards)
    # Neither scores nor standings are cut by tier or industry.
    whole = facts.unfiltered()
    scores = {
        "scores": lambda: _scores(view, whole),
        "total": lambda: _total(view, whole),
    }
    branches = {
        "standings": lambda: _standings(view),
        "year": lambda: _year(view),
    }
    draw_row(view, (7, 5), scores)
    draw_row(view, (7, 5), branches)


def _scores(view: View, facts: Facts) -> Panel:
    """The score of every KPI of the targets: base is 80, challenge is 100."""
    _ = view.words
    given = data.ask_rows(questions.scores(view.period.code, view.branch))
    rows = scorecard_rows.kpis(given, facts.catalogue, _)
    if not rows:
        title = _("No targets to score against")
        why = (
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Scores appear once targets with weights are delivered"),
        )
        return Panel("scores", title, scope_words(view), rows, empty=why)
    coverage = scorecard_rows.coverage(rows)
    parts = scorecard_rows.subtotals(rows, _)
    said = " · ".join(f"{name} {wording.index(score)}" for name, score in parts)

    def subtotals() -> None:
        st.caption(wording.escaped(_("Subtotals: {said}", said=said)))

    caption = _(
        "Score by KPI, the heaviest first; | base 80, challenge 100; weight "
        "with a score {coverage}",
        coverage=wording.rate(coverage, 0),
    )
    return Panel(
        "scores",
        findings.score(facts.value("scorecard"), coverage, rows, _),
        unfiltered(caption, view),
        rows,
        charts.Scores(),
        below=subtotals if parts else None,
    )


def _total(view: View, facts: Facts) -> Panel:
    """The total score month by month."""
    _ = view.words
    days, lines = series(facts, {"scorecard": _("total score")}, wording.index)
    if not lines:
        title = _("No score of other months")
        why = _("Nothing to show"), _("Fewer than two months have a score")
        return Panel("total", title, scope_words(view), (), empty=why)
    caption = _("Total score by month, the year to date; the axis does not start at 0")
    return panels.months(view, days, lines, "total", unfiltered(caption, view))


def _standings(view: View) -> Panel:
    """Branches by their total score; without one they are ranked by lead."""
    _ = view.words
    rows = data.ask(questions.ranked(view.period.code, view.children_of))
    if rows["score"].notna().any():
        return _ranked(view, rows)
    rows = data.ask(questions.standings(view.period.code, view.children_of))
    rows["name"] = [_.name(row) for row in rows.to_dict("records")]
    return Panel(
        "standings",
        findings.standings(rows, _),
        unfiltered(_("By lead over time; tap a row to see that branch"), view),
        rows,
        Grid(leads=("branch", list(rows["branch_id"]))),
        _by_lead(_),
        empty=(_("No branches"), _("The list of branches is not delivered")),
    )


def _by_lead(words: Words) -> list[Column]:
    """Of branches by their lead over time; rows: questions.standings()."""
    _ = words
    return [
        *_first_columns(_),
        Column("lead", _("Lead pp"), _points, width=80, kind="number"),
        Column(
            "completion",
            _("Completion %"),
            of=lambda row: 100 * row["completion"],
            width=120,
            kind="progress",
        ),
        Column("behind", _("To first pp"), _points, width=80, kind="number"),
        Column("retention", _("Retention rate"), labels.rate, width=76, kind="number"),
        Column(
            "short",
            _("Short boards"),
            of=lambda row: findings.short_boards(row, _),
            width=100,
        ),
    ]


def _first_columns(words: Words) -> list[Column]:
    """Which place a branch has, and its name."""
    _ = words

    def place(row: Row) -> int | None:
        return None if wording.is_missing(row["place"]) else int(row["place"])

    return [
        Column("place", _("Place"), of=place, width=46, kind="number", is_pinned=True),
        Column("name", _("Branch"), width=80, is_pinned=True),
    ]


def _points(difference: float | None) -> str:
    return wording.points(difference).removesuffix(" pp")


def _ranked(view: View, rows: "pd.DataFrame") -> Panel:
    _ = view.words
    rows["name"] = [_.name(row) for row in rows.to_dict("records")]
    caption = _(
        "By total score, 0 to 100; short boards = KPIs below base (80); a "
        "branch without all weight is not ranked; tap a row to see that branch"
    )
    return Panel(
        "standings",
        findings.ranked(rows, _),
        unfiltered(caption, view),
        rows,
        Grid(leads=("branch", list(rows["branch_id"]))),
        _by_score(_),
    )


def _by_score(words: Words) -> list[Column]:
    """Of branches by their total score; rows: questions.ranked()."""
    _ = words
    named = {code: kpi.name(_.language) for code, kpi in data.catalogue().items()}
    return [
        *_first_columns(_),
        Column("score", _("Score"), width=110, kind="progress", most=100),
        Column("gap", _("To first"), wording.index, width=64, kind="number"),
        Column("completion", _("completion"), labels.rate, width=80, kind="number"),
        Column("retention", _("Retention rate"), labels.rate, width=80, kind="number"),
        Column("coverage", _("Coverage"), _whole, width=70, kind="number"),
        Column(
            "short",
            _("Short boards"),
            of=lambda row: findings.weakest(row, named, _),
            width=170,
        ),
    ]


def _whole(share: float | None) -> str:
    return wording.rate(share, 0)


def _year(view: View) -> Panel:
    _ = view.words
    caption = _(
        "Revenue as % of the year's base target; "
        "◇ year-end forecast, linear to seasonal; | challenge"
    )
    return replace(panels.year(view, "year", caption, Bullets()), height="content")
