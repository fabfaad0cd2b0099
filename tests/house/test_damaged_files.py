"""A small file that is damaged is named in one sentence, and its remedy works."""

import pytest

from jike.deliveries.lists import delivered_lists
from jike.deliveries.manifests import standing
from jike.ground.errors import JikeError
from jike.ground.home import Home
from jike.project.doctor import FAILED, examine
from jike.releases.opening import held
from tests.fixtures.deliveries import deliver, deliver_list, good, loaded
from tests.fixtures.small_release import (
    few_questions,
    make_audit,
    make_build,
    make_release,
)

DAMAGED = ["", "{", "null", "[1]", '"x"', '{"release": "x", "as_of": 7, "files": [1]}']


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path):
    folder = deliver(tmp_path / "2025-09-30", customers=[good("customers")])
    return deliver_list(
        folder, "centres", [{"centre_id": "R", "name_zh": "一", "name_en": "one"}]
    )


def failed(home):
    return {found.check for found in examine(home) if found.status == FAILED}


@pytest.mark.parametrize("text", [*DAMAGED, '{"centres": {"source": "default"}}'])
def test_which_lists_were_written(home, folder, text):
    loaded(home, folder)
    path = home.state / "lists.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        JikeError, match=r"lists.json is not readable; remove it"
    ) as why:
        delivered_lists(home)
    assert str(home.reference) in str(why.value)
    assert failed(home) == {"lists"}
    path.unlink()
    loaded(home, folder)
    assert delivered_lists(home)["centres"].is_file()
    assert failed(home) == set()


@pytest.mark.parametrize("text", DAMAGED)
def test_the_first_manifest_of_a_delivery(home, folder, text):
    """There is no former one to be put back."""
    loaded(home, folder)
    (path,) = home.landing.glob("*/*/manifest.json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JikeError) as why:
        standing(home)
    assert str(why.value).endswith(
        "cannot be read; remove it and load that delivery again, of 2025-09-30 from "
        "default"
    )
    assert failed(home) == {"deliveries", "lists"}
    path.unlink()
    loaded(home, folder)
    assert standing(home).entities == {"customers"}
    assert failed(home) == set()


@pytest.mark.parametrize("text", DAMAGED)
def test_a_later_manifest_of_a_delivery(home, folder, text):
    loaded(home, folder)
    deliver(folder, customers=[good("customers", customer_id="K2")])
    loaded(home, folder)
    path = home.landing / "default" / "2025-09-30" / "manifest.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JikeError, match=r"put back the newest manifest.<n>.json as"):
        standing(home)
    path.with_name("manifest.1.json").rename(path)
    loaded(home, folder)
    assert failed(home) == set()


@pytest.mark.parametrize("text", DAMAGED)
def test_the_record_of_a_build(home, text):
    from jike.releases.publish import publish

    make_build(home, "000001")
    make_audit(home, "000001")
    path = home.build / "000001.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        JikeError, match=r"000001.json is not readable; run `jike build`"
    ):
        publish(home, questions=few_questions)
    assert failed(home) == {"builds"}
    assert held(home) is None
    make_audit(home, "000001", "held")
    assert held(home).as_of is None
    assert make_release(home, 2).startswith("000001_")


@pytest.mark.parametrize("text", DAMAGED)
def test_the_counter(home, text):
    make_release(home, 1)
    path = home.state / "counter"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JikeError, match=r"counter is not readable; remove it, numbers"):
        make_release(home, 2)
    assert failed(home) == {"state"}
    path.unlink()
    assert make_release(home, 3).startswith("000002_")


def test_numbers_of_builds_go_on_when_only_their_audits_are_left(home):
    """Else the next audit would take the place of one that a release is bound to."""
    from jike.build.build import _next_run

    make_release(home, 7)
    (home.state / "counter").unlink()
    for path in home.build.iterdir():
        path.unlink()
    assert _next_run(home) == "000008"
