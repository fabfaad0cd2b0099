"""保有: does the cohort hold, whom did we lose, why and to whom?"""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import (
    Names,
    named,
    series,
    siblings,
    weekdays,
)
from dashboards.kit import labels
from dashboards.kit.behind import Taps
from dashboards.kit.calendar import Calendar
from dashboards.kit.counts import Counts
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw, draw_row, head, show
from dashboards.kit.table import Column, Grid, Row
from dashboards.kit.triangle import Triangle
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words
from dashboards.views.retention import charts, findings
from dashboards.views.retention import rows as retention_rows
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import TOTAL
from jike.pages import retention as questions
from jike.words import wording
from jike.words.language import Words

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
    elapsed = facts.value("time_progress")
    cohort = facts.row("target_market_retention")
    head(
        findings.retention(
            facts.value("loss_budget_used"),
            elapsed,
            facts.value("target_market_retention"),
            _,
        ),
        findings.cohort_caption(
            scope_words(view), cohort, time_words(view, elapsed), _
        ),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    curve = {
        "curve": lambda: _curve(view, facts),
        "bridge": lambda: _bridge(view, facts),
    }
    tiers = {
        "tiers": lambda: _tiers(view, facts),
        "reasons": lambda: _reasons(view, facts),
    }
    members = {
        "leaving": lambda: _leaving(view, facts),
        "arpu": lambda: _arpu(view, facts),
    }
    risks = {
        "expiring": lambda: _expiring(view),
        "switching": lambda: _switching(view, facts),
    }
    draw_row(view, (7, 5), curve)
    draw_row(view, (7, 5), tiers)
    draw(view, "lost", lambda: _lost(view))
    draw_row(view, (1, 1), members)
    draw_row(view, (1, 1), risks)
    draw(view, "acquired", lambda: _acquired(view, facts))


def _nothing(view: View, key: str, title: str, kpi: str) -> Panel:
    """A panel that has nothing to show, and the KPI whose absence explains it."""
    return Panel(key, title, scope_words(view), (), empty=kpi)


def _curve(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = retention_rows.cohort(facts)
    if rows["retention"].notna().sum() < 2:
        title = _("No cohort to follow")
        return _nothing(view, "curve", title, "target_market_retention")
    has_expected = bool(rows["expected"].notna().any())
    return Panel(
        "curve",
        findings.cohort_curve(rows, bool(view.where), _),
        findings.curve_caption(rows["day"].iloc[0], has_expected, _),
        rows,
        charts.CohortCurve(),
    )


def _bridge(view: View, facts: Facts) -> Panel:
    _ = view.words
    row = retention_rows.windows(facts)
    rows = retention_rows.bridge(row)
    if rows is None:
        return _nothing(view, "bridge", _("No bridge between two windows"), "nrr")
    return Panel(
        "bridge",
        findings.bridge(rows, _),
        _(
            "Net revenue retention, windows of {window} month(s): the one {lag} "
            "month(s) earlier = 100; the axis does not start at 0",
            window=row["window_months"],
            lag=row["lag_months"],
        ),
        rows,
        charts.Bridge(),
    )


def _tiers(view: View, facts: Facts) -> Panel:
    """Tier by branch around what is expected; a tapped cell becomes the view."""
    _ = view.words
    tiers = [member for dimension, member in data.members() if dimension == "tier"]
    rows = retention_rows.tiers_by_branch(facts, siblings(view), tiers)
    if rows.empty:
        title = _("No groups to compare")
        return _nothing(view, "tiers", title, "target_market_retention")
    expected = _expected(view)
    centre = expected or facts.value("target_market_retention") or 1.0
    return Panel(
        "tiers",
        findings.tiers_by_branch(rows, expected, _),
        findings.tiers_caption(centre, expected is not None, _),
        rows,
        charts.Tiers(centre),
        taps=Taps(
            [
                {"branch": branch} | ({} if tier == TOTAL else {"tier": tier})
                for branch, tier in zip(rows["branch"], rows["tier"], strict=True)
            ]
        ),
    )


def _expected(view: View) -> float | None:
    """What the year allows the branch whose groups are listed; the same for all."""
    question = kpi_rows(
        data.catalogue()["retention_expected"],
        (view.period.code,),
        where=() if view.top == TOTAL else (("branch", view.top),),
    )
    return wording.number(data.ask_rows(question)[0]["value"])


def _reasons(view: View, facts: Facts) -> Panel:
    """Why customers were lost, and below it to whom."""
    _ = view.words
    said = (_("By reason, customers"), _("Reason"))
    reasons = _losses(view, facts, "lost_reason", *said)
    said = (_("By destination, customers"), _("Gone to"))
    return replace(
        reasons, below=lambda: show(view, _losses(view, facts, "lost_to", *said))
    )


def _losses(
    view: View, facts: Facts, dimension: str, caption: str, member: str
) -> Panel:
    _ = view.words
    question = kpi_rows(
        facts.catalogue["lost_customers"],
        (view.period.code,),
        by=(dimension,),
        where=(*facts.place, *view.where),
    )
    rows = retention_rows.by_member(data.ask(question), dimension, data.members(), _)
    return Panel(
        dimension,
        findings.most(rows, _),
        caption,
        rows,
        Counts(member, _("Customers")),
        empty=None,
    )


def _lost(view: View) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.lost(view.period.code, view.branch, view.where))
    of = int(rows[0]["all_rows"]) if rows else 0
    in_month = int(rows[0]["last_month_rows"]) if rows else 0

    def count() -> None:
        st.caption(_("Showing {n} of {of} rows", n=len(rows), of=of))

    caption = _("By mean monthly amount of bills before the loss, the largest first")
    return Panel(
        "lost",
        findings.lost(of, in_month, view.period.last_month, _),
        caption if rows else "",
        rows,
        Grid(),
        _columns(data.members(), _),
        empty="lost_customers",
        below=count if rows else None,
    )


def _columns(names: Names, words: Words) -> list[Column]:
    """Of the customers lost; the three columns that decide come first."""
    _ = words
    amount = partial(wording.amount, language=words.language)

    def reason(row: Row) -> str:
        return named(names, "lost_reason", row["lost_reason"], words)

    def successor(row: Row) -> str:
        return row["successor_id"] or named(names, "lost_to", row["lost_to"], words)

    return [
        Column("customer_id", _("Customer"), width=110, is_pinned=True),
        Column(
            "monthly_amount_yuan", _("Monthly amount"), amount, width=110, kind="number"
        ),
        Column("reason", _("Reason"), of=reason, width=130),
        Column("to", _("Gone to"), of=successor, width=120),
        Column("tier", _("Tier"), width=60),
        Column("branch", _("Branch"), of=lambda row: labels.branch(row, _), width=110),
        Column("kpi_month", _("Month lost"), "{:%Y-%m}".format, width=90),
    ]


def _leaving(view: View, facts: Facts) -> Panel:
    """How many lines leave the network and how many only the group."""
    _ = view.words
    wanted = {"member_churn": _("left network"), "group_exit": _("left group")}
    days, lines = series(facts, wanted, labels.rate, 100)
    if not lines:
        return _nothing(view, "leaving", _("No members to follow"), "member_churn")
    caption = _(
        "Share of the lines attached at the start of each month that left in it"
    )
    return panels.months(view, days, lines, "leaving", caption)


def _arpu(view: View, facts: Facts) -> Panel:
    _ = view.words
    wanted = {"arpu": "ARPU", "cohort_arpu": _("cohort")}

    def write(value: float) -> str:
        return wording.amount_in(wording.plain(value, 1), "", _.language)

    days, lines = series(facts, wanted, write)
    if not lines:
        return _nothing(view, "arpu", _("No usage to follow"), "arpu")
    caption = _("Charge per attached line and month; the axis does not start at 0")
    return panels.months(view, days, lines, "arpu", caption)


def _expiring(view: View) -> Panel:
    """On which days contracts end; the days add up to the KPI."""
    _ = view.words
    question = questions.expiring(view.period.code, view.branch, view.where)
    rows = data.ask_rows(question)
    if not rows:
        title = _("No contract ends soon")
        return _nothing(view, "expiring", title, "contract_expiry_60d")
    return Panel(
        "expiring",
        findings.expiring(rows, _),
        _(
            "Customers by the day their first contract ends, weeks by their Monday; "
            "deeper is more"
        ),
        rows,
        Calendar(weekdays(data.members(), _, short=True)),
    )


def _acquired(view: View, facts: Facts) -> Panel:
    """Who is still there, by the month of the first order or bill and age."""
    _ = view.words
    rows = data.ask(questions.acquired(view.period.code, view.branch))
    if rows.empty or facts.uncut("acquisition_retention"):
        title = _("No customers to follow from their first order or bill")
        return _nothing(view, "acquired", title, "acquisition_retention")
    return Panel(
        "acquired",
        findings.acquired(rows, _),
        _(
            "Customers by the month of their first order or bill (down) with one in "
            "later months (across: age in months), %; ° = fewer than 30; the first "
            "month delivered holds the customers of before too"
        ),
        rows,
        Triangle(),
    )


def _switching(view: View, facts: Facts) -> Panel:
    """Who, asked by a rival, would switch: by tier with intervals, whole province."""
    _ = view.words
    wave = view.periods.wave_of(view.period)
    rows = retention_rows.switching(facts, wave, data.members(), _)
    if wave is None or rows.empty:
        title = _("Nobody says of switching")
        return Panel("switching", title, view.whole, (), empty="switching_intention")
    return Panel(
        "switching",
        findings.switching(rows, _),
        _(
            "{wave}, {place}, not counted by branch: of customers a rival approached, "
            "those likely to switch, %, with 95% interval",
            wave=wording.period(wave.code, _.language),
            place=view.whole,
        ),
        rows,
        Dots(),
        [
            Column("label", _("Tier")),
            Column("value", "%", wording.index),
            Column("low", _("from"), wording.index),
            Column("high", _("to"), wording.index),
            Column("n", "n", wording.plain),
        ],
        figures=findings.switching_figures(rows, _),
    )
