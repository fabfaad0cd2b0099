"""Makes the README's pictures from the pages of a home that is published.

Call it from the project's root: `.venv/bin/python docs/make_pictures.py`. JIKE_HOME
says which home; `./jike demo --no-serve` makes the one the pictures show. Needs the
test extras and a Chromium, like the tests in tests/browser, whose window it uses.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from tests.browser import window as served  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150_000
COLOURS = 200


@dataclass(frozen=True)
class Picture:
    """One picture: file name, what of the pages it shows, and in which window."""

    name: str
    path: str
    width: int = 1440
    height: int = 900
    dark: bool = False


WANTED = (
    Picture("scorecard-zh", "/"),
    Picture("scorecard-county-en", "/?branch=C01-1&lang=en"),
    Picture("retention-zh", "/retention", height=960),
    Picture("retention-dark-en", "/retention?lang=en", height=960, dark=True),
    Picture("customers-zh", "/customers", height=960),
    Picture("revenue-zh", "/revenue", height=960),
    Picture("satisfaction-en", "/satisfaction?period=2025H1&lang=en", height=960),
    Picture("hotline-zh", "/hotline?period=2025-07YTD", height=960),
    Picture("halls-zh", "/halls?period=2025-07", height=960),
    Picture("tickets-zh", "/tickets?period=2025-07", height=960),
    Picture("orders-zh", "/orders", height=960),
    Picture("quality-zh", "/quality"),
    Picture("definitions-zh", "/definitions?kpi=target_market_retention"),
    Picture("scorecard-phone-zh", "/?branch=C01-1", width=390, height=844),
)


def make(browser: object, address: str, picture: Picture) -> Path:
    """Photograph one view.

    Raises:
        ValueError: the file is larger than a README should load.
    """
    window = served.Look(browser, picture.width, picture.height, picture.dark)
    window.open(address + picture.path)
    file = PICTURES / f"{picture.name}.png"
    window.page.screenshot(path=str(file))
    window.context.close()
    with Image.open(file) as full:
        # Pages are flat: a palette keeps every line and a third of the bytes.
        full.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    if file.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{file.name} has {file.stat().st_size:,} bytes; crop it")
    return file


def main() -> int:
    """Make every picture; give the exit code."""
    from playwright.sync_api import sync_playwright

    home = Path(os.environ.get("JIKE_HOME", ROOT / "data"))
    reason = served.missing()
    if reason or not (home / "releases" / "current.json").exists():
        sys.stderr.write(f"{reason or f'{home} is not published; run ./jike demo'}\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = next(path for path in served.BROWSERS if Path(path).exists())
    with sync_playwright() as playwright, served.serving(home) as address:
        browser = playwright.chromium.launch(executable_path=path, args=[*served.FLAGS])
        for picture in WANTED:
            file = make(browser, address, picture)
            sys.stdout.write(f"{file.name} {file.stat().st_size:,} bytes\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
