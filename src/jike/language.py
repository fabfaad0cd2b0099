"""Chinese and English texts: gettext catalogues, read from their sources.

Message ids are the English texts. locales/{zh,en}/LC_MESSAGES/jike.po are compiled
in memory when first asked for, so that no compiled file can be older than its source.
"""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jike.errors import JikeError
from jike.home import PROJECT

LANGUAGES = ("zh", "en")
LOCALES = PROJECT / "locales"


@cache
def translations(language: str, folder: Path = LOCALES) -> gettext.GNUTranslations:
    """One language's catalogue.

    Raises:
        JikeError: there is no catalogue of that language, or it cannot be read.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    source = folder / language / "LC_MESSAGES" / "jike.po"
    compiled = io.BytesIO()
    try:
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    except (OSError, PoFileError) as error:
        raise JikeError(
            f"{source.name} of language {language} cannot be read ({error}); "
            f"restore locales/{language}/LC_MESSAGES/jike.po"
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

    def name(self, row: Mapping[str, Any], what: str = "name") -> str:
        """A row's stored name: its column name_zh or name_en."""
        return str(row[f"{what}_{self.language}"])
