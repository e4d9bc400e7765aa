"""How much faster a training step is than the naive one that published trainers take.

The naive step below encodes every batch again in every phase, lets the critics' backward pass run through the
generator's graph, passes real and generated images apart, computes critic gradients it throws away, takes the
L2 term by backward, and uses torch's defaults: float32, contiguous memory, Adam's plain loop, batch norms
unfolded, glibc's allocator. Ours is `enface.training.trainer.Trainer` as `enface train` calls it. Both have
the same weights, batches, losses and schedule; in float32 the losses of the first step have to agree.

Each side lives in a process of its own (so that neither sees the other's allocator) and they take turns,
in the order A B B A. Wall time and processor time of each step are kept; the result is the median of the
ratios of neighbours.

    python benchmarks/train_step.py --pairs 5 --threads 2
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from enface.config import presets
from enface.config.schema import (
    Adam,
    Experiment,
    Guide,
    Performance,
    RegionCritics,
    RMSProp,
    SingleScaleGenerator,
    Wgan,
    WganGp,
)
from machine import machine

BATCH = 4


def cases() -> dict[str, Experiment]:
    """What is timed; every case is 224 px with a ResNet-50 encoder of random weights, batch 4."""
    default = presets.get("seed_default").experiment
    default = replace(
        default,
        guide=Guide(weights="random"),
        schedule=replace(default.schedule, batch_size=BATCH, boost_steps=0),
    )
    regions = replace(
        default,
        generator=SingleScaleGenerator(),
        critics=RegionCritics(),
        objective=replace(default.objective, adversarial=WganGp(scope="summed")),
        generator_optimizer=Adam(beta1=0.0),
        critic_optimizer=Adam(beta1=0.0),
    )
    regions_1 = replace(regions, schedule=replace(regions.schedule, critic_steps=1))
    apart = {"seed_default": default, "five_regions": regions, "five_regions_critic_1": regions_1}
    shared = {
        f"{name}_shared_batch": replace(case, schedule=replace(case.schedule, fresh_batch="step"))
        for name, case in apart.items()
    }
    named = {name: _at_batch(presets.get(name).experiment) for name in ("c_1_2", "c_1_4", "f_release")}
    return apart | shared | named


def _at_batch(experiment: Experiment) -> Experiment:
    """A preset as it is, but for the batch, an untrained guide and no boosted steps."""
    schedule = replace(experiment.schedule, batch_size=BATCH, boost_steps=0, boost_critic_steps=1)
    return replace(experiment, guide=Guide(weights="random"), schedule=schedule)


def batches(experiment: Experiment) -> Iterator[Any]:
    """Batches of noise, the same for both sides."""
    import torch

    from enface.data.batch import FrontalizationBatch

    sizes = getattr(experiment.generator, "sizes", None) or (experiment.generator.size,)
    generator = torch.Generator().manual_seed(1)
    position = 0

    def noise(size: int) -> torch.Tensor:
        return torch.randint(0, 256, (BATCH, 3, size, size), dtype=torch.uint8, generator=generator)

    while True:
        yield FrontalizationBatch(
            profile=noise(max(sizes)),
            frontals={size: noise(size) for size in sizes},
            ground_truth=None,
            positions=torch.arange(position, position + BATCH),
        )
        position += BATCH


Step = Callable[[int], dict[str, float]]


def ours(experiment: Experiment) -> Step:
    """The product's step."""
    import torch

    from enface.training.allocator import keep_freed_memory
    from enface.training.assembly import assemble
    from enface.training.distributed import Distributed
    from enface.training.trainer import Trainer

    keep_freed_memory()
    device = torch.device("cpu")
    task = assemble(experiment, device=device).task
    trainer = Trainer(task, experiment=experiment, distributed=Distributed(device))
    source = batches(experiment)

    def step(number: int) -> dict[str, float]:
        values = trainer.step(number, source)
        return {name: float(value) for name, value in values.items() if not name.endswith("gradient")}

    return step


def naive(experiment: Experiment) -> Step:
    """The step of published trainers: same mathematics, nothing spared."""
    import torch
    from torch import Tensor, nn
    from torch.nn import functional as F

    from enface.networks.critics import build_critics
    from enface.networks.generators import build_generator
    from enface.objectives.adversarial import critic_loss, generator_loss
    from enface.recognizers.registry import load_recognizer
    from enface.training.optimizers import build_optimizer
    from enface.training.phases import phases_of
    from enface.training.seeding import derived_seed, reseed, uniform

    encoder = load_recognizer(experiment.guide.recognizer, weights=experiment.guide.weights)
    torch.manual_seed(derived_seed(experiment.seed, "first weights"))
    generator = build_generator(experiment.generator, feature_size=encoder.feature_size, maps=encoder.maps)
    critics = build_critics(experiment.critics, sizes=generator.sizes)
    largest = max(generator.sizes)
    objective, kind = experiment.objective, experiment.objective.adversarial

    shares = objective.branches

    def optimizer(module: nn.Module, config: Adam | RMSProp) -> Any:
        if isinstance(config, RMSProp):  # torch's own has another formula
            return build_optimizer(module.parameters(), config=config)
        betas = (config.beta1, config.beta2)
        return torch.optim.Adam(module.parameters(), lr=config.learning_rate, betas=betas, eps=config.epsilon)

    optimizers = {
        "generator": optimizer(generator, experiment.generator_optimizer),
        "critic": optimizer(critics, experiment.critic_optimizer),
    }

    def unit(images: Tensor) -> Tensor:
        return images.float() / 127.5 - 1

    def turned(images: Tensor) -> tuple[Tensor, dict[int, Tensor]]:
        """Feature and generated faces of images."""
        found = encoder.features(images, (encoder.layer, *generator.layers))
        feature = found[encoder.layer]
        return feature, generator(feature, found) if generator.layers else generator(feature)

    def both(profile: Tensor, front: Tensor | None) -> Tensor:
        return profile if front is None else shares.profile * profile + shares.front * front

    def l2(module: Any) -> Tensor:
        return objective.l2 * 0.5 * torch.stack([k.square().sum() for k in module.kernels()]).sum()

    def penalty(real: dict[int, Tensor], fake: dict[int, Tensor], alpha: Tensor, *, summed: bool) -> Tensor:
        mixed = {
            size: (real[size] + alpha.view(-1, 1, 1, 1) * (fake[size] - real[size])).detach().requires_grad_()
            for size in fake
        }
        scores = [score.reshape(len(score), -1).mean(1).sum() for score in critics(mixed).values()]
        penalties = []
        for output in [torch.stack(scores).sum()] if summed else scores:
            found = torch.autograd.grad(output, list(mixed.values()), create_graph=True, allow_unused=True)
            slope = torch.cat([g.flatten(1) for g in found if g is not None], dim=1)
            penalties.append(((slope / 127.5).norm(dim=1) - 1).square().mean())
        return torch.stack(penalties).sum()

    def critic_phase(batch: Any, alpha: Tensor) -> dict[str, Tensor]:
        _, fake = turned(unit(batch.profile))
        real = {size: unit(image) for size, image in batch.frontals.items()}
        loss = critic_loss(
            kind.kind,
            real=critics(real),
            fake=critics(fake),
            front=critics(turned(real[largest])[1]) if shares.front else None,
            shares=(shares.profile, shares.front),
            average=objective.critic_average,
        )
        terms = {"adversarial": objective.adversarial_weight * loss}
        if isinstance(kind, WganGp):
            terms["penalty"] = kind.penalty * penalty(real, fake, alpha, summed=kind.scope == "summed")
        return terms

    def generator_phase(batch: Any) -> dict[str, Tensor]:
        def of(images: Tensor) -> tuple[Tensor, Tensor, dict[int, Tensor]]:
            feature, fake = turned(images)
            distance = (1 - F.cosine_similarity(feature, encoder(fake[largest]))).mean()
            loss = generator_loss(kind.kind, fake=critics(fake), average=objective.critic_average)
            return objective.adversarial_weight * loss, objective.feature.weight * distance, fake

        adversarial, feature, _ = of(unit(batch.profile))
        if not shares.front:
            return {"adversarial": adversarial, "feature": feature}
        real = unit(batch.frontals[largest])
        front_adversarial, front_feature, front_fake = of(real)
        difference = (front_fake[largest] - real).abs().flatten(1).sum(1).mean() / 2  # images as if in [0, 1]
        return {
            "adversarial": both(adversarial, front_adversarial),
            "feature": both(feature, front_feature),
            "pixel": objective.pixel.weight * objective.pixel.range * difference,
        }

    source = batches(experiment)

    def step(number: int) -> dict[str, float]:
        reseed(experiment.seed, step=number, rank=0)
        values: dict[str, float] = {}
        current, batch = -1, None
        for index, phase in enumerate(phases_of(number, experiment.schedule)):
            if phase.batch != current:
                current, batch = phase.batch, next(source)
            alpha = uniform(experiment.seed, "alpha", number, index, count=BATCH)
            terms = critic_phase(batch, alpha) if phase.network == "critic" else generator_phase(batch)
            optimizers[phase.network].zero_grad()
            loss = torch.stack(list(terms.values())).sum()
            (loss + l2(critics if phase.network == "critic" else generator)).backward()
            optimizers[phase.network].step()
            if phase.network == "critic" and isinstance(kind, Wgan) and kind.clip is not None:
                with torch.no_grad():
                    for parameter in critics.parameters():
                        parameter.clamp_(-kind.clip, kind.clip)
            values |= {f"{phase.network}/{name}": float(term.detach()) for name, term in terms.items()}
        return values

    return step


def serve(side: str, case: str, precision: str, threads: int) -> None:
    """A worker: makes one step for each line it reads, and answers with its times and losses."""
    import resource

    import torch

    torch.set_num_threads(threads)
    experiment = cases()[case]
    experiment = replace(experiment, performance=Performance(precision=precision))  # type: ignore[arg-type]
    step = ours(experiment) if side == "ours" else naive(experiment)
    print("ready", flush=True)
    for number, _ in enumerate(sys.stdin):
        wall, processor = time.perf_counter(), time.process_time()
        values = step(number)
        answer = {
            "wall": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "terms": values,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        print(json.dumps(answer), flush=True)


class Worker:
    """One side in a process of its own."""

    def __init__(self, side: str, case: str, precision: str, threads: int) -> None:
        command = [sys.executable, __file__, "--worker", side, "--cases", case, "--precisions", precision]
        self._process = subprocess.Popen(
            [*command, "--threads", str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        )
        self._line()

    def step(self) -> dict[str, Any]:
        """Has it make one step."""
        assert self._process.stdin is not None
        self._process.stdin.write("step\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"a worker ended early with exit code {self._process.wait()}")
        return line


PRECISIONS = ("float32", "bfloat16")
TOLERANCE = 1e-3
"""Of a first-step loss term in float32, relative to the term or to 1, for every critic update of the step."""


def compare(case: str, precision: str, *, pairs: int, threads: int) -> dict[str, Any]:
    """Times alternating steps of both sides; a first one each warms up.

    Whether both compute the same is decided in float32 only. A critics' term is a small difference of two
    scores, and what bfloat16 leaves of its digits with an untrained guide says nothing about the step; how
    far it lies from float32 is told instead.
    """
    workers = {"naive": Worker("naive", case, "float32", threads)}
    first = {"naive": workers["naive"].step()["terms"]}
    if precision != "float32":
        exact = Worker("ours", case, "float32", threads)
        _assert_the_same(case, first["naive"], exact.step()["terms"])
        exact.close()
    workers["ours"] = Worker("ours", case, precision, threads)
    first["ours"] = workers["ours"].step()["terms"]
    if precision == "float32":
        _assert_the_same(case, first["naive"], first["ours"])
    runs: dict[str, list[dict[str, Any]]] = {"naive": [], "ours": []}
    for pair in range(pairs):
        for side in ("naive", "ours") if pair % 2 == 0 else ("ours", "naive"):
            runs[side].append(workers[side].step())
    for worker in workers.values():
        worker.close()

    def median(side: str, clock: str) -> float:
        return statistics.median(run[clock] for run in runs[side])

    def ratio(clock: str) -> float:
        return statistics.median(
            a[clock] / b[clock] for a, b in zip(runs["naive"], runs["ours"], strict=True)
        )

    return {
        "case": case,
        "precision_of_ours": precision,
        "pairs": pairs,
        "speedup_wall": round(ratio("wall"), 3),
        "speedup_processor": round(ratio("processor"), 3),
        "seconds": {side: round(median(side, "wall"), 3) for side in runs},
        "processor_seconds": {side: round(median(side, "processor"), 3) for side in runs},
        "peak_mib": {side: round(runs[side][-1]["peak_mib"]) for side in runs},
        "first_step_terms": first,
        "largest_difference": max(abs(first["ours"][name] - value) for name, value in first["naive"].items()),
    }


def _assert_the_same(case: str, naive: dict[str, float], ours: dict[str, float]) -> None:
    assert naive.keys() == ours.keys(), (case, naive, ours)
    # A step's last critic update follows several others, and Adam makes its own of the rounding of each.
    tolerance = TOLERANCE * max(1, cases()[case].schedule.critic_steps)
    for name, expected in naive.items():
        assert abs(ours[name] - expected) <= tolerance * max(1.0, abs(expected)), (case, name, naive, ours)


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=list(cases()), default=list(cases()))
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=list(PRECISIONS))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--worker", choices=["naive", "ours"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        serve(args.worker, args.cases[0], args.precisions[0], args.threads)
        return
    results = []
    for case in args.cases:
        for precision in args.precisions:
            results.append(compare(case, precision, pairs=args.pairs, threads=args.threads))
            print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    print(json.dumps({"command": command, "machine": machine(args.threads), "results": results}, indent=2))


if __name__ == "__main__":
    main()
