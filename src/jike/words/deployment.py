"""What a deployment has chosen that sentences speak of: its currency, its limits."""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType
from typing import Any

from jike.ground.home import PROJECT
from jike.ground.parameters import Value, declared_vars

YUAN = "CNY"

_chosen: ContextVar[Mapping[str, Any]] = ContextVar(
    "deployment", default=MappingProxyType({})
)


def choose(parameters: Mapping[str, Any]) -> None:
    """Let what is written from here on speak of a release: the row of its dim_build.

    It holds for the thread (and asynchronous task) that says so.
    """
    _chosen.set(dict(parameters))


def chosen(name: str) -> Value:
    """Give a parameter of the release that is spoken of, else its default."""
    found = _chosen.get().get(name)
    value: Value = usual()[name] if found is None else found
    return value


@cache
def usual() -> dict[str, Value]:
    """Give every parameter with its default."""
    return declared_vars(PROJECT)


def symbol(language: str) -> str:
    """The sign of the currency before its amounts: ¥, $, €; in Chinese US$."""
    own = str(chosen("currency_symbol"))
    code = str(chosen("currency"))
    if own or code == YUAN:
        return own or "¥"
    from babel.numbers import get_currency_symbol

    found = str(get_currency_symbol(code, locale=language))
    # Without a sign of its own a currency is called by its code: CHF 12.
    return f"{found}\u00a0" if found[-1:].isalpha() else found


def is_in_yuan() -> bool:
    """Whether amounts are yuan, which Chinese counts in 元 behind the figure."""
    return chosen("currency") == YUAN and not chosen("currency_symbol")
