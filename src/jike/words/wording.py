"""How numbers, dates and periods are written in Chinese and English.

Pure functions for pages, reports and the command line. Language is "zh" or "en";
values are those of a KPI row (shares and differences as fractions, amounts in yuan);
a missing value is "—" everywhere. Minus is U+2212, and a rounded zero has no sign.
"""

import calendar
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import SupportsFloat

MISSING = "—"
MINUS = "−"
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

# From the largest: the scale starts at this absolute value and divides by it.
AMOUNT_SCALES = {
    "zh": ((1e8, "亿"), (1e4, "万")),
    "en": ((1e9, "B"), (1e6, "M"), (1e4, "K")),
}
DIVISORS = {"亿": 1e8, "万": 1e4, "B": 1e9, "M": 1e6, "K": 1e3, "": 1.0}
QUARTERS = {"1": "一", "2": "二", "3": "三", "4": "四"}
SENTENCE_END = {"zh": "。", "en": "."}

Number = int | float | Decimal | None


def is_missing(value: object) -> bool:
    """Whether there is nothing to write: None, NaN, NaT or an infinity."""
    if value is None or value != value:
        return True
    return isinstance(value, float) and math.isinf(value)


def number(value: object) -> float | None:
    """A figure as a number; None when there is none.

    Raises:
        TypeError: it is no figure at all.
    """
    if is_missing(value):
        return None
    if isinstance(value, (str, SupportsFloat)):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no figure")


def rounded(value: float, decimals: int) -> Decimal:
    """Round half away from zero, as people do on paper; never gives -0."""
    unit = Decimal(1).scaleb(-decimals)
    result = Decimal(str(value)).quantize(unit, ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def plain(value: Number, decimals: int = 0) -> str:
    """A number with thousands commas: 6,080; −3.5; —."""
    if value is None or is_missing(value):
        return MISSING
    return f"{rounded(float(value), decimals):,f}".replace("-", MINUS)


def signed(value: Number, decimals: int = 1) -> str:
    """A difference with its sign: +22.0; −3.1; 0.0 without one."""
    text = plain(value, decimals)
    positive = not is_missing(value) and rounded(float(value or 0), decimals) > 0
    return f"+{text}" if positive else text


def rate(share: Number, decimals: int = 1) -> str:
    """A share 0..1 as per cent: 83.0%."""
    if share is None or is_missing(share):
        return MISSING
    return f"{plain(float(share) * 100, decimals)}%"


def growth(share: Number, language: str, decimals: int = 1) -> str:
    """A relative change: +11.4%; a base of zero has none and reads 新增 / new."""
    if share is None or is_missing(share):
        return "新增" if language == "zh" else "new"
    return f"{signed(float(share) * 100, decimals)}%"


def points(difference: Number, decimals: int = 1) -> str:
    """A difference of two shares in percentage points: +2.2 pp."""
    if difference is None or is_missing(difference):
        return MISSING
    return f"{signed(float(difference) * 100, decimals)} pp"


def points_in_words(difference: Number, language: str, decimals: int = 1) -> str:
    """The size of such a difference in a sentence: 2.2 个百分点; 2.2 pp."""
    if difference is None or is_missing(difference):
        return MISSING
    size = plain(abs(float(difference)) * 100, decimals)
    return f"{size} 个百分点" if language == "zh" else f"{size} pp"


def scale(yuan: Number, language: str) -> str:
    """The unit an amount or a large count is written in: 亿, 万, B, M, K or ""."""
    if yuan is None or is_missing(yuan):
        return ""
    size = abs(float(yuan))
    for start, unit in AMOUNT_SCALES[language]:
        # 99,999,999 is 1.00亿, not 10,000.0万: the rounded figure chooses.
        if size >= start or rounded(size, 0) >= start:
            return unit
    return ""


def scaled(value: Number, language: str, unit: str | None = None) -> str:
    """An amount's digits in a unit: three significant ones, in Chinese 363.0."""
    if value is None or is_missing(value):
        return MISSING
    unit = scale(value, language) if unit is None else unit
    if unit == "":
        return plain(value)
    size = float(value) / DIVISORS[unit]
    least = 1 if language == "zh" else 0
    # 9.996 rounds to 10.0, which has one decimal less than 9.99.
    whole = len(str(int(abs(rounded(size, max(least, 3 - _whole_digits(size)))))))
    return plain(size, max(least, 3 - whole))


def _whole_digits(size: float) -> int:
    return len(str(int(abs(size))))


def _next_scale(value: float, language: str, unit: str) -> str:
    """Step up when rounding has filled the unit: 9,999.96万 is 1.00亿."""
    ladder = ["", *(name for _, name in reversed(AMOUNT_SCALES[language]))]
    place = ladder.index(unit)
    if unit == "" or place + 1 == len(ladder):
        return unit
    digits = scaled(value, language, unit).replace(",", "").replace(MINUS, "")
    above = ladder[place + 1]
    return above if float(digits) * DIVISORS[unit] >= DIVISORS[above] else unit


def amount_parts(yuan: Number, language: str) -> tuple[str, str]:
    """Digits and unit of an amount for a card: ("363.0", "万元"); ("¥3.63M", "")."""
    if yuan is None or is_missing(yuan):
        return MISSING, ""
    value = float(yuan)
    unit = _next_scale(value, language, scale(value, language))
    digits = scaled(value, language, unit)
    if language == "zh":
        return digits, f"{unit}元"
    sign = MINUS if digits.startswith(MINUS) else ""
    return f"{sign}¥{digits.removeprefix(MINUS)}{unit}", ""


def amount(yuan: Number, language: str) -> str:
    """An amount with its unit: 8.62亿元, 363.0万元, 9,840元; ¥862M, ¥3.63M, ¥9,840."""
    digits, unit = amount_parts(yuan, language)
    return f"{digits}{unit}"


def count_parts(value: Number, language: str) -> tuple[str, str]:
    """Digits and unit of a count: ("44.7", "万"); ("6,080", ""); ("447K", "")."""
    if value is None or is_missing(value):
        return MISSING, ""
    size = float(value)
    unit = _next_scale(size, language, scale(size, language))
    digits = scaled(size, language, unit)
    return (digits, unit) if language == "zh" else (f"{digits}{unit}", "")


def count(value: Number, language: str, counting_word: str = "") -> str:
    """A count: 44.7万次, 6,080户; 447K calls, 6,080 customers."""
    digits, unit = count_parts(value, language)
    if digits == MISSING or not counting_word:
        return f"{digits}{unit}"
    return f"{digits}{unit}{'' if language == 'zh' else ' '}{counting_word}"


def index(value: Number) -> str:
    """A score 0..100 with one decimal: 86.0."""
    return plain(value, 1)


def interval(low: Number, high: Number, n: Number, language: str) -> str:
    """An interval with its base: 84.9–87.1，n=412; the dash is an en dash."""
    if is_missing(low) or is_missing(high):
        return MISSING
    comma = "，" if language == "zh" else ", "
    return f"{plain(low, 1)}–{plain(high, 1)}{comma}n={plain(n)}"


def decimals_that_reconcile(
    values: Sequence[float], least: int = 1, most: int = 3
) -> int:
    """How many decimals make the shown figures add up to the last one.

    values: parts and then their total, or (before, change, after). Adds a decimal
    until the rounded parts sum to the rounded total; gives `most` at the latest.
    """
    for decimals in range(least, most):
        shown = [rounded(value, decimals) for value in values]
        if sum(shown[:-1]) == shown[-1]:
            return decimals
    return most


def iso(day: date | datetime | None) -> str:
    """A date in a table: 2025-09-30."""
    return MISSING if day is None or is_missing(day) else f"{day:%Y-%m-%d}"


def day_in_words(day: date, language: str, year: bool = True) -> str:
    """A date in a sentence: 2025 年 9 月 30 日; 30 Sep 2025."""
    if language == "zh":
        head = f"{day.year} 年 " if year else ""
        return f"{head}{day.month} 月 {day.day} 日"
    tail = f" {day.year}" if year else ""
    return f"{day.day} {calendar.month_abbr[day.month]}{tail}"


def frame_day(day: date | None, language: str) -> str:
    """A date in the frame: 2025-09-30; 30 Sep 2025."""
    if day is None:
        return MISSING
    return iso(day) if language == "zh" else day_in_words(day, "en")


def span(first: date, last: date, language: str) -> str:
    """A stretch of days: 2025 年 1 月 1 日至 9 月 30 日; 1 Jan to 30 Sep 2025."""
    same = first.year == last.year
    if language == "zh":
        return f"{day_in_words(first, 'zh')}至 {day_in_words(last, 'zh', not same)}"
    return f"{day_in_words(first, 'en', not same)} to {day_in_words(last, 'en')}"


def local(moment: datetime) -> datetime:
    """A moment as the clocks of the business show it (Asia/Shanghai)."""
    return moment.astimezone(ZONE) if moment.tzinfo else moment


def time_of_day(moment: datetime) -> str:
    """A time in 24 hours, Asia/Shanghai: 06:12."""
    return f"{local(moment):%H:%M}"


def month_in_words(month: date, language: str) -> str:
    """A month on an axis: 9月; Sep."""
    return f"{month.month}月" if language == "zh" else calendar.month_abbr[month.month]


def period(code: str, language: str) -> str:
    """A period's name from its code: 2025年9月, 2025年三季度, 2025年累计.

    Codes: 2025-09, 2025Q3, 2025H1, 2025, 2025YTD, 2025-07YTD. An unknown code is
    written as it is.
    """
    form = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:([QH])(\d))?(YTD)?", code)
    if form is None:
        return code
    year, month, part, number, to_date = form.groups()
    if language == "zh":
        return _period_zh(year, month, part, number, to_date)
    return _period_en(year, month, part, number, to_date)


def _period_zh(
    year: str, month: str | None, part: str | None, number: str, to_date: str | None
) -> str:
    if to_date:
        return f"{year}年累计至{int(month)}月" if month else f"{year}年累计"
    if part == "Q":
        return f"{year}年{QUARTERS.get(number, number)}季度"
    if part == "H":
        return f"{year}年{'上' if number == '1' else '下'}半年"
    return f"{year}年{int(month)}月" if month else f"{year}年"


def _period_en(
    year: str, month: str | None, part: str | None, number: str, to_date: str | None
) -> str:
    if to_date:
        name = f"to {calendar.month_abbr[int(month)]}" if month else "to date"
        return f"{year} year {name}"
    if part:
        return f"{part}{number} {year}"
    return f"{calendar.month_abbr[int(month)]} {year}" if month else year


def duration(seconds: Number, language: str) -> str:
    """A length of time in one unit: 15秒, 2.5小时, 3天; 15 s, 2.5 h, 3 days."""
    if seconds is None or is_missing(seconds):
        return MISSING
    size = float(seconds)
    steps = (
        (86_400, "天", "days"),
        (3_600, "小时", "h"),
        (60, "分钟", "min"),
        (1, "秒", "s"),
    )
    length, zh, en = next((s for s in steps if abs(size) >= s[0]), steps[-1])
    value = size / length
    digits = plain(value, 0 if rounded(value, 1) == rounded(value, 0) else 1)
    if language == "zh":
        return f"{digits}{zh}"
    return f"{digits} {'day' if (en, digits) == ('days', '1') else en}"


TIMES_FROM = 10


def is_in_times(number: Number, unit: str) -> bool:
    """Whether a value is said in times, not in per cent."""
    return unit == "ratio" and abs(float(number or 0)) >= TIMES_FROM


def value(number: Number, unit: str, language: str, decimals: int | None = None) -> str:
    """A KPI's value by the unit the catalogue gives it, with the unit's sign.

    Units: share, ratio, pp, index, cny, count, seconds, minutes, hours, days. A count
    below 100 that is not whole (products per customer) keeps a decimal. A ratio from
    ten on (the lift of warnings) is said in times: 4,530.0% is read as a slip.
    """
    if is_missing(number) or number is None:
        return MISSING
    if is_in_times(number, unit):
        times = plain(number, 1)
        return f"{times} 倍" if language == "zh" else f"{times}×"
    if unit in ("share", "ratio"):
        return rate(number, 1 if decimals is None else decimals)
    if unit == "pp":
        return points(number, 1 if decimals is None else decimals)
    if unit == "cny":
        return amount(number, language)
    if unit == "count" and not _is_fraction(number):
        return count(number, language)
    if unit in DURATIONS:
        return duration(float(number) * DURATIONS[unit], language)
    return plain(number, 1 if decimals is None else decimals)


def _is_fraction(value: Number) -> bool:
    size = abs(float(value or 0))
    return size < 100 and size != int(size)


DURATIONS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


# What Streamlit rewrites in finished text, where a backslash does not help: icons,
# links, arrows and dashes.
REWRITTEN = re.compile(
    r":(?=material/|streamlit:|//)|www(?=\.)|@|[-<](?=[-<>])", re.IGNORECASE
)
WORD_JOINER = "\u2060"


def escaped(text: str) -> str:
    """Text of the data made harmless in Markdown: every sign of it is printed.

    Line breaks become spaces; signs with a meaning get a backslash, and an invisible
    word joiner breaks what would still become an icon or a link.
    """
    flat = REWRITTEN.sub(rf"\g<0>{WORD_JOINER}", " ".join(str(text).split()))
    flat = re.sub(r"([\\`*_{}\[\]#|~$:<>&^])", r"\\\1", flat)
    return re.sub(r"^(\d*)([.)+\-=])", r"\1\\\2", flat)
