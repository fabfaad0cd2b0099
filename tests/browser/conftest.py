"""A real release behind a real server, and a browser in front of it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.browser.window import BROWSERS, FLAGS, Look, missing, serving


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; without one they are skipped, on CI they fail."""
    reason = missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"browser tests cannot run: {reason}")
    if reason:
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    path = next(path for path in BROWSERS if Path(path).exists())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def copied_home(demo_home, tmp_path):
    """A home of its own, so that a test may hold, publish and roll back."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    return home


@pytest.fixture(scope="session")
def address(demo_home):
    """Where the pages of the sample province are served."""
    with serving(demo_home) as where:
        yield where


@pytest.fixture(scope="session")
def windows(chromium):
    """The windows there are; a test finds them as if newly opened."""
    return []


@pytest.fixture
def look(chromium, windows):
    """Open windows; one that an earlier test has left is taken before a new one."""
    free = list(windows)

    def window(width=1440, height=900, dark=False):
        if not free:
            windows.append(Look(chromium))
            free.append(windows[-1])
        return free.pop(0).ready(width, height, dark)

    return window


@pytest.fixture
def cut_off_delivery(copied_home, tmp_path):
    """The sample's bills again, of the newest month only three lines in ten."""
    import duckdb

    (bills,) = copied_home.glob("sample-*/bills.parquet")
    folder = tmp_path / "cut_off"
    folder.mkdir()
    duckdb.sql(
        f"""
        copy (
            select * from '{bills}'
            where bill_month < date '2025-09-01' or hash(bill_line_id) % 10 < 3
        ) to '{folder / "bills.parquet"}' (format parquet)
        """
    )
    return folder
