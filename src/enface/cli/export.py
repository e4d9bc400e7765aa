"""`enface export MODEL --output FILE`: a model as one graph that runs without enface."""

from dataclasses import dataclass
from pathlib import Path

import tyro


@dataclass(frozen=True)
class Args:
    """Write a model as one graph, with a card of its inputs, outputs and terms beside it.

    FILE.onnx runs in onnxruntime (writing it needs the extra `export`), FILE.pt2 in torch. The graph takes an
    aligned face; the card explains the alignment and holds a program that does it without enface. Outputs
    must be marked as synthesised: the unseen half of a face is a guess, not evidence.
    """

    model: tyro.conf.Positional[str]
    """photo (shipped), or the folder of a trained model or of a run."""
    output: Path
    """FILE.onnx or FILE.pt2; FILE.*.json and FILE.*.md are written beside it."""
    size: int | None = None
    """Side of the aligned frame that a warp model is given, pixels: 250 (the default), 500 or 1000 for faces
    of 224, 448 or 896 px, or any from 128 to 1000."""
    licence: str | None = None
    """Of the weights, for the card; that of shipped models is known."""
    guide_weights: Path | None = None
    """Weights of the recognizer that guided the model, when they are not where training found them."""


def run(args: Args) -> int:
    """Writes the files; prints how far outputs differ from the model's, and the file as the last line."""
    from enface.export import export_model

    done = export_model(
        args.model,
        args.output,
        size=args.size,
        licence=args.licence,
        guide_weights=None if args.guide_weights is None else str(args.guide_weights),
    )
    for name, difference in done.differences.items():
        print(f"{name}: within {difference:.1e} of the model's")
    print(done.text)
    print(done.file)
    return 0
