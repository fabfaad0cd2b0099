"""What stands in a panel without figures: why, and what mends it."""

from dashboards import data, drawing
from dashboards.frame import View
from jike.pages import frame as frame_questions


def nothing(view: View, kpi: str, key: str) -> None:
    """Say why a panel is empty: by nature, not delivered, filtered away, or nothing."""
    _ = view.words
    missing = data.ask_rows(frame_questions.undelivered(kpi))
    if missing:
        drawing.not_delivered(missing, _)
    elif view.facts.uncut(kpi) or view.where:
        drawing.empty_by_filter(_, key)
    else:
        drawing.empty(_("Nothing to show"), _("Nothing to count in this period"))
