"""数据质量: may what is shown be believed, and what was kept back?"""

import streamlit as st

from dashboards.kit.behind import as_csv
from dashboards.kit.counts import Counts
from dashboards.kit.panel import Panel, draw, draw_row, head, panel
from dashboards.kit.table import Grid, check_columns, draw_grid
from dashboards.pages.quality import columns, findings
from dashboards.pages.quality.charts import Feeds
from dashboards.pages.quality.rows import by_rule, with_held
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View
from jike.pages import frame as frame_questions
from jike.pages import quality as questions
from jike.words import wording

ROWS_SHOWN = frame_questions.ROWS_SHOWN


def page() -> None:
    """Draw what arrived, what was rejected and which checks it had to pass."""
    view = shell_view.view()
    _ = view.words
    release, held = view.release, view.held
    head(
        findings.quality(
            release.number,
            release.checks_passed,
            release.checks_warned,
            held.delivered_on if held else None,
            held is not None,
            _,
        ),
        findings.release_caption(release, held is not None, _),
    )
    results = data.held_results(held) if held else []
    if held:
        failed = [row for row in results if row["status"] == "failed"]
        with panel("held", "content"):
            _held(view, failed)
    draw_row(
        view,
        (7, 5),
        {
            "deliveries": lambda: _deliveries(view, results),
            "quarantine": lambda: _quarantine(view),
        },
    )
    days_and_loads = {"days": lambda: _days(view), "loads": lambda: _loads(view)}
    draw_row(view, (7, 5), days_and_loads)
    draw(view, "rejected", lambda: _rejected(view))
    draw(view, "reconciliation", lambda: _reconciliation(view))
    draw(view, "restatements", lambda: _restatements(view))
    draw(view, "checks", lambda: _checks(view))
    draw(view, "releases", lambda: _releases(view))


def _held(view: View, failed: data.Rows) -> None:
    _ = view.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(_("Not published"), icon=":material/block:", color="orange")
        st.markdown(
            _.many(
                "**{n}** check failed. Nothing of this delivery is on any page. "
                "Mend it and run again.",
                "**{n}** checks failed. Nothing of this delivery is on any page. "
                "Mend it and run again.",
                len(failed),
            ),
            width="stretch",
        )
    if failed:
        alt = findings.checks([row["status"] for row in failed], _)
        draw_grid(Grid(most=12), failed, check_columns(_), "held", alt, _)


def _deliveries(view: View, results: data.Rows) -> Panel:
    _ = view.words
    rows = data.ask(questions.deliveries())
    if rows.empty:
        return Panel("deliveries", _("No delivery is recorded"), "", [], empty=None)
    rows["label"] = [findings.feed(entity, _) for entity in rows["entity"]]
    held_on = view.held.delivered_on if view.held else None
    grid = with_held(rows, results, held_on, _)
    return Panel(
        "deliveries",
        findings.deliveries(grid, _),
        _("Newest deliveries per feed: ✓ whole ! rows rejected × held · missing"),
        grid,
        Feeds(),
        height="content",
    )


def _quarantine(view: View) -> Panel:
    _ = view.words
    total = data.ask(questions.received()).iloc[0]
    rows = by_rule(data.ask(questions.quarantine()), _)
    return Panel(
        "quarantine",
        findings.quarantine(
            int(total["rows_quarantined"]),
            total["quarantined_share"],
            rows["label"].iloc[0] if len(rows) else "",
            _,
        ),
        _("Rejected rows by feed and rule; none of them is counted"),
        rows,
        Counts(_("Feed and rule"), _("Rows")),
        empty=None,
        below=lambda: st.markdown(
            _(
                "Received **{read}** = accepted **{accepted}** + quarantined **{out}**",
                read=wording.plain(total["rows_read"]),
                accepted=wording.plain(total["rows_accepted"]),
                out=wording.plain(total["rows_quarantined"]),
            )
        ),
        height="content",
    )


def _days(view: View) -> Panel:
    _ = view.words
    question = questions.days(view.period.code)
    rows = data.ask(question)
    rows["label"] = [findings.feed(entity, _) for entity in rows["entity"]]
    return Panel(
        "days",
        findings.days(data.ask_rows(question), _),
        _(
            "Rows by day of {month} against the same weekday of eight weeks: "
            "✓ as usual ! less than half × none · none are usual",
            month=f"{view.period.last_month:%Y-%m}",
        ),
        rows.rename(columns={"happened_on": "delivered_on", "rows_count": "rows_read"}),
        Feeds(),
        empty=None,
        height="content",
    )


def _loads(view: View) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.loads())
    return Panel(
        "loads",
        findings.loads(rows, _),
        _("A delivery that comes again replaces its files, under a new load"),
        rows,
        Grid(most=9),
        columns.loads(_),
        empty=None,
    )


def _rejected(view: View) -> Panel:
    """Where every rejected row lies, by feed and rule, and the list to take along."""
    _ = view.words
    cells = data.ask_rows(questions.quarantine_cells())
    entity, rule = "", ""
    if cells:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            entity = _choice("feed", [row["entity"] for row in cells], view)
            rule = _choice("rule", [row["rule"] for row in cells], view)
    rows = data.ask_rows(questions.quarantined(entity, rule))
    return Panel(
        "rejected",
        findings.quarantined(rows, sum(row["rows"] for row in cells), _),
        _("File, line and column only: what stood in a row stays with the data owner"),
        rows[:ROWS_SHOWN],
        Grid(most=10),
        columns.quarantined(_),
        empty=None,
        below=(lambda: _take_along(view, rows)) if rows else None,
    )


def _take_along(view: View, rows: data.Rows) -> None:
    """How many of the rejected rows are listed, and their places as a file."""
    _ = view.words
    st.caption(_("{n} of {of} rows", n=min(len(rows), ROWS_SHOWN), of=len(rows)))
    st.download_button(
        _("Download for the data owner"),
        as_csv(columns.places(rows)),
        file_name=f"jike-quarantine-r{view.release.number}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="rejected_csv",
    )


def _choice(key: str, codes: list[str], view: View) -> str:
    """A filter kept in the URL; "" for everything."""
    _ = view.words
    said = {"feed": findings.feed, "rule": findings.rule}[key]
    label = {"feed": _("Feed"), "rule": _("Rule")}[key]
    options = [state.EVERY, *dict.fromkeys(sorted(codes))]
    state.take(key, options, state.EVERY)
    code = st.selectbox(
        label,
        options,
        format_func=lambda one: _("All") if one == state.EVERY else said(one, _),
        key=key,
        width=220,
    )
    state.leave(key, state.EVERY)
    return "" if code in (None, state.EVERY) else str(code)


def _reconciliation(view: View) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.reconciliation(view.period.code, view.branch))
    names = {
        member: _.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "measure"
    }
    none = _(
        "The books have no figure for {branch} in this period; deliver "
        "control totals to reconcile",
        branch=wording.escaped(view.branch_name or view.whole),
    )
    return Panel(
        "reconciliation",
        findings.reconciliation(rows, names, _),
        _(
            "Measured from deliveries minus the operator's books, to the cent; "
            "calls and complaints are counts"
        ),
        rows,
        Grid(most=12),
        columns.reconciliation(names, _),
        empty=None,
        below=None if rows else lambda: st.markdown(none),
    )


def _restatements(view: View) -> Panel:
    _ = view.words
    closed = data.ask_rows(questions.closed_months())
    rows = data.ask_rows(questions.restatements(view.branch))
    months = [f"{row['kpi_month']:%Y-%m}" for row in closed]
    said = _("Closed: {months}", months=", ".join(months)) if months else ""
    kpis = data.catalogue()
    return Panel(
        "restatements",
        findings.restatements(rows, closed, _),
        said or _("`jike close 2025-08` keeps a month as it was published"),
        columns.restated(rows, kpis, _),
        Grid(most=10),
        columns.restatements(kpis, _),
        empty=None,
    )


def _checks(view: View) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.checks())
    return Panel(
        "checks",
        findings.checks([row["status"] for row in rows], _),
        _("Checks of release {number}, the worst first", number=view.release.number),
        rows,
        Grid(most=12),
        check_columns(_),
        empty=None,
    )


def _releases(view: View) -> Panel:
    _ = view.words
    rows = columns.released(data.releases(), _)
    return Panel(
        "releases",
        findings.releases(len(rows), _),
        _("A release never changes; rollback points at an older one"),
        rows,
        Grid(most=10),
        columns.releases(_),
        empty=None,
    )
