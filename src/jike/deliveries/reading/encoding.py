"""The bytes of a text file: its encoding by the rule of the raw contract."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from jike.deliveries.reading.cells import RefusedError

LONGEST_LINE = 16 * (1 << 20)
CHUNK = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """How a CSV file is decoded; `is_mixed`: some lines are not what the rest is.

    `plain_lines` is their number when all is UTF-8 and each line is one record, else 0.
    `is_open`: the last line has no end, and others have one.
    """

    name: str
    is_mixed: bool
    may_hold_nul: bool
    plain_lines: int = 0
    is_open: bool = False


def find_encoding(path: Path) -> Encoding:
    """Decide the encoding of a CSV file by the rule of the raw contract.

    Raises:
        RefusedError: neither UTF-8 nor GB18030 by that rule, or a line above the limit.
    """
    with path.open("rb") as file:
        has_bom = file.read(3) == b"\xef\xbb\xbf"
    seen = scan(path)
    has_nul, is_open = seen.nuls > 0, seen.is_open
    if seen.is_utf8:
        return Encoding("utf-8-sig", False, has_nul, seen.plain_lines, is_open)
    counted, utf8, gb18030 = _count_lines(path)
    if has_bom or 2 * utf8 >= counted:
        return Encoding("utf-8-sig", True, has_nul, is_open=is_open)
    if gb18030 == counted and 10 * utf8 <= counted:
        return Encoding("gb18030", False, has_nul, is_open=is_open)
    raise RefusedError(
        "is neither UTF-8 nor GB18030: of {counted} lines with non-ASCII "
        "bytes {utf8} are valid UTF-8 and {gb18030} valid GB18030",
        counted=counted,
        utf8=utf8,
        gb18030=gb18030,
    )


@dataclass
class _Bytes:
    """What the bytes of a text file look like: counts of what ends or quotes cells."""

    is_utf8: bool = True
    nuls: int = 0
    quotes: int = 0
    returns: int = 0
    pairs: int = 0  # of a return and a line feed
    feeds: int = 0
    last: bytes = b""
    tail: bytes = b""  # the end of all: a sign may have four bytes

    def add(self, chunk: bytes) -> None:
        """Count one more chunk."""
        self.nuls += chunk.count(b"\0")
        self.quotes += chunk.count(b'"')
        self.returns += chunk.count(b"\r")
        self.feeds += chunk.count(b"\n")
        if self.returns:
            self.pairs += (self.last + chunk).count(b"\r\n")
        self.last = chunk[-1:]
        self.tail = (self.tail + chunk[-4:])[-4:]

    @property
    def plain_lines(self) -> int:
        """The number of lines when each is one record, else 0.

        That is so when nothing is quoted and all lines end alike.
        """
        ends_alike = self.returns == 0 or self.returns == self.pairs == self.feeds
        is_plain = self.nuls == self.quotes == 0 and ends_alike
        return self.feeds + (self.last != b"\n") if is_plain else 0

    @property
    def is_open(self) -> bool:
        """Say whether the last line has no end though others have one."""
        ended = self.tail.rstrip(b"\0").endswith((b"\n", b"\r"))
        return self.feeds + self.returns > 0 and not ended


def scan(path: Path) -> _Bytes:
    """Look at the bytes once. Refuses endless lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen, without_end = _Bytes(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            seen.add(chunk)
            seen.is_utf8 = seen.is_utf8 and _decodes(decoder, chunk, len(chunk) < CHUNK)
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            without_end = len(chunk) - end - 1 if end >= 0 else without_end + len(chunk)
            if without_end > LONGEST_LINE:
                raise RefusedError(
                    "has a line of more than {limit:,} bytes", limit=LONGEST_LINE
                )
    seen.is_utf8 = seen.is_utf8 and _decodes(decoder, b"", True)
    return seen


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _count_lines(path: Path) -> tuple[int, int, int]:
    """Count the lines with non-ASCII bytes, those valid as UTF-8 and as GB18030."""
    counted = utf8 = gb18030 = 0
    with path.open("rb") as file:
        for piece in file:
            for line in piece.splitlines():
                if line.isascii():
                    continue
                counted += 1
                utf8 += _is_valid(line, "utf-8")
                gb18030 += _is_valid(line, "gb18030")
    return counted, utf8, gb18030


def _is_valid(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
