"""`enface evaluate --protocol lfw_view1`: protocols of pairs; verification.json and a table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from enface.errors import ConfigError

if TYPE_CHECKING:
    from enface.cli.evaluate import Args


def run_pairs(args: "Args", *, output: Path) -> int:
    """Evaluates, writes the results and prints the table; the last line is their path.

    Raises:
        ConfigError: an option that protocols of pairs do not have, or no --data.
    """
    import torch

    from enface.evaluation.bootstrapping import Bootstrap
    from enface.evaluation.judge import load_judge
    from enface.evaluation.protocols import PAIR_PROTOCOLS, require_files
    from enface.evaluation.verification import evaluate_pairs
    from enface.evaluation.verification_results import save_verification, table
    from enface.faces.detectors.registry import make_detector
    from enface.models.folder import load_model
    from enface.resources import home

    if args.data is None:
        raise ConfigError(f"--protocol {args.protocol} needs --data, the folder or CSV file of its pairs")
    if args.across_looks or args.gallery != "raw":
        raise ConfigError(
            f"--protocol {args.protocol} uses each arm on both sides of a pair; leave out --across-looks "
            "and --gallery"
        )
    detector_name, options = _detector(args)
    protocol = PAIR_PROTOCOLS[args.protocol](args.data)
    require_files(protocol)
    device = torch.device(args.device)
    model = load_model(args.run, device=device)
    judge = load_judge(args.judge, guide=model.guide, weights=args.judge_weights, device=device)
    results = evaluate_pairs(
        model,
        protocol=protocol,
        judge=judge,
        detector=make_detector(detector_name, **options),
        name=str(args.run),
        detector_name=detector_name,
        bootstrap=Bootstrap(resamples=args.resamples, seed=args.seed),
        cache=args.cache or home() / "embeddings",
        device=device,
        batch_size=args.batch_size,
        progress=not args.quiet,
    )
    save_verification(results, output / "verification.json")
    print(table(results))
    print(output / "verification.json")
    return 0


def _detector(args: "Args") -> tuple[str, dict[str, Any]]:
    name = args.detector or ("yunet" if args.landmarks is None else "sidecar")
    if (name == "sidecar") != (args.landmarks is not None):
        needs = "needs" if name == "sidecar" else "takes no"
        raise ConfigError(f"--detector {name} {needs} --landmarks FILE")
    return name, {} if args.landmarks is None else {"file": args.landmarks}
