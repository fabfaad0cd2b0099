"""Every page, in every size, language and theme: whole, legible, and described."""

import re
from urllib.parse import urlsplit

import pytest

from dashboards.kit.colours import DARK, LIGHT
from tests.browser.measures import JUDGED
from tests.browser.reading import PAGES, SIZES, link
from tests.browser.window import SHOTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVERY_PAGE = pytest.mark.parametrize("page", PAGES)
EVERY_SIZE = pytest.mark.parametrize("size", SIZES)
BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])

# Pages of words and tables only.
CHARTLESS = {"definitions"}
CARDLESS = {"quality"}
BOXES = "□▯\ufffd"
# What no reader may see: Python's and SQL's words for nothing, and untranslated names.
NEVER = re.compile(r"\b(None|NaN|nan|null|undefined|Traceback)\b|\{\w+\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
# A window of 1440 by 900 whose text is enlarged to 200 % has this many CSS pixels.
ENLARGED = (720, 450)
DEFICIENCIES = ("achromatopsia", "deuteranopia", "protanopia", "tritanopia")
# A judged text says so without its colour: a sign, or words.
SAID = re.compile(r"[+−✓!×↑↓]|[^\W\d_]{2}")
PILL = re.compile(r"[+−]|0")


@EVERY_PAGE
@EVERY_SIZE
@BOTH_LANGUAGES
def test_a_page_is_whole_and_legible_in_both_themes(look, address, page, size, lang):
    window = look(*SIZES[size]).open(link(address, page, lang=lang))
    text = window.text()
    assert not window.page.query_selector("[data-testid=stException]")
    assert not window.page.query_selector("[data-testid=stAlert]")
    assert NEVER.search(text) is None
    assert not set(text) & set(BOXES)
    cards = window.cards()
    assert bool(cards) == (page not in CARDLESS)
    assert all(re.search(r"\d|—", value) for _label, value in cards)
    assert window.wrong() == {}
    assert window.inks() <= {LIGHT.ink, LIGHT.mid}
    described(window.labels(), page, lang)
    judged(window)
    window.whole(f"{page}-{size}-{lang}")
    if size == "desk":
        heads = window.page.locator("h1, h3").all_inner_texts()
        window.resize(*ENLARGED)
        assert window.wrong() == {}
        assert window.page.locator("h1, h3").all_inner_texts() == heads
        assert window.cards() == cards
        window.resize(*SIZES[size])
        if lang == "zh" and SHOTS:
            with_other_eyes(window, page)
    window.darken()
    assert window.wrong() == {}
    assert window.inks() <= {DARK.ink, DARK.mid}
    window.whole(f"{page}-{size}-{lang}-dark")
    assert window.trouble == []
    hosts = {urlsplit(url).hostname for url in window.hosts if url[:4] == "http"}
    assert hosts == {"127.0.0.1"}


def described(charts, page, lang):
    """Every chart is heard in the page's language, with figures, and has its table."""
    assert bool(charts) == (page not in CHARTLESS)
    for chart in charts:
        assert re.search(r"\d", chart["label"]), chart
        chinese = len(CHINESE.findall(chart["label"])) / len(chart["label"])
        # In English names may stay as they were delivered.
        assert chinese > 0 if lang == "zh" else chinese < 0.25, chart
    assert [chart["key"] for chart in charts if not chart["has_table"]] == []


def judged(window):
    """What is blue or orange says so in a sign or a word, too."""
    texts = window.page.evaluate(JUDGED, [rgb(LIGHT.good), rgb(LIGHT.bad)])
    assert [text for text in texts if not SAID.search(text.partition(": ")[2])] == []
    pills = window.page.locator("[data-testid=stMetricDelta]").all_inner_texts()
    assert [pill for pill in pills if not PILL.match(pill.strip())] == []


def with_other_eyes(window, page):
    """Keep what prints in grey and what colour-blind readers see, for people."""
    session = window.context.new_cdp_session(window.page)
    for kind in (*DEFICIENCIES, "none"):
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
        if kind != "none":
            window.picture(f"{page}-{kind}")


def rgb(colour):
    """#RRGGBB as a browser says it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def test_a_page_opened_in_the_dark_theme_is_dark(look, address):
    window = look(dark=True).open(link(address))
    window.settle()
    assert window.inks() <= {DARK.ink, DARK.mid}


VIEWS = [
    ("scorecard", {"branch": "C07", "period": "2025-05"}),
    ("retention", {"branch": "C07", "period": "2025-05", "tier": "B1"}),
    (
        "customers",
        {"branch": "C08", "period": "2025YTD", "customer": "E03954", "tier": "B2"},
    ),
    ("revenue", {"branch": "C03", "period": "2025Q2", "cut": "tier"}),
    ("satisfaction", {"branch": "C02", "period": "2025H1", "role": "member"}),
    ("hotline", {"branch": "C05", "period": "2025-06", "show": "calls"}),
    ("halls", {"branch": "C05", "period": "2025-07", "show": "walk_away_rate"}),
    ("tickets", {"branch": "C01", "period": "2025-07", "cut": "source"}),
    ("orders", {"branch": "C03", "period": "2025Q2", "cut": "channel"}),
    ("quality", {"branch": "C01-1", "period": "2025-03"}),
    ("definitions", {"branch": "C01", "period": "2024YTD", "kpi": "grr"}),
]


@pytest.mark.parametrize(("page", "codes"), VIEWS, ids=[page for page, _ in VIEWS])
@BOTH_LANGUAGES
def test_a_link_shows_the_same_in_a_new_session(look, address, page, codes, lang):
    window = look().open(link(address, page, lang=lang, **codes))
    query = dict(pair.split("=") for pair in urlsplit(window.page.url).query.split("&"))
    assert query == codes | ({} if lang == "zh" else {"lang": lang})
    again = look().open(window.page.url)
    assert again.text() == window.text()
    assert again.labels() == window.labels()
