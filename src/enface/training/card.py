"""The model card of a run, written from what was trained, never by hand."""

from enface.config.schema import Experiment
from enface.networks.interfaces import Generator
from enface.training.phases import images_per_step


def model_card(
    experiment: Experiment, *, preset: str | None, guide_sha256: str, step: int, generator: Generator
) -> str:
    """Markdown for `generator/README.md`.

    Args:
        experiment: what was trained.
        preset: its preset's name, where it has one.
        guide_sha256: hash of the recognizer's weights.
        step: steps done.
        generator: what was built of it, for its sizes and its number of parameters.
    """
    schedule, data, objective = experiment.schedule, experiment.data, experiment.objective
    terms = {
        objective.adversarial.kind: objective.adversarial_weight,
        f"feature ({objective.feature.metric})": objective.feature.weight,
        f"pixel ({objective.pixel.metric})": objective.pixel.weight,
        "symmetry": objective.symmetry.weight,
        "L2 of kernels": objective.l2,
    }
    rows = "\n".join(f"| {name} | {weight:g} |" for name, weight in terms.items() if weight)
    done = step * images_per_step(schedule)
    averaged = (
        f", moving average with a half-life of {schedule.ema_images:g} images" if schedule.ema_images else ""
    )
    what = f"{experiment.generator.kind}, {' / '.join(map(str, generator.sizes))} px"
    parameters = sum(p.numel() for p in generator.parameters())
    return f"""# Frontal face generator{f" `{preset}`" if preset else ""}

Turns the identity feature of a face, seen from any angle, into a frontal, neutral, evenly lit face.

| | |
|---|---|
| generator | {what}, {parameters:,} parameters{averaged} |
| guide | {experiment.guide.recognizer}, weights SHA-256 `{guide_sha256}` |
| training faces | {data.manifest or "the rendered set inside the package"}, pairing {data.pairing} |
| trained on | {done:,} of {schedule.images:,} images, batch {schedule.batch_size} |
| seed | {experiment.seed} |

| term | weight |
|---|---|
{rows}

## Use

```python
from enface import Frontalizer
from enface.images import read_image

face = Frontalizer.load("THIS_FOLDER")(read_image("photo.jpg"))
```

`config.json` holds the whole experiment; `enface train --config RUN/config.json` repeats the run.

## Limits

- The unseen half of a face is a guess, not evidence: never use an output to identify anybody on its own.
- The guide named above steered the training and therefore must not judge the result.
- It knows the people, cameras and lights of its training faces; others come out worse. What was measured
  stands in the report of `enface evaluate`, not here.
"""
