"""The model card of a warp model, written from what was trained and measured."""

import numpy as np
from torch import nn

from enface.models.warp.confidence import Confidence
from enface.models.warp.folder import LoadedWarp
from enface.models.warp.model import WarpModel
from enface.training.warp.calibration import Trials
from enface.training.warp.measure import YAW_BINS, FieldRow
from enface.training.warp.recipe import WarpRecipe


def warp_card(
    recipe: WarpRecipe,
    model: WarpModel,
    *,
    started_from: LoadedWarp | None,
    minutes: tuple[float, float],
    rows: list[FieldRow],
    trials: Trials,
    confidence: Confidence,
) -> str:
    """Markdown for `README.md`.

    Args:
        recipe: what trained it.
        model: the network.
        started_from: the model whose weights were the first ones, if any.
        minutes: of training steps, field and finisher.
        rows: field errors on the validation people.
        trials: turned faces of the validation people.
        confidence: fitted on the first half of them.
    """
    data = recipe.data
    pictures = f"{data.samples:,} rendered pictures of {data.people:,} invented people"
    first, start = "", ""
    if started_from is not None:
        known = started_from.config
        first = f"\n| first weights | those of `{known.name}`, SHA-256 `{started_from.sha256}`; its training \
faces had the seeds {', '.join(map(str, known.seeds))} |"
        start = f" --start {known.name.upper()}"
    return f"""# Frontalisation model `{recipe.name}`

Turns a face seen from the side to the front by finding, for every frontal pixel, where the photograph shows
it. What the photograph does not show is taken from the mirrored half or drawn; every output says how much.
The unseen half of a face is a guess, not evidence.

| | |
|---|---|
| networks | field {_parameters(model.field):,} parameters, finisher {_parameters(model.finisher):,} |
| input | aligned face (`enface-250-v1`), {recipe.field.size} px for the networks, any size for the pixels |
| training faces | {pictures} (renderer's geometry set, seed {data.seed}); no photograph, no real person |\
{first}
| guide | none: no recognizer took part in the training |
| length | field {recipe.field.schedule.images:,} pictures in {minutes[0]:.0f} minutes, finisher \
{recipe.finish.schedule.images:,} in {minutes[1]:.0f} minutes |
| repeat | `enface train --preset {recipe.name} --output RUN{start}` |
| licence | Apache-2.0 |

## Field error on {recipe.validation.people} people who were not trained on

Expression kept, exact alignment; mean distance in pixels of a frame of 128 (eyes 34 apart).

| yaw | pictures | coefficients | corrected | with mirror image | inner face: seen | hidden | classes right |
| --- | --- | --- | --- | --- | --- | --- | --- |
{_field_table(rows)}

## Likeness and confidence on the same people

Cosine of `{confidence.judge}` between the turned face and the true neutral frontal picture, aligning
landmarks as wrong as in training. The confidence was fitted on the first half of the people; the second half:

| yaw | pictures | similarity | confidence | correlation of both |
| --- | --- | --- | --- | --- |
{_likeness_table(trials, confidence)}

## Limits
- Trained on rendered heads alone: few kinds of hair, hats and hands, no children. Beards, spectacles and hair
  that the renderer does not know are copied where seen and may be torn elsewhere.
- Beyond 60 degrees of yaw most of the face is mirrored or drawn.
- A face that differs between its halves (scars, moles, partings, half-light) is made symmetric where one half
  is hidden.

## Use that is out of bounds
Identifying people without a legal ground, presenting an output as a photograph or as evidence, deciding about
a person by an output alone.
"""


def _parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def _field_table(rows: list[FieldRow]) -> str:
    return "\n".join(
        f"| {row.yaw[0]}-{row.yaw[1]} | {row.pictures} | {row.coarse:.2f} | {row.head:.2f} "
        f"| {row.averaged:.2f} | {row.face_seen:.2f} | {row.face_hidden:.2f} | {row.classes:.3f} |"
        for row in rows
    )


def _likeness_table(trials: Trials, confidence: Confidence) -> str:
    told = np.array(confidence.of(trials.evidence, trials.spread))
    held_out = trials.person > np.median(trials.person)
    lines = []
    for low, high in (*YAW_BINS, (0, 95)):
        size = np.abs(trials.yaw)
        chosen = held_out & (size >= low) & (size < high)
        if chosen.sum() < 3:
            continue
        similarity, predicted = trials.similarity[chosen], told[chosen]
        together = np.corrcoef(similarity, predicted)[0, 1] if predicted.std() > 0 else float("nan")
        lines.append(
            f"| {low}-{high} | {chosen.sum()} | {similarity.mean():.3f} | {predicted.mean():.3f} "
            f"| {together:.2f} |"
        )
    return "\n".join(lines)
