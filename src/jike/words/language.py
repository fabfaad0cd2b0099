"""Chinese and English texts: gettext catalogues, read from their sources.

Message ids are the English texts. locales/{zh,en}/LC_MESSAGES/jike.po (the pages) and
errors.po (errors and the command line) are compiled in memory when first asked for, so
that no compiled file can be older than its source.
"""

import gettext
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jike.ground.errors import JikeError, Message, WrongInputError, filled
from jike.ground.home import PROJECT

LANGUAGES = ("zh", "en")
LOCALES = PROJECT / "locales"
COMMAS = {"zh": "、", "en": ", "}


def chosen_language(given: str | None = None) -> str:
    """Take --lang, else JIKE_LANG, else Chinese.

    Raises:
        WrongInputError: JIKE_LANG is set to another language.
    """
    language = given or os.environ.get("JIKE_LANG") or LANGUAGES[0]
    if language not in LANGUAGES:
        raise WrongInputError(
            "JIKE_LANG is {language}; set it to zh or en", language=language
        )
    return language


@cache
def translations(
    language: str, folder: Path = LOCALES, domain: str = "jike"
) -> gettext.GNUTranslations:
    """One language's catalogue, of the pages or of another domain.

    Raises:
        JikeError: there is no catalogue of that language, or it cannot be read.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    source = folder / language / "LC_MESSAGES" / f"{domain}.po"
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

    def error(self, error: JikeError | str) -> str:
        """An error or a message in this language, in English where it has no entry."""
        message = error.message if isinstance(error, JikeError) else Message(error)
        return filled(
            message.text, message.values, self._sentence, COMMAS[self.language]
        )

    def _sentence(self, text: str) -> str:
        try:
            found = translations(self.language, domain="errors")
        except JikeError:
            # What is to be told matters more than the catalogue that is damaged.
            return text
        return found.gettext(text) if text else text

    def name(self, row: Mapping[str, Any], what: str = "name") -> str:
        """A row's stored name: its column name_zh or name_en."""
        return str(row[f"{what}_{self.language}"])
