"""`enface evaluate --run RUN --protocol rendered --judge rendered_b`: results.json and report.html."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from enface.errors import ConfigError

if TYPE_CHECKING:
    from enface.data.records import Manifest
    from enface.evaluation.results import Results


@dataclass(frozen=True)
class Args:
    """Judges a trained model by a recognizer that had no part in its training."""

    run: Path
    """Run folder, or folder of a model."""
    protocol: str = "rendered"
    """What is compared with what: rendered; of pairs lfw_view1, lfw_view2, or pairs for your own CSV file."""
    judge: str = "rendered_b"
    """Recognizer that judges; the one that guided the training is refused."""
    judge_weights: str | None = None
    """Path of the judge's weights; default: the fetched or shipped file."""
    data: Path | None = None
    """manifest.csv or folder; default: the rendered faces inside the package. For LFW the folder of
    pairsDevTest.txt or pairs.txt, for pairs a CSV file with the columns first, second, same."""
    output: Path | None = None
    """Folder of results.json and report.html (pairs: verification.json); default: evaluation-JUDGE inside the
    run folder."""
    across_looks: bool = False
    """Gallery and probes show different looks: other hair, beard, glasses."""
    gallery: Literal["raw", "frontalised"] = "raw"
    """Whether the gallery pictures pass through the model as well."""
    detector: Literal["yunet", "sidecar", "aligned"] | None = None
    """For protocols of pairs: what finds the faces. Default: sidecar with --landmarks, else yunet."""
    landmarks: Path | None = None
    """CSV or JSON file of five landmarks per face, for protocols of pairs."""
    device: str = "cpu"
    """Where to compute, for example cpu or cuda."""
    batch_size: int = 64
    """Faces computed at once."""
    resamples: int = 2000
    """Bootstrap samples for the intervals."""
    seed: int = 0
    """Of the bootstrap."""
    people: int = 4
    """Test people in the picture grid."""
    cache: Path | None = None
    """Folder of remembered embeddings; default: embeddings inside the folder of fetched files."""
    quiet: bool = False
    """No progress bars."""


def run(args: Args) -> int:
    """Evaluates, writes the files and prints the table; the last line is the path of the report or JSON."""
    _check(args)
    import torch

    from enface.evaluation.bootstrapping import Bootstrap
    from enface.evaluation.judge import load_judge
    from enface.evaluation.protocols import PAIR_PROTOCOLS, make_protocol
    from enface.evaluation.report import build_report
    from enface.evaluation.results import save_results
    from enface.evaluation.runner import evaluate
    from enface.models.folder import load_model
    from enface.resources import home
    from enface.training.run_folder import RunFolder

    try:
        device = torch.device(args.device)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(f"--device {args.device!r} is not there: {error}; use --device cpu") from error
    output = args.output or args.run / _output_name(args)
    _prepare(output)
    if args.protocol in PAIR_PROTOCOLS:
        from enface.cli.evaluate_pairs import run_pairs

        return run_pairs(args, output=output)
    if args.detector is not None or args.landmarks is not None:
        raise ConfigError(
            "--detector and --landmarks are for protocols of pairs; rendered faces need neither"
        )
    model = load_model(args.run, device=device)
    judge = load_judge(args.judge, guide=model.guide, weights=args.judge_weights, device=device)
    evaluation = evaluate(
        model,
        protocol=make_protocol(
            args.protocol,
            _manifest(args.data),
            data=None if args.data is None else str(args.data),
            across_looks=args.across_looks,
        ),
        judge=judge,
        name=str(args.run),
        preset=_preset(RunFolder(args.run).environment),
        gallery=args.gallery,
        bootstrap=Bootstrap(resamples=args.resamples, seed=args.seed),
        cache=args.cache or home() / "embeddings",
        device=device,
        batch_size=args.batch_size,
        progress=not args.quiet,
    )
    save_results(evaluation.results, output / "results.json")
    report = build_report(
        output / "report.html",
        evaluation=evaluation,
        training_metrics=RunFolder(args.run).metrics,
        people=args.people,
    )
    print(summary(evaluation.results))
    print(report)
    return 0


def summary(results: "Results") -> str:
    """Both tables as text: rank-1 by arm and angle, L1 and SSIM by yaw, and the sentences of the report."""
    from enface.evaluation.report import words

    setup = results.setup
    head = f"{setup.judge} judges {setup.people} people, {setup.probes} probes"
    lines = [head, "", "rank-1 (%)   " + "".join(f"{angle:>17}°" for angle in results.angles)]
    for arm in results.arms:
        cells = [words.rate(results.rate(arm, angle).rank1) for angle in results.angles]
        lines.append(f"{arm:<13}" + "".join(f"{cell:>18}" for cell in cells))
    lines += ["", "yaw        L1   mean face   nearest frontal      SSIM   mean face   nearest frontal"]
    for row in results.quality:
        near, mean, nearest = row.frontalised, row.mean_face, row.nearest_frontal
        lines.append(
            f"{row.yaw:>3}°  {near.l1.value:>7.4f}  {mean.l1.value:>10.4f}  {nearest.l1.value:>16.4f}"
            f"   {near.ssim.value:>7.3f}  {mean.ssim.value:>10.3f}  {nearest.ssim.value:>16.3f}"
        )
    return "\n".join([*lines, "", *words.quality_verdict(results), *words.recognition_verdict(results)])


def _check(args: Args) -> None:
    for name in ("batch_size", "resamples", "people"):
        if getattr(args, name) < 1:
            raise ConfigError(f"--{name.replace('_', '-')} is {getattr(args, name)}; use 1 or more")


def _output_name(args: Args) -> str:
    judge = Path(args.judge).name
    return "-".join(
        ["evaluation", judge]
        + ([] if args.protocol == "rendered" else [args.protocol])
        + (["across-looks"] if args.across_looks else [])
        + (["frontalised-gallery"] if args.gallery == "frontalised" else [])
    )


def _prepare(output: Path) -> None:
    """Makes the folder, and finds out now rather than after minutes that it cannot be written."""
    import tempfile

    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise ConfigError(
            f"cannot write to {output}: {error.strerror or error}; choose another --output"
        ) from error


def _manifest(path: Path | None) -> "Manifest":
    from enface.data.embedded import embedded_manifest
    from enface.data.manifest import read_faces

    return embedded_manifest() if path is None else read_faces(path)


def _preset(environment: Path) -> str | None:
    """Name of the preset in a run's environment record, where there is one."""
    import json

    try:
        launches = json.loads(environment.read_text(encoding="utf-8"))
        preset = launches[-1]["preset"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return preset if isinstance(preset, str) else None
