"""Texts in every language there is: gettext catalogues, read from their sources.

Message ids are the English texts, so English needs an entry only where it says
something else. locales/<language>/LC_MESSAGES/jike.po (the pages, and how figures,
dates and lists are written) and errors.po (errors and the command line) are compiled
in memory when first asked for, so that no compiled file can be older than its source.
A language is its folder: another one needs nothing else here.
"""

import gettext
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jike.ground.errors import JikeError, Message, WrongInputError, filled
from jike.ground.home import PROJECT

LOCALES = PROJECT / "locales"
DEFAULT = "zh"
KEYS = "en"
"""The language the message ids are written in."""


def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """Codes of the languages that have a catalogue: Chinese, English, then others."""
    found = (path.parents[1].name for path in folder.glob("*/LC_MESSAGES/jike.po"))
    first = {DEFAULT: 0, KEYS: 1}
    return tuple(sorted(found, key=lambda code: (first.get(code, 2), code)))


LANGUAGES = languages()


def chosen_language(given: str | None = None) -> str:
    """Take --lang, else JIKE_LANG, else Chinese.

    Raises:
        WrongInputError: JIKE_LANG is set to another language.
    """
    language = given or os.environ.get("JIKE_LANG") or DEFAULT
    if language not in LANGUAGES:
        raise WrongInputError(
            "JIKE_LANG is {language}; set it to one of {known}",
            language=language,
            known=LANGUAGES,
        )
    return language


@cache
def translations(
    language: str, folder: Path = LOCALES, domain: str = "jike"
) -> gettext.NullTranslations:
    """One language's catalogue, of the pages or of another domain.

    Without a file every text is its English key; only English may lack one.

    Raises:
        JikeError: there is no catalogue of that language, or it cannot be read.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    source = folder / language / "LC_MESSAGES" / f"{domain}.po"
    if language == KEYS and not source.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    try:
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    except (OSError, PoFileError) as error:
        raise JikeError(
            "{file} of language {language} cannot be read ({reason}); restore "
            "locales/{language}/LC_MESSAGES/{file}",
            file=source.name,
            language=language,
            reason=str(error),
        ) from error
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Words:
    """The texts of one language. Call it with an English text and its values.

    `_ = Words("zh"); _("Release {number}", number=14)` gives 发布 14.
    """

    language: str = "zh"

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language with its values filled in."""
        said = translations(self.language).gettext(text)
        return said.format(**values) if values else said

    def many(self, one: str, more: str, n: int, **values: object) -> str:
        """The text for n things; n itself is {n}."""
        said = translations(self.language).ngettext(one, more, n)
        return said.format(n=n, **values)

    def form(self, context: str, text: str, **values: object) -> str:
        """A piece of writing that is no sentence: how a day or an amount is written.

        `context` tells apart what English writes alike.
        """
        return translations(self.language).pgettext(context, text).format(**values)

    def forms(self, context: str, one: str, more: str, n: int, **values: object) -> str:
        """The same of n things."""
        said = translations(self.language).npgettext(context, one, more, n)
        return said.format(**values)

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row: a、b、c; a, b, c."""
        return self.form("between names", ", ").join(names)

    def together(self, names: Sequence[str]) -> str:
        """Names of which all are meant: a、b、c; a, b and c."""
        if len(names) < 2:
            return "".join(names)
        last = self.form("before the last name", " and ")
        return f"{self.listed(names[:-1])}{last}{names[-1]}"

    def either(self, names: Iterable[str]) -> str:
        """Names of which one is meant: a或b; a or b."""
        return self.form("between alternatives", " or ").join(names)

    def clauses(self, parts: Iterable[str]) -> str:
        """Clauses of one sentence: a，b; a, b."""
        return self.form("between clauses", ", ").join(parts)

    def findings(self, parts: Iterable[str]) -> str:
        """Clauses that could stand alone: a，b; a; b."""
        return self.form("between findings", "; ").join(parts)

    def sentences(self, parts: Iterable[str]) -> str:
        """Sentences, the last without its stop: a。b; a. b."""
        return self.form("between sentences", ". ").join(parts)

    def told(self, title: str, figures: Iterable[str]) -> str:
        """A finding and its figures as one text: a：b、c; a: b, c."""
        said = self.listed(figures)
        return self.form("finding", "{title}: {figures}", title=title, figures=said)

    @property
    def has_spaces(self) -> bool:
        """Whether words stand apart, so that a line breaks only between them."""
        return self.form("script", "words stand apart") == "words stand apart"

    @property
    def own_name(self) -> str:
        """What the language calls itself: 中文, English."""
        return self.form("language", "English")

    @property
    def other(self) -> "Words":
        """The language names are also said in: English, beside English the usual."""
        return Words(DEFAULT if self.language == KEYS else KEYS)

    def error(self, error: JikeError | str) -> str:
        """An error or a message in this language, in English where it has no entry."""
        message = error.message if isinstance(error, JikeError) else Message(error)
        return filled(message.text, message.values, self._sentence, self._comma())

    def _comma(self) -> str:
        try:
            return self.listed(("", ""))
        except JikeError:
            return ", "

    def _sentence(self, text: str) -> str:
        try:
            found = translations(self.language, domain="errors")
        except JikeError:
            # What is to be told matters more than the catalogue that is damaged.
            return text
        return found.gettext(text) if text else text

    def name(self, row: Mapping[Any, Any], what: str = "name") -> str:
        """A row's stored name: its column name_zh, name_en …

        A language without such a column says the English name as its catalogue does.
        """
        own = f"{what}_{self.language}"
        if own in row:
            return str(row[own])
        english = str(row[f"{what}_{KEYS}"])
        return translations(self.language).pgettext("name", english)
