"""保有: does the cohort hold, whom did we lose, why and to whom?"""

import streamlit as st

from dashboards import (
    behind,
    charts,
    charts_retention,
    data,
    drawing,
    frame,
    plotted,
    plotted_retention,
    states,
    tables,
    titles,
    titles_retention,
)
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
    with right, drawing.panel("bridge"):
        _bridge(view)
    left, right = st.columns([7, 5])
    with left, drawing.panel("tiers"):
        _tiers(view)
    with right, drawing.panel("reasons"):
        _reasons(view, "lost_reason", _("By reason, customers"), _("Reason"))
        _reasons(view, "lost_to", _("By destination, customers"), _("Gone to"))
    with drawing.panel("lost", height="content"):
        _lost(view)


def _curve(view: View) -> None:
    _ = view.words
    rows = plotted.cohort(view.facts)
    if rows["retention"].notna().sum() < 2:
        drawing.panel_head(_("No cohort to follow"), frame.scope_words(view))
        states.nothing(view, "target_market_retention", "curve")
        return
    title = titles.cohort_curve(rows, bool(view.where), _)
    drawing.panel_head(
        title,
        titles.curve_caption(
            rows["day"].iloc[0], bool(rows["expected"].notna().any()), _
        ),
    )
    behind.plot(
        charts.cohort_curve(rows, _, view.colours),
        tables.curve(rows, _),
        "curve",
        titles.curve_alt(title, rows, _),
        view,
        height="stretch",
    )


def _bridge(view: View) -> None:
    _ = view.words
    rows = plotted_retention.bridge(view.facts)
    if rows is None:
        drawing.panel_head(_("No bridge from last year"), frame.scope_words(view))
        states.nothing(view, "nrr", "bridge")
        return
    title = titles_retention.bridge(rows, _)
    drawing.panel_head(
        title,
        _(
            "Net revenue retention: the same three months of last year = 100; "
            "the axis does not start at 0"
        ),
    )
    named, decimals = titles_retention.steps(_), titles_retention.decimals_of(rows)
    records = [
        {
            "label": named[row["step"]],
            "index": titles_retention.step_text(row["step"], row["change"], decimals),
            "yuan": row["yuan"],
        }
        for row in rows.to_dict("records")
    ]
    behind.plot(
        charts_retention.bridge(rows, _, view.colours),
        behind.of(
            [_("Step"), _("index"), _("amount")],
            records,
            {
                "label": str,
                "index": str,
                "yuan": lambda yuan: wording.amount(yuan, _.language),
            },
        ),
        "bridge",
        titles_retention.bridge_alt(title, rows, _),
        view,
        height="stretch",
    )


def _tiers(view: View) -> None:
    """Tier by branch around what is expected; a tapped cell becomes the view."""
    _ = view.words
    children = {
        branch.code: branch.name
        for branch in view.branches.values()
        if branch.parent == view.children_of
    }
    tiers = [member for dimension, member in data.members() if dimension == "tier"]
    rows = plotted_retention.tiers_by_branch(view.facts, children, tiers)
    if rows.empty:
        drawing.panel_head(_("No groups to compare"), frame.scope_words(view))
        states.nothing(view, "target_market_retention", "tiers")
        return
    expected = _expected(view)
    centre = expected or view.facts.value("target_market_retention") or 1.0
    title = titles_retention.tiers_by_branch(rows, expected, _)
    drawing.panel_head(
        title, titles_retention.tiers_caption(centre, expected is not None, _)
    )
    whole = plotted_retention.TOTAL
    behind.plot(
        charts_retention.tiers_by_branch(rows, centre, _, view.colours),
        behind.of(
            [_("Branch"), _("Tier"), _("Retention rate"), "n", _("lost")],
            rows.to_dict("records"),
            {
                "label": str,
                "tier": lambda tier: _("total") if tier == whole else str(tier),
                "value": lambda share: wording.rate(share, 2),
                "n": wording.plain,
                "lost": wording.plain,
            },
        ),
        "tiers",
        titles_retention.cells_alt(title, rows, _),
        view,
        taps=behind.Taps(
            [
                {"branch": branch} | ({} if tier == whole else {"tier": tier})
                for branch, tier in zip(rows["branch"], rows["tier"], strict=True)
            ]
        ),
        height="stretch",
    )


def _expected(view: View) -> float | None:
    """What the year allows the branch whose groups are listed; the same for all."""
    question = questions.kpi(
        data.catalogue()["retention_expected"],
        (view.period.code,),
        where=() if view.top == questions.TOTAL else (("branch", view.top),),
    )
    value = data.ask_rows(question)[0]["value"]
    return None if wording.is_missing(value) else float(value)


def _reasons(view: View, dimension: str, caption: str, head: str) -> None:
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
    behind.plot(
        charts.bars(rows, _, view.colours),
        tables.members(rows, head, _),
        dimension,
        titles.count_alt(title, rows["label"], rows["rows"], _),
        view,
        height="stretch",
    )


def _lost(view: View) -> None:
    _ = view.words
    rows = data.ask(page_questions.lost(view.period.code, view.branch, view.where))
    if rows.empty:
        drawing.panel_head(titles.lost(0, 0, view.period.last_month, _), "")
        states.nothing(view, "lost_customers", "lost")
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
