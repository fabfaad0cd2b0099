"""信息化收入: will we make the year, where does it come from, what grew?"""

import streamlit as st

from dashboards import (
    behind,
    cards_revenue,
    charts,
    charts_customers,
    charts_revenue,
    charts_rows,
    data,
    drawing,
    frame,
    plotted_products,
    plotted_revenue,
    state,
    states,
    titles,
    titles_customers,
    titles_products,
    titles_revenue,
)
from dashboards.facts import Card
from dashboards.frame import View
from dashboards.plotted_revenue import Outlook
from jike.pages import frame as frame_questions
from jike.pages import revenue as questions
from jike.words import wording
from jike.words.language import Words

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
    view = frame.view()
    _ = view.words
    facts = view.facts
    year = plotted_revenue.outlook(facts)
    elapsed = facts.value("time_progress")
    drawing.head(
        titles_revenue.page(
            view.branch_name,
            facts.value("info_revenue_lead"),
            facts.value("info_revenue"),
            year,
            _,
        ),
        titles.scoped(frame.scope_words(view), frame.time_words(view, elapsed), _),
    )
    drawing.draw_cards(
        [
            *drawing.cards(FIRST, facts),
            cards_revenue.forecast(year, facts),
            cards_revenue.needed(year, facts),
            *drawing.cards(SECOND, facts),
        ]
    )
    _panels(view, year)


def _panels(view: View, year: Outlook) -> None:
    """Panels in rows of equal height, whatever the number of branches."""
    branches = data.ask(
        frame_questions.year_progress(view.period.code, view.top, view.children_of)
    )
    months = plotted_revenue.months(view.facts)
    left, right = st.columns([7, 5])
    with left, drawing.panel("branches"):
        _branches(view, branches)
    many = len(branches) > MANY
    with right, drawing.panel("outlook"):
        _outlook(view, year, months, 280 if many else charts.LINE_HEIGHT)
    if many:
        with right, drawing.panel("months"):
            _months(view, months, 250)
    else:
        with left, drawing.panel("changes"):
            _changes(view)
    left, right = st.columns([7, 5])
    with left, drawing.panel("members"):
        _members(view)
    if many:
        with right, drawing.panel("changes"):
            _changes(view)
    else:
        with right, drawing.panel("months"):
            _months(view, months, 280)
    left, right = st.columns([1, 1])
    with left, drawing.panel("arrears"):
        _arrears(view)
    with right, drawing.panel("concentration"):
        _concentration(view)
    with drawing.panel("products", height="content"):
        _products(view)


def _branches(view: View, rows: "plotted_revenue.Frame") -> None:
    _ = view.words
    if rows.empty:
        drawing.panel_head(
            _("No revenue target for this year"), frame.scope_words(view)
        )
        drawing.empty(
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Completion and lead appear once base targets are delivered"),
        )
        return
    rows["name"] = rows["label"] = rows[f"name_{_.language}"].fillna(view.whole)
    rows["is_chosen"] = rows["branch_id"] == view.branch
    title = titles.year_progress(rows, _)
    drawing.panel_head(
        title,
        frame.unfiltered(
            _(
                "Revenue as % of the year's base target; ◇ year-end forecast, linear "
                "to seasonal; | challenge; tap a bar to see that branch"
            ),
            view,
        ),
    )
    figure = charts.bullets(rows, _, view.colours)
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
        titles.alt(title, rows["label"], rows["completion"], _),
        view,
        taps=behind.Taps([{"branch": code} for code in rows["branch_id"]], curve=0),
        height="stretch",
    )


def _outlook(
    view: View, year: Outlook, months: "plotted_revenue.Frame", height: int
) -> None:
    _ = view.words
    if months.empty:
        drawing.panel_head(_("No forecast for this year"), frame.scope_words(view))
        states.nothing(view, plotted_revenue.KPI, "outlook")
        return
    title = titles_revenue.outlook(year, bool(view.where), _)
    unit = charts_revenue.outlook_unit(months, year, _)
    unit = charts_revenue.unit_words(unit, _)
    drawing.panel_head(
        title,
        titles_revenue.outlook_caption(year, unit, _),
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
        charts_revenue.outlook(months, year, _, view.colours, height),
        _months_table(view, months, ("total", "total_before")),
        "outlook",
        titles.listed(title, said, _),
        view,
        height="stretch",
    )
    if note := titles_revenue.needed(year, _):
        st.caption(wording.escaped(note))


def _months(view: View, months: "plotted_revenue.Frame", height: int) -> None:
    _ = view.words
    if months.empty:
        drawing.panel_head(_("No informatisation revenue"), frame.scope_words(view))
        states.nothing(view, plotted_revenue.KPI, "months")
        return
    year = plotted_revenue.year_to_date(view.facts).year
    title = titles_revenue.months(months, year, _)
    unit = charts_revenue.unit_of([*months["amount"], *months["before"]], _.language)
    drawing.panel_head(
        title,
        _(
            "Each month, {unit}; grey = last year; the axis does not start at 0",
            unit=charts_revenue.unit_words(unit, _),
        ),
    )
    known = months[months["amount"].notna()]
    labels = [
        wording.month_in_words(plotted_revenue.first_of(month, year), _.language)
        for month in known["month"]
    ]
    behind.plot(
        charts_revenue.months(months, year, _, view.colours, height),
        _months_table(view, months, ("amount", "before")),
        "months",
        titles_revenue.amounts_alt(title, known.assign(label=labels), "amount", _),
        view,
        height="stretch",
    )


def _months_table(
    view: View, months: "plotted_revenue.Frame", columns: tuple[str, str]
) -> behind.Behind:
    _ = view.words
    year = plotted_revenue.year_to_date(view.facts).year
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
    chosen = state.take("cut", plotted_revenue.CUTS, plotted_revenue.CUTS[0])
    rows = plotted_revenue.by_member(view.facts, chosen, data.members(), _)
    title = titles_revenue.by_member(rows, _)
    period = plotted_revenue.year_to_date(view.facts)
    drawing.panel_head(
        title,
        _(
            "{period} and growth on the same months of last year, | = last year",
            period=wording.period(period.code, _.language),
        ),
    )
    st.segmented_control(
        _("Cut by"),
        plotted_revenue.CUTS,
        format_func=named.__getitem__,
        key="cut",
        required=True,
        label_visibility="collapsed",
    )
    state.leave("cut", plotted_revenue.CUTS[0])
    if rows.empty:
        states.nothing(view, plotted_revenue.KPI, "members")
        return
    behind.plot(
        charts_revenue.amounts(rows, _, view.colours),
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
        titles_revenue.amounts_alt(title, rows, "amount", _),
        view,
        height="stretch",
    )


def _changes(view: View) -> None:
    _ = view.words
    lines = plotted_revenue.by_member(view.facts, "line", data.members(), _)
    rows = plotted_revenue.changes(lines, _)
    unit = charts_revenue.unit_of(rows["change"], _.language)
    decimals = charts_revenue.decimals_of(rows, unit) if len(rows) else 1
    title = titles_revenue.changes(rows, unit, decimals, _)
    drawing.panel_head(
        title,
        _(
            "Change on the same months of last year by product line, {unit}",
            unit=charts_revenue.unit_words(unit, _),
        ),
    )
    if rows.empty:
        drawing.empty(_("Nothing to show"), _("No year before to compare with"))
        return
    behind.plot(
        charts_revenue.changes(rows, _, view.colours),
        behind.of(
            [_("Product line"), _("change")],
            rows.to_dict("records"),
            {"label": str, "change": _amount(_)},
        ),
        "changes",
        titles_revenue.amounts_alt(title, rows, "change", _),
        view,
        height="stretch",
    )


def _arrears(view: View) -> None:
    _ = view.words
    rows = plotted_products.arrears(view.facts, data.members(), _)
    if rows.empty:
        drawing.panel_head(_("No arrears"), frame.scope_words(view))
        states.nothing(view, "arrears", "arrears")
        return
    title = titles_products.arrears(rows, _)
    unit = charts_revenue.unit_of(rows["amount"], _.language)
    said = charts_revenue.unit_words(unit, _)
    drawing.panel_head(
        title,
        _(
            "Bills due and unpaid at the period's end by days overdue, {unit}",
            unit=said,
        ),
    )
    behind.plot(
        charts_rows.rows(
            list(rows["label"]),
            list(rows["amount"]),
            [
                charts_rows.Column(
                    said,
                    [wording.scaled(v, _.language, unit) for v in rows["amount"]],
                ),
                charts_rows.Column(
                    _("share"), [wording.rate(v) for v in rows["share"]], width=52
                ),
            ],
            view.colours,
        ),
        behind.of(
            [_("Days overdue"), _("amount"), _("share")],
            rows.to_dict("records"),
            {"label": str, "amount": _amount(_), "share": wording.rate},
        ),
        "arrears",
        titles_revenue.amounts_alt(title, rows, "amount", _),
        view,
        height="stretch",
    )


def _concentration(view: View) -> None:
    """How much the largest customers bring, and the largest fifth of the lines."""
    _ = view.words
    rows = data.ask(questions.concentration(view.period.code, view.branch, view.where))
    if rows.empty:
        drawing.panel_head(_("No revenue to share out"), frame.scope_words(view))
        states.nothing(view, "revenue_top10_share", "concentration")
        return
    title = titles_customers.concentration(rows, _)
    drawing.panel_head(
        title,
        _(
            "Cumulative share of revenue over the share of customers, largest first; "
            "dashed = all alike; HHI {hhi}",
            hhi=wording.plain(float(rows["hhi"].iloc[0]), 4),
        ),
    )
    behind.plot(
        charts_customers.concentration(rows, _, view.colours),
        behind.of(
            [_("Customers"), _("share of revenue")],
            rows.to_dict("records"),
            {"place": wording.plain, "cumulative_share": wording.rate},
        ),
        "concentration",
        titles.alt(
            title,
            [wording.plain(place) for place in rows["place"]],
            list(rows["cumulative_share"]),
            _,
        ),
        view,
        height="stretch",
    )
    traffic = plotted_products.traffic_share(view.facts)
    if traffic is not None:
        said = _(
            "Of data traffic, the largest fifth of the lines carries {share}",
            share=wording.rate(traffic),
        )
        st.caption(wording.escaped(said))


def _products(view: View) -> None:
    """Who holds what: penetration, customers and lines by product."""
    _ = view.words
    rows = plotted_products.products(view.facts, data.members(), _)
    if rows.empty:
        drawing.panel_head(_("No products in service"), frame.scope_words(view))
        states.nothing(view, "penetration", "products")
        return
    title = titles_products.products(view.facts.value("cross_sell"), rows, _)
    drawing.panel_head(
        title,
        _(
            "Share of active customers that hold a product, the {n} most widely held, "
            "and their lines in service; ° fewer than 30 customers",
            n=len(rows),
        ),
    )
    records = rows.to_dict("records")
    behind.plot(
        charts_rows.rows(
            [charts_revenue.wrapped(label, _, most=3) for label in rows["label"]],
            [100 * share for share in rows["penetration"]],
            [
                charts_rows.Column("%", [titles_products.held(row) for row in records]),
                charts_rows.Column(
                    _("lines"), [wording.plain(row["lines"]) for row in records]
                ),
            ],
            view.colours,
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
        titles_products.products_alt(title, rows, _),
        view,
    )
