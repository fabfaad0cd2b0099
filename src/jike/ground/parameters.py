"""The parameters of a build, as dbt_project.yml declares them: who gives which."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jike.ground.errors import WrongInputError

Value = str | int | float | bool


@dataclass(frozen=True)
class Years:
    """The years that dates may lie in, both included."""

    first: int
    last: int


def usual_years(project: Path, given: Mapping[str, Value]) -> Years:
    """Give the years of the parameters first_year and last_year.

    Raises:
        WrongInputError: as `checked_parameters`, or none lies between the two.
    """
    known = checked_parameters(project, given)
    years = Years(int(known["first_year"]), int(known["last_year"]))
    if not 1 <= years.first <= years.last <= 9999:
        raise WrongInputError(
            "parameters first_year {first} and last_year {last} leave no year; give "
            "years from 1 to 9999, the first one first",
            first=years.first,
            last=years.last,
        )
    return years


def declared_vars(project: Path) -> dict[str, Value]:
    """Give the parameters of the project with their defaults, from dbt_project.yml."""
    import yaml

    content = yaml.safe_load((project / "dbt_project.yml").read_text("utf-8"))
    return dict(content.get("vars") or {})


def checked_parameters(project: Path, given: Mapping[str, Value]) -> dict[str, Value]:
    """Give all parameters, the given ones in place of the defaults; without as_of.

    Raises:
        WrongInputError: a parameter does not exist, or its value has another type.
    """
    known = declared_vars(project)
    known.pop("as_of", None)
    for name, value in given.items():
        if name == "as_of":
            raise WrongInputError("as_of is given with --as-of DATE, not as --param")
        if name not in known:
            raise WrongInputError(
                "parameter {name} does not exist; there are {known}",
                name=name,
                known=list(known),
            )
        known[name] = _typed(name, value, known[name])
    return known


def _typed(name: str, value: Value, default: Value) -> Value:
    if isinstance(default, int):
        text = str(value)
        if not (text.isascii() and text.isdigit()):
            raise WrongInputError(
                "parameter {name} must be a whole number, not {text!r}",
                name=name,
                text=text,
            )
        return int(text)
    if name.endswith("_months"):
        return _listed(name, str(value))
    # Models put these between quotes; nothing that could end a quote gets in.
    text = str(value)
    if name == "currency" and not re.fullmatch(r"[A-Z]{3}", text):
        raise WrongInputError(
            "parameter currency must be three capital letters as CNY or USD, not "
            "{text!r}",
            text=text,
        )
    signs = "".join(c for c in text if unicodedata.category(c) != "Sc")
    if not re.fullmatch(r"[A-Za-z0-9_.-]*", signs):
        raise WrongInputError(
            "parameter {name} cannot be {text!r}", name=name, text=text
        )
    if name.endswith("_on") and text:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise WrongInputError(
                "parameter {name} must be a date YYYY-MM-DD, not {text!r}",
                name=name,
                text=text,
            ) from None
    return text


def _listed(name: str, text: str) -> str:
    """Give months as `12,1`, the first one meant where none is named."""
    months = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"[1-9][0-9]{0,3}", month) for month in months):
        raise WrongInputError(
            "parameter {name} must be months above 0, like 12 or 12,1, not {text!r}",
            name=name,
            text=text,
        )
    return ",".join(dict.fromkeys(months))
