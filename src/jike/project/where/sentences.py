"""From a sentence somebody reads, in any language, to the lines that say it."""

import re
from collections.abc import Iterator
from io import BytesIO

from jike.project.where.source import Source, Spot
from jike.project.where.things import (
    Thing,
    called_by,
    check,
    checks,
    in_order,
    made_by,
)

FIELD = re.compile(r"\{\w*(?::[^}]*)?\}")
FEWEST = 2
"""Characters a template must have beside its values to be recognised by them."""


def said(source: Source, text: str) -> list[Thing]:
    """Give what says a text: as a whole, with its values filled in, or within it."""
    known = [*_of_catalogues(source), *_of_checks(source), *_of_lists(source)]
    known += _of_code(source)
    for fits in (_is, _fills, _within):
        found = [build() for texts, build in known if any(fits(text, t) for t in texts)]
        if found:
            return found
    return []


def _is(text: str, template: str) -> bool:
    return _plain(text) == _plain(template)


def _fills(text: str, template: str) -> bool:
    literal = FIELD.sub("", template)
    if literal == template or len(literal.strip(" ,.:;，。：；（）()")) < FEWEST:
        return False
    pattern = ".+?".join(map(re.escape, FIELD.split(_plain(template))))
    return re.fullmatch(pattern, _plain(text)) is not None


def _within(text: str, template: str) -> bool:
    return _plain(text) in _plain(template)


def _plain(text: str) -> str:
    """A text as it is compared: spaces made one, capitals and Markdown aside."""
    return " ".join(text.replace("\\", "").split()).casefold()


Known = tuple[tuple[str, ...], "Build"]


class Build:
    """Makes the thing of a text once it is asked for."""

    def __init__(
        self, source: Source, kind: str, names: tuple[str, ...], code: str = ""
    ) -> None:
        """Begin with what it is called, and the code of a check it belongs to."""
        self.source, self.kind, self.names, self.code = source, kind, names, code
        self.spots: list[Spot] = []

    def at(self, *spots: Spot) -> "Build":
        """Add where it is said."""
        self.spots += spots
        return self

    def __call__(self) -> Thing:
        """The thing, with what the code around it uses."""
        spots = list(self.spots)
        for spot in self.spots:
            if spot.file.startswith("dashboards/"):
                spots += made_by(self.source, spot)
                spots += called_by(self.source, spot)
        if self.code:
            spots += check(self.source, self.code)
        for name in self.names:
            spots += _quoted(self.source, name)
        return Thing(self.kind, self.names, in_order(spots))


def _quoted(source: Source, text: str) -> Iterator[Spot]:
    """Where tests say the text."""
    yield from source.quoting(text, "tests/")


def _of_catalogues(source: Source) -> Iterator[Known]:
    """Texts of the pages and messages with their translations."""
    from babel.messages.pofile import read_po

    entries: dict[str, dict[str, Spot]] = {}
    for file in source.files("locales/", ending=".po"):
        for entry in read_po(BytesIO(source.texts[file].encode())):
            if entry.id:
                keys, texts = _as_tuple(entry.id), _as_tuple(entry.string)
                spots = entries.setdefault(keys[0], {})
                for one in (*keys, *texts):
                    spots.setdefault(one, Spot(file, int(entry.lineno or 1)))
    code: dict[str, list[Spot]] = {}
    for value, spot in source.constants("dashboards/", "src/"):
        code.setdefault(value, []).append(spot)
    for key, spots in entries.items():
        build = Build(source, "text", tuple(dict.fromkeys((key, *spots))))
        yield tuple(spots), build.at(*spots.values(), *code.get(key, ()))


def _as_tuple(text: object) -> tuple[str, ...]:
    """The forms of an entry: one, or one a plural."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def _of_checks(source: Source) -> Iterator[Known]:
    """Why each check matters, in both languages."""
    for code, one in checks(source).items():
        if one.because:
            build = Build(source, "check", (code,), code)
            yield one.because, build.at(*one.spots)


def _of_lists(source: Source) -> Iterator[Known]:
    """Names and definitions that rows of lists bring along."""
    for file in source.files("seeds/"):
        for spot, row in source.rows(file):
            texts = tuple(
                text
                for column, text in row.items()
                if column and column.endswith(("_zh", "_en")) and text
            )
            if texts:
                yield texts, Build(source, "row", texts[:2]).at(spot)


def _of_code(source: Source) -> Iterator[Known]:
    """Texts that no catalogue has: help of the command line."""
    for value, spot in source.constants("src/jike/cli/"):
        if " " in value:
            yield (value,), Build(source, "text", (value,)).at(spot)
