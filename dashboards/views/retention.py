"""保有: does the cohort hold, whom did we lose, why and to whom?"""

import streamlit as st

from dashboards import (
    behind,
    charts,
    charts_customers,
    charts_retention,
    charts_service,
    data,
    drawing,
    frame,
    panels,
    plotted,
    plotted_customers,
    plotted_retention,
    plotted_service,
    states,
    tables,
    titles,
    titles_customers,
    titles_retention,
)
from dashboards.facts import Card
from dashboards.frame import View
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import TOTAL
from jike.pages import retention as questions
from jike.words import wording

CARDS = (
    Card(
        "target_market_retention",
        against=("retention_lead", "yoy"),
        notes=("mom", "yoy"),
    ),
    Card("loss_budget_used", against=("time",), notes=("gone",)),
    Card("nrr", against=("base", "yoy"), notes=("grr",)),
    Card("returned", against=(), notes=("aside",)),
    Card("member_churn", against=("yoy",), notes=("mom",)),
    Card("group_exit", against=("yoy",), notes=("mom",)),
    Card("arpu", against=("yoy",), notes=("mom",)),
    Card("traffic_change", against=("yoy",)),
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
    left, right = st.columns([1, 1])
    with left, drawing.panel("leaving"):
        _leaving(view)
    with right, drawing.panel("arpu"):
        _arpu(view)
    left, right = st.columns([1, 1])
    with left, drawing.panel("expiring"):
        _expiring(view)
    with right, drawing.panel("switching"):
        _switching(view)


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
    whole = TOTAL
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
    question = kpi_rows(
        data.catalogue()["retention_expected"],
        (view.period.code,),
        where=() if view.top == TOTAL else (("branch", view.top),),
    )
    value = data.ask_rows(question)[0]["value"]
    return None if wording.is_missing(value) else float(value)


def _reasons(view: View, dimension: str, caption: str, head: str) -> None:
    _ = view.words
    kpi = data.catalogue()["lost_customers"]
    question = kpi_rows(
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
    rows = data.ask(questions.lost(view.period.code, view.branch, view.where))
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
    drawing.table(styled, columns, "lost", title)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=int(first["all_rows"])))


def _leaving(view: View) -> None:
    """How many lines leave the network and how many only the group."""
    _ = view.words
    wanted = {"member_churn": _("left network"), "group_exit": _("left group")}
    days, lines = plotted_customers.series(
        view.facts, wanted, lambda share: wording.rate(share, 2), 100
    )
    if not lines:
        drawing.panel_head(_("No members to follow"), frame.scope_words(view))
        states.nothing(view, "member_churn", "leaving")
        return
    caption = _(
        "Share of the lines attached at the start of each month that left in it"
    )
    panels.months(view, days, lines, "leaving", caption)


def _arpu(view: View) -> None:
    _ = view.words
    wanted = {"arpu": "ARPU", "cohort_arpu": _("cohort")}
    days, lines = plotted_customers.series(
        view.facts, wanted, lambda yuan: f"¥{wording.plain(yuan, 1)}"
    )
    if not lines:
        drawing.panel_head(_("No usage to follow"), frame.scope_words(view))
        states.nothing(view, "arpu", "arpu")
        return
    caption = _("Charge per attached line and month; the axis does not start at 0")
    panels.months(view, days, lines, "arpu", caption)


def _expiring(view: View) -> None:
    """On which days contracts end; the days add up to the KPI."""
    _ = view.words
    question = questions.expiring(view.period.code, view.branch, view.where)
    rows = data.ask_rows(question)
    if not rows:
        drawing.panel_head(_("No contract ends soon"), frame.scope_words(view))
        states.nothing(view, "contract_expiry_60d", "expiring")
        return
    title = titles_customers.expiring(rows, _)
    drawing.panel_head(
        title,
        _(
            "Customers by the day their first contract ends, weeks by their Monday; "
            "deeper is more"
        ),
    )
    behind.plot(
        charts_customers.calendar(
            rows,
            plotted_service.weekdays(data.members(), _, short=True),
            _,
            view.colours,
        ),
        behind.of(
            [_("Day"), _("customers")],
            rows,
            {"ends_on": wording.iso, "customers": wording.plain},
        ),
        "expiring",
        titles.count_alt(
            title,
            [wording.iso(row["ends_on"]) for row in rows],
            [row["customers"] for row in rows],
            _,
        ),
        view,
        height="stretch",
    )


def _switching(view: View) -> None:
    """Who, asked by a rival, would switch: by tier with intervals, whole province."""
    _ = view.words
    wave = view.periods.wave_of(view.period)
    rows = plotted_retention.switching(view.facts, wave, data.members(), _)
    if rows.empty:
        drawing.panel_head(_("Nobody says of switching"), view.whole)
        states.nothing(view, "switching_intention", "switching")
        return
    title = titles_retention.switching(rows, _)
    drawing.panel_head(
        title,
        _(
            "{wave}, {place}, not counted by branch: of customers a rival approached, "
            "those likely to switch, %, with 95% interval",
            wave=wording.period(wave.code, _.language) if wave else "",
            place=view.whole,
        ),
    )
    behind.plot(
        charts_service.dots(rows, _, view.colours),
        behind.of(
            [_("Tier"), "%", _("from"), _("to"), "n"],
            rows.to_dict("records"),
            {
                "label": str,
                **{key: _one for key in ("value", "low", "high")},
                "n": wording.plain,
            },
        ),
        "switching",
        titles_retention.switching_alt(title, rows, _),
        view,
        height="stretch",
    )


def _one(value: float | None) -> str:
    return wording.plain(value, 1)
