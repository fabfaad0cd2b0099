"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.kit.labels import index
from dashboards.kit.table import Columns
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

Names = Mapping[tuple[str, str], Any]

Rows = Sequence[Mapping[str, Any]]


def named(names: Names, dimension: object, member: object, words: Words) -> str:
    """A member's name; its code when no list names it, a dash without one."""
    if wording.is_missing(member):
        return wording.MISSING
    row = names.get((str(dimension), str(member)))
    return str(member) if row is None else words.name(row)


def found(rows: Rows, names: Names, words: Words) -> tuple["Styler", Columns]:
    """The customers found; rows: jike.pages.customers.found()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "customer_id": [row["customer_id"] for row in rows],
            "name": [row["customer_name"] or wording.MISSING for row in rows],
            "score": [wording.number(row["value_score"]) for row in rows],
            "tier": [row["tier"] for row in rows],
            "proposed": [row["proposed_tier"] or wording.MISSING for row in rows],
            "revenue": [wording.number(row["revenue_yuan"]) for row in rows],
            "warning": [
                wording.MISSING
                if row["grade"] is None
                else f"{named(names, 'grade', row['grade'], words)} {row['points']}"
                for row in rows
            ],
            "branch": [row[f"branch_{words.language}"] or _("unknown") for row in rows],
            "industry": [
                named(names, "industry", row["industry"], words) for row in rows
            ],
            "status": [named_status(row["status"], words) for row in rows],
        }
    )
    styled = shown.style.format(
        {
            "score": index,
            "revenue": partial(wording.amount, language=words.language),
        },
        na_rep=wording.MISSING,
    )
    column = st.column_config
    return styled, {
        "customer_id": column.TextColumn(_("Customer"), width=90, pinned=True),
        "name": column.TextColumn(_("Name"), width=190),
        "score": column.NumberColumn(_("Value score"), width=90),
        "tier": column.TextColumn(_("Tier"), width=60),
        "proposed": column.TextColumn(_("Proposed tier"), width=90),
        "revenue": column.NumberColumn(_("Revenue of 3 months"), width=120),
        "warning": column.TextColumn(_("Warning"), width=110),
        "branch": column.TextColumn(_("Branch"), width=100),
        "industry": column.TextColumn(_("Industry"), width=120),
        "status": column.TextColumn(_("Status"), width=80),
    }


def named_status(status: object, words: Words) -> str:
    """The status of the last photograph in words."""
    _ = words
    said = {
        "active": _("in service"),
        "suspended": _("suspended"),
        "closed": _("closed"),
    }
    return said.get(str(status), wording.MISSING)


def profile(
    row: Mapping[str, Any], names: Names, words: Words
) -> list[tuple[str, str]]:
    """What is known of a customer, one pair of head and text each."""
    _ = words
    target = {True: _("yes"), False: _("no")}.get(row["is_target_market"])
    tier = named(names, "tier", row["tier"], words)
    said = [
        (_("Branch"), row[f"branch_{words.language}"] or _("unknown")),
        (_("Tier"), tier),
        (_("Industry"), named(names, "industry", row["industry"], words)),
        (_("Target market"), target or wording.MISSING),
        (_("Employees"), wording.plain(row["employees"])),
        (_("Joined"), wording.iso(row["joined_on"])),
        (_("Status"), named_status(row["status"], words)),
        (_("Manager"), row["account_manager_id"] or wording.MISSING),
    ]
    if row["closed_on"] is not None:
        reason = named(names, "lost_reason", row["closed_reason"], words)
        to = row["successor_id"] or named(names, "lost_to", row["competitor"], words)
        said += [
            (_("Closed"), wording.iso(row["closed_on"])),
            (_("Reason"), reason),
            (_("Gone to"), to),
        ]
    return [(head, str(text)) for head, text in said]


def services(rows: Rows, names: Names, words: Words) -> tuple["Styler", Columns]:
    """Products in service; rows: jike.pages.customers.services()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "product": [named(names, "product", row["product"], words) for row in rows],
            "billed": [wording.number(row["billed_yuan"]) for row in rows],
            "since": [wording.iso(row["since"]) for row in rows],
            "subscription": [row["subscription_id"] for row in rows],
        }
    )
    styled = shown.style.format(
        {"billed": partial(wording.amount, language=words.language)},
        na_rep=wording.MISSING,
    )
    column = st.column_config
    return styled, {
        "product": column.TextColumn(_("Product"), width=180, pinned=True),
        "billed": column.NumberColumn(_("Billed in the month"), width=110),
        "since": column.TextColumn(_("In service since"), width=110),
        "subscription": column.TextColumn(_("Subscription"), width=110),
    }


def happened(rows: Rows, names: Names, words: Words) -> tuple["pd.DataFrame", Columns]:
    """What happened, newest first; rows: jike.pages.customers.happened()."""
    import pandas as pd

    _ = words
    kinds = {
        "survey": _("Survey"),
        "ticket": _("Ticket"),
        "visit": _("Visit"),
        "competitor_event": _("Competitor event"),
    }
    shown = pd.DataFrame(
        {
            "day": [wording.iso(row["happened_on"]) for row in rows],
            "what": [kinds[row["what"]] for row in rows],
            "about": [_about(row, names, words) for row in rows],
            "state": [_state(row, words) for row in rows],
        }
    )
    column = st.column_config
    return shown, {
        "day": column.TextColumn(_("Day"), width=90, pinned=True),
        "what": column.TextColumn(_("What"), width=100),
        "about": column.TextColumn(_("About"), width=220),
        "state": column.TextColumn(_("Outcome"), width=130),
    }


def _about(row: Mapping[str, Any], names: Names, words: Words) -> str:
    _ = words
    if row["what"] == "visit":
        return _("with an executive") if row["is_executive"] else _("manager's visit")
    parts = [named(names, row["dimension"], row["member"], words)]
    if row["detail"] not in (None, "unknown"):
        parts.append(named(names, row["detail_dimension"], row["detail"], words))
    return " · ".join(parts)


def _state(row: Mapping[str, Any], words: Words) -> str:
    _ = words
    if row["points"] is not None:
        return _("satisfaction {index}", index=wording.index(row["points"]))
    said = {
        "open": _("open"),
        "closed": _("closed"),
        "withdrawn": _("withdrawn"),
        "kept": _("kept"),
        "lost": _("lost"),
        "replied": _("replied"),
        "refused": _("refused"),
        "no_answer": _("not reached"),
        "partial": _("broken off"),
        "invalid": _("invalid"),
    }
    return said.get(str(row["state"]), wording.MISSING)
