"""Every message of the command line is said in Chinese and in English."""

import ast
import copy
import json
import os
import pickle
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from jike.cli import parser, printing
from jike.deliveries import manifests
from jike.deliveries.load import RefusedDeliveryError
from jike.ground import durable
from jike.ground.errors import (
    AuditError,
    BusyError,
    JikeError,
    Message,
    WrongInputError,
    one_after_another,
    system_reason,
)
from jike.ground.home import Home
from jike.pages.tried import questions_of_pages
from jike.releases.kept import rollback
from jike.releases.opening import current_release, release_as_of
from jike.releases.publish import publish
from jike.words.language import LOCALES, Words, chosen_language, translations
from jike.words.terminal import width_of
from tests.fixtures import page_release as small
from tests.fixtures.deliveries import load
from tests.fixtures.texts import fields

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jike"
SAYS = {
    *("JikeError", "WrongInputError", "AuditError", "BusyError", "Message"),
    *("RefusedError", "RefusedDeliveryError"),
    *("ReleaseError", "OtherVersionError", "HeldOpenError"),
}
ZH, EN = Words("zh"), Words("en")


def sayings(folder=SOURCE):
    """Every call that makes an error or a message: where, and its first argument."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in SAYS:
                yield f"{path.name}:{node.lineno}", node


def templates(folder=SOURCE):
    return {
        node.args[0].value
        for _, node in sayings(folder)
        if isinstance(node.args[0], ast.Constant)
    }


def catalogue(language):
    with (LOCALES / language / "LC_MESSAGES" / "errors.po").open("rb") as file:
        return {entry.id: entry for entry in read_po(file, locale=language) if entry.id}


def stem(name):
    """A value may have a Chinese and an English form: because_zh, because_en."""
    return name.removesuffix("_zh").removesuffix("_en")


def glued(folder=SOURCE):
    """Where a sentence is put together before anybody can translate it."""
    return [
        where
        for where, node in sayings(folder)
        if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args)
    ]


def test_every_error_class_is_looked_at():
    """So that a new one does not escape these tests."""
    found, waiting = set(), [JikeError]
    while waiting:
        one = waiting.pop()
        found.add(one.__name__)
        waiting.extend(one.__subclasses__())
    assert found <= SAYS


def test_every_template_has_a_chinese_one_and_none_is_left_over():
    wanted, there = templates(), set(catalogue("zh"))
    assert wanted - there == set()
    assert there - wanted == set()


def test_english_is_the_template_itself():
    assert not (LOCALES / "en" / "LC_MESSAGES" / "errors.po").exists()


def test_every_template_is_said_in_chinese_with_the_same_values():
    for key, entry in catalogue("zh").items():
        assert entry.string, key
        assert set(map(stem, fields(entry.string))) == set(map(stem, fields(key))), key


def test_chinese_sentences_use_chinese_punctuation():
    for key, entry in catalogue("zh").items():
        said = re.sub(r"{[^}]*}|`[^`]*`", "", entry.string)
        assert not set(";,()?!") & set(said), key


def test_every_template_gets_the_values_it_names():
    for where, node in sayings():
        given = {keyword.arg for keyword in node.keywords} - {"reports", "mended_by"}
        # `**counts` gives its names only when it runs.
        if isinstance(node.args[0], ast.Constant) and None not in given:
            wanted = fields(node.args[0].value)
            assert set(map(stem, wanted)) == set(map(stem, given)), where


def test_no_sentence_is_glued_together():
    assert glued() == []


def test_a_sentence_that_is_glued_together_is_found(tmp_path):
    (tmp_path / "one.py").write_text(
        'raise JikeError(f"{path} is gone")\n'
        'raise WrongInputError("a " + name)\n'
        'raise JikeError("{path} is gone", path=path)\n'
    )
    assert glued(tmp_path) == ["one.py:1", "one.py:2"]


# ---- errors and messages ----


def test_an_error_is_its_english_sentence_and_keeps_template_and_values():
    error = WrongInputError(
        "there is no build {run}; there are {there}", run=7, there=[]
    )
    assert str(error) == "there is no build 7; there are "
    assert error.text == "there is no build {run}; there are {there}"
    assert error.values == {"run": 7, "there": []}
    assert ZH.error(error) == "没有构建 7；现有："


def test_a_text_without_values_keeps_its_braces():
    assert str(JikeError("model {batch} failed")) == "model {batch} failed"
    assert ZH.error(JikeError("model {batch} failed")) == "model {batch} failed"
    assert ZH.error("") == ""


def test_values_that_are_messages_errors_or_lists_are_said_in_the_same_language():
    cause = JikeError("release file {file} is missing", file="a.duckdb")
    error = JikeError(
        "no release is whole: {trouble}; {remedy}",
        trouble=cause,
        remedy=Message("use that version"),
    )
    assert str(error) == (
        "no release is whole: release file a.duckdb is missing; use that version"
    )
    assert ZH.error(error) == "没有完好的发布：缺少发布文件 a.duckdb；请使用那个版本"
    lacking = Message("lacks the required column {missing}", missing=["a", "b"])
    assert lacking == "lacks the required column a, b"
    assert ZH.error(lacking) == "缺少必需列 a、b"
    both = one_after_another([lacking, Message("has no sheet")])
    assert both == "lacks the required column a, b; has no sheet"
    assert ZH.error(both) == "缺少必需列 a、b；没有工作表"


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_a_message_survives_being_copied(copied):
    message = Message("{n} steps", n=3)
    assert ZH.error(copied(message)) == "3 步"
    assert json.dumps([message]) == '["3 steps"]'
    error = copied(BusyError("{job} running; try again later", job="load"))
    assert ZH.error(error) == "load 正在运行；请稍后再试"


def test_a_message_without_an_entry_is_english(monkeypatch, tmp_path):
    assert (
        ZH.error(JikeError("nobody knows {what}", what="this")) == "nobody knows this"
    )
    (tmp_path / "zh" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr("jike.words.language.LOCALES", tmp_path)
    monkeypatch.setattr(
        "jike.words.language.translations",
        lambda *_, **__: translations("zh", tmp_path),
    )
    assert ZH.error(Message("{n} steps", n=3)) == "3 steps"


def test_reasons_of_the_system_are_ours_where_we_know_them():
    assert ZH.error(system_reason(OSError(28, "whatever"))) == "磁盘空间不足"
    assert system_reason(OSError(71, "Protocol error")) == "Protocol error"


def test_the_reason_of_a_check_is_said_in_the_language():
    why = Message(
        "{because_en}", because_en="data are missing", because_zh="漏交了数据"
    )
    held = AuditError(
        "build {run} is held: {failed}; see state/audits/{run}.json",
        run="000001",
        failed=Message("{check} ({why})", check="raw.bills.x", why=why),
    )
    assert "raw.bills.x (data are missing)" in str(held)
    assert "raw.bills.x（漏交了数据）" in ZH.error(held)


# ---- load: reasons are kept as they were given ----


def refused(folder, home):
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    return caught.value


def test_a_refused_file_is_told_in_both_languages(tmp_path):
    folder = tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "visits.csv").write_text("visit_id\nV1\n", encoding="utf-8")
    (folder / "bills.csv").write_text("", encoding="utf-8")
    error = refused(folder, Home(tmp_path / "home"))
    assert "visits.csv 缺少必需列 customer_id、visited_on" in ZH.error(error)
    assert ZH.error(error).endswith("；这次交付全部没有载入，请修正后重新载入")
    assert "visits.csv lacks the required column customer_id, visited_on" in str(error)
    (report,) = [r for r in error.reports if r.file == "bills.csv"]
    assert report.as_dict()["refused"].startswith("is empty; a file without")
    assert ZH.error(report.refused) == "是空文件；没有表头的文件不予接收"


def test_a_warning_is_told_again_when_the_same_file_comes_again(tmp_path):
    home, folder = Home(tmp_path / "home"), tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "visits.csv").write_text(
        "visit_id,customer_id,visited_on,executive,remark\n", encoding="utf-8"
    )
    for _ in range(2):
        (report,) = load(home, folder)
        assert [ZH.error(warning) for warning in report.warnings] == [
            "列 remark 不在契约中，已略过",
            "只有表头没有数据行：按空表交付处理",
        ]


def test_a_manifest_with_plain_warnings_is_read(tmp_path):
    assert manifests._warning("column x is not known") == "column x is not known"


def test_who_holds_a_lock_is_told_in_both_languages(tmp_path):
    lock = tmp_path / "build.lock"
    with durable.only_one(lock, "build 000001"):
        with pytest.raises(BusyError) as busy, durable.only_one(lock, "build 000001"):
            pass
        lock.write_text("", encoding="utf-8")
        with pytest.raises(BusyError) as unsaid, durable.only_one(lock, "load"):
            pass
    assert ZH.error(busy.value).startswith(
        f"build 000001 正在运行（进程 {os.getpid()}，"
    )
    assert str(busy.value).startswith(
        f"build 000001 running, pid {os.getpid()}, since "
    )
    assert str(unsaid.value) == "load running; try again later"


# ---- the command line ----

NOTHING = {
    "zh": "jike: 尚无构建；请先运行 `jike build`\n",
    "en": "jike: nothing is built yet; run `jike build`\n",
}


@pytest.mark.parametrize(
    ("set_to", "given", "spoken"),
    [
        (None, None, "zh"),
        ("", None, "zh"),
        ("zh", None, "zh"),
        ("en", None, "en"),
        (None, "en", "en"),
        ("en", "zh", "zh"),
    ],
)
def test_chinese_by_default_english_when_asked(
    tmp_path, monkeypatch, capsys, set_to, given, spoken
):
    monkeypatch.delenv("JIKE_LANG")
    if set_to is not None:
        monkeypatch.setenv("JIKE_LANG", set_to)
    words = ["--lang", given] if given else []
    place = ["--home", str(tmp_path)]
    for line in ([*words, *place, "audit"], ["audit", *place, *words]):
        assert parser.main(line) == 2
        assert capsys.readouterr().err == NOTHING[spoken]


def test_a_language_there_is_not_is_wrong_input(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIKE_LANG", "fr")
    assert parser.main(["--home", str(tmp_path), "releases"]) == 2
    assert capsys.readouterr().err == "jike: JIKE_LANG 为 fr；请设为 zh、en 之一\n"
    with pytest.raises(WrongInputError):
        chosen_language()


def test_results_and_tables_are_told_in_the_language(tmp_path, capsys):
    folder = tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "visits.csv").write_text(
        "visit_id,customer_id,visited_on,executive\nV1,E1,2025-09-01,1\n",
        encoding="utf-8",
    )
    place = ["--home", str(tmp_path / "home")]
    assert parser.main([*place, "--lang", "zh", "load", str(folder)]) == 0
    heads, row = capsys.readouterr().out.splitlines()
    assert heads.split() == ["文件", "数据类别", "收到", "接收", "隔离", "原因"]
    assert width_of(heads[: heads.index("收到")]) == row.index("1  ")
    assert parser.main([*place, "--lang", "zh", "releases"]) == 0
    assert capsys.readouterr().out == "尚无发布\n"


def test_progress_names_its_steps_in_the_language(capsys):
    for words, told in ((ZH, "示例"), (EN, "sample")):
        progress = printing.Progress(loud=True, words=words)
        with progress.step(Message("sample")) as step:
            step.rows = 1_204
        line = capsys.readouterr().err
        assert line.startswith(told)
        assert ("1,204 行" if words is ZH else "1,204 rows") in line
        assert width_of(line.rstrip("\n")) == 8 + 1 + 32 + 1 + 8


def test_what_is_logged_is_told_in_the_language():
    code = (
        "import logging; from jike.cli import parser as cli; "
        "from jike.ground.errors import Message;"
        "from jike.words.language import Words; cli._listen(Words('zh'));"
        "logging.warning(Message('{n} steps', n=3)); logging.warning('as %s', 'is')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == "3 步\nas is\n"


def test_the_catalogue_is_read_only_when_something_is_said():
    code = "import sys; import jike.cli; print('babel' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def literals(folder=SOURCE):
    """English words that a template's value brings along, past every catalogue."""
    for where, node in sayings(folder):
        for keyword in node.keywords:
            said = [
                part
                for one in ast.walk(keyword.value)
                if isinstance(one, ast.Call) and ast.unparse(one.func) in SAYS
                for part in ast.walk(one)
            ]
            for part in ast.walk(keyword.value):
                is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
                if is_text and part not in said and " " in part.value.strip():
                    yield where, part.value


def test_no_value_of_a_sentence_is_an_english_text():
    assert list(literals()) == []


def test_an_english_text_among_the_values_is_found(tmp_path):
    (tmp_path / "one.py").write_text(
        'raise JikeError("{a} is gone", a="no rows" if x else y)\n'
        'raise JikeError("{a} is gone", a=z or Message("no rows"))\n'
    )
    assert list(literals(tmp_path)) == [("one.py:1", "no rows")]


def test_what_there_is_instead_is_told_in_chinese(tmp_path):
    home = Home(tmp_path)
    home.build.mkdir(parents=True)
    home.releases.mkdir(parents=True)
    with pytest.raises(WrongInputError) as absent:
        release_as_of(home, date(2025, 9, 30))
    assert ZH.error(absent.value).endswith("现有：尚无")
    (home.releases / "current.json").write_text("[]", encoding="utf-8")
    with pytest.raises(JikeError) as broken:
        current_release(home)
    assert ZH.error(broken.value) == (
        "没有完好的发布：无法读取 current.json；"
        "请运行 `jike republish`，按原样重新构建并发布"
    )
    with pytest.raises(WrongInputError) as first:
        rollback(home)
    assert ZH.error(first.value).endswith("现有：无")
    with pytest.raises(WrongInputError) as other:
        publish(home, "000007", questions=questions_of_pages)
    assert ZH.error(other.value).endswith("现有：无")


def test_periods_and_empty_answers_are_told_in_chinese(tmp_path, monkeypatch, capsys):
    small.write_release(tmp_path)
    asked = ["--home", str(tmp_path), "--lang", "zh", "kpi", "active_customers"]
    beyond = ("--where", "tier=B2")
    assert parser.main([*asked, "--period", "2031"]) == 2
    told = capsys.readouterr().err
    assert "月份 2024-01 至 2025-09" in told
    assert " to " not in told
    assert parser.main([*asked, "--period", "2025-09", "--by", "tier", *beyond]) == 0
    assert capsys.readouterr().out == "没有行\n"
