"""The catalogues hold exactly the texts of the pages, and both languages say them."""

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from jike.ground.errors import JikeError
from jike.words.language import LANGUAGES, LOCALES, Words, translations
from tests.fixtures import page_release as small
from tests.fixtures.texts import fields

KEYWORDS = {"_": None, "many": (1, 2)}
# Punctuation and digits aside, a Chinese text has no Latin words but these.
LATIN = {"A", "B", "C", "Erlang", "GRR", "HHI", "KPI", "NRR", "NUL", "n"}


def texts_of_the_pages(folder=small.PROJECT / "dashboards"):
    found = extract_from_dir(
        str(folder), method_map=[("**.py", "python")], keywords=KEYWORDS
    )
    return {message for _file, _line, message, _comments, _context in found}


def catalogue(language):
    with (LOCALES / language / "LC_MESSAGES" / "jike.po").open("rb") as file:
        return {entry.id: entry for entry in read_po(file, locale=language) if entry.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_from_a_catalogue_and_none_is_left_over(language):
    wanted, there = texts_of_the_pages(), set(catalogue(language))
    assert wanted - there == set()
    assert there - wanted == set()


def test_a_text_without_an_entry_is_found(tmp_path):
    (tmp_path / "page.py").write_text('_("a text nobody translated")\n')
    assert texts_of_the_pages(tmp_path) - set(catalogue("zh")) != set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_the_same_values(language):
    for key, entry in catalogue(language).items():
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        wanted = set().union(*map(fields, key if isinstance(key, tuple) else (key,)))
        for text in said:
            assert text, key
            assert fields(text) <= wanted, key
            assert wanted - fields(text) <= {"n"}, key


def test_chinese_is_chinese():
    for key, entry in catalogue("zh").items():
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in said:
            for name in fields(text):
                text = text.replace(f"{{{name}}}", "")
            words = "".join(c if c.isascii() and c.isalpha() else " " for c in text)
            assert set(words.split()) - LATIN - {"br"} == set(), key


def test_words_fill_in_their_values_and_count():
    zh, en = Words("zh"), Words("en")
    assert zh("release {number}", number=14) == "发布 14"
    one, more = "{n} check passed", "{n} checks passed"
    assert [en.many(one, more, n) for n in (1, 2)] == [
        "1 check passed",
        "2 checks passed",
    ]
    assert zh.many(one, more, 1) == "通过 1 项检查"
    assert zh.name({"name_zh": "望溪", "name_en": "Wangxi"}) == "望溪"


def test_a_catalogue_that_is_not_there_is_named(tmp_path):
    with pytest.raises(JikeError, match=r"locales/zh/LC_MESSAGES/jike\.po"):
        translations("zh", tmp_path)
