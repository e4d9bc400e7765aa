"""The model card of a face finder, written from what was trained and measured."""

from collections.abc import Sequence

from enface.models.finder import FinderCard
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.validation import RecallRow


def model_card(
    card: FinderCard,
    recipe: FinderRecipe,
    *,
    parameters: int,
    minutes: float,
    rows: Sequence[RecallRow],
    alarms: float,
) -> str:
    """Markdown for `README.md`.

    Args:
        card: of the weights.
        recipe: what trained them.
        parameters: how many there are.
        minutes: of training steps.
        rows: recall on the validation people.
        alarms: false alarms per validation picture.
    """
    schedule = recipe.schedule
    low, high = card.sides
    return f"""# {card.name}

Finds faces in photographs without any download. Trained from scratch on rendered heads before drawn clutter;
no photograph and no real person took part. YuNet, where it is fetched, finds more and is preferred.

| | |
|---|---|
| network | residual blocks down to stride 8, {parameters:,} parameters; kernels in float16 |
| input | RGB in [-1, 1] of any size, in a pyramid: in one picture it knows faces of {low:g} to {high:g} px |
| output | boxes (brow to chin with some margin, as YuNet's) with scores from {card.threshold:g} on |
| training data | {card.training_data}; yaw to 95 degrees either way, roll mostly within 30 |
| clutter | {recipe.clutter:,} drawn pictures: noise, gradients, shapes, lines, strokes, windows, rings, \
skin-coloured ovals and limbs |
| training | {schedule.steps * schedule.batch_size:,} composed pictures of {recipe.composition.size} px in \
batches of {schedule.batch_size}, seed {schedule.seed}, {schedule.precision}, one thread, \
{minutes:.0f} minutes |
| weights SHA-256 | `{card.sha256}` |
| licence | {card.licence} |

Made with `enface train --preset {recipe.name} --output RUN`.

## Measured
Composed pictures of 320 px with up to three heads of {recipe.validation.people} rendered people who were not
trained on, before clutter that was not either. Found: a box with an intersection over union of 0.4 or more,
by the finder alone, at its threshold, without the landmark network that otherwise confirms its proposals.
{alarms:.3f} false alarms per picture, heads without a face and heads upside down among them.

| faces | number | found, % |
|---|---|---|
{_lines(rows)}

Numbers on photographs, beside YuNet's, are in docs/landmarks.md of the project.

## Threshold
The lowest score with at most {recipe.false_alarms:g} false alarms per composed picture of \
{recipe.held_out} other people. With the landmark network behind it, it is asked for all \
above {card.proposal:g} (at most
{recipe.proposals:g} false alarms per composed picture), and that network keeps what it is confident about.
No photograph had a say in either.

## Limits
- It has seen rendered people only, of one geometry model and one renderer: no hands at the face, hats, masks,
  sunglasses; no children's proportions; and no real background at all.
- Faces below 24 px of a photograph shrunk to 640 px are not looked for.
- It expects heads within 50 degrees of upright; faces upside down are not to be found.
- Its five points are a guess from the box; the landmark network replaces them.

## Out of bounds
Counting, tracking or watching people.
"""


def _lines(rows: Sequence[RecallRow]) -> str:
    return "\n".join(f"| {row.label} | {row.faces} | {row.found:.1f} |" for row in rows)
