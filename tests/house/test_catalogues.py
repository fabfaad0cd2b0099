"""The catalogues hold exactly the texts of the pages; a language is a catalogue."""

import ast
import json
import os
import shutil
import subprocess
import sys

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from jike.ground.errors import JikeError
from jike.ground.home import PROJECT
from jike.words import wording
from jike.words.language import LANGUAGES, LOCALES, Words, languages, translations
from tests.fixtures import page_release as small
from tests.fixtures.texts import fields

KEYWORDS = {
    **{"_": None, "many": (1, 2)},
    **{"form": ((1, "c"), 2), "forms": ((1, "c"), 2, 3)},
}
# Punctuation and digits aside, a Chinese text has no Latin words but these.
LATIN = {"A", "B", "C", "Erlang", "GRR", "HHI", "KPI", "NRR", "NUL", "n"}
# A form may write a day's month or number in another way than its key does.
OF_A_DAY = {"yy": "year", "m": "month", "mm": "month", "dd": "day"}


def texts_in(folder):
    """(context, text) of every text that code of a folder says."""
    found = extract_from_dir(
        str(folder), method_map=[("**.py", "python")], keywords=KEYWORDS
    )
    return {(context, message) for _file, _line, message, _comments, context in found}


def texts():
    months = {("month", month) for month in wording.MONTHS}
    ours = texts_in(PROJECT / "dashboards") | texts_in(PROJECT / "src" / "jike")
    return ours | months


def entries(language, domain="jike"):
    with (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return [entry for entry in read_po(file, locale=language) if entry.id]


def said(entry):
    return entry.string if isinstance(entry.string, tuple) else (entry.string,)


def keys(entry):
    return entry.id if isinstance(entry.id, tuple) else (entry.id,)


def named(language):
    return {(entry.context, entry.id) for entry in entries(language)}


def test_every_text_of_the_code_has_a_chinese_one_and_none_is_left_over():
    assert texts() - named("zh") == set()
    assert named("zh") - texts() == set()


def test_english_has_no_entry_but_what_it_says_otherwise():
    """Its key is what an English reader reads."""
    assert named("en") - texts() == set()
    for path in sorted((LOCALES / "en" / "LC_MESSAGES").glob("*.po")):
        for entry in entries("en", path.stem):
            assert entry.string != entry.id, entry.id
            assert all(said(entry)), entry.id


def asked_for_a_language(source):
    """Lines that compare with a language's code, or keep something for each."""
    for node in ast.walk(ast.parse(source)):
        values = []
        if isinstance(node, ast.Compare):
            values = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            values = [key for key in node.keys if key]
        for value in values:
            if isinstance(value, ast.Constant) and value.value in LANGUAGES:
                yield node.lineno


def test_no_code_beside_words_asks_which_language_it_is():
    for folder in ("dashboards", "src/jike"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "words" not in path.parts:
                found = asked_for_a_language(path.read_text(encoding="utf-8"))
                assert list(found) == [], path


def test_code_that_asks_for_a_language_is_found():
    assert list(asked_for_a_language('a = "、" if language == "zh" else ", "')) == [1]
    assert list(asked_for_a_language('NAMES = {"zh": "中文"}')) == [1]


def test_a_text_without_an_entry_is_found(tmp_path):
    (tmp_path / "page.py").write_text('_("a text nobody translated")\n')
    assert texts_in(tmp_path) - named("zh") != set()


def of_a_day(name):
    """What of a day a value is, whichever way it is written."""
    stem, _, end = name.partition("_")
    return "_".join(filter(None, (OF_A_DAY.get(stem, stem), end)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_the_same_values(language):
    for entry in entries(language):
        wanted = set().union(*map(fields, keys(entry)))
        for text in said(entry):
            assert text, entry.id
            given = fields(text)
            if entry.context:
                wanted, given = ({of_a_day(v) for v in vs} for vs in (wanted, given))
            assert given - {"year_from"} <= wanted, entry.id
            assert wanted - given <= {"n", "year_to"}, entry.id


def test_chinese_is_chinese():
    for entry in entries("zh"):
        for text in said(entry):
            for name in fields(text):
                text = text.replace(f"{{{name}}}", "")
            words = "".join(c if c.isascii() and c.isalpha() else " " for c in text)
            assert set(words.split()) - LATIN - {"br"} == set(), entry.id


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


def test_lists_are_written_as_the_language_writes_them():
    zh, en = Words("zh"), Words("en")
    names = ["a", "b", "c"]
    assert (zh.listed(names), en.listed(names)) == ("a、b、c", "a, b, c")
    assert (zh.together(names), en.together(names)) == ("a、b、c", "a, b and c")
    assert (zh.either(names), en.either(names)) == ("a或b或c", "a or b or c")
    assert (zh.clauses(names), en.clauses(names)) == ("a，b，c", "a, b, c")
    assert (zh.findings(names), en.findings(names)) == ("a，b，c", "a; b; c")
    assert (zh.sentences(names), en.sentences(names)) == ("a。b。c", "a. b. c")
    assert (zh.told("t", names), en.told("t", names)) == ("t：a、b、c", "t: a, b, c")
    assert [len(en.together(names[:n])) for n in (0, 1, 2)] == [0, 1, 7]
    assert (zh.other, en.other) == (en, zh)
    assert (zh.has_spaces, en.has_spaces) == (False, True)


# ---- a third language ----

FRENCH = r"""
msgid ""
msgstr ""
"Language: fr\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"Content-Type: text/plain; charset=utf-8\n"

msgctxt "language"
msgid "English"
msgstr "Français"

msgid "Scorecard"
msgstr "Tableau de bord"

msgctxt "name"
msgid "Informatisation revenue"
msgstr "Revenus d'informatisation"

msgctxt "month"
msgid "Sep"
msgstr "sept."

msgctxt "powers of ten"
msgid "B 9, M 6, K 3 4"
msgstr "Md 9, M 6"
"""
ERRORS = r"""
msgid ""
msgstr ""
"Language: fr\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "nothing is built yet; run `jike build`"
msgstr "rien n'est encore construit ; lancez `jike build`"
"""
SEEN = """
import json
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({app!r}, default_timeout=60)
app.query_params["lang"] = "fr"
app.run()
print(json.dumps({{
    "failed": [failed.value for failed in app.exception],
    "choices": [list(box.options) for box in app.selectbox],
    "labels": [metric.label for metric in app.metric],
}}))
"""
SPOKEN = """
import json
from jike.words import wording
from jike.words.language import LANGUAGES, Words
words = Words("fr")
named = {"name_zh": "信息化收入", "name_en": "Informatisation revenue"}
print(json.dumps({
    "languages": LANGUAGES,
    "own_name": words.own_name,
    "texts": [words("Scorecard"), words("Customers")],
    "name": words.name(named),
    "period": wording.period("2025-09", "fr"),
    "amount": wording.amount(1_880_000_000, "fr"),
}))
"""


@pytest.fixture(scope="module")
def french(tmp_path_factory):
    """The project beside which a third folder of texts lies, and nothing else."""
    root = tmp_path_factory.mktemp("french")
    for name in ("src", "dashboards", "locales", "seeds", ".streamlit"):
        shutil.copytree(
            PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(PROJECT / "dbt_project.yml", root)
    texts = root / "locales" / "fr" / "LC_MESSAGES"
    texts.mkdir(parents=True)
    (texts / "jike.po").write_text(FRENCH, encoding="utf-8")
    (texts / "errors.po").write_text(ERRORS, encoding="utf-8")
    return root


def run_in(root, *command, **settings):
    paths = os.pathsep.join([str(root / "src"), str(root)])
    return subprocess.run(
        [sys.executable, "-P", *command],
        env=os.environ | {"PYTHONPATH": paths} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_third_language_is_a_folder(french):
    done = run_in(french, "-c", SPOKEN)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "languages": ["zh", "en", "fr"],
        "own_name": "Français",
        "texts": ["Tableau de bord", "Customers"],
        "name": "Revenus d'informatisation",
        "period": "sept. 2025",
        "amount": "¥1.88Md",
    }


def test_a_page_speaks_a_third_language(french, tmp_path):
    home = small.write_release(tmp_path)
    code = SEEN.format(app=str(french / "dashboards" / "app.py"))
    done = run_in(french, "-c", code, JIKE_HOME=str(home.root))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["failed"] == []
    assert ["中文", "English", "Français"] in seen["choices"]
    assert "Revenus d'informatisation" in seen["labels"]


def test_a_third_language_says_the_sentences_of_the_command_line(french, tmp_path):
    audit = ("-m", "jike.cli", "--home", str(tmp_path), "--lang", "fr", "audit")
    done = run_in(french, *audit)
    assert done.stderr == "jike: rien n'est encore construit ; lancez `jike build`\n"


def test_a_folder_without_texts_is_no_language(tmp_path):
    (tmp_path / "de").mkdir()
    assert languages(tmp_path) == ()
