"""订单与开通: what is ordered, how long does it take, what is still open?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards import drawn, findings, free_cuts, panels
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import (
    Names,
    around,
    call_months,
    member_column,
    members,
    months,
    over,
    shares,
    siblings,
)
from dashboards.kit import labels
from dashboards.kit.bars import Bars
from dashboards.kit.behind import Taps
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw, draw_row, head
from dashboards.kit.table import Column
from dashboards.kit.trend import Trend
from dashboards.kit.volume import Volume
from dashboards.shell import data
from dashboards.shell.view import View, scope_words, time_words, view
from jike.pages import orders as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame

CARDS = (
    Card("orders_received", against=("yoy",), notes=("mom",)),
    Card("on_time_rate", against=("base", "yoy"), notes=("mom",)),
    Card("supply_days", against=("yoy",), notes=("supply_days_p90",)),
    Card("order_success_rate", against=("base", "yoy"), notes=("mom",)),
    Card("backlog", against=("yoy",), notes=("mom",)),
    Card("agreements_signed", against=("yoy",), notes=("mom",)),
    Card("cross_sell", against=("base", "yoy"), notes=("mom",)),
    Card("lines_in_service", against=("yoy",), notes=("mom",)),
)

MOST_PRODUCTS = 15

# Days from which an open order is called old.
OLD = ("31-90", "91+")


def page() -> None:
    """Draw the orders of the chosen branch, period and filter."""
    chosen = view()
    _ = chosen.words
    facts = of_view(chosen)
    head(
        orders(
            facts.value("orders_received"),
            facts.value("on_time_rate"),
            facts.value("supply_days"),
            _,
        ),
        labels.scoped(scope_words(chosen), time_words(chosen, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    draw_row(
        chosen,
        (7, 5),
        {
            "on_time": lambda: _on_time(chosen, facts),
            "intake": lambda: _intake(chosen, facts),
        },
    )
    draw_row(
        chosen,
        (7, 5),
        {
            "supply": lambda: _supply(chosen, facts),
            "steps": lambda: _steps(chosen, facts),
        },
    )
    draw_row(
        chosen,
        (7, 5),
        {
            "backlog": lambda: _backlog(chosen),
            "branches": lambda: _branches(chosen),
        },
    )
    draw(chosen, "penetration", lambda: _penetration(chosen, facts))
    free_cuts.draw_by(chosen, facts, "orders_received")


def _on_time(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = call_months(facts, "on_time_rate")
    return Panel(
        "on_time",
        findings.since(_("Orders on time"), over(rows, facts), "rate", wording.rate, _),
        _(
            "Above: orders promised a month (dark = completed in time, orange = not); "
            "below: share completed in time; its axis does not start at 0"
        ),
        rows,
        Volume(
            (_("Promised"), _("Completed in time")),
            facts.target("on_time_rate", "base_target"),
        ),
        empty="on_time_rate",
    )


def _intake(view: View, facts: Facts) -> Panel:
    """Orders received by type, channel or product line."""
    _ = view.words
    said = (_("Orders received"), _("Orders received in the period; | = before"))
    cuts = {
        "order_type": (_("By type"), _("Type")),
        "channel": (_("By channel"), _("Channel")),
        "line": (_("By product line"), _("Product line")),
    }
    return panels.counted(view, facts, "orders_received", "intake", said, cuts)


def _supply(view: View, facts: Facts) -> Panel:
    _ = view.words
    codes = ("supply_days", "supply_days_p90")
    rows = months(facts, codes)
    write = labels.time_in("days", _)
    return Panel(
        "supply",
        findings.since(
            _("Half supplied within"), over(rows, facts), codes[0], write, _
        ),
        _("Days from a new order to its completion without customer hold, by month"),
        rows,
        Trend({codes[0]: _("median"), codes[1]: _("90% within")}, write),
        empty=codes[0],
    )


def _steps(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = members(facts, "step_days", "step", data.members(), by_value=False)
    return Panel(
        "steps",
        findings.slowest(rows, labels.time_in("days", _), _),
        _("Median days of a step, in their order; dark = longest; | = before"),
        rows,
        Bars(_("Step"), labels.tenth, findings.versus(facts)),
        empty="step_days",
    )


def _backlog(view: View) -> Panel:
    _ = view.words
    rows = data.ask_rows(questions.backlog(view.period.code, view.branch, view.where))
    panel = Panel(
        "backlog",
        backlog(rows, _),
        _("At the period's end, by days since the order; then each order"),
        rows,
        empty="backlog",
    )
    return panels.aged(view, rows, panel, _("Days open"), _columns(data.members(), _))


def _columns(names: Names, words: Words) -> list[Column]:
    """Of the open orders, by their ids; rows: questions.backlog()."""
    _ = words
    return [
        Column("order_id", _("Order"), width=100, is_pinned=True),
        Column("days", _("Days open"), width=80, kind="number"),
        member_column("product", _("Product"), names, _, 140),
        member_column("order_type", _("Type"), names, _, 80),
        member_column("channel", _("Channel"), names, _, 120),
        Column("branch", _("Branch"), of=lambda row: labels.branch(row, _), width=100),
        Column("tier", _("Tier"), width=60),
        Column("ordered_at", _("Ordered"), wording.iso, width=100),
        Column("promised_at", _("Promised"), wording.iso, width=100),
        *free_cuts.columns("orders", _),
    ]


def _branches(view: View) -> Panel:
    _ = view.words
    rows = shares(around(view), "on_time_rate", "branch", siblings(view))
    return Panel(
        "branches",
        findings.worse(rows, _),
        _(
            "Orders on time, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
        rows,
        Dots(),
        empty="on_time_rate",
        taps=Taps(list(rows["target"])),
    )


def _penetration(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = members(facts, "penetration", "product", data.members())
    rows = rows[rows["value"] > 0].head(MOST_PRODUCTS).reset_index(drop=True)
    on = findings.versus(facts)
    return Panel(
        "penetration",
        widest(rows, _),
        _(
            "Active customers with the product in service, the fifteen widest spread; "
            "| = before; change in points"
        ),
        rows,
        Bars(_("Product"), wording.rate, on, is_points=True),
        empty="penetration",
        height="content",
    )


def widest(frame: "Frame", words: Words) -> str:
    """Which product reaches most customers. frame: members() of penetration."""
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No product is ahead of all others")
    return _(
        "{name} reaches most: {rate} of customers",
        name=marked.iloc[0]["label"],
        rate=wording.rate(marked.iloc[0]["value"]),
    )


def orders(
    received: float | None, on_time: float | None, days: float | None, words: Words
) -> str:
    """How many orders came, how many are on time, how long supply takes."""
    _ = words
    if wording.is_missing(received):
        return _("No orders in this period")
    parts = [_("{n} orders", n=wording.plain(received))]
    if not wording.is_missing(on_time):
        parts.append(_("{rate} on time", rate=wording.rate(on_time)))
    if not wording.is_missing(days):
        time = wording.value(days, "days", words.language)
        parts.append(_("half supplied within {time}", time=time))
    return _.clauses(parts)


def backlog(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many orders are open, and how many of them for more than 30 days."""
    _ = words
    if not rows:
        return _("No order is open")
    old = sum(row["age"] in OLD for row in rows)
    return words.many(
        "{n} order open, {old} for more than 30 days",
        "{n} orders open, {old} for more than 30 days",
        len(rows),
        old=wording.plain(old),
    )
