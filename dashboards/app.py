"""Streamlit's entry: the list of pages, the frame, what to say without a release."""

from importlib import import_module
from pathlib import Path

import streamlit as st

from dashboards.shell import bar, data, guarded, view
from jike.ground.errors import JikeError
from jike.words import wording
from jike.words.language import Words

STATIC = Path(__file__).parent / "static"


def listed(words: Words) -> dict[str, dict[str, str]]:
    """Every page by its group: its folder and name in the URL → its title."""
    _ = words
    return {
        "": {"scorecard": _("Scorecard")},
        _("Customers"): {
            "retention": _("Retention"),
            "customers": _("Customer list"),
        },
        _("Revenue pages"): {
            "revenue": _("Informatisation revenue"),
            "orders": _("Orders and provisioning"),
        },
        _("Service"): {
            "satisfaction": _("Satisfaction"),
            "hotline": _("Hotline"),
            "halls": _("Halls"),
            "tickets": _("Complaints and tickets"),
        },
        _("Data"): {
            "quality": _("Data quality"),
            "definitions": _("Definitions"),
        },
    }


def main() -> None:
    """Draw the frame and the page the viewer is on."""
    st.set_page_config(
        page_title="集客 Jike", page_icon=str(STATIC / "mark.svg"), layout="wide"
    )
    st.logo(str(STATIC / "mark.svg"))
    words = bar.language()
    _ = words
    groups = listed(words)
    pages = {
        code: st.Page(
            import_module(f"dashboards.views.{code}.page").page,
            title=title,
            url_path=code,
        )
        for titles in groups.values()
        for code, title in titles.items()
    }
    here = st.navigation(
        {group: [pages[code] for code in codes] for group, codes in groups.items()},
        position="top",
    )
    st.session_state[view.PAGES] = pages
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
