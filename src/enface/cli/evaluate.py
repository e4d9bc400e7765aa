"""`enface evaluate RUN --protocol rendered --judge rendered_b`: results, tables, curves and one page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import tyro

from enface.errors import ConfigError

if TYPE_CHECKING:
    from enface.evaluation.dispatch import Choices
    from enface.evaluation.protocols import AnyProtocol
    from enface.evaluation.report.headline import AnyEvaluation


@dataclass(frozen=True)
class Args:
    """Judges trained models by recognizers that had no part in their training."""

    runs: tyro.conf.Positional[tuple[Path, ...]] = ()
    """Run folders, folders of models, or `photo`, the model inside the package."""
    run: tuple[Path, ...] = ()
    """The same, as an option."""
    protocol: tuple[str, ...] = ("rendered",)
    """What is compared with what; one or more. Over yaw: rendered, rendered_looks, pose_roles,
    pose_roles_distractors, multipie_...; pairs: lfw_view1, lfw_view2, cfp_ff, cfp_fp, cplfw, pairs (your own
    CSV file), folder_pairs; templates: templates_verification, templates_search, folder_search. See
    docs/evaluation.md."""
    judge: tuple[str, ...] = ("rendered_b",)
    """Recognizers that judge, by name; or a folder of `enface train-recognizer`, PATH.onnx with its card
    PATH.json beside it, or MODULE:ATTRIBUTE of your own code. The one that guided a training is refused."""
    judge_weights: tuple[str, ...] = ()
    """Weights of judges, PATH or JUDGE=PATH; default: the fetched or shipped files."""
    data: tuple[str, ...] = ()
    """Where the protocols find their files, PATH or PROTOCOL=PATH; default: the rendered faces inside the
    package."""
    check: bool = False
    """Only look whether everything that the protocols list is there and can be read; no run is needed."""
    output: Path | None = None
    """Folder of the page and the results; default: evaluation-JUDGE inside the run folder."""
    neutral: bool = False
    """Ask a model that keeps expression and light to make both neutral."""
    across_looks: bool = False
    """Gallery and probes show different looks: other hair, beard, glasses."""
    gallery: Literal["raw", "frontalised"] = "raw"
    """Whether the gallery pictures pass through the model as well."""
    detector: Literal["yunet", "finder", "sidecar", "aligned"] | None = None
    """For photographs: what finds the faces; finder needs no download. Default: sidecar with --landmarks,
    else yunet."""
    landmarks: Path | None = None
    """CSV or JSON file of five landmarks per face, for photographs."""
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
    picture_numbers: bool = True
    """Over yaw: measure frontalness, light, identity and distances to true frontal pictures, too."""
    pictures: bool = True
    """Whether the page shows evaluated faces; --no-pictures makes one that may be passed on."""
    cache: Path | None = None
    """Folder of remembered embeddings; default: embeddings inside the folder of fetched files."""
    quiet: bool = False
    """No progress bars."""


def run(args: Args) -> int:
    """Evaluates, writes the files and prints the tables; the last line is the path of the page."""
    _check_numbers(args)
    from enface.evaluation.protocols import require_files

    protocols = list(_protocols(args))
    if args.check:
        return _report_check(protocols, progress=not args.quiet)
    choices = _choices(args)
    from enface.cli.arguments import command_line
    from enface.evaluation.dispatch import check_choices
    from enface.evaluation.report import build_report
    from enface.training.run_folder import RunFolder

    runs = (*args.runs, *args.run)
    if not runs:
        raise ConfigError("nothing to evaluate; name a run folder: enface evaluate RUN")
    for protocol in protocols:
        check_choices(protocol, choices)
        require_files(protocol)
    output = args.output or _default_output(args, runs)
    _prepare(output)
    report = build_report(
        output / "report.html",
        evaluations=_evaluations(args, runs, protocols=protocols, choices=choices, output=output),
        command=command_line(args, verb="evaluate"),
        training_metrics=RunFolder(runs[0]).metrics if len(runs) == 1 else None,
        people=args.people,
        pictures=args.pictures,
    )
    print(report)
    return 0


def _evaluations(
    args: Args,
    runs: Sequence[Path],
    *,
    protocols: Sequence["AnyProtocol"],
    choices: "Choices",
    output: Path,
) -> Iterator["AnyEvaluation"]:
    """Every run by every protocol and judge; files are written and tables printed on the way."""
    from enface.evaluation.dispatch import evaluate_any
    from enface.evaluation.judge import load_judge, refuse_guides
    from enface.evaluation.report import write_folder
    from enface.evaluation.report.text import summary
    from enface.evaluation.subject import as_subject, model_name
    from enface.models.library import load_turner
    from enface.training.run_folder import RunFolder

    weights = _by_name(args.judge_weights, names=args.judge, option="--judge-weights")
    several = len(runs) * len(protocols) * len(args.judge) > 1
    number = 0
    for place in runs:
        model = as_subject(load_turner(place, neutral=args.neutral, device=choices.device))
        judges = [
            load_judge(name, guide=model.guide, weights=weights.get(name), device=choices.device)
            for name in args.judge
        ]
        for judge in judges:  # all of them now, not after what the first one takes
            refuse_guides(judge, guides=model.guides)
        for protocol in protocols:
            for judge in judges:
                number += 1
                evaluation = evaluate_any(
                    model,
                    protocol=protocol,
                    judge=judge,
                    name=model_name(str(place), subject=model),
                    preset=_preset(RunFolder(place).environment),
                    choices=choices,
                )
                folder = output
                if several:
                    folder = output / f"{number:02}-{place.name}-{protocol.name}-{judge.card.name}"
                    folder.mkdir(exist_ok=True)
                write_folder(folder, evaluation)
                print(summary(evaluation.results) + "\n")
                yield evaluation


def _choices(args: Args) -> "Choices":
    import torch

    from enface.evaluation.bootstrapping import Bootstrap
    from enface.evaluation.dispatch import Choices
    from enface.resources import home

    try:
        device = torch.device(args.device)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(f"--device {args.device!r} is not there: {error}; use --device cpu") from error
    return Choices(
        gallery=args.gallery,
        pictures=args.picture_numbers,
        detector=args.detector,
        landmarks=args.landmarks,
        bootstrap=Bootstrap(resamples=args.resamples, seed=args.seed),
        cache=args.cache or home() / "embeddings",
        device=device,
        batch_size=args.batch_size,
        progress=not args.quiet,
    )


def _protocols(args: Args) -> Iterator["AnyProtocol"]:
    from enface.evaluation.protocols import check_name, open_protocol

    for name in args.protocol:
        check_name(name)
    data = _by_name(args.data, names=args.protocol, option="--data")
    for name in args.protocol:
        path = Path(data[name]) if name in data else None
        yield open_protocol(name, path, across_looks=args.across_looks)


def _by_name(given: Sequence[str], *, names: Sequence[str], option: str) -> dict[str, str]:
    """PATH or NAME=PATH as a path for each name; a bare path is for all that are not named."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for text in given:
        name, equals, path = text.partition("=")
        if equals and name in names:
            found[name] = path
        else:
            rest.append(text)
    if len(rest) > 1:
        raise ConfigError(
            f"{option} got {', '.join(rest)}; say which is for what: {option} {names[0]}={rest[0]}"
        )
    return {**dict.fromkeys(names, rest[0]), **found} if rest else found


def _report_check(protocols: Sequence["AnyProtocol"], *, progress: bool) -> int:
    from enface.evaluation.protocols import inspect

    broken = 0
    for protocol in protocols:
        found = inspect(protocol, progress=progress)
        broken += bool(found.problems)
        print(f"{protocol.name}: {'problems' if found.problems else 'ok'}")
        print(
            "\n".join([*(f"  {fact}" for fact in found.facts), *(f"  ! {text}" for text in found.problems)])
        )
    return 1 if broken else 0


def _check_numbers(args: Args) -> None:
    for name in ("batch_size", "people"):
        if getattr(args, name) < 1:
            raise ConfigError(f"--{name.replace('_', '-')} is {getattr(args, name)}; use 1 or more")


def _default_output(args: Args, runs: Sequence[Path]) -> Path:
    if len(runs) > 1:
        raise ConfigError("several runs need --output, the folder of their common page")
    several = len(args.protocol) * len(args.judge) > 1
    parts = (
        (["all"] if several else [Path(args.judge[0]).name])
        + ([] if several or args.protocol == ("rendered",) else [args.protocol[0]])
        + (["across-looks"] if args.across_looks else [])
        + (["frontalised-gallery"] if args.gallery == "frontalised" else [])
        + (["neutral"] if args.neutral else [])
    )
    folder = runs[0] if runs[0].is_dir() else Path("runs") / runs[0].name  # a model inside the package
    return folder / "-".join(["evaluation", *parts])


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


def _preset(environment: Path) -> str | None:
    """Name of the preset in a run's environment record, where there is one."""
    import json

    try:
        launches = json.loads(environment.read_text(encoding="utf-8"))
        preset = launches[-1]["preset"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return preset if isinstance(preset, str) else None
