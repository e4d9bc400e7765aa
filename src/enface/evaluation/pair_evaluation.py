"""Numbers of an evaluation by pairs together with what they are made of."""

from dataclasses import dataclass, field

from enface.evaluation.pair_arms import JudgedPairs
from enface.evaluation.photographs import Crop
from enface.evaluation.protocols import FacePair
from enface.evaluation.verification_results import VerificationResults


@dataclass(frozen=True, eq=False)
class PairEvaluation:
    """One evaluation by pairs of photographs, or of templates."""

    results: VerificationResults
    pairs: tuple[FacePair, ...]
    """That were compared; of templates, their names stand in place of photographs."""
    judged: JudgedPairs
    """Scores and decisions, in the order of the pairs."""
    crops: dict[str, Crop] = field(default_factory=dict)
    """Aligned face of each photograph; none of templates."""
    frontals: dict[str, Crop] = field(default_factory=dict)
    """The model's frontal face of each."""
