"""客户: who are they, what are they worth, and what is known of each?"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.cards import drawn, free_cuts, panels
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import Names, member_column, named
from dashboards.kit import labels
from dashboards.kit.behind import Taps
from dashboards.kit.months import Series
from dashboards.kit.panel import Panel, draw, draw_row, head
from dashboards.kit.table import Column, Grid, Row, Writer
from dashboards.shell import data, guarded, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words, unfiltered
from dashboards.views.customers import charts, findings
from dashboards.views.customers import rows as customers_rows
from jike.pages import customers as questions
from jike.words import wording
from jike.words.language import Words

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
    facts = of_view(view)
    rows = data.ask_rows(questions.tiers(view.period.code, view.branch, view.where))
    pyramid = customers_rows.pyramid(rows, _tiers(), _named(view, "tier"))
    head(
        findings.page(facts.value("active_customers"), pyramid, _),
        labels.scoped(scope_words(view), time_words(view, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    chosen = state.take_text("customer", ID)
    draw(view, "found", lambda: _found(view))
    state.leave("customer", "")
    if chosen:
        with guarded.guarded("customer"):
            _customer(view, chosen)
    draw_row(
        view,
        (1, 1),
        {
            "pyramid": lambda: _pyramid(view, pyramid),
            "moves": lambda: _moves(view, facts),
        },
    )
    free_cuts.draw_by(view, facts, "active_customers")


def _tiers() -> list[str]:
    return [
        member
        for dimension, member in data.members()
        if dimension == "tier" and member != "unknown"
    ]


def _named(view: View, dimension: str) -> dict[str, str]:
    """Names of a dimension's members by their codes."""
    return {
        member: view.words.name(row)
        for (of, member), row in data.members().items()
        if of == dimension
    }


def _found(view: View) -> Panel:
    """Search by id or name; a tapped row becomes the customer below."""
    _ = view.words
    text = state.take_text("find", TYPED).strip()
    sounds = data.named_like(text)
    rows = data.ask_rows(
        questions.found(text, view.period.code, view.branch, view.where, sounds)
    )
    n = int(rows[0]["all_rows"]) if rows else 0
    nothing = _("No customer found"), _("Searched within your access and the filters")
    return Panel(
        "found",
        findings.found(text, n, _),
        _("Status and tier as last photographed; tap a row to see the customer"),
        rows,
        Grid(leads=("customer", [row["customer_id"] for row in rows])),
        _found_columns(data.members(), _),
        empty=nothing if text else "active_customers",
        controls=lambda: _search(_),
        below=partial(_showing, rows, n, _) if rows else None,
    )


def _search(words: Words) -> None:
    _ = words
    st.text_input(
        _("Find a customer"),
        key="find",
        placeholder=_("Id, name or pinyin"),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=60,
    )
    state.leave("find", "")


def _showing(rows: data.Rows, of: int, words: Words) -> None:
    _ = words
    st.caption(_("Showing {n} of {of} rows", n=len(rows), of=wording.plain(of)))


def _found_columns(names: Names, words: Words) -> list[Column]:
    """Of the customers found; rows: questions.found()."""
    _ = words
    amount = partial(wording.amount, language=words.language)

    def warning(row: Row) -> str | None:
        if row["grade"] is None:
            return None
        return f"{named(names, 'grade', row['grade'], words)} {row['points']}"

    def status(code: object) -> str:
        return findings.status(code, words)

    return [
        Column("customer_id", _("Customer"), width=90, is_pinned=True),
        Column("customer_name", _("Name"), width=190),
        Column("value_score", _("Value score"), wording.index, width=90, kind="number"),
        Column("tier", _("Tier"), width=60),
        Column("proposed_tier", _("Proposed tier"), width=90),
        Column(
            "revenue_yuan", _("Revenue of 3 months"), amount, width=120, kind="number"
        ),
        Column("warning", _("Warning"), of=warning, width=110),
        Column("branch", _("Branch"), of=lambda row: labels.branch(row, _), width=100),
        member_column("industry", _("Industry"), names, _, 120),
        Column("status", _("Status"), status, width=80),
    ]


def _pyramid(view: View, rows: "pd.DataFrame") -> Panel:
    _ = view.words
    if rows.empty:
        title = _("No customers to value")
        return Panel("pyramid", title, scope_words(view), rows, empty="value_score")
    return Panel(
        "pyramid",
        findings.pyramid(rows, _),
        _(
            "Active customers by delivered tier, mean value score (0–100), and how "
            "many the score puts in a higher or lower tier; tap a tier to filter"
        ),
        rows,
        charts.Pyramid(),
        taps=Taps([{"tier": tier} for tier in rows["tier"]], curve=1),
    )


def _moves(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = customers_rows.moves(facts, _tiers(), _)
    if rows.empty:
        title = _("No moves between tiers")
        return Panel("moves", title, scope_words(view), rows, empty="tier_moves")
    caption = _(
        "Rows: tier on the day before the period; columns: at its end; blue "
        "rose, orange fell, grey neither"
    )
    title = findings.moves(rows, _)
    return Panel("moves", title, unfiltered(caption, view), rows, charts.Moves())


def _customer(view: View, customer: str) -> None:
    """Everything known of one customer; no hint of those beyond the viewer's access."""
    rows = data.ask_rows(questions.profile(customer, view.period.code))
    if not rows:
        draw(view, "profile", lambda: _unknown(view, customer))
        return
    months = data.ask_rows(questions.months(customer, view.period.code))
    worth = {
        "profile": lambda: _profile(view, rows[0]),
        "bills": lambda: _bills(view, months),
    }
    warned = {
        "warning": lambda: _warning(view, customer),
        "attached": lambda: _attached(view, months),
    }
    contacts = {
        "services": lambda: _services(view, customer),
        "happened": lambda: _happened(view, customer),
    }
    draw_row(view, (5, 7), worth)
    draw_row(view, (5, 7), warned)
    draw_row(view, (1, 1), contacts)


def _unknown(view: View, customer: str) -> Panel:
    _ = view.words
    why = (
        _("No customer of this id within your access"),
        _("Check the id, or choose a customer from the list"),
    )
    title = _("No such customer")
    return Panel("profile", title, customer, (), empty=why, below=lambda: _close(view))


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


def _profile(view: View, row: dict[str, Any]) -> Panel:
    _ = view.words
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

    def known() -> None:
        lines = [
            f"| {wording.escaped(column.head)} | {wording.escaped(column.said(row))} |"
            for column in _known_columns(row, data.members(), _)
        ]
        st.markdown("\n".join([f"| {_('What')} | |\n|---|---|", *lines]))
        _close(view)

    name = row["customer_name"] or wording.MISSING
    title = f"{row['customer_id']} · {name}"
    return Panel("profile", title, caption, [row], below=known)


def _known_columns(row: Row, names: Names, words: Words) -> list[Column]:
    """Of what is known of a customer; of a closed one also when, why and to whom."""
    _ = words

    def status(code: object) -> str:
        return findings.status(code, words)

    def member(dimension: str, key: str, heading: str) -> Column:
        return Column(key, heading, lambda code: named(names, dimension, code, words))

    target = {True: _("yes"), False: _("no"), None: wording.MISSING}
    found = [
        Column("branch", _("Branch"), of=lambda row: labels.branch(row, _)),
        member("tier", "tier", _("Tier")),
        member("industry", "industry", _("Industry")),
        Column("is_target_market", _("Target market"), target.__getitem__),
        Column("employees", _("Employees"), wording.plain),
        Column("joined_on", _("Joined"), wording.iso),
        Column("status", _("Status"), status),
        Column("account_manager_id", _("Manager")),
    ]
    if row["closed_on"] is None:
        return found
    return [
        *found,
        Column("closed_on", _("Closed"), wording.iso),
        member("lost_reason", "closed_reason", _("Reason")),
        Column("successor_id", _("Gone to"))
        if row["successor_id"]
        else member("lost_to", "competitor", _("Gone to")),
    ]


def _bills(view: View, rows: data.Rows) -> Panel:
    _ = view.words
    wanted = {"billed_yuan": _("billed"), "info_yuan": _("informatisation")}
    amount = partial(wording.amount, language=_.language)
    caption = _("Bills by month, of them informatisation")
    return _by_month(view, rows, wanted, amount, "bills", caption)


def _attached(view: View, rows: data.Rows) -> Panel:
    _ = view.words
    wanted = {"lines_at_end": _("members"), "left_lines": _("left in the month")}
    caption = _("Members attached at the end of each month")
    return _by_month(view, rows, wanted, wording.plain, "attached", caption)


def _by_month(
    view: View,
    rows: data.Rows,
    wanted: Mapping[str, str],
    write: Writer,
    key: str,
    caption: str,
) -> Panel:
    """What a customer had month by month, each column of the rows a line."""
    lines = [
        Series(
            name,
            [float(row[column]) for row in rows],
            [write(row[column]) for row in rows],
        )
        for column, name in wanted.items()
    ]
    days = [row["kpi_month"] for row in rows]
    return panels.months(view, days, lines, key, caption, zero=True)


def _warning(view: View, customer: str) -> Panel:
    """The signals of the month's warning; their points add up to its own."""
    _ = view.words
    rows = data.ask_rows(questions.warning(customer, view.period.code))
    month = f"{view.period.last_month:%Y-%m}"
    if not rows:
        why = _("Nothing to warn of"), _("Fewer than 20 points in this month")
        return Panel("warning", _("No warning"), month, (), empty=why)
    row, names = rows[0], data.members()
    return Panel(
        "warning",
        findings.warning(row, named(names, "grade", row["grade"], _), _),
        _(
            "Points by signal, {month}; to act: {owner}; at risk {yuan} a month",
            month=month,
            owner=named(names, "owner", row["owner"], _),
            yuan=wording.amount(row["revenue_at_risk_yuan"], _.language),
        ),
        customers_rows.signals(row, _named(view, "signal"), _),
        charts.Signals(),
    )


def _services(view: View, customer: str) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.services(customer, view.period.code))
    amount = partial(wording.amount, language=_.language)
    columns = [
        member_column("product", _("Product"), data.members(), _, 180, is_pinned=True),
        Column(
            "billed_yuan", _("Billed in the month"), amount, width=110, kind="number"
        ),
        Column("since", _("In service since"), wording.iso, width=110),
        Column("subscription_id", _("Subscription"), width=110),
    ]
    return Panel(
        "services",
        _.many("{n} product in service", "{n} products in service", len(rows)),
        _("At the period's end, by subscription"),
        rows,
        Grid(most=12),
        columns,
        empty=(_("Nothing in service"), _("No completed order is in force")),
    )


def _happened(view: View, customer: str) -> Panel:
    _ = view.words
    names = data.members()
    rows = data.ask_rows(questions.happened(customer, view.period.code))
    n = int(rows[0]["all_rows"]) if rows else 0
    kinds = {
        "survey": _("Survey"),
        "ticket": _("Ticket"),
        "visit": _("Visit"),
        "competitor_event": _("Competitor event"),
    }

    def about(row: Row) -> str:
        return findings.about(row, names, _)

    def outcome(row: Row) -> str:
        return findings.outcome(row, _)

    return Panel(
        "happened",
        _.many("{n} contact on record", "{n} contacts on record", n),
        _("Surveys, tickets, visits and competitor events, newest first"),
        rows,
        Grid(most=12),
        [
            Column("happened_on", _("Day"), wording.iso, width=90, is_pinned=True),
            Column("what", _("What"), kinds.__getitem__, width=100),
            Column("about", _("About"), of=about, width=220),
            Column(
                "state",
                _("Outcome"),
                of=lambda row: findings.outcome(row, _),
                width=130,
            ),
        ],
        empty=(_("Nothing happened"), _("Up to the period's end")),
        below=partial(_showing, rows, n, _) if rows else None,
    )
