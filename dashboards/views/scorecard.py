"""总览: where do we stand, who is behind, will we make the year?"""

import streamlit as st

from dashboards import (
    behind,
    charts,
    data,
    drawing,
    frame,
    state,
    tables,
    titles,
)
from dashboards.cards import Card
from dashboards.frame import View
from jike import page_questions, wording

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
    with left, drawing.panel("standings"):
        _standings(view)
    with right, drawing.panel("year"):
        _year(view)


def _standings(view: View) -> None:
    _ = view.words
    rows = data.ask(page_questions.standings(view.period.code, view.children_of))
    rows["name"] = rows[f"name_{_.language}"]
    drawing.panel_head(
        titles.standings(rows, _),
        frame.unfiltered(_("By lead over time; tap a row to see that branch"), view),
    )
    if rows.empty:
        drawing.empty(_("No branches"), _("The list of branches is not delivered"))
        return
    styled, columns = tables.standings(rows, _)
    st.dataframe(
        styled,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(rows)),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key="standings",
        on_select=lambda: _choose(list(rows["branch_id"])),
        selection_mode="single-cell",
        alt=titles.standings(rows, _),
    )


def _choose(branches: list[str]) -> None:
    """Go to the branch of the cell that was tapped."""
    cells = st.session_state["standings"]["selection"]["cells"]
    if cells:
        state.go("branch", branches[cells[0][0]])


def _year(view: View) -> None:
    _ = view.words
    rows = data.ask(
        page_questions.year_progress(view.period.code, view.top, view.children_of)
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
