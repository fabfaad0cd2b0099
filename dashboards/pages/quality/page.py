"""数据质量: may what is shown be believed, and what was kept back?"""

import streamlit as st

from dashboards.kit import behind, counts, labels, panel, table
from dashboards.kit.colours import colours
from dashboards.pages.quality import charts, findings, tables
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
    panel.head(
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
        with panel.panel("held", height="content"):
            _held(view, [row for row in results if row["status"] == "failed"])
    left, right = st.columns([7, 5])
    with left, panel.panel("deliveries"):
        _deliveries(view, results)
    with right, panel.panel("quarantine"):
        _quarantine(view)
    left, right = st.columns([7, 5])
    with left, panel.panel("days"):
        _days(view)
    with right, panel.panel("loads"):
        _loads(view)
    with panel.panel("rejected", height="content"):
        _rejected(view)
    with panel.panel("reconciliation", height="content"):
        _reconciliation(view)
    with panel.panel("restatements", height="content"):
        _restatements(view)
    with panel.panel("checks", height="content"):
        _checks(view)
    with panel.panel("releases", height="content"):
        _releases(view)


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
    if not failed:
        return
    shown, columns = table.checks(failed, _)
    alt = findings.checks([row["status"] for row in failed], _)
    table.table(shown, columns, "held", alt, 12)


def _deliveries(view: View, results: data.Rows) -> None:
    _ = view.words
    rows = data.ask(questions.deliveries())
    if rows.empty:
        panel.panel_head(_("No delivery is recorded"), "")
        return
    rows["label"] = [findings.feed(entity, _) for entity in rows["entity"]]
    held_on = view.held.delivered_on if view.held else None
    grid = with_held(rows, results, held_on, _)
    title = findings.deliveries(grid, _)
    panel.panel_head(
        title, _("Newest deliveries per feed: ✓ whole ! rows rejected × held · missing")
    )
    behind.plot(
        charts.delivery_grid(grid, _, colours(view.theme)),
        findings.grid_table(grid, _),
        "deliveries",
        findings.grid_alt(title, grid, _),
        view,
    )


def _quarantine(view: View) -> None:
    _ = view.words
    total = data.ask(questions.received()).iloc[0]
    rows = data.ask(questions.quarantine())
    rows = by_rule(rows, _)
    title = findings.quarantine(
        int(total["rows_quarantined"]),
        total["quarantined_share"],
        rows["label"].iloc[0] if len(rows) else "",
        _,
    )
    panel.panel_head(
        title, _("Rejected rows by feed and rule; none of them is counted")
    )
    if len(rows):
        behind.plot(
            counts.bars(rows, _, colours(view.theme)),
            findings.bars_table(rows, _),
            "quarantine",
            labels.count_alt(title, rows["label"], rows["rows"], _),
            view,
        )
    st.markdown(
        _(
            "Received **{read}** = accepted **{accepted}** + quarantined **{out}**",
            read=wording.plain(total["rows_read"]),
            accepted=wording.plain(total["rows_accepted"]),
            out=wording.plain(total["rows_quarantined"]),
        )
    )


def _days(view: View) -> None:
    _ = view.words
    question = questions.days(view.period.code)
    rows, title = data.ask(question), findings.days(data.ask_rows(question), _)
    panel.panel_head(
        title,
        _(
            "Rows by day of {month} against the same weekday of eight weeks: "
            "✓ as usual ! less than half × none · none are usual",
            month=f"{view.period.last_month:%Y-%m}",
        ),
    )
    if rows.empty:
        return
    rows["label"] = [findings.feed(entity, _) for entity in rows["entity"]]
    rows = rows.rename(
        columns={"happened_on": "delivered_on", "rows_count": "rows_read"}
    )
    behind.plot(
        charts.delivery_grid(rows, _, colours(view.theme)),
        findings.grid_table(rows, _),
        "days",
        findings.grid_alt(title, rows, _),
        view,
    )


def _loads(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(questions.loads())
    title = findings.loads(rows, _)
    panel.panel_head(
        title, _("A delivery that comes again replaces its files, under a new load")
    )
    if not rows:
        return
    shown, columns = tables.loads(rows, _)
    table.table(shown, columns, "loads", title, 9)


def _rejected(view: View) -> None:
    """Where every rejected row lies, by feed and rule, and the list to take along."""
    _ = view.words
    cells = data.ask_rows(questions.quarantine_cells())
    entity, rule = "", ""
    if cells:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            entity = _choice("feed", [row["entity"] for row in cells], view)
            rule = _choice("rule", [row["rule"] for row in cells], view)
    rows = data.ask_rows(questions.quarantined(entity, rule))
    title = findings.quarantined(rows, sum(row["rows"] for row in cells), _)
    panel.panel_head(
        title,
        _("File, line and column only: what stood in a row stays with the data owner"),
    )
    if not rows:
        return
    shown, columns = tables.quarantined(rows[:ROWS_SHOWN], _)
    table.table(shown, columns, "rejected", title, 10)
    st.caption(_("{n} of {of} rows", n=len(shown), of=len(rows)))
    st.download_button(
        _("Download for the data owner"),
        behind.as_csv(tables.places(rows)),
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


def _reconciliation(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(questions.reconciliation(view.period.code, view.branch))
    names = {
        member: _.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "measure"
    }
    title = findings.reconciliation(rows, names, _)
    panel.panel_head(
        title,
        _(
            "Measured from deliveries minus the operator's books, to the cent; "
            "calls and complaints are counts"
        ),
    )
    if not rows:
        st.markdown(
            _(
                "The books have no figure for {branch} in this period; deliver "
                "control totals to reconcile",
                branch=wording.escaped(view.branch_name or view.whole),
            )
        )
        return
    shown, columns = tables.reconciliation(rows, names, _)
    table.table(shown, columns, "reconciliation", title, 12)


def _restatements(view: View) -> None:
    _ = view.words
    closed = data.ask_rows(questions.closed_months())
    rows = data.ask_rows(questions.restatements(view.branch))
    title = findings.restatements(rows, closed, _)
    months = [f"{row['kpi_month']:%Y-%m}" for row in closed]
    said = _("Closed: {months}", months=", ".join(months)) if months else ""
    panel.panel_head(
        title, said or _("`jike close 2025-08` keeps a month as it was published")
    )
    if not rows:
        return
    shown, columns = tables.restatements(rows, data.catalogue(), _)
    table.table(shown, columns, "restatements", title, 10)


def _checks(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(questions.checks())
    title = findings.checks([row["status"] for row in rows], _)
    panel.panel_head(
        title,
        _("Checks of release {number}, the worst first", number=view.release.number),
    )
    shown, columns = table.checks(rows, _)
    table.table(shown, columns, "checks", title, 12)


def _releases(view: View) -> None:
    _ = view.words
    rows = data.releases()
    title = findings.releases(len(rows), _)
    panel.panel_head(
        title, _("A release never changes; rollback points at an older one")
    )
    shown, columns = tables.releases(rows, _)
    table.table(shown, columns, "releases", title, 10)
