"""Why a KPI has no value: what it needs was not delivered, as people read it."""

from jike.ground.errors import Message

NOT_DELIVERED = "not delivered: "
"""How the reason of a KPI row begins; names separated by commas follow."""

BY_DAY = " on or before "
EITHER = " or "


def lacking_of(reason: str | None) -> list[Message]:
    """Name what the reason of a KPI row says was not delivered; nothing without one."""
    text = (reason or "").removeprefix(NOT_DELIVERED)
    return [named(one) for one in text.split(", ") if one]


def named(lacking: str) -> Message:
    """Say one need: an entity, a column, one of several, or a photograph by a day."""
    first, _, day = lacking.partition(BY_DAY)
    if day:
        return Message("{entity} on or before {day}", entity=first, day=day)
    first, _, others = lacking.replace("|", EITHER).partition(EITHER)
    if others:
        return Message("{one} or {others}", one=first, others=named(others))
    return Message(first)


def told(reason: str) -> Message:
    """Say the reason of a KPI row as a sentence."""
    return Message("not delivered: {what}", what=lacking_of(reason))
