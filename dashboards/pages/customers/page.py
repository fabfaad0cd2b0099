"""客户: who are they, what are they worth, and what is known of each?"""

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards.facts import Card, of_view
from dashboards.kit import behind, labels, months, panel, table
from dashboards.kit import columns as kit_columns
from dashboards.kit.colours import colours
from dashboards.kit.columns import Column
from dashboards.pages.customers import charts, findings, tables
from dashboards.pages.customers import rows as customers_rows
from dashboards.shell import data, guarded, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words, unfiltered
from jike.pages import customers as questions
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd


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
    view = shell_view.view()
    _ = view.words
    rows = data.ask_rows(questions.tiers(view.period.code, view.branch, view.where))
    pyramid = customers_rows.pyramid(rows, _tiers(), _tier_names(view))
    panel.head(
        findings.page(of_view(view).value("active_customers"), pyramid, _),
        labels.scoped(scope_words(view), time_words(view, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, of_view(view)))
    chosen = state.take_text("customer", ID)
    with panel.panel("found", height="content"):
        _found(view)
    state.leave("customer", "")
    if chosen:
        with guarded.guarded("customer"):
            _customer(view, chosen)
    left, right = st.columns([1, 1])
    with left, panel.panel("pyramid"):
        _pyramid(view, pyramid)
    with right, panel.panel("moves"):
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
    title = findings.found(text, n, _)
    panel.panel_head(
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
        panel.empty(
            _("No customer found"), _("Searched within your access and the filters")
        )
        return
    if not rows:
        panel.nothing(view, "active_customers", "found")
        return
    styled, columns = tables.found(rows, data.members(), _)
    leads = ("customer", [row["customer_id"] for row in rows])
    table.table(styled, columns, "found", title, leads=leads)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=wording.plain(n)))


def _pyramid(view: View, rows: "pd.DataFrame") -> None:
    _ = view.words
    if rows.empty:
        panel.panel_head(_("No customers to value"), scope_words(view))
        panel.nothing(view, "value_score", "pyramid")
        return
    title = findings.pyramid(rows, _)
    panel.panel_head(
        title,
        _(
            "Active customers by delivered tier, mean value score (0–100), and how "
            "many the score puts in a higher or lower tier; tap a tier to filter"
        ),
    )
    behind.plot(
        charts.pyramid(rows, _, colours(view.theme)),
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
        labels.count_alt(title, rows["label"], rows["customers"], _),
        view,
        taps=behind.Taps([{"tier": tier} for tier in rows["tier"]], curve=1),
        height="stretch",
    )


def _moves(view: View) -> None:
    _ = view.words
    rows = customers_rows.moves(of_view(view), _tiers(), _)
    if rows.empty:
        panel.panel_head(_("No moves between tiers"), scope_words(view))
        panel.nothing(view, "tier_moves", "moves")
        return
    title = findings.moves(rows, _)
    panel.panel_head(
        title,
        unfiltered(
            _(
                "Rows: tier on the day before the period; columns: at its end; blue "
                "rose, orange fell, grey neither"
            ),
            view,
        ),
    )
    behind.plot(
        charts.moves(rows, _, colours(view.theme)),
        behind.of(
            [_("Before"), _("Now"), _("customers")],
            rows.to_dict("records"),
            {"before": str, "after": str, "customers": wording.plain},
        ),
        "moves",
        findings.moves_alt(title, rows, _),
        view,
        height="stretch",
    )


def _customer(view: View, customer: str) -> None:
    """Everything known of one customer; no hint of those beyond the viewer's access."""
    _ = view.words
    rows = data.ask_rows(questions.profile(customer, view.period.code))
    if not rows:
        with panel.panel("profile", height="content"):
            panel.panel_head(_("No such customer"), customer)
            panel.empty(
                _("No customer of this id within your access"),
                _("Check the id, or choose a customer from the list"),
            )
            _close(view)
        return
    left, right = st.columns([5, 7])
    with left, panel.panel("profile"):
        _profile(view, rows[0])
    with right, panel.panel("bills"):
        _bills(view, customer)
    left, right = st.columns([5, 7])
    with left, panel.panel("warning"):
        _warning(view, customer)
    with right, panel.panel("attached"):
        _attached(view, customer)
    left, right = st.columns([1, 1])
    with left, panel.panel("services"):
        _services(view, customer)
    with right, panel.panel("happened"):
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
    panel.panel_head(f"{row['customer_id']} · {name}", caption)
    said = tables.profile(row, data.members(), _)
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
        months.Series(
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
    panel.show(view, panels.months(view, days, lines, "bills", caption, zero=True))


def _attached(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.months(customer, view.period.code))
    lines = [
        months.Series(
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
    panel.show(view, panels.months(view, days, lines, "attached", caption, zero=True))


def _warning(view: View, customer: str) -> None:
    """The signals of the month's warning; their points add up to its own."""
    _ = view.words
    rows = data.ask_rows(questions.warning(customer, view.period.code))
    month = f"{view.period.last_month:%Y-%m}"
    if not rows:
        panel.panel_head(_("No warning"), month)
        panel.empty(_("Nothing to warn of"), _("Fewer than 20 points in this month"))
        return
    row, names = rows[0], data.members()
    title = findings.warning(row, tables.named(names, "grade", row["grade"], _), _)
    panel.panel_head(
        title,
        _(
            "Points by signal, {month}; to act: {owner}; at risk {yuan} a month",
            month=month,
            owner=tables.named(names, "owner", row["owner"], _),
            yuan=wording.amount(row["revenue_at_risk_yuan"], _.language),
        ),
    )
    said = {
        member: _.name(named)
        for (dimension, member), named in names.items()
        if dimension == "signal"
    }
    signals = customers_rows.signals(row, said, _)
    behind.plot(
        kit_columns.rows(
            [signal["label"] for signal in signals],
            [signal["points"] for signal in signals],
            [
                Column(_("points"), [str(s["points"]) for s in signals], width=44),
                Column(_("measured"), [s["measured"] for s in signals], width=104),
            ],
            colours(view.theme),
        ),
        behind.of(
            [_("Signal"), _("points"), _("measured")],
            signals,
            {"label": str, "points": wording.plain, "measured": str},
        ),
        "warning",
        labels.count_alt(
            title, [s["label"] for s in signals], [s["points"] for s in signals], _
        ),
        view,
        height="stretch",
    )


def _services(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.services(customer, view.period.code))
    title = _.many("{n} product in service", "{n} products in service", len(rows))
    panel.panel_head(title, _("At the period's end, by subscription"))
    if not rows:
        panel.empty(_("Nothing in service"), _("No completed order is in force"))
        return
    styled, columns = tables.services(rows, data.members(), _)
    table.table(styled, columns, "services", title, 12)


def _happened(view: View, customer: str) -> None:
    _ = view.words
    rows = data.ask_rows(questions.happened(customer, view.period.code))
    n = int(rows[0]["all_rows"]) if rows else 0
    title = _.many("{n} contact on record", "{n} contacts on record", n)
    panel.panel_head(
        title, _("Surveys, tickets, visits and competitor events, newest first")
    )
    if not rows:
        panel.empty(_("Nothing happened"), _("Up to the period's end"))
        return
    shown, columns = tables.happened(rows, data.members(), _)
    table.table(shown, columns, "happened", title, 12)
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=wording.plain(n)))
