"""The model card of a landmark network, written from what was trained and measured."""

from collections.abc import Sequence

from enface.models.landmarker import LandmarkCard
from enface.training.landmarks.calibration import FITTING
from enface.training.landmarks.recipe import LandmarkRecipe
from enface.training.landmarks.traits import TraitRow
from enface.training.landmarks.validation import YawRow


def model_card(
    card: LandmarkCard,
    recipe: LandmarkRecipe,
    *,
    parameters: int,
    minutes: float,
    by_yaw: Sequence[YawRow],
    by_trait: Sequence[TraitRow],
) -> str:
    """Markdown for `README.md`.

    Args:
        card: of the weights.
        recipe: what trained them.
        parameters: how many there are.
        minutes: of training steps.
        by_yaw: errors on the validation people.
        by_trait: the same people's.
    """
    schedule, confidence = recipe.schedule, card.confidence
    return f"""# {card.name}

Finds 68 landmarks (iBUG scheme), which of them are seen, how far off each may be, and the head's yaw, pitch
and roll, in a loose crop around a face. Trained from scratch on rendered people, on no real one.

| | |
|---|---|
| network | residual blocks, soft maps and a dense head, {parameters:,} parameters; kernels in float16 |
| input | {card.input_size} px, RGB, [-1, 1]: a square of 1.25 times the longer side of a detector's box |
| training data | {card.training_data}; yaw to 95 degrees either way, all lights, looks, glasses, beards |
| training | {schedule.steps * schedule.batch_size:,} crops in batches of {schedule.batch_size}, seed \
{schedule.seed}, {schedule.precision}, one thread, {minutes:.0f} minutes of training steps |
| weights SHA-256 | `{card.sha256}` |
| licence | {card.licence} |

Made with `enface train --preset {recipe.name} --output RUN`.

## Measured
On {recipe.validation.people} rendered people who were not trained on ({recipe.validation.samples} pictures),
boxes moved by 6 % and scaled by 10 % (standard deviations), two looks. Points: mean distance from the exact
landmark in per cent of the frontal face's inter-ocular distance (outer eye corners, in the picture's scale).
Angles: mean absolute error, degrees. Five: eyes, nose tip, mouth corners.

| yaw (absolute) | faces | all points | seen | hidden | five | yaw | pitch | roll |
|---|---|---|---|---|---|---|---|---|
{_yaw_lines(by_yaw)}

| group | people | faces | all points | yaw |
|---|---|---|---|---|
{_trait_lines(by_trait)}

## Confidence
The probability that the points lie, on average, within {FITTING:g} % of the inter-ocular distance:
sigmoid({confidence.bias:g} + {confidence.first_face:g} f1 + {confidence.second_face:g} f2 \
+ {confidence.log_distance:g} log d), with f1 and f2 the network's face logits at its two looks and d the mean
expected distance at the second, in half sides of the crop. Fitted on {recipe.held_out} people of the training
set who were not trained on, with good and rough boxes, and on half as many pictures without a face in its
place: boxes beside the face, far too small or too large, upside down, four faces at once, shuffled blocks,
line drawings, noise.

## Limits
- It has seen rendered people only, of one geometry model and one renderer: no hands, masks, hats, sunglasses
  (plain shapes stood for them), no children's proportions.
- Hidden points are placed where a face would have them; they are a guess.
- It expects heads within 50 degrees of upright and one face per crop.
- Groups above are of rendered people; they do not show how it treats real ones.

## Out of bounds
Telling who somebody is, what they feel or what they are like from their landmarks.
"""


def _yaw_lines(rows: Sequence[YawRow]) -> str:
    return "\n".join(
        f"| {row.low} to {row.high} | {row.faces} | {row.every:.1f} | {row.visible:.1f} | {row.hidden:.1f} "
        f"| {row.five:.1f} | {row.yaw:.1f} | {row.pitch:.1f} | {row.roll:.1f} |"
        for row in rows
    )


def _trait_lines(rows: Sequence[TraitRow]) -> str:
    return "\n".join(
        f"| {row.group} | {row.people} | {row.faces} | {row.every:.1f} | {row.yaw:.1f} |" for row in rows
    )
