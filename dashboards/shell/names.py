"""Names as people look for them: in other characters, by sound, by initials."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

Readings = tuple[tuple[str, ...], ...]
"""What each character of a name may be read as, in letters a to z, without tones."""

RUN = re.compile(r"[a-z0-9]+|.", re.DOTALL)


class Sought(NamedTuple):
    """A name as it is looked through: in simplified small letters, and by sound.

    initials: the first letters of what each character may be read as.
    """

    plain: str
    sounds: Readings
    initials: Readings


def sought(name: str) -> Sought:
    """A name made ready to be looked through."""
    plain = simplified(name)
    units = [unit for unit in map(_read, RUN.findall(plain)) if unit[0]]
    return Sought(plain, tuple(u[0] for u in units), tuple(u[1] for u in units))


def simplified(text: str) -> str:
    """A text in simplified characters and small letters: ＡＢ朝陽 becomes ab朝阳."""
    return str(_converter().convert(unicodedata.normalize("NFKC", text))).lower()


@lru_cache(maxsize=1)
def _converter() -> Any:  # noqa: ANN401 (OpenCC's own)
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _read(unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a character or a word of Latin letters may be read as, and its initials.

    ü is typed v, u or yu. What cannot be typed in letters has no reading.
    """
    if unit.isascii():
        is_word = unit.isalnum()
        return ((unit,), (unit[0], unit)) if is_word else ((), ())
    from pypinyin import Style, pinyin

    every = pinyin(unit, heteronym=True, style=Style.NORMAL)[0]
    typed = [way for one in every for way in _typed(one.lower())]
    sounds = tuple(dict.fromkeys(way for way in typed if way.isascii()))
    return sounds, tuple(dict.fromkeys(way[0] for way in sounds if way))


def _typed(sound: str) -> Iterator[str]:
    yield sound
    if "v" in sound:
        yield sound.replace("v", "u")
        yield sound.replace("v", "yu")


def holds(readings: Readings, letters: str) -> bool:
    """Whether letters are a reading of characters that follow each other.

    Each character may be read in any of its ways, whatever the others are; the last one
    may be begun only. No combination is written out: a name of twenty characters of
    three readings has three thousand million of them.
    """
    return any(_begins(readings, at, letters) for at in range(len(readings)))


def _begins(readings: Readings, at: int, letters: str) -> bool:
    reached = {0}
    for ways in readings[at:]:
        further = set()
        for place in reached:
            rest = letters[place:]
            for way in ways:
                if way.startswith(rest):
                    return True
                if rest.startswith(way):
                    further.add(place + len(way))
        if not further:
            return False
        reached = further
    return False
