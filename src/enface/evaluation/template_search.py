"""A search of templates in a gallery: who is it, and who is nobody of them?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from enface.errors import ConfigError
from enface.evaluation.arms import ARMS, Arm, JudgedFaces, usable
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.judging import Judging
from enface.evaluation.protocols import Template, TemplatesProtocol
from enface.evaluation.search_results import ArmSearch, PositiveRate, SearchCounts, SearchResults
from enface.evaluation.verification_results import Failure, VerificationSetup
from enface.metrics.identification import within_rank
from enface.metrics.search import TIE, cumulative_matches, search
from enface.metrics.verification import resolves

FALSE_POSITIVE_RATES = (0.1, 0.01)
_CMC = 20
"""Longest list of a cumulative match characteristic."""


@dataclass(frozen=True, eq=False)
class TemplateSearch:
    """Numbers of a search, and what they are made of."""

    results: SearchResults
    probes: tuple[Template, ...]
    """Mated probes that were compared."""
    places: dict[str, Int[np.ndarray, " probes"]]
    """By arm: place of the right person, 1 is first."""
    margins: dict[str, Float[np.ndarray, " probes"]]


def search_templates(
    protocol: TemplatesProtocol,
    gallery: Sequence[Template],
    probes: Sequence[Template],
    faces: tuple[JudgedFaces, JudgedFaces],
    *,
    setup: VerificationSetup,
    failures: tuple[Failure, ...],
    bootstrap: Bootstrap,
    work: Judging,
) -> TemplateSearch:
    """Every arm's numbers.

    Args:
        protocol: says who is enrolled, whether a face was found or not.
        gallery: templates with a face.
        probes: templates with a face.
        faces: embeddings of both, in order.
        setup: for the record.
        failures: for the record.
        bootstrap: how intervals are made.
        work: for the times.

    Raises:
        ConfigError: nobody is left to look for among others.
    """
    enrolled = [template.person for template in gallery]
    mated = [i for i, template in enumerate(probes) if template.person in set(enrolled)]
    # Probes whose enrolled template was lost are neither mated nor strangers.
    known = {template.person for template in protocol.gallery}
    strangers = [i for i, template in enumerate(probes) if template.person not in known]
    if len(enrolled) < 2 or not mated:
        raise ConfigError(
            f"faces were found for {len(gallery)} of {len(protocol.gallery)} enrolled templates and "
            f"{len(probes)} of {len(protocol.probes)} probes, which leaves nobody to look for; "
            f"{len(failures)} photographs have no usable face{_example(failures)}"
        )
    people = [probes[i].person for i in mated]
    with work.stage("measure"):
        found = {
            name: _compare(arm, faces, mated=mated, strangers=strangers, people=people, enrolled=enrolled)
            for name, arm in usable(ARMS, faces[0]).items()
        }
        arms = tuple(
            _numbers(name, found, people=people, gallery=len(gallery), bootstrap=bootstrap) for name in found
        )
    results = SearchResults(
        setup=setup,
        environment=work.environment(),
        counts=SearchCounts(
            photos=len(protocol.photos),
            gallery=len(gallery),
            mated=len(mated),
            unmated=len(strangers),
            lost=len(protocol.gallery) + len(protocol.probes) - len(gallery) - len(probes),
            people=len(set(people)),
        ),
        failures=failures,
        arms=arms,
    )
    return TemplateSearch(
        results=results,
        probes=tuple(probes[i] for i in mated),
        places={name: some.places for name, some in found.items()},
        margins={name: some.margins for name, some in found.items()},
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """One arm's search."""

    places: Int[np.ndarray, " probes"]
    margins: Float[np.ndarray, " probes"]
    own: Float[np.ndarray, " probes"]
    strangers: Float[np.ndarray, " strangers"]
    """Highest score of each probe of somebody who is not enrolled."""


def _compare(
    arm: Arm,
    faces: tuple[JudgedFaces, JudgedFaces],
    *,
    mated: Sequence[int],
    strangers: Sequence[int],
    people: Sequence[str],
    enrolled: Sequence[str],
) -> _Found:
    gallery, probes = arm.gallery(faces[0]), arm.probe(faces[1])
    found = search(probes[list(mated)], gallery=gallery, probe_people=people, gallery_people=enrolled)
    return _Found(
        places=found.places,
        margins=found.margins.astype(np.float64),
        own=found.own.astype(np.float64),
        strangers=np.array([float((gallery @ probes[i]).max()) for i in strangers]),
    )


def _numbers(
    name: str,
    found: dict[str, _Found],
    *,
    people: Sequence[str],
    gallery: int,
    bootstrap: Bootstrap,
) -> ArmSearch:
    here, base = found[name], found["raw"]
    hits, raw_hits = (within_rank(some.places).astype(np.float64) for some in (here, base))
    return ArmSearch(
        arm=name,
        rank1=bootstrap.mean(hits, people),
        gain=bootstrap.difference(raw_hits, hits, people),
        rank5=bootstrap.mean(within_rank(here.places, k=5).astype(np.float64), people),
        margin=bootstrap.mean(here.margins, people),
        margin_gain=bootstrap.difference(base.margins, here.margins, people),
        cmc=cumulative_matches(here.places, most=min(_CMC, gallery)),
        positives=tuple(_positive(here, hits, rate, people, bootstrap) for rate in FALSE_POSITIVE_RATES),
    )


def _positive(
    found: _Found,
    hits: Float[np.ndarray, " probes"],
    rate: float,
    people: Sequence[str],
    bootstrap: Bootstrap,
) -> PositiveRate:
    """TPIR at the strictest threshold that no more than `rate` of the strangers reach."""
    count = len(found.strangers)
    if not count or not resolves(count, rate=rate):
        return PositiveRate(rate, count, None)
    threshold = np.sort(found.strangers)[::-1][int(np.floor(rate * count + 1e-9))]
    accepted = hits * (found.own > threshold + TIE)
    return PositiveRate(rate, count, bootstrap.mean(accepted, people))


def _example(failures: Sequence[Failure]) -> str:
    return f", for example {failures[0].photo}: {failures[0].reason}" if failures else ""
