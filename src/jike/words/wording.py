"""How numbers, dates and periods are written in a language.

Pure functions for pages, reports and the command line. A language is its code; what it
writes otherwise than English stands in its catalogue, by context. Values are those of
a KPI row (shares and differences as fractions, amounts in the currency); a missing
value is "—" everywhere. Minus is U+2212, and a rounded zero has no sign.
"""

import calendar
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import SupportsFloat

from jike.words import deployment
from jike.words.language import Words

MISSING = "—"
MINUS = "−"
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

DIVISORS = {"亿": 1e8, "万": 1e4, "B": 1e9, "M": 1e6, "K": 1e3, "": 1.0}
SPLIT = "|"
"""In a form: what stands before it is the figure of a card, the rest its unit."""

MONTHS = tuple(calendar.month_abbr)[1:]
DURATIONS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}

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


def growth(share: Number, decimals: int = 1) -> str:
    """A relative change: +11.4%; — where there is none."""
    if share is None or is_missing(share):
        return MISSING
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
    return Words(language).form("points", "{size} pp", size=size)


@cache
def scales(language: str) -> tuple[tuple[float, float, str], ...]:
    """Units of large numbers, the largest first: its start, its size, its sign.

    The form gives sign and power of ten, and the power it starts at when another.
    """
    said = Words(language).form("powers of ten", "B 9, M 6, K 3 4")
    units = (one.split() for one in said.split(", "))
    return tuple((10.0 ** int(n[-1]), 10.0 ** int(n[0]), sign) for sign, *n in units)


def divisor(unit: str, language: str) -> float:
    """How much one of a unit is: 万 is 10,000; no unit is 1."""
    return next((size for _, size, sign in scales(language) if sign == unit), 1.0)


def scale(yuan: Number, language: str) -> str:
    """The unit an amount or a large count is written in: 亿, 万, B, M, K or ""."""
    if yuan is None or is_missing(yuan):
        return ""
    size = abs(float(yuan))
    for start, _size, unit in scales(language):
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
    size = float(value) / divisor(unit, language)
    least = int(Words(language).form("least decimals in such a unit", "0"))
    # 9.996 rounds to 10.0, which has one decimal less than 9.99.
    whole = len(str(int(abs(rounded(size, max(least, 3 - _whole_digits(size)))))))
    return plain(size, max(least, 3 - whole))


def _whole_digits(size: float) -> int:
    return len(str(int(abs(size))))


def _next_scale(value: float, language: str, unit: str) -> str:
    """Step up when rounding has filled the unit: 9,999.96万 is 1.00亿."""
    ladder = ["", *(sign for _, _, sign in reversed(scales(language)))]
    place = ladder.index(unit)
    if unit == "" or place + 1 == len(ladder):
        return unit
    digits = scaled(value, language, unit).replace(",", "").replace(MINUS, "")
    above = ladder[place + 1]
    filled = float(digits) * divisor(unit, language)
    return above if filled >= divisor(above, language) else unit


def amount_parts(yuan: Number, language: str) -> tuple[str, str]:
    """Digits and unit of an amount for a card: ("363.0", "万元"); ("¥3.63M", "")."""
    if yuan is None or is_missing(yuan):
        return MISSING, ""
    value = float(yuan)
    unit = _next_scale(value, language, scale(value, language))
    return _amount(scaled(value, language, unit), unit, language)


def _amount(digits: str, unit: str, language: str) -> tuple[str, str]:
    sign = MINUS if digits.startswith(MINUS) else ""
    digits = digits.removeprefix(MINUS)
    words = Words(language)
    if deployment.is_in_yuan():
        form = words.form(
            "amount of yuan",
            "{sign}¥{digits}{unit}|",
            sign=sign,
            digits=digits,
            unit=unit,
        )
    else:
        form = words.form(
            "amount",
            "{sign}{symbol}{digits}{unit}|",
            sign=sign,
            symbol=deployment.symbol(language),
            digits=digits,
            unit=unit,
        )
    figure, _, rest = form.partition(SPLIT)
    return figure, rest


def amount_in(digits: str, unit: str, language: str) -> str:
    """An amount whose digits are written already: 1.88–1.91亿元; ¥188–191M."""
    return "".join(_amount(digits, unit, language))


def unit_of_amounts(unit: str, language: str) -> str:
    """A unit as the caption of a chart says it: 万元; ¥M."""
    return amount_in("", unit, language)


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
    form = Words(language).form("count", "{digits}{unit}|", digits=digits, unit=unit)
    figure, _, rest = form.partition(SPLIT)
    return figure, rest


def count(value: Number, language: str, counting_word: str = "") -> str:
    """A count: 44.7万次, 6,080户; 447K calls, 6,080 customers."""
    number = "".join(count_parts(value, language))
    if number == MISSING or not counting_word:
        return number
    return Words(language).form(
        "things counted", "{number} {things}", number=number, things=counting_word
    )


def labelled(name: str, unit: str, language: str) -> str:
    """A name with its unit in brackets: 信息化收入（万元）; the name without a unit."""
    if not unit:
        return name
    return Words(language).form("label", "{name} ({unit})", name=name, unit=unit)


def index(value: Number) -> str:
    """A score 0..100 with one decimal: 86.0."""
    return plain(value, 1)


def interval(low: Number, high: Number, n: Number, language: str) -> str:
    """An interval with its base: 84.9–87.1，n=412; the dash is an en dash."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return Words(language).clauses([range_of(low, high), f"n={plain(n)}"])


def range_of(low: Number, high: Number) -> str:
    """An interval alone: 84.9–87.1."""
    return f"{plain(low, 1)}–{plain(high, 1)}"


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


def _of_day(day: date, language: str) -> dict[str, object]:
    """What a form may name of a day: its month as a name, numbers bare and padded."""
    return {
        "year": day.year,
        "yy": f"{day:%y}",
        "month": month_in_words(day, language),
        "m": day.month,
        "mm": f"{day:%m}",
        "day": day.day,
        "dd": f"{day:%d}",
    }


def day_in_words(day: date, language: str, year: bool = True) -> str:
    """A date in a sentence: 2025 年 9 月 30 日; 30 Sep 2025."""
    words, said = Words(language), _of_day(day, language)
    if year:
        return words.form("day in a sentence", "{day} {month} {year}", **said)
    return words.form("day in a sentence", "{day} {month}", **said)


def frame_day(day: date | None, language: str) -> str:
    """A date in the frame: 2025-09-30; 30 Sep 2025."""
    if day is None:
        return MISSING
    said = _of_day(day, language)
    return Words(language).form("day in a frame", "{day} {month} {year}", **said)


def short_day(day: date, language: str) -> str:
    """A date on an axis, without its year: 09-30; 30 Sep."""
    said = _of_day(day, language)
    return Words(language).form("day on an axis", "{day} {month}", **said)


def calendar_day(day: date, language: str) -> str:
    """A date beside the weeks of a calendar: 9月30日; 30 Sep."""
    said = _of_day(day, language)
    return Words(language).form("day of a calendar", "{day} {month}", **said)


def span(first: date, last: date, language: str) -> str:
    """A stretch of days: 2025 年 1 月 1 日至 9 月 30 日; 1 Jan to 30 Sep 2025."""
    words = Words(language)
    if first.year != last.year:
        return words.form(
            "span of years",
            "{first} to {last}",
            first=day_in_words(first, language),
            last=day_in_words(last, language),
        )
    ends = {f"{name}_from": text for name, text in _of_day(first, language).items()}
    ends |= {f"{name}_to": text for name, text in _of_day(last, language).items()}
    return words.form(
        "span of a year",
        "{day_from} {month_from} to {day_to} {month_to} {year_to}",
        **ends,
    )


def local(moment: datetime) -> datetime:
    """A moment as the clocks of the business show it (Asia/Shanghai)."""
    return moment.astimezone(ZONE) if moment.tzinfo else moment


def time_of_day(moment: datetime) -> str:
    """A time in 24 hours, Asia/Shanghai: 06:12."""
    return f"{local(moment):%H:%M}"


def month_in_words(month: date, language: str) -> str:
    """A month on an axis: 9月; Sep."""
    return Words(language).form("month", MONTHS[month.month - 1])


def month_in_a_sentence(month: date, language: str) -> str:
    """A month in a sentence: 9 月; Sep."""
    said = _of_day(month, language)
    return Words(language).form("month in a sentence", "{month}", **said)


def month_with_year(month: date, language: str) -> str:
    """A month on an axis that says its year: 25-01; Jan 25."""
    said = _of_day(month, language)
    return Words(language).form("month with its year", "{month} {yy}", **said)


def period(code: str, language: str) -> str:
    """A period's name from its code: 2025年9月, 2025年三季度, 2025年累计.

    Codes: 2025-09, 2025Q3, 2025H1, 2025, 2025YTD, 2025-07YTD. An unknown code is
    written as it is.
    """
    form = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?([QH]\d)?(YTD)?", code)
    if form is None:
        return code
    year, month, part, to_date = form.groups()
    words, said = (
        Words(language),
        _of_day(date(int(year), int(month or 1), 1), language),
    )
    if to_date and month:
        return words.form("period", "{year} year to {month}", **said)
    if to_date:
        return words.form("period", "{year} year to date", **said)
    if part:
        return _part_of_a_year(part, words, said)
    if month:
        return words.form("period", "{month} {year}", **said)
    return words.form("period", "{year}", **said)


def _part_of_a_year(part: str, words: Words, said: dict[str, object]) -> str:
    names = {
        "Q1": words.form("period", "Q1 {year}", **said),
        "Q2": words.form("period", "Q2 {year}", **said),
        "Q3": words.form("period", "Q3 {year}", **said),
        "Q4": words.form("period", "Q4 {year}", **said),
        "H1": words.form("period", "H1 {year}", **said),
        "H2": words.form("period", "H2 {year}", **said),
    }
    return names.get(part) or f"{part} {said['year']}"


def duration(seconds: Number, language: str) -> str:
    """A length of time in one unit: 15秒, 2.5小时, 3天; 15 s, 2.5 h, 3 days."""
    if seconds is None or is_missing(seconds):
        return MISSING
    size = float(seconds)
    largest = reversed(DURATIONS)
    unit = next((unit for unit in largest if abs(size) >= DURATIONS[unit]), "seconds")
    value = size / DURATIONS[unit]
    decimals = 0 if rounded(value, 1) == rounded(value, 0) else 1
    return time_in(plain(value, decimals), unit, language)


def time_in(digits: str, unit: str, language: str) -> str:
    """A length of time whose digits are written already: 2.5小时; 2.5 h, 1 day."""
    words = Words(language)
    n = 1 if digits == "1" else 2
    said = {
        "seconds": words.form("length of time", "{digits} s", digits=digits),
        "minutes": words.form("length of time", "{digits} min", digits=digits),
        "hours": words.form("length of time", "{digits} h", digits=digits),
        "days": words.forms(
            "length of time", "{digits} day", "{digits} days", n, digits=digits
        ),
    }
    return said[unit]


def unit_of_time(unit: str, language: str) -> str:
    """The unit alone, for a label: 秒, 分钟, 小时, 天; s, min, h, days."""
    words = Words(language)
    said = {
        "seconds": words.form("unit of time", "s"),
        "minutes": words.form("unit of time", "min"),
        "hours": words.form("unit of time", "h"),
        "days": words.form("unit of time", "days"),
    }
    return said[unit]


TIMES_FROM = 10


def is_in_times(number: Number, unit: str) -> bool:
    """Whether a value is said in times, not in per cent."""
    return unit == "ratio" and abs(float(number or 0)) >= TIMES_FROM


def value(number: Number, unit: str, language: str, decimals: int | None = None) -> str:
    """A KPI's value by the unit the catalogue gives it, with the unit's sign.

    Units: share, ratio, pp, index, score (on the scale of its item), cny, count,
    seconds, minutes, hours, days. A count below 100 that is not whole (products per
    customer) keeps a decimal. A ratio from ten on (the lift of warnings) is said in
    times: 4,530.0% is read as a slip.
    """
    if is_missing(number) or number is None:
        return MISSING
    if is_in_times(number, unit):
        return Words(language).form("times", "{times}×", times=plain(number, 1))
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
