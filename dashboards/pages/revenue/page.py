"""信息化收入: will we make the year, where does it come from, what grew?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import drawn
from dashboards.cards import findings as cards_findings
from dashboards.cards.facts import Card, of_view
from dashboards.kit import behind, bullets, canvas, panel
from dashboards.kit import columns as kit_columns
from dashboards.kit.colours import colours
from dashboards.kit.columns import Column
from dashboards.kit.labels import alt, listed, scoped, wrapped
from dashboards.pages.revenue import cards, charts
from dashboards.pages.revenue import findings as revenue_findings
from dashboards.pages.revenue import rows as revenue_rows
from dashboards.pages.revenue.rows import (
    CUTS,
    KPI,
    Outlook,
    first_of,
    traffic_share,
    year_to_date,
)
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words, unfiltered
from jike.pages import frame as frame_questions
from jike.pages import revenue as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


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
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    year = revenue_rows.outlook(facts)
    elapsed = facts.value("time_progress")
    panel.head(
        revenue_findings.page(
            view.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            year,
            _,
        ),
        scoped(scope_words(view), time_words(view, elapsed), _),
    )
    drawn.draw_cards(
        [
            *drawn.cards(FIRST, facts),
            cards.forecast(year, facts),
            cards.needed(year, facts),
            *drawn.cards(SECOND, facts),
        ]
    )
    _panels(view, year)


def _panels(view: View, year: Outlook) -> None:
    """Panels in rows of equal height, whatever the number of branches."""
    branches = data.ask(
        frame_questions.year_progress(view.period.code, view.top, view.children_of)
    )
    months = revenue_rows.months(of_view(view))
    left, right = st.columns([7, 5])
    with left, panel.panel("branches"):
        _branches(view, branches)
    many = len(branches) > MANY
    with right, panel.panel("outlook"):
        _outlook(view, year, months, 280 if many else canvas.LINE_HEIGHT)
    if many:
        with right, panel.panel("months"):
            _months(view, months, 250)
    else:
        with left, panel.panel("changes"):
            _changes(view)
    left, right = st.columns([7, 5])
    with left, panel.panel("members"):
        _members(view)
    if many:
        with right, panel.panel("changes"):
            _changes(view)
    else:
        with right, panel.panel("months"):
            _months(view, months, 280)
    left, right = st.columns([1, 1])
    with left, panel.panel("arrears"):
        _arrears(view)
    with right, panel.panel("concentration"):
        _concentration(view)
    with panel.panel("products", height="content"):
        _products(view)


def _branches(view: View, rows: "pd.DataFrame") -> None:
    _ = view.words
    if rows.empty:
        panel.panel_head(_("No revenue target for this year"), scope_words(view))
        panel.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Completion and lead appear once base targets are delivered"),
        )
        return
    rows["name"] = rows["label"] = rows[f"name_{_.language}"].fillna(view.whole)
    rows["is_chosen"] = rows["branch_id"] == view.branch
    title = cards_findings.year_progress(rows, _)
    panel.panel_head(
        title,
        unfiltered(
            _(
                "Revenue as % of the year's base target; ◇ year-end forecast, linear "
                "to seasonal; | challenge; tap a bar to see that branch"
            ),
            view,
        ),
    )
    figure = bullets.bullets(rows, _, colours(view.theme))
    if len(rows) > MANY:
        figure.update_layout(height=TALL * len(rows) + 48)
    # A mark that skips hovering cannot be tapped either.
    figure.update_traces(hoverinfo="none", selector={"type": "bar"})
    behind.plot(
        figure.update_layout(clickmode="event+select"),
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
        "branches",
        alt(title, rows["label"], rows["completion"], _),
        view,
        taps=behind.Taps([{"branch": code} for code in rows["branch_id"]], curve=0),
        height="stretch",
    )


def _outlook(view: View, year: Outlook, months: "pd.DataFrame", height: int) -> None:
    _ = view.words
    if months.empty:
        panel.panel_head(_("No forecast for this year"), scope_words(view))
        panel.nothing(view, KPI, "outlook")
        return
    title = revenue_findings.outlook(year, bool(view.where), _)
    unit = charts.outlook_unit(months, year, _)
    unit = charts.unit_words(unit, _)
    panel.panel_head(
        title,
        revenue_findings.outlook_caption(year, unit, _),
    )
    figures = [
        (_("linear"), year.linear),
        (_("seasonal"), year.seasonal),
        (_("base"), year.base),
        (_("challenge"), year.challenge),
    ]
    known = [(name, value) for name, value in figures if value is not None]
    said = [f"{name} {wording.amount(value, _.language)}" for name, value in known]
    said = said or [wording.amount(year.to_date, _.language)]
    behind.plot(
        charts.outlook(months, year, _, colours(view.theme), height),
        _months_table(view, months, ("total", "total_before")),
        "outlook",
        listed(title, said, _),
        view,
        height="stretch",
    )
    if note := revenue_findings.needed(year, _):
        st.caption(wording.escaped(note))


def _months(view: View, months: "pd.DataFrame", height: int) -> None:
    _ = view.words
    if months.empty:
        panel.panel_head(_("No informatisation revenue"), scope_words(view))
        panel.nothing(view, KPI, "months")
        return
    year = year_to_date(of_view(view)).year
    title = revenue_findings.months(months, year, _)
    unit = charts.unit_of([*months["amount"], *months["before"]], _.language)
    panel.panel_head(
        title,
        _(
            "Each month, {unit}; grey = last year; the axis does not start at 0",
            unit=charts.unit_words(unit, _),
        ),
    )
    known = months[months["amount"].notna()]
    labels = [
        wording.month_in_words(first_of(month, year), _.language)
        for month in known["month"]
    ]
    behind.plot(
        charts.months(months, year, _, colours(view.theme), height),
        _months_table(view, months, ("amount", "before")),
        "months",
        revenue_findings.amounts_alt(title, known.assign(label=labels), "amount", _),
        view,
        height="stretch",
    )


def _months_table(
    view: View, months: "pd.DataFrame", columns: tuple[str, str]
) -> behind.Behind:
    _ = view.words
    year = year_to_date(of_view(view)).year
    amount = _amount(_)
    return behind.of(
        [_("Month"), str(year), str(year - 1)],
        months.to_dict("records"),
        {"month": str, columns[0]: amount, columns[1]: amount},
    )


def _amount(words: Words) -> behind.Writer:
    return lambda value: wording.amount(value, words.language)


def _growth(words: Words) -> behind.Writer:
    return lambda value: (
        wording.MISSING
        if wording.is_missing(value)
        else wording.growth(value, words.language)
    )


def _members(view: View) -> None:
    """Revenue by what the viewer chose: line, product, industry or tier."""
    _ = view.words
    named = {
        "line": _("By product line"),
        "product": _("By product"),
        "industry": _("By industry"),
        "tier": _("By tier"),
    }
    chosen = state.take("cut", CUTS, CUTS[0])
    rows = revenue_rows.by_member(of_view(view), chosen, data.members(), _)
    title = revenue_findings.by_member(rows, _)
    period = year_to_date(of_view(view))
    panel.panel_head(
        title,
        _(
            "{period} and growth on the same months of last year, | = last year",
            period=wording.period(period.code, _.language),
        ),
    )
    st.segmented_control(
        _("Cut by"),
        CUTS,
        format_func=named.__getitem__,
        key="cut",
        required=True,
        label_visibility="collapsed",
    )
    state.leave("cut", CUTS[0])
    if rows.empty:
        panel.nothing(view, KPI, "members")
        return
    behind.plot(
        charts.amounts(rows, _, colours(view.theme)),
        behind.of(
            [named[chosen], _("amount"), _("last year"), _("yoy"), _("share")],
            rows.to_dict("records"),
            {
                "label": str,
                "amount": _amount(_),
                "before": _amount(_),
                "growth": _growth(_),
                "share": wording.rate,
            },
        ),
        f"members_{chosen}",
        revenue_findings.amounts_alt(title, rows, "amount", _),
        view,
        height="stretch",
    )


def _changes(view: View) -> None:
    _ = view.words
    lines = revenue_rows.by_member(of_view(view), "line", data.members(), _)
    rows = revenue_rows.changes(lines, _)
    unit = charts.unit_of(rows["change"], _.language)
    decimals = charts.decimals_of(rows, unit) if len(rows) else 1
    title = revenue_findings.changes(rows, unit, decimals, _)
    panel.panel_head(
        title,
        _(
            "Change on the same months of last year by product line, {unit}",
            unit=charts.unit_words(unit, _),
        ),
    )
    if rows.empty:
        panel.empty(_("Nothing to show"), _("No year before to compare with"))
        return
    behind.plot(
        charts.changes(rows, _, colours(view.theme)),
        behind.of(
            [_("Product line"), _("change")],
            rows.to_dict("records"),
            {"label": str, "change": _amount(_)},
        ),
        "changes",
        revenue_findings.amounts_alt(title, rows, "change", _),
        view,
        height="stretch",
    )


def _arrears(view: View) -> None:
    _ = view.words
    rows = revenue_rows.arrears(of_view(view), data.members(), _)
    if rows.empty:
        panel.panel_head(_("No arrears"), scope_words(view))
        panel.nothing(view, "arrears", "arrears")
        return
    title = revenue_findings.arrears(rows, _)
    unit = charts.unit_of(rows["amount"], _.language)
    said = charts.unit_words(unit, _)
    panel.panel_head(
        title,
        _(
            "Bills due and unpaid at the period's end by days overdue, {unit}",
            unit=said,
        ),
    )
    behind.plot(
        kit_columns.rows(
            list(rows["label"]),
            list(rows["amount"]),
            [
                Column(
                    said,
                    [wording.scaled(v, _.language, unit) for v in rows["amount"]],
                ),
                Column(_("share"), [wording.rate(v) for v in rows["share"]], width=52),
            ],
            colours(view.theme),
        ),
        behind.of(
            [_("Days overdue"), _("amount"), _("share")],
            rows.to_dict("records"),
            {"label": str, "amount": _amount(_), "share": wording.rate},
        ),
        "arrears",
        revenue_findings.amounts_alt(title, rows, "amount", _),
        view,
        height="stretch",
    )


def _concentration(view: View) -> None:
    """How much the largest customers bring, and the largest fifth of the lines."""
    _ = view.words
    rows = data.ask(questions.concentration(view.period.code, view.branch, view.where))
    if rows.empty:
        panel.panel_head(_("No revenue to share out"), scope_words(view))
        panel.nothing(view, "revenue_top10_share", "concentration")
        return
    title = revenue_findings.concentration(rows, _)
    panel.panel_head(
        title,
        _(
            "Cumulative share of revenue over the share of customers, largest first; "
            "dashed = all alike; HHI {hhi}",
            hhi=wording.plain(float(rows["hhi"].iloc[0]), 4),
        ),
    )
    behind.plot(
        charts.concentration(rows, _, colours(view.theme)),
        behind.of(
            [_("Customers"), _("share of revenue")],
            rows.to_dict("records"),
            {"place": wording.plain, "cumulative_share": wording.rate},
        ),
        "concentration",
        alt(
            title,
            [wording.plain(place) for place in rows["place"]],
            list(rows["cumulative_share"]),
            _,
        ),
        view,
        height="stretch",
    )
    traffic = traffic_share(of_view(view))
    if traffic is not None:
        said = _(
            "Of data traffic, the largest fifth of the lines carries {share}",
            share=wording.rate(traffic),
        )
        st.caption(wording.escaped(said))


def _products(view: View) -> None:
    """Who holds what: penetration, customers and lines by product."""
    _ = view.words
    rows = revenue_rows.products(of_view(view), data.members(), _)
    if rows.empty:
        panel.panel_head(_("No products in service"), scope_words(view))
        panel.nothing(view, "penetration", "products")
        return
    title = revenue_findings.products(of_view(view).value("cross_sell"), rows, _)
    panel.panel_head(
        title,
        _(
            "Share of active customers that hold a product, the {n} most widely held, "
            "and their lines in service; ° fewer than 30 customers",
            n=len(rows),
        ),
    )
    records = rows.to_dict("records")
    behind.plot(
        kit_columns.rows(
            [wrapped(label, _, most=3) for label in rows["label"]],
            [100 * share for share in rows["penetration"]],
            [
                Column("%", [revenue_findings.held(row) for row in records]),
                Column(_("lines"), [wording.plain(row["lines"]) for row in records]),
            ],
            colours(view.theme),
            end=100.0 if rows["penetration"].max() > 0.5 else None,
        ),
        behind.of(
            [
                _("Product"),
                _("penetration"),
                _("customers"),
                _("of"),
                _("lines in service"),
                _("dedicated lines"),
            ],
            records,
            {
                "label": str,
                "penetration": wording.rate,
                "customers": wording.plain,
                "of": wording.plain,
                "lines": wording.plain,
                "dedicated": wording.plain,
            },
        ),
        "products",
        revenue_findings.products_alt(title, rows, _),
        view,
    )
