"""What the folders of all rendered sets share: one set each, gone on with, by one process or several."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from tqdm import tqdm

from enface.rendering.errors import RenderingError
from enface.resources import atomic_write
from enface.workers import map_in_processes


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Says what to do about a folder that cannot be written.

    Raises:
        RenderingError: Instead of the system's error.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:  # safetensors tells a full disk by an error of its own
        reason = getattr(error, "strerror", None) or error
        raise RenderingError(
            f"cannot write to {folder}: {reason}; free space or choose another folder, "
            "then give the same command to go on"
        ) from error


def claim_folder(path: Path, wanted: dict[str, Any], *, otherwise: str) -> None:
    """Writes the card of a set into its empty folder, or sees that the folder was begun for the same one.

    Args:
        path: The card's file.
        wanted: Everything that decides what is rendered, as JSON has it.
        otherwise: What to call another set.

    Raises:
        RenderingError: The folder holds another set, other files, or a card that cannot be read.
    """
    folder = path.parent
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise RenderingError(f"{path} cannot be read ({error}); choose another folder") from error
        if found != wanted:
            raise RenderingError(
                f"{folder} holds {otherwise} ({found}, wanted {wanted}); choose another folder"
            )
        return
    require_empty(folder)
    with atomic_write(path) as part:
        part.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def require_empty(folder: Path) -> None:
    """Keeps a set that is not begun out of a folder of anything else, which would pass for a part of it.

    Raises:
        RenderingError: There are files.
    """
    if any(folder.iterdir()):
        raise RenderingError(f"{folder} holds other files; choose an empty folder")


def render_missing(
    opened: Callable[..., Callable[[int], int]],
    arguments: tuple[Any, ...],
    files: Mapping[int, Path],
    *,
    unit: str,
    compiles: Callable[[], object],
    workers: int = 1,
    label: str = "render",
    progress: bool = True,
) -> None:
    """Renders those of a set's people, or of its other parts, whose file is not there yet, in any order.

    Args:
        opened: Makes the tool that renders one number and then writes its file, and returns the number of
            pictures; called once in each process, see `map_in_processes`.
        arguments: Of `opened`.
        files: By number, what is there when that number is finished.
        unit: What a number stands for, for the bar.
        compiles: Uses every kernel once, here, so that the processes find the machine code in the cache.
        workers: Processes; with one, or one number, everything happens in this one.
        label: Before the bar.
        progress: Show a bar on standard error.

    Raises:
        WorkerError: A process was killed.
    """
    missing = [number for number, file in files.items() if not file.exists()]
    bar = tqdm(
        total=len(files), initial=len(files) - len(missing), unit=unit, desc=label, disable=not progress
    )
    with bar:
        for pictures in _rendered(opened, arguments, missing, workers=workers, compiles=compiles):
            bar.update()
            bar.set_postfix_str(f"{pictures} pictures each")


def _rendered(
    opened: Callable[..., Callable[[int], int]],
    arguments: tuple[Any, ...],
    numbers: Sequence[int],
    *,
    workers: int,
    compiles: Callable[[], object],
) -> Iterator[int]:
    """Numbers of pictures, as they come."""
    workers = min(workers, len(numbers))
    if workers > 1:
        compiles()
        yield from map_in_processes(opened, arguments, numbers, workers=workers)
    elif numbers:
        yield from map(opened(*arguments), numbers)
