"""The registry of terms: weights, laziness, choices."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from enface.config.schema import FeatureTerm, Lsgan, Objective, PixelTerm, SymmetryTerm
from enface.objectives.pixel import pixel_distance
from enface.objectives.symmetry import symmetry
from enface.objectives.terms import GENERATOR_TERMS, GeneratorView, Term, generator_terms

IMAGES = {4: torch.rand(2, 3, 4, 4) * 2 - 1, 8: torch.rand(2, 3, 8, 8) * 2 - 1}
TRUTH = {size: torch.zeros_like(image) for size, image in IMAGES.items()}
OFF = Objective(adversarial_weight=0, feature=FeatureTerm(weight=0))


def forbidden(_: object) -> Any:
    raise AssertionError("a term of weight 0 was computed")


def view(**changes: object) -> GeneratorView:
    nothing = GeneratorView(
        images=IMAGES, target=torch.ones(2, 3), truth=None, embed=forbidden, score=forbidden
    )
    return replace(nothing, **changes)  # type: ignore[arg-type]


def test_weight_zero_computes_nothing() -> None:
    assert generator_terms(OFF, view()) == {}
    with pytest.raises(AssertionError):
        generator_terms(replace(OFF, adversarial_weight=1.0), view())
    with pytest.raises(AssertionError):
        generator_terms(replace(OFF, feature=FeatureTerm()), view())


def test_terms_left_out_are_not_computed() -> None:
    assert generator_terms(replace(OFF, adversarial_weight=1.0), view(), leave_out={"adversarial"}) == {}


def test_adversarial_term_scores_all_sizes() -> None:
    def score(images: dict[int, Tensor]) -> dict[str, Tensor]:
        return {str(size): torch.full((2,), float(size)) for size in images}

    terms = generator_terms(replace(OFF, adversarial_weight=2.0), view(score=score))
    assert terms["adversarial"].item() == pytest.approx(-2 * 6)
    terms = generator_terms(replace(OFF, adversarial=Lsgan(), adversarial_weight=1.0), view(score=score))
    assert terms["adversarial"].item() == pytest.approx((9 + 49) / 2)


def test_feature_term_embeds_the_largest_image() -> None:
    def embed(images: Tensor) -> Tensor:
        assert images is IMAGES[8]
        return -torch.ones(2, 3)

    terms = generator_terms(replace(OFF, feature=FeatureTerm(weight=500.0)), view(embed=embed))
    assert terms["feature"].item() == pytest.approx(1000, rel=1e-5)


@pytest.mark.parametrize(("sizes", "counted"), [("largest", [8]), ("all", [4, 8])])
def test_pixel_term_of_the_largest_or_the_mean_of_all(sizes: str, counted: list[int]) -> None:
    objective = replace(OFF, pixel=PixelTerm(weight=3.0, sizes=sizes))  # type: ignore[arg-type]
    expected = 3 * sum(pixel_distance(IMAGES[s], TRUTH[s], metric="l1_mean") for s in counted) / len(counted)
    torch.testing.assert_close(generator_terms(objective, view(truth=TRUTH))["pixel"], expected)
    with pytest.raises(ValueError, match="ground truth"):
        generator_terms(objective, view())


def test_symmetry_term() -> None:
    terms = generator_terms(replace(OFF, symmetry=SymmetryTerm(weight=0.5)), view())
    torch.testing.assert_close(terms["symmetry"], 0.5 * symmetry(IMAGES[8]))


def test_a_term_is_added_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    dark = Term(lambda objective: 2.0, lambda objective: 1.0, lambda objective, view: view.largest.mean())
    monkeypatch.setitem(GENERATOR_TERMS, "dark", dark)
    torch.testing.assert_close(generator_terms(OFF, view())["dark"], 2 * IMAGES[8].mean())
