"""保有: does the cohort hold, whom did we lose, why and to whom?"""

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards.facts import Card, of_view
from dashboards.cards.rows import series, weekdays
from dashboards.kit import behind, counts, dots, labels, panel, table
from dashboards.kit.colours import colours
from dashboards.pages.retention import charts, findings, tables
from dashboards.pages.retention import rows as retention_rows
from dashboards.pages.retention.rows import by_member, cohort
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words
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
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    panel.head(
        findings.retention(
            facts.value("loss_budget_used"),
            facts.value("time_progress"),
            facts.value("target_market_retention"),
            _,
        ),
        findings.cohort_caption(
            scope_words(view),
            facts.row("target_market_retention"),
            time_words(view, facts.value("time_progress")),
            _,
        ),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, panel.panel("curve"):
        _curve(view)
    with right, panel.panel("bridge"):
        _bridge(view)
    left, right = st.columns([7, 5])
    with left, panel.panel("tiers"):
        _tiers(view)
    with right, panel.panel("reasons"):
        _reasons(view, "lost_reason", _("By reason, customers"), _("Reason"))
        _reasons(view, "lost_to", _("By destination, customers"), _("Gone to"))
    with panel.panel("lost", height="content"):
        _lost(view)
    left, right = st.columns([1, 1])
    with left, panel.panel("leaving"):
        _leaving(view)
    with right, panel.panel("arpu"):
        _arpu(view)
    left, right = st.columns([1, 1])
    with left, panel.panel("expiring"):
        _expiring(view)
    with right, panel.panel("switching"):
        _switching(view)


def _curve(view: View) -> None:
    _ = view.words
    rows = cohort(of_view(view))
    if rows["retention"].notna().sum() < 2:
        panel.panel_head(_("No cohort to follow"), scope_words(view))
        panel.nothing(view, "target_market_retention", "curve")
        return
    title = findings.cohort_curve(rows, bool(view.where), _)
    panel.panel_head(
        title,
        findings.curve_caption(
            rows["day"].iloc[0], bool(rows["expected"].notna().any()), _
        ),
    )
    behind.plot(
        charts.cohort_curve(rows, _, colours(view.theme)),
        tables.curve(rows, _),
        "curve",
        findings.curve_alt(title, rows, _),
        view,
        height="stretch",
    )


def _bridge(view: View) -> None:
    _ = view.words
    rows = retention_rows.bridge(of_view(view))
    if rows is None:
        panel.panel_head(_("No bridge from last year"), scope_words(view))
        panel.nothing(view, "nrr", "bridge")
        return
    title = findings.bridge(rows, _)
    panel.panel_head(
        title,
        _(
            "Net revenue retention: the same three months of last year = 100; "
            "the axis does not start at 0"
        ),
    )
    named, decimals = findings.steps(_), findings.decimals_of(rows)
    records = [
        {
            "label": named[row["step"]],
            "index": findings.step_text(row["step"], row["change"], decimals),
            "yuan": row["yuan"],
        }
        for row in rows.to_dict("records")
    ]
    behind.plot(
        charts.bridge(rows, _, colours(view.theme)),
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
        findings.bridge_alt(title, rows, _),
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
    rows = retention_rows.tiers_by_branch(of_view(view), children, tiers)
    if rows.empty:
        panel.panel_head(_("No groups to compare"), scope_words(view))
        panel.nothing(view, "target_market_retention", "tiers")
        return
    expected = _expected(view)
    centre = expected or of_view(view).value("target_market_retention") or 1.0
    title = findings.tiers_by_branch(rows, expected, _)
    panel.panel_head(title, findings.tiers_caption(centre, expected is not None, _))
    whole = TOTAL
    behind.plot(
        charts.tiers_by_branch(rows, centre, _, colours(view.theme)),
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
        findings.cells_alt(title, rows, _),
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
        where=(*of_view(view).place, *view.where),
    )
    rows = by_member(data.ask(question), dimension, data.members(), _)
    title = findings.most(rows, _)
    panel.panel_head(title, caption)
    if rows.empty:
        return
    behind.plot(
        counts.bars(rows, _, colours(view.theme)),
        tables.members(rows, head, _),
        dimension,
        labels.count_alt(title, rows["label"], rows["rows"], _),
        view,
        height="stretch",
    )


def _lost(view: View) -> None:
    _ = view.words
    rows = data.ask(questions.lost(view.period.code, view.branch, view.where))
    if rows.empty:
        panel.panel_head(findings.lost(0, 0, view.period.last_month, _), "")
        panel.nothing(view, "lost_customers", "lost")
        return
    first = rows.iloc[0]
    title = findings.lost(
        int(first["all_rows"]),
        int(first["last_month_rows"]),
        view.period.last_month,
        _,
    )
    panel.panel_head(
        title, _("By mean monthly amount of bills before the loss, the largest first")
    )
    styled, columns = tables.lost(rows, data.members(), _)
    table.table(styled, columns, "lost", title)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=int(first["all_rows"])))


def _leaving(view: View) -> None:
    """How many lines leave the network and how many only the group."""
    _ = view.words
    wanted = {"member_churn": _("left network"), "group_exit": _("left group")}
    days, lines = series(
        of_view(view), wanted, lambda share: wording.rate(share, 2), 100
    )
    if not lines:
        panel.panel_head(_("No members to follow"), scope_words(view))
        panel.nothing(view, "member_churn", "leaving")
        return
    caption = _(
        "Share of the lines attached at the start of each month that left in it"
    )
    panel.show(view, panels.months(view, days, lines, "leaving", caption))


def _arpu(view: View) -> None:
    _ = view.words
    wanted = {"arpu": "ARPU", "cohort_arpu": _("cohort")}
    days, lines = series(
        of_view(view), wanted, lambda yuan: f"¥{wording.plain(yuan, 1)}"
    )
    if not lines:
        panel.panel_head(_("No usage to follow"), scope_words(view))
        panel.nothing(view, "arpu", "arpu")
        return
    caption = _("Charge per attached line and month; the axis does not start at 0")
    panel.show(view, panels.months(view, days, lines, "arpu", caption))


def _expiring(view: View) -> None:
    """On which days contracts end; the days add up to the KPI."""
    _ = view.words
    question = questions.expiring(view.period.code, view.branch, view.where)
    rows = data.ask_rows(question)
    if not rows:
        panel.panel_head(_("No contract ends soon"), scope_words(view))
        panel.nothing(view, "contract_expiry_60d", "expiring")
        return
    title = findings.expiring(rows, _)
    panel.panel_head(
        title,
        _(
            "Customers by the day their first contract ends, weeks by their Monday; "
            "deeper is more"
        ),
    )
    behind.plot(
        charts.calendar(
            rows,
            weekdays(data.members(), _, short=True),
            _,
            colours(view.theme),
        ),
        behind.of(
            [_("Day"), _("customers")],
            rows,
            {"ends_on": wording.iso, "customers": wording.plain},
        ),
        "expiring",
        labels.count_alt(
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
    rows = retention_rows.switching(of_view(view), wave, data.members(), _)
    if rows.empty:
        panel.panel_head(_("Nobody says of switching"), view.whole)
        panel.nothing(view, "switching_intention", "switching")
        return
    title = findings.switching(rows, _)
    panel.panel_head(
        title,
        _(
            "{wave}, {place}, not counted by branch: of customers a rival approached, "
            "those likely to switch, %, with 95% interval",
            wave=wording.period(wave.code, _.language) if wave else "",
            place=view.whole,
        ),
    )
    behind.plot(
        dots.dots(rows, _, colours(view.theme)),
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
        findings.switching_alt(title, rows, _),
        view,
        height="stretch",
    )


def _one(value: float | None) -> str:
    return wording.plain(value, 1)
