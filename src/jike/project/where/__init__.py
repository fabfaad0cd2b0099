"""Where everything is: from the name of something to every line that makes it."""

import difflib

from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.project.where.sentences import said
from jike.project.where.source import Source
from jike.project.where.things import Thing, made_of, named

NEAREST = 5


def where(name: str, source: Source | None = None) -> list[Thing]:
    """Give what is called so: a KPI, part, page, panel, check, list, model or sentence.

    A code or a name in any language; a part of one when nothing is called exactly so.

    Raises:
        WrongInputError: nothing is called so; the sentence gives the nearest names.
    """
    source = source or Source(PROJECT)
    known = list(named(source))
    asked = name.strip().casefold()
    called = [one for one in known if asked in map(str.casefold, one[1])]
    found = _made(source, called)
    exact = [thing for thing in said(source, name) if asked in _names(thing)]
    if found or exact:
        return found + [thing for thing in exact if _is_new(thing, found)]
    called = [one for one in known if any(asked in n.casefold() for n in one[1])]
    found = _made(source, called) + said(source, name)
    if not found:
        names = {said for _, names, _ in known for said in names}
        nearest = difflib.get_close_matches(name, sorted(names), NEAREST, 0.0)
        raise WrongInputError(
            "nothing is called {name}; nearest are {nearest}",
            name=name,
            nearest=nearest,
        )
    return found


def _made(
    source: Source, called: list[tuple[str, tuple[str, ...], str]]
) -> list[Thing]:
    return [
        Thing(kind, names, made_of(source, kind, code)) for kind, names, code in called
    ]


def _names(thing: Thing) -> set[str]:
    return {name.casefold() for name in thing.names}


def _is_new(thing: Thing, found: list[Thing]) -> bool:
    """Whether a thing leads anywhere that the others do not."""
    return not set(thing.spots) <= {spot for one in found for spot in one.spots}
