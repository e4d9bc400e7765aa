"""Telling that faces are found by the package's own finder, where nobody asked for it."""

import sys


def tell_of_own_finder(detector: str, *, asked: str | None, verb: str) -> None:
    """One line on standard error, if `detector` is the finder and `asked` is None.

    Args:
        detector: name of the one that is used.
        asked: what the command line says.
        verb: of the command.
    """
    from enface.models.landmark_detector import OWN

    if detector == OWN and asked is None:
        print(
            f"enface {verb}: faces are found by the package's own finder; `enface fetch yunet` brings a "
            "better detector",
            file=sys.stderr,
        )
