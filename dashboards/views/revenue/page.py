"""信息化收入: will we make the year, where does it come from, what grew?"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import drawn, free_cuts, panels
from dashboards.cards.facts import Card, of_view
from dashboards.cards.findings import delivered
from dashboards.kit.bullets import Bullets
from dashboards.kit.canvas import LINE_HEIGHT, ROW
from dashboards.kit.labels import scoped
from dashboards.kit.panel import Build, Panel, draw, draw_row, draw_stacks, head
from dashboards.shell import data, state
from dashboards.shell.view import View, scope_words, time_words, view
from dashboards.views.revenue import cards, charts, findings
from dashboards.views.revenue import rows as revenue_rows
from dashboards.views.revenue.rows import (
    CUTS,
    KPI,
    Outlook,
    traffic_share,
    year_to_date,
)
from dashboards.views.revenue.year import MonthByMonth, YearAhead
from jike.pages import revenue as questions
from jike.words import wording
from jike.words.deployment import chosen

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

FIRST = (
    Card(
        "info_revenue",
        against=("info_revenue_lead", "yoy"),
        notes=("yoy", "mom"),
    ),
    Card(
        "info_revenue_completion",
        against=("yoy", "info_revenue_lead"),
        notes=("year_base", "year_challenge"),
    ),
)

SECOND = (
    Card("operating_revenue", against=("yoy",), notes=("mom", "unified_billing_share")),
    Card(
        "info_revenue_share",
        against=("yoy",),
        notes=("mom", "info_revenue_share_company"),
    ),
    Card("info_growth_contribution", against=("info_revenue_share", "yoy")),
    Card("nrr", against=("base", "yoy"), notes=("base", "challenge")),
)

# As many rows of branches are as high as two panels beside them.
MANY = 12

TALL = 30


def page() -> None:
    """Draw revenue of the chosen branch, period and filter."""
    chosen = view()
    _ = chosen.words
    facts = of_view(chosen)
    year = revenue_rows.outlook(facts)
    elapsed = facts.value("time_progress")
    head(
        findings.page(
            chosen.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            year,
            _,
        )
        or delivered(facts),
        scoped(scope_words(chosen), time_words(chosen, elapsed), _),
    )
    drawn.draw_cards(
        [
            *drawn.cards(FIRST, facts),
            cards.forecast(year, facts),
            cards.needed(year, facts),
            *drawn.cards(SECOND, facts),
        ]
    )
    _panels(chosen, year)


def _panels(view: View, year: Outlook) -> None:
    """Panels in rows of equal height, whatever the number of branches."""
    branches = panels.year_rows(view)
    rows = revenue_rows.months(of_view(view))
    many = len(branches) > MANY
    changes: dict[str, Build] = {"changes": lambda: _changes(view)}
    months: dict[str, Build] = {
        "months": lambda: _months(view, rows, 250 if many else 280)
    }
    left: dict[str, Build] = {"branches": lambda: _branches(view, many)}
    right: dict[str, Build] = {
        "outlook": lambda: _outlook(view, year, rows, 280 if many else LINE_HEIGHT)
    }
    below: dict[str, Build] = {"members": lambda: _members(view)}
    if many:
        draw_stacks(view, (7, 5), (left, right | months))
        draw_stacks(view, (7, 5), (below, changes))
    else:
        draw_stacks(view, (7, 5), (left | changes, right))
        draw_stacks(view, (7, 5), (below, months))
    draw_row(
        view,
        (1, 1),
        {
            "arrears": lambda: _arrears(view),
            "concentration": lambda: _concentration(view),
        },
    )
    draw(view, "products", lambda: _products(view))
    free_cuts.draw_by(view, of_view(view), "operating_revenue")


def _branches(view: View, many: bool) -> Panel:
    _ = view.words
    caption = _(
        "Revenue as % of the year's base target; ◇ year-end forecast, linear "
        "to seasonal; | challenge; tap a bar to see that branch"
    )
    bullets = Bullets(TALL if many else ROW, can_tap=True)
    return panels.year(view, "branches", caption, bullets)


def _outlook(view: View, year: Outlook, rows: "Frame", height: int) -> Panel:
    _ = view.words
    if rows.empty:
        title, caption = _("No forecast for this year"), scope_words(view)
        return Panel("outlook", title, caption, rows, empty=KPI)
    chart = YearAhead(year, height)
    unit = wording.unit_of_amounts(chart.unit(rows, _), _.language)
    return Panel(
        "outlook",
        findings.outlook(year, bool(view.where), _),
        findings.outlook_caption(year, unit, _),
        rows,
        chart,
        below=_note(findings.needed(year, _)),
    )


def _note(text: str) -> Callable[[], object] | None:
    """A sentence below a chart, if there is one to say."""
    return (lambda: st.caption(wording.escaped(text))) if text else None


def _months(view: View, rows: "Frame", height: int) -> Panel:
    _ = view.words
    if rows.empty:
        title, caption = _("No informatisation revenue"), scope_words(view)
        return Panel("months", title, caption, rows, empty=KPI)
    year = year_to_date(of_view(view)).year
    chart = MonthByMonth(year, height)
    return Panel(
        "months",
        findings.months(rows, year, _),
        _(
            "Each month, {unit}; grey = last year; the axis does not start at 0",
            unit=wording.unit_of_amounts(chart.unit(rows, _), _.language),
        ),
        rows,
        chart,
    )


def _members(view: View) -> Panel:
    """Revenue by what the viewer chose: line, product, industry or tier."""
    _ = view.words
    heads = {
        "line": _("By product line"),
        "product": _("By product"),
        "industry": _("By industry"),
        "tier": _("By tier"),
    }
    cut = state.take("cut", CUTS, CUTS[0])
    rows = revenue_rows.by_member(of_view(view), cut, data.members(), _)
    period = year_to_date(of_view(view))
    return Panel(
        "members",
        findings.by_member(rows, _),
        _(
            "{period} and growth on the same months of last year, | = last year",
            period=wording.period(period.code, _.language),
        ),
        rows,
        charts.Amounts(heads[cut]),
        empty=KPI,
        controls=lambda: panels.choose_cut(heads, _),
        name=f"members_{cut}",
    )


def _changes(view: View) -> Panel:
    _ = view.words
    lines = revenue_rows.by_member(of_view(view), "line", data.members(), _)
    rows = revenue_rows.changes(lines, _)
    unit = charts.unit_of(rows["change"], _)
    decimals = charts.decimals_of(rows, unit, _) if len(rows) else 1
    return Panel(
        "changes",
        findings.changes(rows, unit, decimals, _),
        _(
            "Change on the same months of last year by product line, {unit}",
            unit=wording.unit_of_amounts(unit, _.language),
        ),
        rows,
        charts.Changes(),
        empty=(_("Nothing to show"), _("No year before to compare with")),
    )


def _arrears(view: View) -> Panel:
    _ = view.words
    rows = revenue_rows.arrears(of_view(view), data.members(), _)
    if rows.empty:
        title, caption = _("No arrears"), scope_words(view)
        return Panel("arrears", title, caption, rows, empty="arrears")
    unit = charts.unit_of(rows["amount"], _)
    return Panel(
        "arrears",
        findings.arrears(rows, _),
        _(
            "Bills due and unpaid at the period's end by days overdue, {unit}",
            unit=wording.unit_of_amounts(unit, _.language),
        ),
        rows,
        charts.Arrears(),
    )


def _concentration(view: View) -> Panel:
    """How much the largest customers bring, and the largest fifth of the lines."""
    _ = view.words
    rows = data.ask(questions.concentration(view.period.code, view.branch, view.where))
    if rows.empty:
        title, caption = _("No revenue to share out"), scope_words(view)
        empty = "revenue_top10_share"
        return Panel("concentration", title, caption, rows, empty=empty)
    traffic = traffic_share(of_view(view))
    return Panel(
        "concentration",
        findings.concentration(rows, _),
        _(
            "Cumulative share of revenue over the share of customers, largest first; "
            "dashed = all alike; HHI {hhi}",
            hhi=wording.plain(float(rows["hhi"].iloc[0]), 4),
        ),
        rows,
        charts.Concentration(),
        below=_note(findings.traffic(traffic, _)),
    )


def _products(view: View) -> Panel:
    """Who holds what: penetration, customers and lines by product."""
    _ = view.words
    rows = revenue_rows.products(of_view(view), data.members(), _)
    if rows.empty:
        title, caption = _("No products in service"), scope_words(view)
        return Panel("products", title, caption, rows, empty="penetration")
    return Panel(
        "products",
        findings.products(of_view(view).value("cross_sell"), rows, _),
        _(
            "Share of active customers that hold a product, the {n} most widely held, "
            "and their lines in service; ° fewer than {least} customers",
            n=len(rows),
            least=chosen("low_base_n"),
        ),
        rows,
        charts.Products(),
        height="content",
    )
