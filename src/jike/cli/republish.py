"""The verb republish: build, audit and publish anew what is loaded.

It keeps the day and the parameters of the release that is served, so that another
version of the program, or a damaged file, changes nothing of what was asked for.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from jike.cli.printing import (
    audit_sentence,
    build_sentence,
    print_json,
    print_release,
    progress_of,
    say,
    tell,
)
from jike.cli.steps import audit_run, build_run, publish_run
from jike.ground.errors import JikeError, Message, WrongInputError
from jike.ground.home import PROJECT, Home, find_home
from jike.releases.pointer import pointed

if TYPE_CHECKING:
    from jike.checks.gate import Accepted
    from jike.releases.manifest import Release


@dataclass(frozen=True)
class Former:
    """What a release was made with.

    `accepted` are checks of what was delivered, if nothing was loaded since.
    """

    as_of: date | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    accepted: "tuple[Accepted, ...]" = ()


def republish(options: argparse.Namespace) -> int:
    """Make a release for this program of what is loaded, as the one served was made."""
    home, progress = find_home(options.home), progress_of(options)
    former = _former(home)
    parameters = _known(former.parameters, options)
    built = build_run(home, progress, former.as_of, parameters)
    audited = audit_run(home, progress, built.run, carried=former.accepted)
    release = publish_run(home, progress, built.run)
    if options.json:
        print_json({"build": built, "audit": audited, "publish": release})
        return 0
    tell(options, build_sentence(built))
    tell(options, audit_sentence(audited))
    print_release(release, options)
    return 0


def _former(home: Home) -> Former:
    """Find what the served release was made with, or the newest that is whole.

    Raises:
        WrongInputError: nothing is loaded to build from.
    """
    from jike.deliveries.manifests import standing
    from jike.releases.manifest import ReleaseError, manifest_of, newest_first
    from jike.releases.opening import whole_release

    there = standing(home)
    if not there.deliveries:
        raise WrongInputError(
            "{folder} holds no delivery to build from; load them again with "
            "`jike run DIR`",
            folder=home.landing,
        )
    named, _ = pointed(home)
    for name in filter(None, (named, *newest_first(home))):
        try:
            release = whole_release(home, name)
            manifest = manifest_of(release)
        except ReleaseError:
            continue
        accepted = _accepted(manifest, release, there.last_number)
        return Former(release.as_of, manifest.get("parameters", {}), accepted)
    return Former()


def _accepted(
    manifest: Mapping[str, Any], release: "Release", last_load: int
) -> "tuple[Accepted, ...]":
    from jike.checks.gate import Accepted
    from jike.checks.reconcile import ROWS_DO_NOT_FALL
    from jike.releases.closing import newest_load

    try:
        if newest_load(release) != last_load:
            return ()
        known = [Accepted(**entry) for entry in manifest.get("accepted", ())]
    except (JikeError, TypeError):
        return ()
    return tuple(one for one in known if not one.check.endswith(ROWS_DO_NOT_FALL))


def _known(
    parameters: Mapping[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """Leave out, and tell, the parameters that this program has no longer."""
    from jike.ground.parameters import checked_parameters

    kept = {}
    for name, value in parameters.items():
        try:
            checked_parameters(PROJECT, {name: value})
        except WrongInputError as error:
            told = Message("without parameter {name}: {why}", name=name, why=error)
            say(options.words.error(told))
        else:
            kept[name] = value
    return kept
