"""Streamlit's entry: the list of pages, the frame, what to say without a release."""

from pathlib import Path

import streamlit as st

from dashboards.pages.customers import page as customers_page
from dashboards.pages.definitions import page as definitions_page
from dashboards.pages.halls import page as halls_page
from dashboards.pages.hotline import page as hotline_page
from dashboards.pages.orders import page as orders_page
from dashboards.pages.quality import page as quality_page
from dashboards.pages.retention import page as retention_page
from dashboards.pages.revenue import page as revenue_page
from dashboards.pages.satisfaction import page as satisfaction_page
from dashboards.pages.scorecard import page as scorecard_page
from dashboards.pages.tickets import page as tickets_page
from dashboards.shell import bar, data, guarded, view
from jike.ground.errors import JikeError
from jike.words import wording

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the frame and the page the viewer is on."""
    st.set_page_config(
        page_title="集客 Jike", page_icon=str(STATIC / "mark.svg"), layout="wide"
    )
    st.logo(str(STATIC / "mark.svg"))
    words = bar.language()
    _ = words
    pages = {
        "": [st.Page(scorecard_page.page, title=_("Scorecard"), url_path="scorecard")],
        _("Customers"): [
            st.Page(retention_page.page, title=_("Retention"), url_path="retention"),
            st.Page(
                customers_page.page, title=_("Customer list"), url_path="customers"
            ),
        ],
        _("Revenue pages"): [
            st.Page(
                revenue_page.page,
                title=_("Informatisation revenue"),
                url_path="revenue",
            ),
            st.Page(
                orders_page.page, title=_("Orders and provisioning"), url_path="orders"
            ),
        ],
        _("Service"): [
            st.Page(
                satisfaction_page.page, title=_("Satisfaction"), url_path="satisfaction"
            ),
            st.Page(hotline_page.page, title=_("Hotline"), url_path="hotline"),
            st.Page(halls_page.page, title=_("Halls"), url_path="halls"),
            st.Page(
                tickets_page.page, title=_("Complaints and tickets"), url_path="tickets"
            ),
        ],
        _("Data"): [
            st.Page(quality_page.page, title=_("Data quality"), url_path="quality"),
            st.Page(
                definitions_page.page, title=_("Definitions"), url_path="definitions"
            ),
        ],
    }
    here = st.navigation(pages, position="top")
    st.session_state[view.PAGES] = {
        url: page
        for group in pages.values()
        for page in group
        # The first page's own path is the root.
        for url in [page.url_path or "scorecard"]
    }
    try:
        data.viewer_scope()
        data.begin()
        bar.draw(words, here.url_path)
    except JikeError as error:
        st.title(_("There is no release to show"), anchor=False)
        st.markdown(wording.escaped(words.error(error)))
        st.caption(_("Make one from the sample province, then reload this page:"))
        st.code("./jike demo --no-serve", language=None)
        st.stop()
    with guarded.guarded(here.url_path or "scorecard"):
        here.run()


main()
