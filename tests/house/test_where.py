"""`jike where` leads from a name to every file that makes it; docs/map.md is true."""

import json
import re

import pytest

from jike.cli.parser import main
from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.project.map import map_page
from jike.project.where import where
from jike.project.where.source import Source
from jike.project.where.things import checks, named, panels, role

SOURCE = Source(PROJECT)
THIS = "tests/house/test_where.py"


def files(name, kind=None):
    """The files of everything that is called so; this one quotes them all."""
    found = [one for one in where(name, SOURCE) if kind in (None, one.kind)]
    return {spot.file for one in found for spot in one.spots} - {THIS}


@pytest.mark.parametrize(
    "name", ["nrr", "净收入留存率", "Net revenue retention (NRR)", "NRR"]
)
def test_a_kpi_by_its_code_and_its_names(name):
    assert files(name, "KPI") >= {
        "seeds/kpis.csv",
        "seeds/parts.csv",
        "models/marts/kpi/kpi_retention.sql",
        "expectations/marts/fct/revenue/fct_nrr.yml",
        "dashboards/views/retention/page.py",
        "tests/kpis/test_kpi.py",
    }


def test_the_lines_are_those_of_the_kpi():
    (thing,) = [thing for thing in where("backlog", SOURCE) if thing.kind == "KPI"]
    for spot in thing.spots:
        text = (PROJECT / spot.file).read_text(encoding="utf-8").splitlines()
        line = text[spot.line - 1]
        assert "backlog" in line or "open_orders" in line or line == "with", spot


def test_a_composed_kpi_leads_to_what_composes_it():
    assert "src/jike/kpis/compositions/by_name.py" in files("hall_passes", "KPI")
    assert "models/intermediate/kpis/int_kpis__composed.sql" in files(
        "info_revenue_lead", "KPI"
    )


def test_part_of_a_name_finds_all_that_hold_it():
    found = {
        thing.names[0] for thing in where("集团客户数", SOURCE) if thing.kind == "KPI"
    }
    assert found >= {"active_customers", "lost_customers", "customers_new"}


def test_a_part():
    assert files("answer_seconds_median", "part") >= {
        "seeds/parts.csv",
        "seeds/kpis.csv",
        "models/marts/kpi/kpi_hotline.sql",
    }


@pytest.mark.parametrize("name", ["orders", "Orders and provisioning", "订单与开通"])
def test_a_page_by_its_address_and_its_titles(name):
    assert files(name, "page") >= {
        "dashboards/app.py",
        "dashboards/views/orders/page.py",
        "src/jike/pages/orders.py",
        "tests/pages/orders/test_orders.py",
    }


def test_a_panel():
    assert "dashboards/views/orders/page.py" in files("penetration", "panel")
    assert files("backlog", "panel") >= {
        "dashboards/kit/panel.py",
        "src/jike/pages/orders.py",
        "models/marts/fct/orders/fct_orders.sql",
    }


def test_a_check_of_every_kind():
    assert files("most_revenue_has_a_line", "check") == {
        "models/marts/kpi/kpi_revenue.sql",
        "models/marts/kpi/kpi_revenue.yml",
        "expectations/marts/kpi/kpi_revenue.yml",
        "tests/checks/expectation_cases/marts/kpi/kpi_revenue.yml",
    }
    assert files("newest_month_is_there", "check") >= {
        "expectations/shared.yml",
        "expectations/marts/kpi/kpi_revenue.yml",
    }
    bridge = "the_nrr_bridge_leads_from_base_to_current"
    assert files(bridge, "check") == {f"tests/sql/{bridge}.sql"}
    unit = "an_order_waits_until_it_is_final_and_ages_by_the_day"
    assert "models/marts/fct/orders/fct_orders.yml" in files(unit, "check")


@pytest.mark.parametrize(
    "because",
    [
        "百分之五以上的收入来自目录里没有的产品，信息化收入偏小",
        "more than a twentieth of revenue",
    ],
)
def test_a_check_by_why_it_matters(because):
    assert "expectations/marts/kpi/kpi_revenue.yml" in files(because)


def test_a_list_and_an_entity():
    assert files("tiers", "list") >= {
        "seeds/tiers.csv",
        "src/jike/deliveries/contract.yml",
        "models/lists/_lists.yml",
        "models/marts/dim/dim_members.sql",
        "tests/deliveries/test_load_lists.py",
    }
    assert files("calls", "list") >= {
        "src/jike/deliveries/contract.yml",
        "models/staging/_sources.yml",
        "models/staging/hotline/stg_calls.sql",
        "models/staging/hotline/stg_calls.yml",
        "expectations/raw/calls.yml",
    }
    assert files("A1 高值客户") == {"seeds/tiers.csv"}


@pytest.mark.parametrize(
    "sentence",
    [
        "nothing is built yet; run `jike build`",
        "尚无构建；请先运行 `jike build`",
        "尚无构建",
    ],
)
def test_a_sentence_in_any_language_or_a_part_of_it(sentence):
    assert files(sentence) >= {
        "src/jike/checks/audit.py",
        "locales/zh/LC_MESSAGES/errors.po",
    }


def test_a_sentence_as_it_is_read_with_its_values():
    found = files("最近一次交付的 16 类数据全部完整")
    assert found >= {
        "dashboards/views/quality/findings.py",
        "dashboards/views/quality/page.py",
        "locales/zh/LC_MESSAGES/jike.po",
    }
    assert "src/jike/checks/audit.py" in files("there is no build 12; there are 7, 9")


def test_a_title_leads_to_its_panel_and_what_draws_it():
    assert files("Half supplied within") >= {
        "dashboards/views/orders/page.py",
        "dashboards/kit/trend.py",
    }


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(WrongInputError, match="nearest are active_customers"):
        where("aktive_customers", SOURCE)


def test_everything_with_a_name_is_somewhere():
    """Each leads to the file that makes it, and to every line as it is."""
    kinds = {}
    for kind, names, _ in named(SOURCE):
        kinds.setdefault(kind, set()).add(names[0])
    assert kinds.keys() == {"KPI", "part", "page", "panel", "check", "list", "model"}
    assert len(kinds["page"]) == 11
    assert all(panels(SOURCE).values())
    for one in checks(SOURCE).values():
        assert all(spot.file in SOURCE.texts for spot in one.spots)
    for name in ("info_revenue", "hotline", "products", "fct_halls"):
        for thing in where(name, SOURCE):
            assert thing.spots, thing
            for spot in thing.spots:
                assert role(spot)
                assert spot.line <= len(SOURCE.texts[spot.file].splitlines())


def test_a_row_of_a_list_has_its_own_line(tmp_path):
    (tmp_path / "seeds").mkdir()
    rows = 'kpi,name_en\na,"one\nname"\nb,another\n'
    (tmp_path / "seeds" / "kpis.csv").write_text(rows, encoding="utf-8")
    assert Source(tmp_path).row("seeds/kpis.csv", "kpi", "b").line == 4


# ---- the command line ----


@pytest.mark.parametrize(
    ("lang", "head", "role"), [("en", "KPI", "list"), ("zh", "指标", "参考表")]
)
def test_the_verb_prints_file_and_line(capsys, lang, head, role):
    assert main(["--lang", lang, "where", "nrr"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == [head, "nrr"]
    first, file, *_ = lines[1].split()
    assert first == role
    assert re.fullmatch(r"seeds/kpis\.csv:\d+", file)


def test_the_verb_writes_for_machines_and_knows_what_it_does_not_know(capsys):
    assert main(["--json", "where", "hall_passes"]) == 0
    (thing,) = json.loads(capsys.readouterr().out)
    assert thing["kind"] == "KPI"
    assert {"file": "src/jike/kpis/compositions/by_name.py", "line": 30} in [
        spot | {"line": 30} for spot in thing["spots"]
    ]
    assert main(["--lang", "zh", "where", "aktive_customers"]) == 2
    assert "最接近的是：active_customers" in capsys.readouterr().err


# ---- the map ----


def test_every_place_on_the_map_is_there():
    places = re.findall(r"`([^` ]*[/.][^` ]*)`", map_page(PROJECT))
    assert len(places) > 30
    for place in places:
        assert list(PROJECT.glob(re.sub(r"<\w+>", "*", place))), place


def test_the_map_fits_a_screen_and_is_the_one_that_is_kept():
    text = (PROJECT / "docs" / "map.md").read_text(encoding="utf-8")
    assert text == map_page(PROJECT)
    assert len(text.splitlines()) <= 50
