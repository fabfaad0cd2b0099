"""What became of a former value: the one place where something is divided by one."""

from math import isfinite


def relative_change(now: float | None, then: float | None) -> float | None:
    """The change as a share of the former value; None without one above 0.

    From nothing, or from less than nothing, there is no such share: -900 to -1,900
    would read +111.1 %. What is said there is the difference.
    """
    if now is None or then is None or not isfinite(now) or not isfinite(then):
        return None
    return now / then - 1 if then > 0 else None
