"""How tests open a page by its link, ask the command line beside it, and tap a mark."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout

from jike.cli import parser
from jike.ground.home import PROJECT
from tests.fixtures import page_views

CHILDREN = "[data-testid=stPlotlyChart] .js-plotly-plot"
PAGES = {page: "" if page == "scorecard" else page for page in page_views.PAGES}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


def link(address, page="scorecard", **codes):
    query = "&".join(f"{key}={value}" for key, value in codes.items())
    return f"{address}/{PAGES[page]}?{query}"


def jike(home, *args):
    """Call the command line on a home."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "jike.cli", *args],
        env=os.environ | {"JIKE_HOME": str(home)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def kpi(home, *args):
    """Ask the command line, as JSON rows."""
    written = io.StringIO()
    with redirect_stdout(written):
        done = parser.main(["--home", str(home), "kpi", *args, "--format", "json"])
    assert done == 0, args
    return json.loads(written.getvalue())


def value_of(home, code, *where):
    (row,) = kpi(home, code, "--period", "2025YTD", *where)
    return row


def chart(window, key):
    """The drawn chart of a panel."""
    return window.page.locator(f".st-key-panel_{key} {CHILDREN}").first


def tapped(window, key, places, nth):
    """Click the middle of a mark of a chart; `places` finds the marks."""
    box = chart(window, key).locator(places).nth(nth).bounding_box()
    window.page.mouse.click(
        box["x"] + min(box["width"] / 2, 40), box["y"] + box["height"] / 2
    )
    window.settle()
