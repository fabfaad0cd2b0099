"""数据质量: may what is shown be believed, and what was kept back?"""

import streamlit as st

from dashboards import charts, data, drawing, frame, plotted, tables, titles
from dashboards.frame import View
from jike import page_questions, wording


def page() -> None:
    """Draw what arrived, what was rejected and which checks it had to pass."""
    view = frame.view()
    _ = view.words
    release, held = view.release, view.held
    drawing.head(
        titles.quality(
            release.number,
            release.checks_passed,
            release.checks_warned,
            held.delivered_on if held else None,
            held is not None,
            _,
        ),
        titles.release_caption(release, held is not None, _),
    )
    results = data.held_results(held) if held else []
    if held:
        with drawing.panel("held", height="content"):
            _held(view, [row for row in results if row["status"] == "failed"])
    left, right = st.columns([7, 5])
    with left, drawing.panel("deliveries"):
        _deliveries(view, results)
    with right, drawing.panel("quarantine"):
        _quarantine(view)
    with drawing.panel("checks", height="content"):
        _checks(view)
    with drawing.panel("releases", height="content"):
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
    shown, columns = tables.checks(failed, _)
    st.dataframe(
        shown,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(shown), 12),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key="held_table",
        alt=titles.checks([row["status"] for row in failed], _),
    )


def _deliveries(view: View, results: data.Rows) -> None:
    _ = view.words
    rows = data.ask(page_questions.deliveries())
    if rows.empty:
        drawing.panel_head(_("No delivery is recorded"), "")
        return
    rows["label"] = [titles.feed(entity, _) for entity in rows["entity"]]
    held_on = view.held.delivered_on if view.held else None
    grid = plotted.with_held(rows, results, held_on, _)
    title = titles.deliveries(grid, _)
    drawing.panel_head(
        title, _("Newest deliveries per feed: ✓ whole ! rows rejected × held · missing")
    )
    st.plotly_chart(
        charts.delivery_grid(grid, _, view.colours),
        theme=None,
        config=charts.CONFIG,
        key="deliveries_chart",
        alt=title,
    )


def _quarantine(view: View) -> None:
    _ = view.words
    total = data.ask(page_questions.received()).iloc[0]
    rows = data.ask(page_questions.quarantine())
    rows = plotted.by_rule(rows, _)
    title = titles.quarantine(
        int(total["rows_quarantined"]),
        total["quarantined_share"],
        rows["label"].iloc[0] if len(rows) else "",
        _,
    )
    drawing.panel_head(
        title, _("Rejected rows by feed and rule; none of them is counted")
    )
    if len(rows):
        st.plotly_chart(
            charts.bars(rows, _, view.colours),
            theme=None,
            config=charts.CONFIG,
            key="quarantine_chart",
            alt=titles.count_alt(title, rows["label"], rows["rows"], _),
        )
    st.markdown(
        _(
            "Received **{read}** = accepted **{accepted}** + quarantined **{out}**",
            read=wording.plain(total["rows_read"]),
            accepted=wording.plain(total["rows_accepted"]),
            out=wording.plain(total["rows_quarantined"]),
        )
    )


def _checks(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(page_questions.checks())
    title = titles.checks([row["status"] for row in rows], _)
    drawing.panel_head(
        title,
        _("Checks of release {number}, the worst first", number=view.release.number),
    )
    shown, columns = tables.checks(rows, _)
    st.dataframe(
        shown,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(shown), 12),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key="checks_table",
        alt=title,
    )


def _releases(view: View) -> None:
    _ = view.words
    rows = data.releases()
    title = titles.releases(len(rows), _)
    drawing.panel_head(
        title, _("A release never changes; rollback points at an older one")
    )
    shown, columns = tables.releases(rows, _)
    st.dataframe(
        shown,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(shown), 10),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key="releases_table",
        alt=title,
    )
