"""数据质量: may what is shown be believed, and what was kept back?"""

from collections.abc import Mapping
from datetime import date, datetime
from operator import itemgetter

import streamlit as st

from dashboards.kit.behind import as_csv
from dashboards.kit.counts import Counts
from dashboards.kit.labels import capital
from dashboards.kit.panel import Panel, draw, draw_grid, draw_row, head, panel
from dashboards.kit.table import Column, Grid, check_columns, or_dash
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View
from dashboards.views.quality import findings
from dashboards.views.quality import rows as quality_rows
from dashboards.views.quality.charts import Feeds
from jike.kpis.catalogue import Kpi
from jike.pages import frame as frame_questions
from jike.pages import quality as questions
from jike.words import wording
from jike.words.language import Words

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
    arrived = {
        "deliveries": lambda: _deliveries(view, results),
        "quarantine": lambda: _quarantine(view),
    }
    usual = {"days": lambda: _days(view), "loads": lambda: _loads(view)}
    draw_row(view, (7, 5), arrived)
    draw_row(view, (7, 5), usual)
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
        draw_grid(view, Grid(most=12), failed, check_columns(_), "held", alt)


def _deliveries(view: View, results: data.Rows) -> Panel:
    _ = view.words
    rows = data.ask(questions.deliveries())
    if rows.empty:
        return Panel("deliveries", _("No delivery is recorded"), "", [], empty=None)
    rows["label"] = [findings.feed(entity, _) for entity in rows["entity"]]
    held_on = view.held.delivered_on if view.held else None
    grid = quality_rows.with_held(rows, results, held_on, _)
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
    rows = quality_rows.by_rule(data.ask(questions.quarantine()), _)
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
        _load_columns(_),
        empty=None,
    )


def _load_columns(words: Words) -> list[Column]:
    """Of every load, the newest first; rows: jike.pages.quality.loads()."""
    _ = words

    def feeds(entities: str) -> str:
        return _.listed(findings.feed(one, words) for one in entities.split())

    return [
        Column("loaded_number", _("Load"), width=60, kind="number", is_pinned=True),
        Column("delivered_on", _("Logical date"), wording.iso, width=100),
        _counted("rows_read", _("Rows")),
        _counted("rows_quarantined", _("Rejected")),
        Column("source", _("Source"), width=90),
        Column("files", _("Files"), width=60, kind="number"),
        Column("entities", _("Feeds"), feeds, width=300),
    ]


def _counted(key: str, head: str) -> Column:
    return Column(
        key,
        head,
        of=lambda row: int(row[key]),
        width=80,
        kind="number",
        format="localized",
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
        Grid(most=10, has_file=False),
        _rejected_columns(_),
        empty=None,
        below=(lambda: _take_along(view, rows)) if rows else None,
    )


def _rejected_columns(words: Words) -> list[Column]:
    """Of where rejected rows lie; rows: jike.pages.quality.quarantined()."""
    _ = words
    return [
        Column(
            "entity",
            _("Feed"),
            lambda code: findings.feed(code, words),
            width=110,
            is_pinned=True,
        ),
        Column("rule", _("Rule"), lambda code: findings.rule(code, words), width=150),
        Column("line", _("Line"), width=70, kind="number"),
        Column("column_name", _("Column"), or_dash, width=140),
        Column("file", _("File"), width=180),
        Column("delivered_on", _("Logical date"), wording.iso, width=100),
        Column("source", _("Source"), width=90),
    ]


def _take_along(view: View, rows: data.Rows) -> None:
    """How many of the rejected rows are listed, and their places as a file."""
    _ = view.words
    st.caption(_("{n} of {of} rows", n=min(len(rows), ROWS_SHOWN), of=len(rows)))
    st.download_button(
        _("Download for the data owner"),
        as_csv(quality_rows.places(rows)),
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
        _reconciled_columns(names, _),
        empty=None,
        below=None if rows else lambda: st.markdown(none),
    )


def _reconciled_columns(names: Mapping[str, str], words: Words) -> list[Column]:
    """Of what was measured beside the books, to the cent.

    rows: jike.pages.quality.reconciliation(); names: of the measures.
    """
    _ = words

    def named(measure: str) -> str:
        return names.get(measure, measure)

    return [
        Column("kpi_month", _("Month"), _month, width=70, is_pinned=True),
        Column("measure", _("Measure"), named, width=130),
        Column("gap", _("Gap"), findings.cents, width=90, kind="exact"),
        Column("measured_value", _("Measured"), _exact, width=130, kind="exact"),
        Column("control_value", _("Books"), _exact, width=130, kind="exact"),
        Column("origin", _("Origin"), or_dash, width=120),
    ]


def _month(month: date) -> str:
    return f"{month:%Y-%m}"


def _exact(value: object) -> str:
    return wording.MISSING if value is None else f"{float(str(value)):,.2f}"


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
        quality_rows.restated(rows, kpis, _),
        Grid(most=10),
        _restated_columns(kpis, _),
        empty=None,
    )


def _restated_columns(kpis: Mapping[str, Kpi], words: Words) -> list[Column]:
    """Of figures of closed months that changed, with the cause.

    rows: restated().
    """
    _ = words

    def named(code: str) -> str:
        return kpis[code].name(words.language) if code in kpis else code

    return [
        Column("kpi_month", _("Month"), _month, width=80, is_pinned=True),
        Column("kpi", "KPI", named, width=180, is_pinned=True),
        Column("old_value", _("Before"), text=itemgetter("old"), width=130),
        Column("new_value", _("Restated"), text=itemgetter("new"), width=130),
        Column("first_value", _("When closed"), text=itemgetter("first"), width=130),
        Column("why", _("Why"), capital, lambda row: _.name(row, "because"), width=460),
    ]


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
    rows = quality_rows.released(data.releases(), _)
    return Panel(
        "releases",
        findings.releases(len(rows), _),
        _("A release never changes; rollback points at an older one"),
        rows,
        Grid(most=10),
        _release_columns(_),
        empty=None,
    )


def _release_columns(words: Words) -> list[Column]:
    """Of the releases kept, the newest first; rows: released()."""
    _ = words
    return [
        Column("number", _("Release"), width=70, kind="number", is_pinned=True),
        Column("state", _("State"), width=90),
        Column("as_of", _("Data up to"), width=100),
        Column("published", _("Published"), _moment, width=140),
        Column("passed", _("Passed"), width=80, kind="number"),
        Column("warned", _("Warned"), width=80, kind="number"),
        Column("hash", _("Hash"), width=120),
    ]


def _moment(text: str) -> str:
    if not text:
        return wording.MISSING
    moment = wording.local(datetime.fromisoformat(text))
    return f"{wording.iso(moment)} {wording.time_of_day(moment)}"
