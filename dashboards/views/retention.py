"""保有: does the cohort hold, whom did we lose, why and to whom?"""

import streamlit as st

from dashboards import charts, data, drawing, frame, plotted, tables, titles
from dashboards.cards import Card
from dashboards.frame import View
from jike import page_questions, questions, wording

CARDS = (
    Card(
        "target_market_retention",
        against=("retention_lead", "yoy"),
        notes=("mom", "yoy"),
    ),
    Card("loss_budget_used", against=("time",), notes=("gone",)),
    Card("nrr", against=("base", "yoy"), notes=("grr",)),
    Card("returned", against=(), notes=("aside",)),
)


def page() -> None:
    """Draw retention of the chosen branch, period and filter."""
    view = frame.view()
    _ = view.words
    facts = view.facts
    drawing.head(
        titles.retention(
            facts.value("loss_budget_used"),
            facts.value("time_progress"),
            facts.value("target_market_retention"),
            _,
        ),
        titles.cohort_caption(
            frame.scope_words(view),
            facts.row("target_market_retention"),
            frame.time_words(view, facts.value("time_progress")),
            _,
        ),
    )
    drawing.draw_cards(drawing.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, drawing.panel("curve"):
        _curve(view)
    with right, drawing.panel("reasons"):
        _reasons(view, "lost_reason", _("By reason, customers"))
        _reasons(view, "lost_to", _("By destination, customers"))
    with drawing.panel("lost", height="content"):
        _lost(view)


def _curve(view: View) -> None:
    _ = view.words
    rows = plotted.cohort(view.facts)
    if rows["retention"].notna().sum() < 2:
        drawing.panel_head(_("No cohort to follow"), frame.scope_words(view))
        _nothing(view, "target_market_retention", "curve")
        return
    title = titles.cohort_curve(rows, bool(view.where), _)
    drawing.panel_head(
        title,
        titles.curve_caption(
            rows["day"].iloc[0], bool(rows["expected"].notna().any()), _
        ),
    )
    st.plotly_chart(
        charts.cohort_curve(rows, _, view.colours),
        theme=None,
        config=charts.CONFIG,
        height="stretch",
        key="curve_chart",
        alt=titles.curve_alt(title, rows, _),
    )
    with st.popover(_("See as table"), icon=":material/table:", type="tertiary"):
        st.markdown(tables.curve(rows, _))


def _reasons(view: View, dimension: str, caption: str) -> None:
    _ = view.words
    kpi = data.catalogue()["lost_customers"]
    question = questions.kpi(
        kpi,
        (view.period.code,),
        by=(dimension,),
        where=(*view.facts.place, *view.where),
    )
    rows = plotted.by_member(data.ask(question), dimension, data.members(), _)
    title = titles.most(rows, _)
    drawing.panel_head(title, caption)
    if rows.empty:
        return
    st.plotly_chart(
        charts.bars(rows, _, view.colours),
        theme=None,
        config=charts.CONFIG,
        key=f"{dimension}_chart",
        alt=titles.count_alt(title, rows["label"], rows["rows"], _),
    )


def _lost(view: View) -> None:
    _ = view.words
    rows = data.ask(page_questions.lost(view.period.code, view.branch, view.where))
    if rows.empty:
        drawing.panel_head(titles.lost(0, 0, view.period.last_month, _), "")
        _nothing(view, "lost_customers", "lost")
        return
    first = rows.iloc[0]
    title = titles.lost(
        int(first["all_rows"]),
        int(first["last_month_rows"]),
        view.period.last_month,
        _,
    )
    drawing.panel_head(
        title, _("By mean monthly amount of bills before the loss, the largest first")
    )
    styled, columns = tables.lost(rows, data.members(), _)
    st.dataframe(
        styled,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(rows)),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key="lost_table",
        alt=title,
    )
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=int(first["all_rows"])))


def _nothing(view: View, kpi: str, key: str) -> None:
    """Say why a panel is empty: not delivered, filtered away, or simply nothing."""
    _ = view.words
    missing = data.ask_rows(page_questions.undelivered(kpi))
    if missing:
        drawing.not_delivered(missing, _)
    elif view.where:
        drawing.empty_by_filter(_, key)
    else:
        drawing.empty(_("Nothing to show"), _("Nothing to count in this period"))
