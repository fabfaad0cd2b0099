"""客户: who are they, what are they worth, and what is known of each?"""

from typing import Any

import streamlit as st

from dashboards import (
    behind,
    charts_customers,
    charts_rows,
    data,
    drawing,
    frame,
    panels,
    plotted_customers,
    state,
    states,
    tables_customers,
    titles,
    titles_customers,
)
from dashboards.facts import Card
from dashboards.frame import View
from jike.pages import customers as questions
from jike.words import wording

CARDS = (
    Card("active_customers", against=("yoy",), notes=("products_per_customer",)),
    Card("customers_new", against=("yoy",), notes=("customers_back",)),
    Card("customer_churn", against=("yoy",), notes=("mom",)),
    Card("value_score", against=("yoy",), notes=("mom",)),
    Card("visit_coverage", against=("base", "yoy"), notes=("executive_visits",)),
    Card("unmanaged_share", against=("yoy",), notes=("customers_per_manager",)),
    Card("chief_coverage", against=("yoy",), notes=("mom",)),
    Card("competitor_kept_share", against=("yoy",), notes=("competitor_events",)),
)
# What a viewer may type, and what an id may be made of.
TYPED = r"[^\x00-\x1f]{0,60}"
ID = r"[\w.:-]{1,64}"


def page() -> None:
    """Draw the customers of the chosen branch, period and filter, or one of them."""
    view = frame.view()
    _ = view.words
    rows = data.ask_rows(questions.tiers(view.period.code, view.branch, view.where))
    pyramid = plotted_customers.pyramid(rows, _tiers(), _tier_names(view))
    drawing.head(
        titles_customers.page(view.facts.value("active_customers"), pyramid, _),
        titles.scoped(frame.scope_words(view), frame.time_words(view, None), _),
    )
    drawing.draw_cards(drawing.cards(CARDS, view.facts))
    chosen = state.take_text("customer", ID)
    with drawing.panel("found", height="content"):
        _found(view)
    state.leave("customer", "")
    if chosen:
        with drawing.guarded("customer"):
            _customer(view, chosen)
    left, right = st.columns([1, 1])
    with left, drawing.panel("pyramid"):
        _pyramid(view, pyramid)
    with right, drawing.panel("moves"):
        _moves(view)


def _tiers() -> list[str]:
    return [
        member
        for dimension, member in data.members()
        if dimension == "tier" and member != "unknown"
    ]


def _tier_names(view: View) -> dict[str, str]:
    return {
        member: view.words.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "tier"
    }


def _found(view: View) -> None:
    """Search by id or name; a tapped row becomes the customer below."""
    _ = view.words
    text = state.take_text("find", TYPED).strip()
    rows = data.ask_rows(
        questions.found(
            text, view.period.code, view.branch, view.where, data.sounding_like(text)
        )
    )
    n = int(rows[0]["all_rows"]) if rows else 0
    title = titles_customers.found(text, n, _)
    drawing.panel_head(
        title, _("Status and tier as last photographed; tap a row to see the customer")
    )
    st.text_input(
        _("Find a customer"),
        key="find",
        placeholder=_("Id, name or pinyin"),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=60,
    )
    state.leave("find", "")
    if not rows and text:
        drawing.empty(
            _("No customer found"), _("Searched within your access and the filters")
        )
        return
    if not rows:
        states.nothing(view, "active_customers", "found")
        return
    styled, columns = tables_customers.found(rows, data.members(), _)
    leads = ("customer", [row["customer_id"] for row in rows])
    drawing.table(styled, columns, "found", title, leads=leads)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=wording.plain(n)))


def _pyramid(view: View, rows: "plotted_customers.Frame") -> None:
    _ = view.words
    if rows.empty:
        drawing.panel_head(_("No customers to value"), frame.scope_words(view))
        states.nothing(view, "value_score", "pyramid")
        return
    title = titles_customers.pyramid(rows, _)
    drawing.panel_head(
        title,
        _(
            "Active customers by delivered tier, mean value score (0–100), and how "
            "many the score puts in a higher or lower tier; tap a tier to filter"
        ),
    )
    behind.plot(
        charts_customers.pyramid(rows, _, view.colours),
        behind.of(
            [_("Tier"), _("customers"), _("score"), _("to rise"), _("to fall")],
            rows.to_dict("records"),
            {
                "label": str,
                "customers": wording.plain,
                "score": wording.index,
                "higher": wording.plain,
                "lower": wording.plain,
            },
        ),
        "pyramid",
        titles.count_alt(title, rows["label"], rows["customers"], _),
        view,
        taps=behind.Taps([{"tier": tier} for tier in rows["tier"]], curve=1),
        height="stretch",
    )


def _moves(view: View) -> None:
    _ = view.words
    rows = plotted_customers.moves(view.facts, _tiers(), _)
    if rows.empty:
        drawing.panel_head(_("No moves between tiers"), frame.scope_words(view))
        states.nothing(view, "tier_moves", "moves")
        return
    title = titles_customers.moves(rows, _)
    drawing.panel_head(
        title,
        frame.unfiltered(
            _(
                "Rows: tier on the day before the period; columns: at its end; blue "
                "rose, orange fell, grey neither"
            ),
            view,
        ),
    )
    behind.plot(
        charts_customers.moves(rows, _, view.colours),
        behind.of(
            [_("Before"), _("Now"), _("customers")],
            rows.to_dict("records"),
            {"before": str, "after": str, "customers": wording.plain},
        ),
        "moves",
        titles_customers.moves_alt(title, rows, _),
        view,
        height="stretch",
    )


# ---- one customer ----


def _customer(view: View, customer: str) -> None:
    """Everything known of one customer; no hint of those beyond the viewer's access."""
    _ = view.words
    rows = data.ask_rows(questions.profile(customer, view.period.code))
    if not rows:
        with drawing.panel("profile", height="content"):
            drawing.panel_head(_("No such customer"), customer)
            drawing.empty(
                _("No customer of this id within your access"),
                _("Check the id, or choose a customer from the list"),
            )
            _close(view)
        return
    left, right = st.columns([5, 7])
    with left, drawing.panel("profile"):
        _profile(view, rows[0])
    with right, drawing.panel("bills"):
        _bills(view, customer)
    left, right = st.columns([5, 7])
    with left, drawing.panel("warning"):
        _warning(view, customer)
    with right, drawing.panel("attached"):
        _attached(view, customer)
    left, right = st.columns([1, 1])
    with left, drawing.panel("services"):
        _services(view, customer)
    with right, drawing.panel("happened"):
        _happened(view, customer)


def _close(view: View) -> None:
    _ = view.words
    st.button(
        _("Close the customer"),
        icon=":material/close:",
        on_click=state.go,
        args=("customer", ""),
        key="close_customer",
        type="tertiary",
    )


def _profile(view: View, row: dict[str, Any]) -> None:
    _ = view.words
    name = row["customer_name"] or wording.MISSING
    caption = _("Not active at the period's end")
    if row["is_active"]:
        caption = _(
            "Value score {score}, which proposes tier {tier}; {lines} product lines, "
            "{members} members",
            score=wording.index(row["value_score"]),
            tier=row["proposed_tier"],
            lines=wording.plain(row["product_lines"]),
            members=wording.plain(row["members"]),
        )
    drawing.panel_head(f"{row['customer_id']} · {name}", caption)
    said = tables_customers.profile(row, data.members(), _)
    st.markdown(
        "\n".join(
            [
                f"| {_('What')} | |\n|---|---|",
                *(
                    f"| {wording.escaped(head)} | {wording.escaped(text)} |"
                    for head, text in said
                ),
            ]
        )
    )
    _close(view)


def _bills(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.months(customer, view.period.code))
    lines = [
        charts_rows.Series(
            name,
            [float(row[column]) for row in rows],
            [wording.amount(row[column], _.language) for row in rows],
        )
        for column, name in (
            ("billed_yuan", _("billed")),
            ("info_yuan", _("informatisation")),
        )
    ]
    days = [row["kpi_month"] for row in rows]
    caption = _("Bills by month, of them informatisation")
    panels.months(view, days, lines, "bills", caption, zero=True)


def _attached(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.months(customer, view.period.code))
    lines = [
        charts_rows.Series(
            name,
            [float(row[column]) for row in rows],
            [wording.plain(row[column]) for row in rows],
        )
        for column, name in (
            ("lines_at_end", _("members")),
            ("left_lines", _("left in the month")),
        )
    ]
    days = [row["kpi_month"] for row in rows]
    caption = _("Members attached at the end of each month")
    panels.months(view, days, lines, "attached", caption, zero=True)


def _warning(view: View, customer: str) -> None:
    """The signals of the month's warning; their points add up to its own."""
    _ = view.words
    rows = data.ask_rows(questions.warning(customer, view.period.code))
    month = f"{view.period.last_month:%Y-%m}"
    if not rows:
        drawing.panel_head(_("No warning"), month)
        drawing.empty(_("Nothing to warn of"), _("Fewer than 20 points in this month"))
        return
    row, names = rows[0], data.members()
    title = titles_customers.warning(
        row, tables_customers.named(names, "grade", row["grade"], _), _
    )
    drawing.panel_head(
        title,
        _(
            "Points by signal, {month}; to act: {owner}; at risk {yuan} a month",
            month=month,
            owner=tables_customers.named(names, "owner", row["owner"], _),
            yuan=wording.amount(row["revenue_at_risk_yuan"], _.language),
        ),
    )
    said = {
        member: _.name(named)
        for (dimension, member), named in names.items()
        if dimension == "signal"
    }
    signals = plotted_customers.signals(row, said, _)
    behind.plot(
        charts_rows.rows(
            [signal["label"] for signal in signals],
            [signal["points"] for signal in signals],
            [
                charts_rows.Column(
                    _("points"), [str(s["points"]) for s in signals], width=44
                ),
                charts_rows.Column(
                    _("measured"), [s["measured"] for s in signals], width=104
                ),
            ],
            view.colours,
        ),
        behind.of(
            [_("Signal"), _("points"), _("measured")],
            signals,
            {"label": str, "points": wording.plain, "measured": str},
        ),
        "warning",
        titles.count_alt(
            title, [s["label"] for s in signals], [s["points"] for s in signals], _
        ),
        view,
        height="stretch",
    )


def _services(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.services(customer, view.period.code))
    title = _.many("{n} product in service", "{n} products in service", len(rows))
    drawing.panel_head(title, _("At the period's end, by subscription"))
    if not rows:
        drawing.empty(_("Nothing in service"), _("No completed order is in force"))
        return
    styled, columns = tables_customers.services(rows, data.members(), _)
    drawing.table(styled, columns, "services", title, 12)


def _happened(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.happened(customer, view.period.code))
    n = int(rows[0]["all_rows"]) if rows else 0
    title = _.many("{n} contact on record", "{n} contacts on record", n)
    drawing.panel_head(
        title, _("Surveys, tickets, visits and competitor events, newest first")
    )
    if not rows:
        drawing.empty(_("Nothing happened"), _("Up to the period's end"))
        return
    shown, columns = tables_customers.happened(rows, data.members(), _)
    drawing.table(shown, columns, "happened", title, 12)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=wording.plain(n)))
