"""Numbers, dates and periods as the guide writes them, in Chinese and English."""

from contextvars import copy_context
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jike.words import deployment, wording


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (862_000_000, "8.62亿元", "¥862M"),
        (3_630_000, "363.0万元", "¥3.63M"),
        (Decimal("9840.00"), "9,840元", "¥9,840"),
        (0, "0元", "¥0"),
        (-3_630_000, "−363.0万元", "−¥3.63M"),
        (36_304_000, "3,630.4万元", "¥36.3M"),
        (99_999_999, "1.00亿元", "¥100M"),
        (9_999.7, "1.00万元", "¥10.0K"),
        (1_234_567_890, "12.3亿元", "¥1.23B"),
        (46_200.5, "4.62万元", "¥46.2K"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (float("inf"), "—", "—"),
    ],
)
def test_an_amount_is_scaled_by_the_language_and_keeps_three_figures(yuan, zh, en):
    assert (wording.amount(yuan, "zh"), wording.amount(yuan, "en")) == (zh, en)


def test_a_card_takes_the_unit_out_of_the_value():
    assert wording.amount_parts(3_630_000, "zh") == ("363.0", "万元")
    assert wording.amount_parts(3_630_000, "en") == ("¥3.63M", "")
    assert wording.count_parts(447_000, "zh") == ("44.7", "万")


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [(447_000, "44.7万次", "447K calls"), (6_080, "6,080次", "6,080 calls")],
)
def test_a_count_carries_its_counting_word(n, zh, en):
    assert wording.count(n, "zh", "次") == zh
    assert wording.count(n, "en", "calls") == en
    assert wording.count(None, "zh", "次") == "—"


def test_shares_and_their_differences_are_multiplied_only_here():
    assert wording.rate(0.83) == "83.0%"
    assert wording.rate(420 / 423, 2) == "99.29%"
    assert wording.points(0.2201) == "+22.0 pp"
    assert wording.points(-0.031) == "−3.1 pp"
    assert wording.points_in_words(-0.2201, "zh") == "22.0 个百分点"
    assert wording.points_in_words(0.2201, "en") == "22.0 pp"
    assert (wording.growth(0.114), wording.growth(None)) == ("+11.4%", "—")


@pytest.mark.parametrize("write", [wording.rate, wording.points, wording.plain])
def test_missing_is_a_dash_and_never_a_word(write):
    assert write(None) == write(float("nan")) == "—"


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_rounded_zero_never_has_a_sign(value, decimals):
    for text in (wording.plain(value, decimals), wording.signed(value, decimals)):
        assert "-" not in text
        if set(text) <= set("0.,+−"):
            assert not text.startswith(("−", "+"))


@given(st.floats(-1e11, 1e11), st.sampled_from(["zh", "en"]))
def test_an_amount_reads_back_as_what_it_was(value, language):
    digits = wording.scaled(value, language)
    unit = wording.scale(value, language)
    back = float(digits.replace(",", "").replace("−", "-")) * wording.divisor(
        unit, language
    )
    assert back == pytest.approx(value, rel=0.006, abs=0.5)


def test_an_interval_always_comes_with_its_base():
    assert wording.interval(84.9, 87.1, 412, "zh") == "84.9–87.1，n=412"
    assert wording.interval(84.9, 87.1, 412, "en") == "84.9–87.1, n=412"
    assert wording.interval(None, 87.1, 412, "en") == "—"


def test_shown_figures_add_up_or_get_a_decimal_more():
    assert wording.decimals_that_reconcile([81.0, 2.2, 83.2]) == 1
    # 83.14 → 81.16 is −1.98: with one decimal 83.1 and 81.2 would say −1.9.
    assert wording.decimals_that_reconcile([83.14, -1.98, 81.16]) == 2


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("2025-09", "2025年9月", "Sep 2025"),
        ("2025Q3", "2025年三季度", "Q3 2025"),
        ("2025H1", "2025年上半年", "H1 2025"),
        ("2025", "2025年", "2025"),
        ("2025YTD", "2025年累计", "2025 year to date"),
        ("2025-07YTD", "2025年累计至7月", "2025 year to Jul"),
        ("something", "something", "something"),
    ],
)
def test_a_period_has_a_name_in_both_languages(code, zh, en):
    assert (wording.period(code, "zh"), wording.period(code, "en")) == (zh, en)


def test_dates_are_iso_in_tables_and_words_in_sentences():
    day = date(2025, 9, 30)
    assert wording.iso(day) == "2025-09-30"
    assert wording.iso(None) == "—"
    assert wording.day_in_words(day, "zh") == "2025 年 9 月 30 日"
    assert wording.day_in_words(day, "en", year=False) == "30 Sep"
    assert wording.span(date(2025, 1, 1), day, "zh") == "2025 年 1 月 1 日至 9 月 30 日"
    assert wording.span(date(2025, 1, 1), day, "en") == "1 Jan to 30 Sep 2025"


def test_a_time_is_that_of_shanghai():
    assert wording.time_of_day(datetime(2025, 9, 30, 22, 12, tzinfo=UTC)) == "06:12"
    assert wording.local(datetime(2025, 9, 30, 22, tzinfo=UTC)).day == 1


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(15, "15秒", "15 s"), (9_000, "2.5小时", "2.5 h"), (86_400, "1天", "1 day")],
)
def test_a_duration_has_one_unit(seconds, zh, en):
    assert (wording.duration(seconds, "zh"), wording.duration(seconds, "en")) == (
        zh,
        en,
    )


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.83, "share", "83.0%"),
        (1.033, "ratio", "103.3%"),
        (9.99, "ratio", "999.0%"),
        (45.3, "ratio", "45.3 倍"),
        (0.022, "pp", "+2.2 pp"),
        (3_630_000, "cny", "363.0万元"),
        (6_080, "count", "6,080"),
        (1.84, "count", "1.8"),
        (2.0, "count", "2"),
        (123.4, "count", "123"),
        (2.5, "hours", "2.5小时"),
        (86.0, "index", "86.0"),
        (None, "share", "—"),
    ],
)
def test_a_value_is_written_by_its_unit(value, unit, written):
    assert wording.value(value, unit, "zh") == written


@pytest.mark.parametrize(
    "text",
    ["**x**", ":red[x]", "$y$", "# h", "1. l", "[a](http://b)", "<b>", "www.a.b"],
)
def test_text_of_the_data_keeps_every_sign_and_loses_its_meaning(text):
    safe = wording.escaped(text)
    assert safe != text
    assert safe.replace("\\", "").replace(wording.WORD_JOINER, "") == text


def test_names_and_figures_are_not_littered_with_backslashes():
    assert (
        wording.escaped("云栖县 22.0 个百分点，99.29%")
        == "云栖县 22.0 个百分点，99.29%"
    )
    assert wording.escaped("two\nlines") == "two lines"


@pytest.mark.parametrize(
    ("currency", "own", "zh", "en"),
    [
        ("CNY", "", "363.0万元", "¥3.63M"),
        ("USD", "", "US$363.0万", "$3.63M"),
        ("EUR", "", "€363.0万", "€3.63M"),
        ("CHF", "", "CHF\u00a0363.0万", "CHF\u00a03.63M"),
        ("USD", "$", "$363.0万", "$3.63M"),
        (None, None, "363.0万元", "¥3.63M"),
    ],
)
def test_amounts_are_written_in_the_currency_of_the_deployment(currency, own, zh, en):
    said = {"currency": currency, "currency_symbol": own}

    def written():
        deployment.choose(said)
        return [wording.amount(3_630_000, language) for language in ("zh", "en")]

    assert copy_context().run(written) == [zh, en]
    assert wording.amount(3_630_000, "en") == "¥3.63M"
