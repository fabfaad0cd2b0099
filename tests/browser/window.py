"""The pages behind a real server, and a browser's window in front of them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from jike.ground.home import PROJECT
from tests.browser.measures import EVERY, LABELS, STATE

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SHOTS = os.environ.get("JIKE_SCREENSHOTS")
"""The folder where pictures for people are kept; without it none are taken."""
DARK_GROUND = "rgb(18, 23, 29)"


def missing():
    """What keeps browser tests from running here; None when nothing does."""
    if not any(Path(path).exists() for path in BROWSERS):
        return f"no Chromium at {', '.join(BROWSERS)}"
    listed = subprocess.run(
        ["fc-list", ":lang=zh"], capture_output=True, text=True, check=False
    )
    return None if listed.stdout.strip() else "no font with Chinese characters"


@contextmanager
def serving(home):
    """Serve the pages of a home on a free port; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-P",
        "-m",
        "dashboards.shell.server",
        "run",
        "dashboards/app.py",
    ]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, *options, "--server.headless", "true"],
        cwd=PROJECT,
        env=os.environ | {"JIKE_HOME": str(home), "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(url, server):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, "the server did not start"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


class Look:
    """One page in one window, settled; what went wrong on the way is kept."""

    # Deep links log these while the client looks for its base path.
    HARMLESS = ("/_stcore/health", "/_stcore/host-config")

    def __init__(self, browser):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.on("response", self._response)
        self.page.on("request", lambda request: self.hosts.add(request.url))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def ready(self, width, height, dark):
        """Be as a window newly opened: this size and theme, nothing kept or logged.

        The tab stays: its scripts are compiled, and a page in it costs a third.
        """
        if self.page.url.startswith("http"):
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
            self.page.goto("about:blank")
        self.context.clear_cookies()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.trouble = []
        self.hosts = set()
        return self

    def _response(self, response):
        known = response.status == 404 and response.url.endswith(self.HARMLESS)
        if response.status >= 400 and not known:
            self.trouble.append(f"{response.status} {response.url}")

    def _console(self, message):
        known = "status of 404" in message.text
        if message.type == "error" and not known:
            self.trouble.append(message.text)

    def open(self, url):
        self.page.goto(url)
        return self.settle()

    def settle(self, quiet=0.8, limit=90.0):
        """Wait until the run is over, every chart drawn, and nothing moves any more."""
        seen, since = None, time.monotonic()
        until = since + limit
        while time.monotonic() < until:
            now = self.page.evaluate(STATE)
            if now != seen or not now[0]:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > quiet:
                return self
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the page does not settle: {seen}")

    def darken(self):
        """Switch to the dark theme and run the page again, as its menu's "Rerun"."""
        self.page.emulate_media(color_scheme="dark")
        self.page.wait_for_function(
            "ground => getComputedStyle(document.querySelector("
            "'[data-testid=stApp]')).backgroundColor === ground",
            arg=DARK_GROUND,
        )
        self.page.keyboard.press("r")
        return self.settle()

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})
        return self.settle()

    def wrong(self):
        """What the browser measures to be wrong with the page; {} when nothing is."""
        found = {what: self.page.evaluate(js) for what, js in EVERY.items()}
        return {what: where for what, where in found.items() if where}

    def inks(self):
        """The colours of the labels on the charts' axes, as #RRGGBB."""
        fills = self.page.evaluate(
            "[...document.querySelectorAll('.js-plotly-plot .ytick text')]"
            ".map(text => getComputedStyle(text).fill)"
        )
        numbers = [re.findall(r"\d+", fill)[:3] for fill in fills]
        return {"#" + "".join(f"{int(n):02X}" for n in rgb) for rgb in numbers}

    def labels(self):
        """Charts as a reader hears them: [panel's title, the chart's description]."""
        return self.page.evaluate(LABELS)

    def cards(self):
        """The cards of the page: [label, value], in their order."""
        texts = self.page.query_selector_all("[data-testid=stMetric]")
        values = [
            card.query_selector("[data-testid=stMetricValue]").inner_text()
            for card in texts
        ]
        labels = [
            card.evaluate(
                "e => e.closest('[data-testid=stElementContainer]')"
                ".previousElementSibling.innerText"
            )
            for card in texts
        ]
        return list(zip(labels, values, strict=True))

    def text(self):
        # Figures that belong together are held together by no-break spaces.
        return self.page.inner_text("body").replace("\u00a0", " ")

    def whole(self, name):
        """Keep a picture of the whole page for people to look at, where they want some.

        A window as high as the page lays every chart out anew, twice.
        """
        if not SHOTS:
            return
        size = self.page.viewport_size
        height = self.page.evaluate(
            "document.querySelector('[data-testid=stMain]').scrollHeight"
        )
        self.page.set_viewport_size({"width": size["width"], "height": height + 60})
        self.settle()
        self.picture(name)
        self.page.set_viewport_size(size)

    def picture(self, name):
        """Keep a picture of what the window shows."""
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{name}.png"))
