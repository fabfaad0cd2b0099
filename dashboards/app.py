"""Streamlit's entry: the list of pages, the frame, what to say without a release."""

from pathlib import Path

import streamlit as st

from dashboards import data, drawing, frame
from dashboards.views import (
    customers,
    definitions,
    halls,
    hotline,
    orders,
    quality,
    retention,
    revenue,
    satisfaction,
    scorecard,
    tickets,
)
from jike.ground.errors import JikeError
from jike.words import wording

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the frame and the page the viewer is on."""
    st.set_page_config(
        page_title="集客 Jike", page_icon=str(STATIC / "mark.svg"), layout="wide"
    )
    st.logo(str(STATIC / "mark.svg"))
    words = frame.language()
    _ = words
    pages = {
        "": [st.Page(scorecard.page, title=_("Scorecard"), url_path="scorecard")],
        _("Customers"): [
            st.Page(retention.page, title=_("Retention"), url_path="retention"),
            st.Page(customers.page, title=_("Customer list"), url_path="customers"),
        ],
        _("Revenue pages"): [
            st.Page(
                revenue.page,
                title=_("Informatisation revenue"),
                url_path="revenue",
            ),
            st.Page(orders.page, title=_("Orders and provisioning"), url_path="orders"),
        ],
        _("Service"): [
            st.Page(
                satisfaction.page, title=_("Satisfaction"), url_path="satisfaction"
            ),
            st.Page(hotline.page, title=_("Hotline"), url_path="hotline"),
            st.Page(halls.page, title=_("Halls"), url_path="halls"),
            st.Page(
                tickets.page, title=_("Complaints and tickets"), url_path="tickets"
            ),
        ],
        _("Data"): [
            st.Page(quality.page, title=_("Data quality"), url_path="quality"),
            st.Page(definitions.page, title=_("Definitions"), url_path="definitions"),
        ],
    }
    here = st.navigation(pages, position="top")
    st.session_state[frame.PAGES] = {
        url: page
        for group in pages.values()
        for page in group
        # The first page's own path is the root.
        for url in [page.url_path or "scorecard"]
    }
    try:
        data.viewer_scope()
        data.begin()
        frame.draw(words, here.url_path)
    except JikeError as error:
        st.title(_("There is no release to show"), anchor=False)
        st.markdown(wording.escaped(words.error(error)))
        st.caption(_("Make one from the sample province, then reload this page:"))
        st.code("./jike demo --no-serve", language=None)
        st.stop()
    with drawing.guarded(here.url_path or "scorecard"):
        here.run()


main()
