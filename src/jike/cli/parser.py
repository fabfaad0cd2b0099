"""The command line: how the verbs are called, and what an error ends with.

Results go to the output, progress and errors to the error output.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike import __version__
from jike.ground.disk import not_written
from jike.ground.errors import (
    JikeError,
    Message,
)
from jike.words.language import LANGUAGES, Words, chosen_language

if TYPE_CHECKING:
    pass

from jike.cli.printing import say
from jike.cli.verbs import VERBS

INTERRUPTED = 130
Verbs = Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code.

    0 done, 1 failed, 2 wrong usage or input, 3 audit failed, 4 busy. The message is
    one sentence; with --debug the traceback follows.
    """
    options = make_parser().parse_args(arguments)
    options.words = Words()
    try:
        options.words = Words(chosen_language(options.lang))
        _listen(options.words)
        return int(options.run(options) or 0)
    except JikeError as error:
        _show_trace(options)
        _fail(options, error.message)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python quiet about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _fail(options, Message("stopped; what is served has not changed"))
        return INTERRUPTED
    except OSError as error:
        _show_trace(options)
        _fail(options, not_written(error))
        return 1
    except Exception as error:
        _show_trace(options)
        _fail(
            options,
            Message(
                "{verb} failed ({kind}); run it again with --debug for the trace",
                verb=options.verb,
                kind=type(error).__name__,
            ),
        )
        return 1


def _show_trace(options: argparse.Namespace) -> None:
    if options.debug:
        traceback.print_exc()


def _fail(options: argparse.Namespace, message: Message) -> None:
    say(f"jike: {options.words.error(message)}")


class _InWords(logging.Formatter):
    """Says our own messages in the language of the call, others as they are."""

    def __init__(self, words: Words) -> None:
        super().__init__("%(message)s")
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, Message):
            return self._words.error(record.msg)
        return super().format(record)


def _listen(words: Words) -> None:
    # Set before any library does: what they find worth telling is not what we do.
    handler = logging.StreamHandler()
    handler.setFormatter(_InWords(words))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def make_parser() -> argparse.ArgumentParser:
    """Give the parser of all verbs; `run` in its result is the verb's function."""
    parser = argparse.ArgumentParser(
        prog="jike",
        description="KPI warehouse for enterprise customers: load, build, audit, "
        "publish, look.",
        epilog="exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 audit failed, "
        "nothing published, 4 busy",
    )
    parser.add_argument("--version", action="version", version=__version__)
    _add_common(parser, None, False)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_input_verbs(verbs)
    _add_gate_verbs(verbs)
    _add_reading_verbs(verbs)
    _add_project_verbs(verbs)
    return parser


def _add_common(parser: argparse.ArgumentParser, home: object, off: object) -> None:
    parser.add_argument(
        "--home", metavar="DIR", default=home, help="where state lives (JIKE_HOME)"
    )
    parser.add_argument(
        "--json", action="store_true", default=off, help="print JSON for machines"
    )
    parser.add_argument(
        "--debug", action="store_true", default=off, help="print tracebacks"
    )
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=home,
        help="language of messages (JIKE_LANG; zh)",
    )


def _verb(verbs: Verbs, name: str, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + "."
    )
    # Given after the verb or before it: suppressed defaults do not undo the latter.
    _add_common(parser, argparse.SUPPRESS, argparse.SUPPRESS)
    parser.set_defaults(run=VERBS[name])
    return parser


def _add_input_verbs(verbs: Verbs) -> None:
    demo = _verb(verbs, "demo", "make the sample province and show it")
    demo.add_argument("--no-serve", action="store_true", help="stop before the pages")
    _add_address(demo)
    sample = _verb(verbs, "sample", "write a delivery of the sample province")
    sample.add_argument("--scale", type=_positive, default=1, metavar="N")
    sample.add_argument("--out", type=Path, metavar="DIR")
    load = _verb(verbs, "load", "check a delivery and land its accepted rows")
    _add_delivery(load)
    _add_parameters(load, "a parameter of this load; again for more")
    build = _verb(verbs, "build", "compute every KPI from what was loaded")
    _add_build(build)
    run = _verb(verbs, "run", "load, build, audit and publish a delivery")
    _add_delivery(run)
    _add_build(run)


def _add_delivery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the delivery")
    parser.add_argument(
        "--mapping", metavar="NAME", help="how its files become the raw contract"
    )
    parser.add_argument(
        "--source", metavar="NAME", help="who delivers (the mapping's name, or default)"
    )
    parser.add_argument(
        "--delivered-on", type=_day, metavar="DATE", help="its logical date"
    )
    parser.add_argument(
        "--plan", action="store_true", help="say what would be loaded, write nothing"
    )
    parser.add_argument(
        "--new", metavar="NAME", help="write a mapping for its files, to be edited"
    )


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="compute everything anew")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="the last day known")
    _add_parameters(parser, "a parameter of this build; again for more")


def _add_parameters(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument(
        "--param", type=_pair, action="append", metavar="NAME=VALUE", help=about
    )


def _add_gate_verbs(verbs: Verbs) -> None:
    audit = _verb(verbs, "audit", "check a build before anyone sees it")
    _add_run(audit)
    audit.add_argument("--accept", metavar="CHECK", help="let a held check pass")
    audit.add_argument("--because", metavar="TEXT", help="why; it is recorded")
    publish = _verb(verbs, "publish", "serve an audited build")
    _add_run(publish)
    _verb(
        verbs,
        "republish",
        "build and publish anew what is loaded, as the served release was made",
    )
    releases = _verb(verbs, "releases", "list the releases; * is served")
    _add_strict(releases)
    rollback = _verb(verbs, "rollback", "serve a former release")
    rollback.add_argument("number", type=_positive, nargs="?", metavar="N")
    close = _verb(verbs, "close", "keep a month as it was published")
    close.add_argument("month", metavar="MONTH", help="2025-08")


def _add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="end with 1 when a release stands in for the one to be served",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", dest="run_number", metavar="RUN", help="the build (the newest)"
    )


def _add_reading_verbs(verbs: Verbs) -> None:
    kpi = _verb(verbs, "kpi", "print KPIs of the current release")
    kpi.add_argument("codes", nargs="*", metavar="CODE")
    kpi.add_argument(
        "--list",
        action="store_true",
        help="list KPIs and what each needs delivered",
    )
    kpi.add_argument("--period", metavar="P", help="2025-09, 2025Q3, 2025, 2025YTD")
    kpi.add_argument("--by", action="append", metavar="DIM[,DIM]")
    kpi.add_argument("--where", action="append", metavar="DIM=MEMBER")
    kpi.add_argument("--as-of", metavar="DATE", help="an older release")
    kpi.add_argument("--format", choices=("table", "csv", "json"), default="table")
    _add_strict(kpi)
    trace = _verb(verbs, "trace", "say why a customer counts as it does")
    trace.add_argument("customer", metavar="CUSTOMER", help="its id as delivered")
    trace.add_argument("--kpi", required=True, metavar="CODE")
    trace.add_argument("--period", required=True, metavar="P")
    _add_strict(trace)
    serve = _verb(verbs, "serve", "show the pages in a browser")
    _add_address(serve)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST")
    parser.add_argument("--port", type=_positive, default=8501, metavar="PORT")


def _add_project_verbs(verbs: Verbs) -> None:
    _verb(verbs, "doctor", "look whether everything is as it has to be")
    where = _verb(verbs, "where", "say which files make something")
    where.add_argument(
        "name", metavar="NAME", help="a code, a name or a sentence, in any language"
    )
    _verb(verbs, "docs", "write the generated pages of the documentation")
    test = _verb(verbs, "test", "run the checks of the project itself")
    test.add_argument("--all", action="store_true", help="slow and browser tests too")


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date YYYY-MM-DD") from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=value")
    return name, value


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
