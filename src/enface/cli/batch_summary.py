"""What a command that works through pictures says at its end."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enface.inference.ledger import BatchResult


def summarise(result: "BatchResult[Any]", *, verb: str) -> int:
    """Names every failure on standard error, counts, prints where the report lies as the last line.

    Args:
        result: of the batch.
        verb: of the command.

    Returns:
        The exit code: 0 all went well, 1 some pictures failed.
    """
    for row in result.rows:
        if row.status == "failed":
            print(f"enface {verb}: {row.input}: {row.error}", file=sys.stderr)
    done = len(result.rows) - result.failed
    skipped = f", {result.skipped} pictures were finished already" if result.skipped else ""
    print(f"{done} faces, {result.failed} failures{skipped}")
    print(result.report)
    return 1 if result.failed else 0
