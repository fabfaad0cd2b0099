"""Charts of satisfaction: what is drawn, and that it can be read."""

from itertools import combinations

import pandas as pd

from dashboards.kit.behind import behind
from dashboards.kit.colours import LIGHT, contrast
from dashboards.views.satisfaction import charts
from jike.words.language import Words
from tests.fixtures.page_views import THEMES, texts

ZH = Words("zh")


def indicators():
    frame = pd.DataFrame(
        [
            ("Product", 75.2, 0.38, True),
            ("Communication", 73.8, 0.32, True),
            ("Account manager", 83.9, 0.087, False),
            ("Network", 83.6, 0.075, False),
            ("Relationship", 82.8, 0.078, False),
            ("Channel", 81.5, 0.099, False),
        ],
        columns=["label", "performance", "importance", "is_first"],
    )
    frame.attrs |= {"mean_importance": 0.173, "mean_performance": 80.1}
    return frame


@THEMES
def test_the_map_has_four_named_fields_and_shades_the_first(theme):
    figure = charts.Priorities().draw(indicators(), ZH, theme)
    assert {"优先改善", "继续保持", "稍后", "已足够", "<b>Product</b>"} <= set(
        texts(figure)
    )
    shaded, *cross = figure.layout.shapes
    assert (shaded.x1, shaded.y0) == (80.1, 0.173)
    assert {(line.x0 == line.x1) for line in cross} == {True, False}
    assert list(figure.data[0].marker.color) == [theme.bad] * 2 + [theme.act] * 4
    assert contrast(theme.bad, shaded.fillcolor) >= 3


def test_labels_of_neighbouring_points_cover_neither_each_other_nor_a_point():
    labels = [60.0, 95.0, 110.0, 60.0, 85.0]
    points = [(0.2, 200.0), (0.62, 50.0), (0.66, 44.0), (0.68, 52.0), (0.55, 60.0)]
    for width in charts.WIDTHS:
        places = charts.placed(labels, points, charts.WIDTHS)
        boxes = [
            place.box(width * x, y, label)
            for place, (x, y), label in zip(places, points, labels, strict=True)
        ]
        for one, other in combinations(boxes, 2):
            x = min(one[1], other[1]) - max(one[0], other[0])
            y = min(one[3], other[3]) - max(one[2], other[2])
            assert x <= 1 or y <= 1
        assert all(box[0] >= -1 and box[1] <= width + 1 for box in boxes)


def test_children_of_a_reason_are_thinner_and_paler():
    frame = pd.DataFrame(
        [("员工", 0.4703, False, True), ("态度", 0.3829, True, True)],
        columns=["label", "share", "is_child", "is_marked"],
    )
    figure = charts.Reasons().draw(frame, ZH, LIGHT)
    bar = figure.data[0]
    assert bar.text == ("47.03", "38.29")
    assert bar.width[1] < bar.width[0]
    assert list(bar.marker.color) == [LIGHT.bad, LIGHT.badsoft]
    assert "· 态度" in figure.layout.yaxis.ticktext[1]
    assert figure.layout.xaxis.range[0] == 0


def test_the_map_has_a_table_behind_it_and_is_read_out():
    chart, rows = charts.Priorities(), indicators()
    table = behind(rows.to_dict("records"), chart.columns(rows, ZH))
    assert table.written[0] == ["Product", "75.2", "0.38"]
    assert table.values[2] == ["Account manager", 83.9, 0.087]
    assert chart.figures(rows, ZH)[0] == "Product表现 75.2、重要性 0.38"
