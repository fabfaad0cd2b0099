"""What the pages know, and the only cache: answers by question, scope and release."""

import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from dashboards.shell import names
from jike.ground.errors import JikeError
from jike.ground.home import find_home
from jike.kpis.catalogue import Kpi
from jike.kpis.catalogue import catalogue as kpis_from
from jike.pages import customers as customers_questions
from jike.pages import frame as frame_questions
from jike.releases.kept import Listed
from jike.releases.kept import releases as kept
from jike.releases.opening import ALL, Held, Release, Scope, read, rows
from jike.releases.opening import current_release as served
from jike.releases.opening import held as held_build
from jike.releases.question import Question
from jike.words import deployment

if TYPE_CHECKING:
    import pandas as pd

Rows = list[dict[str, Any]]

RELEASE = "_release"

log = logging.getLogger("jike.pages")


def begin() -> Release:
    """Take the release this rerun shows: once, so that no page mixes two.

    Raises:
        JikeError: nothing is published, or no release is whole.
    """
    release = served(find_home())
    st.session_state[RELEASE] = release
    for row in ask_rows(frame_questions.build()):
        deployment.choose(row)
    return release


def current_release() -> Release:
    """The release taken at the start of this rerun."""
    release: Release = st.session_state[RELEASE]
    return release


def viewer_scope() -> Scope:
    """What the viewer may see: everything, as long as no sign-in is configured.

    Raises:
        JikeError: a sign-in is configured, and nobody has said who may see what.
    """
    if signs_in():
        raise JikeError(
            "a sign-in is configured in .streamlit/secrets.toml, but there are no "
            "access rules to go with it; remove its section [auth] and serve to this "
            "machine only, behind a proxy on it that signs people in"
        )
    return ALL


def signs_in() -> bool:
    """Whether this deployment asks its viewers to sign in."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def ask(question: Question) -> "pd.DataFrame":
    """Answer a question from the current release, limited to the viewer's scope.

    Decimals come as float, dates as datetime64. The frame is the caller's own.
    """
    return _cached(question, viewer_scope(), current_release())


@st.cache_data(show_spinner=False, max_entries=2_000)
def _cached(question: Question, scope: Scope, release: Release) -> "pd.DataFrame":
    return read(question, scope, release)


def ask_rows(question: Question) -> Rows:
    """Answer a question as plain rows keyed by column: None, date and Decimal stay."""
    return _cached_rows(question, viewer_scope(), current_release())


@st.cache_data(show_spinner=False, max_entries=2_000)
def _cached_rows(question: Question, scope: Scope, release: Release) -> Rows:
    return rows(question, scope, release)


def catalogue() -> dict[str, Kpi]:
    """The KPI catalogue of the current release, keyed by code."""
    return _catalogue(viewer_scope(), current_release())


@st.cache_resource(show_spinner=False, max_entries=4)
def _catalogue(scope: Scope, release: Release) -> dict[str, Kpi]:
    return kpis_from(
        rows(frame_questions.catalogue(), scope, release),
        rows(frame_questions.parts(), scope, release),
        rows(frame_questions.free_cuts(), scope, release),
    )


class FreeCut(NamedTuple):
    """A column x_<name> of a deployment's own by which a family of KPIs is cut.

    said: its names; members: those to choose from, none where there are too many.
    """

    code: str
    said: dict[str, Any]
    members: tuple[str, ...]


def free_cuts(family: str) -> tuple[FreeCut, ...]:
    """The free cuts of a family of KPIs; protected ones are shown nowhere."""
    return _free_cuts(viewer_scope(), current_release()).get(family, ())


@st.cache_resource(show_spinner=False, max_entries=4)
def _free_cuts(scope: Scope, release: Release) -> dict[str, tuple[FreeCut, ...]]:
    members: dict[tuple[str, str], list[str]] = {}
    for row in rows(frame_questions.free_cut_members(), scope, release):
        members.setdefault((row["family"], row["free_cut"]), []).append(row["member"])
    found: dict[str, tuple[FreeCut, ...]] = {}
    for row in rows(frame_questions.free_cuts(), scope, release):
        family, code = row["family"], row["free_cut"]
        cut = FreeCut(code, row, tuple(members.get((family, code), ())))
        found[family] = (*found.get(family, ()), cut)
    return found


def members() -> dict[tuple[str, str], dict[str, Any]]:
    """Names of every member: (dimension, member) → {name_zh, name_en}, in order."""
    return _members(viewer_scope(), current_release())


@st.cache_resource(show_spinner=False, max_entries=4)
def _members(scope: Scope, release: Release) -> dict[tuple[str, str], dict[str, Any]]:
    named = rows(frame_questions.members(), scope, release)
    return {(row["dimension"], row["member"]): row for row in named}


LEAST_SOUND = 2
"""Letters a search by sound needs: a single one would find nearly everybody."""


def named_like(text: str) -> tuple[str, ...]:
    """Ids of customers whose name holds a text in other characters, or by its sound.

    Traditional characters find simplified ones and the other way round. Letters find
    what they can be read as, without tones and blanks, whole or by initials, each
    character in any of its readings: 朝阳支行 by chaoyang, zhaoyang, zhihang and cyzh.
    Nothing of names that the viewer's scope masks.
    """
    letters = "".join(text.lower().replace("'", "").split())
    if letters.isascii() and (len(letters) < LEAST_SOUND or not letters.isalpha()):
        return ()
    known = _sought(viewer_scope(), current_release())
    if letters.isascii():
        return tuple(
            customer
            for customer, name in known
            if names.holds(name.sounds, letters) or names.holds(name.initials, letters)
        )
    plain = names.simplified(text)
    return tuple(customer for customer, name in known if plain in name.plain)


@st.cache_resource(show_spinner=False, max_entries=4)
def _sought(scope: Scope, release: Release) -> list[tuple[str, names.Sought]]:
    """Ids of the customers of a scope, and their names as they are looked through."""
    return [
        (row["customer_id"], names.sought(row["customer_name"]))
        for row in rows(customers_questions.names(), scope, release)
    ]


def held() -> Held | None:
    """The build that its checks kept back, when it is newer than what is shown."""
    return held_build(find_home())


def held_results(held: Held) -> Rows:
    """Every check of a held build, as its audit record tells them.

    Keys: status, checked_table, check_name, column_name, observed, because_zh,
    because_en, kpis. Counts and names only; the record holds no row.
    """
    path = find_home().state / "audits" / f"{held.run}.json"
    try:
        results: Rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        log.warning("the audit record of run %s cannot be read", held.run)
        return []
    return results


def releases() -> list[Listed]:
    """The releases one can go back to, the newest first."""
    files = sorted(path.name for path in find_home().releases.glob("*.duckdb"))
    return _releases(tuple(files), current_release())


@st.cache_data(show_spinner=False, max_entries=4)
def _releases(files: tuple[str, ...], release: Release) -> list[Listed]:
    # Keyed by what the list is made of: the files there are, and the one shown.
    _ = files, release
    return kept(find_home())
