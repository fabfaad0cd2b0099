"""What can go wrong, each with the exit code the command line ends with.

A sentence is a template with named fields and its values, so that the room words can
say it in another language; as a text it is English.
"""

import errno
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that move, recolour or reorder what a terminal shows."""


class Message(str):
    """A sentence as a text in English, and what another language needs to say it.

    `text` is the English template, `values` fill its fields. A value may be a message
    or an error itself, and a list of them; both are said in the same language. Without
    values the template is the sentence, braces and all.
    """

    text: str
    values: dict[str, Any]

    def __new__(cls, text: str, /, **values: object) -> "Message":
        """Fill the values into the template."""
        if isinstance(text, Message) and not values:
            return text
        message = super().__new__(cls, filled(text, values))
        message.text, message.values = text, values
        return message


class JikeError(Exception):
    """A job was not done: one sentence that names file, table or KPI and the remedy."""

    exit_code = 1

    def __init__(self, text: str, /, **values: object) -> None:
        """Say what happened: an English template with named fields, and the values."""
        self.message = Message(text, **values)
        super().__init__(str(self.message))

    @property
    def text(self) -> str:
        """The English template."""
        return self.message.text

    @property
    def values(self) -> dict[str, Any]:
        """What fills the fields of the template."""
        return self.message.values


class WrongInputError(JikeError):
    """The call or the delivered files break a rule that the caller can mend."""

    exit_code = 2


class AuditError(JikeError):
    """The checks did not let the build out; nothing was published."""

    exit_code = 3


class BusyError(JikeError):
    """Another process holds the lock; try again when it is done."""

    exit_code = 4


def filled(
    text: str,
    values: Mapping[str, object],
    said: Callable[[str], str] = str,
    comma: str = ", ",
) -> str:
    """Say a template with `said` and fill its values in, lists joined with `comma`."""
    template = said(text)
    if not values:
        return template
    shown = {name: _shown(value, said, comma) for name, value in values.items()}
    return template.format(**shown)


def _shown(value: object, said: Callable[[str], str], comma: str) -> object:
    if isinstance(value, JikeError):
        value = value.message
    if isinstance(value, Message):
        return filled(value.text, value.values, said, comma)
    if isinstance(value, list | tuple):
        return comma.join(str(_shown(one, said, comma)) for one in value)
    return visible(str(value)) if isinstance(value, str | PurePath) else value


def visible(text: str) -> str:
    """Somebody else's text, what is unseen in it written out: \\x1b, \\u202e."""
    if text.isprintable():
        return text
    return "".join(
        sign.encode("unicode_escape").decode()
        if unicodedata.category(sign) in UNSEEN
        else sign
        for sign in text
    )


def one_after_another(messages: list[Message]) -> Message:
    """Make one sentence of several clauses; there must be at least one."""
    told = messages[0]
    for message in messages[1:]:
        told = Message("{first}; {second}", first=told, second=message)
    return told


SYSTEM = {
    errno.EACCES: Message("Permission denied"),
    errno.EADDRINUSE: Message("Address already in use"),
    errno.EFBIG: Message("File too large"),
    errno.ENOENT: Message("No such file or directory"),
    errno.ENOSPC: Message("No space left on device"),
    errno.EROFS: Message("Read-only file system"),
}


def system_reason(error: OSError) -> Message:
    """Say why the system refused something; rare reasons are in English only."""
    known = SYSTEM.get(error.errno or 0)
    return known or Message(error.strerror or str(error))


SPEAKS_OF_NAMES = (
    "Binder Error",
    "Catalog Error",
    "IO Error",
    "Out of Memory Error",
    "Parser Error",
)
"""DuckDB errors whose text holds names only; all others can quote a row's value."""
