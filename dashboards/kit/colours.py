"""The two colour sets of the charts and how much they differ from what lies below.

Blue is better, orange is worse, grey and slate are not judged; yellow is caution.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colours:
    """The inks of one theme; every one is a #RRGGBB text."""

    theme: str
    page: str
    ink: str
    mid: str
    soft: str
    rule: str
    grid: str
    band: str
    act: str
    py: str
    good: str
    goodsoft: str
    bad: str
    badsoft: str
    passed: str
    caution: str
    caution_text: str
    diverging: tuple[str, ...]
    sequential: tuple[str, ...]


LIGHT = Colours(
    theme="light",
    page="#FFFFFF",
    ink="#10161D",
    mid="#4B5661",
    soft="#6B7580",
    rule="#C9D0D7",
    grid="#EAEDF1",
    band="#EEF1F4",
    act="#46535F",
    py="#87929D",
    good="#1F5FA8",
    goodsoft="#BFD5EA",
    bad="#C2480C",
    badsoft="#F3C5A8",
    passed="#E8F0F9",
    caution="#FBF3D6",
    caution_text="#7A5C00",
    diverging=(
        "#A33F0A",
        "#D4763E",
        "#F2C7A8",
        "#F7F7F5",
        "#BFD5EA",
        "#5F93C4",
        "#1B5393",
    ),
    sequential=("#F3F7FB", "#D3E2F0", "#9DBEDD", "#5389BC", "#205790", "#0A2F59"),
)

DARK = Colours(
    theme="dark",
    page="#12171D",
    ink="#EDF1F5",
    mid="#B9C3CD",
    soft="#98A4AF",
    rule="#46525E",
    grid="#252E37",
    band="#1E262E",
    act="#A9B5C0",
    py="#6F7C88",
    good="#7FB2E6",
    goodsoft="#2F506F",
    bad="#F0955C",
    badsoft="#6B3F20",
    passed="#1B2F45",
    caution="#3A3010",
    caution_text="#EBD07A",
    diverging=(
        "#F0955C",
        "#B4622E",
        "#5E3A22",
        "#232A31",
        "#24405C",
        "#3F78AE",
        "#9CC5EE",
    ),
    sequential=("#F3F7FB", "#D3E2F0", "#9DBEDD", "#5389BC", "#205790", "#0A2F59"),
)


def colours(theme: str | None) -> Colours:
    """The set of a theme, "light" or "dark"; light while the browser has not said."""
    return DARK if theme == "dark" else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 (black) to 1 (white); WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21; WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#FFFFFF", "#000000"), key=lambda ink: contrast(ink, colour))


def blend(one: str, other: str, part: float) -> str:
    """The colour so far (0..1) on the way from one to another, both #RRGGBB."""
    mixed = (
        round(int(one[i : i + 2], 16) * (1 - part) + int(other[i : i + 2], 16) * part)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
