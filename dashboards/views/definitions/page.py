"""口径: what is a KPI, of what is it made, who answers for it, may it be believed?"""

from collections.abc import Sequence

import streamlit as st

from dashboards.cards import drawn
from dashboards.cards.facts import of_view
from dashboards.cards.shown import page_of
from dashboards.kit import labels
from dashboards.kit.panel import Panel, draw, draw_row, head
from dashboards.kit.table import Column, Grid, check_columns
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words
from dashboards.views.definitions import passports
from dashboards.views.definitions.passports import Row
from jike.pages import definitions as questions
from jike.pages import frame as frame_questions
from jike.words import wording

FIND = "find"
JOINER = "\u2060"


def page() -> None:
    """Draw the catalogue and the passport of the KPI that is asked for."""
    view = shell_view.view()
    _ = view.words
    rows = data.ask_rows(frame_questions.catalogue())
    asked = str(st.session_state.get(FIND, ""))
    matches = passports.found(rows, asked)
    head(
        passports.title(rows, len(matches), asked, _),
        labels.scoped(
            scope_words(view),
            wording.period(view.period.code, _.language),
            _,
        ),
    )
    st.text_input(
        _("Search for a KPI"),
        key=FIND,
        placeholder=_("Name, code or a word of the definition"),
        icon=":material/search:",
        label_visibility="collapsed",
    )
    chosen = _chosen(rows, matches)
    draw_row(
        view,
        (7, 5),
        {
            "passport": lambda: _passport(view, chosen),
            "catalogue": lambda: _catalogue(view, matches),
        },
    )
    draw(view, "checks", lambda: _checks(view, chosen))


def _chosen(rows: Sequence[Row], matches: Sequence[Row]) -> Row:
    """The KPI of the link; the first one found when a search leaves that one out."""
    codes = [str(row["kpi"]) for row in rows]
    code = state.take("kpi", codes, codes[0])
    if matches and code not in {row["kpi"] for row in matches}:
        code = str(matches[0]["kpi"])
        state.go("kpi", code)
    state.leave("kpi", None)
    return next(row for row in rows if row["kpi"] == code)


def _passport(view: View, row: Row) -> Panel:
    _ = view.words
    return Panel(
        "passport",
        _.name(row),
        _.other.name(row),
        [row],
        below=lambda: _fields(view, row),
    )


def _fields(view: View, row: Row) -> None:
    """Definition, value, the fields as a table, the command that gives the figure."""
    _ = view.words
    st.markdown(wording.escaped(_.name(row, "definition")))
    st.caption(wording.escaped(_.other.name(row, "definition")))
    _value(view, str(row["kpi"]))
    parts = {part["part"]: part for part in data.ask_rows(frame_questions.parts())}
    lines = [
        # Without spaces a name could be broken anywhere, and a long text beside it
        # would.
        f"| {wording.escaped(name if _.has_spaces else JOINER.join(name))} | {text} |"
        for name, text in passports.fields(row, parts, _)
    ]
    # The code is the table's head: it is what everything below is said of.
    st.markdown("\n".join([lines[0], "|---|---|", *lines[1:]]))
    with st.container(horizontal=True, vertical_alignment="center"):
        _link(view, row)
        st.code(
            f"jike kpi {row['kpi']} --period {view.period.code}",
            language=None,
            wrap_lines=True,
        )


def _value(view: View, code: str) -> None:
    """The KPI's own value for the view, with the states of a card."""
    _ = view.words
    kpi = data.catalogue()[code]
    if kpi.needs_dimension:
        st.caption(passports.needed(kpi.needs_dimension, _))
        return
    (card,) = drawn.cards((passports.card(code),), of_view(view))
    with st.container(border=True):
        drawn.draw_card(card)


def _link(view: View, row: Row) -> None:
    """Where the KPI is seen, with the same branch, period and filter."""
    _ = view.words
    name = page_of(str(row["kpi"]), str(row["family"]))
    pages = st.session_state.get(shell_view.PAGES, {})
    if name not in pages:
        return
    there = pages[name]
    st.page_link(
        there,
        label=_("See it on {page}", page=there.title),
        icon=":material/arrow_forward:",
        query_params={
            key: str(value) for key, value in st.query_params.items() if key != "kpi"
        },
    )


def _catalogue(view: View, matches: Sequence[Row]) -> Panel:
    _ = view.words
    return Panel(
        "catalogue",
        _.many("{n} KPI", "{n} KPIs", len(matches)),
        _("Tap a row to see its passport"),
        matches,
        Grid(leads=("kpi", [str(row["kpi"]) for row in matches])),
        [
            Column("name", "KPI", of=_.name, width=190, is_pinned=True),
            Column(
                "family",
                _("Family"),
                lambda code: passports.family(code, _),
                width=80,
            ),
            Column("kpi", _("Code"), width=170),
        ],
        empty=(
            _("No KPI is called so"),
            _("Try a shorter word, or clear the search"),
        ),
    )


def _checks(view: View, row: Row) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.checks_of(str(row["kpi"])))
    return Panel(
        "checks",
        passports.checks_title([check["status"] for check in rows], _),
        _(
            "Checks of release {number} on what the KPI is made of, the worst first",
            number=view.release.number,
        ),
        rows,
        Grid(most=12),
        check_columns(_),
        empty=None,
        name="kpi_checks",
    )
