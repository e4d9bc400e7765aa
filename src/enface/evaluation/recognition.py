"""Identification by arm and absolute yaw: rates, margins, all scores as verification, gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from enface.errors import JudgeError
from enface.evaluation.arms import ARMS, GALLERIES, Arm, Features, JudgedFaces, chosen, raw, usable
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import AcceptRate, Cmc, GateReport, Matching
from enface.evaluation.gate import Gate, cross_fit, people_folds
from enface.evaluation.gate_reports import gate_report
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import Protocol
from enface.evaluation.results import Recognition
from enface.evaluation.signals import Signal, SignalInput
from enface.metrics.identification import within_rank
from enface.metrics.match_numbers import match_numbers
from enface.metrics.matching import MatchCounts, make_bundles, roc_of
from enface.metrics.paired import sign_test
from enface.metrics.search import Search, cumulative_matches, search
from enface.metrics.verification import Roc, resolves, threshold_at

FALSE_ACCEPT_RATES = (1e-2, 1e-3, 1e-4)
GROUP_RATE = 1e-2
"""False accept rate of the threshold at which groups are compared."""
_CMC = 20
"""Longest list of a cumulative match characteristic."""
_ROC_POINTS = 200


@dataclass(frozen=True, eq=False)
class ProbeScores:
    """One arm's scores, in the order of the protocol's probes."""

    places: Int[np.ndarray, " probes"]
    """Place of the right person, 1 is first."""
    genuine: Float32[np.ndarray, " probes"]
    """Score with the right person."""
    hardest: Float32[np.ndarray, " probes"]
    """Highest score with anybody else."""
    hardest_person: tuple[str, ...]
    """Who that is."""

    @property
    def margins(self) -> Float[np.ndarray, " probes"]:
        """`genuine` less `hardest`; above 0: recognised."""
        margins: Float[np.ndarray, " probes"] = (self.genuine - self.hardest).astype(np.float64)
        return margins

    @property
    def hits(self) -> Float[np.ndarray, " probes"]:
        """1 where the right person came first, else 0."""
        return within_rank(self.places).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Identification:
    """Rows of the results, and what they are made of."""

    recognition: tuple[Recognition, ...]
    cmc: tuple[Cmc, ...]
    matching: tuple[Matching, ...]
    gates: tuple[GateReport, ...]
    probes: dict[str, ProbeScores]
    """By arm."""
    thresholds: dict[str, float]
    """By arm, of all probes at `GROUP_RATE`; none where the impostors cannot resolve it."""


def identify(
    protocol: Protocol,
    *,
    probes: JudgedFaces,
    gallery: JudgedFaces,
    gallery_view: str = "raw",
    bootstrap: Bootstrap,
    signals: Sequence[Signal] = (),
    signal_input: SignalInput | None = None,
) -> Identification:
    """Every arm at every absolute yaw, with intervals over people.

    Args:
        protocol: says who is who.
        probes: embeddings of `protocol.probes`, in order.
        gallery: embeddings of `protocol.gallery`, in order; those of one person are averaged.
        gallery_view: "raw", or "frontalised" for a gallery that passes through the model in every arm.
        bootstrap: how intervals are made.
        signals: each makes a gated arm.
        signal_input: what they measure; needed with signals.

    Raises:
        JudgeError: an embedding that is not finite.
        ValueError: signals without input, or a signal that is not finite.
    """
    if not (probes.finite and gallery.finite):
        raise JudgeError(
            "the judge's embeddings are not all finite; check its weights, or choose another judge"
        )
    table = _Table(protocol, probes, gallery, GALLERIES[gallery_view])
    # With a gallery that passes through the model, arms that say how theirs is enrolled have no meaning.
    arms = {
        name: arm for name, arm in usable(ARMS, probes).items() if gallery_view == "raw" or arm.gallery is raw
    }
    found: dict[str, Search] = {}
    matching: list[Matching] = []
    thresholds: dict[str, float] = {}

    def compare(name: str, arm: Arm) -> None:
        """Counts of all scores are large, so they become numbers before the next arm is searched."""
        found[name], counts = table.search(arm)
        matching.extend(
            _matching(name, angle=angle, counts=some, table=table, bootstrap=bootstrap)
            for angle, some in counts.items()
        )
        if resolves(counts[None].impostor_count, rate=GROUP_RATE):
            thresholds[name] = threshold_at(roc_of(counts[None]), false_accept_rate=GROUP_RATE)

    for name, arm in arms.items():
        compare(name, arm)
    gates: dict[str, tuple[Signal, Float[np.ndarray, " probes"], Gate]] = {}
    for signal in signals:
        if signal_input is None:
            raise ValueError("signals need an input to measure")
        values = np.asarray(signal.measure(signal_input), dtype=np.float64)
        gate = cross_fit(
            values,
            people=table.owners,
            folds=table.probe_folds,
            raw=_by_fold(found["raw"]),
            frontalised=_by_fold(found["frontalised"]),
        )
        gates[f"gated_{signal.name}"] = (signal, values, gate)
        compare(f"gated_{signal.name}", Arm(partial(chosen, use=gate.use), raw))
    scores = {name: table.scores(some) for name, some in found.items()}
    angles: list[int] = sorted(set(table.angles.tolist()))
    # By angle first: samples of as many people are drawn once.
    rates = {
        (name, angle): _recognition(name, scores, angle=angle, table=table, bootstrap=bootstrap)
        for angle in angles
        for name in scores
    }
    return Identification(
        recognition=tuple(rates[name, angle] for name in scores for angle in angles),
        cmc=tuple(
            Cmc(name, angle, cumulative_matches(some.places[table.at(angle)], most=min(_CMC, table.people)))
            for name, some in scores.items()
            for angle in [None, *angles]
        ),
        matching=tuple(matching),
        gates=tuple(
            gate_report(
                arm,
                *parts,
                risk=1.0 - scores["frontalised"].hits,
                raw_risk=1.0 - scores["raw"].hits,
                owners=table.owners,
                bootstrap=bootstrap,
            )
            for arm, parts in gates.items()
        ),
        probes=scores,
        thresholds=thresholds,
    )


class _Table:
    """Probes by angle, and the people of both sides with their folds and bundles."""

    def __init__(
        self, protocol: Protocol, probes: JudgedFaces, gallery: JudgedFaces, gallery_view: object
    ) -> None:
        self.owners = np.array([probe.record.subject for probe in protocol.probes])
        self.angles = np.array([abs(probe.yaw) for probe in protocol.probes])
        self._probes, self._gallery, self._gallery_view = probes, gallery, gallery_view
        self._templates = [record.subject for record in protocol.gallery]
        self.enrolled = tuple(dict.fromkeys(self._templates))
        self.people = len(self.enrolled)
        fold_of = people_folds(self.enrolled)
        self._folds = np.array([fold_of[person] for person in self.enrolled])
        self.probe_folds = np.array([fold_of[person] for person in self.owners])
        self._bundles = make_bundles(self.people)

    def at(self, angle: int | None) -> Bool[np.ndarray, " probes"]:
        """Which probes have an absolute yaw."""
        if angle is None:
            return np.ones(len(self.angles), dtype=np.bool_)
        here: Bool[np.ndarray, " probes"] = self.angles == angle
        return here

    def search(self, arm: Arm) -> tuple[Search, dict[int | None, MatchCounts]]:
        """One arm's search in the order of the probes, and its counts by angle; None is all of them."""
        rows: Features = arm.probe(self._probes)
        view = self._gallery_view if arm.gallery is raw else arm.gallery
        _, enrolled = pool(view(self._gallery), templates=self._templates)  # type: ignore[operator]
        parts: dict[int, Search] = {}
        for angle in sorted(set(self.angles.tolist())):
            here = self.at(angle)
            parts[angle] = search(
                rows[here],
                gallery=enrolled,
                probe_people=self.owners[here].tolist(),
                gallery_people=self.enrolled,
                folds=self._folds,
                bundles=self._bundles,
            )
        order = np.argsort(np.concatenate([np.flatnonzero(self.at(angle)) for angle in parts]))

        def together(name: str) -> np.ndarray:
            return np.concatenate([getattr(part, name) for part in parts.values()])[order]

        counts: dict[int | None, MatchCounts] = {
            angle: part.counts for angle, part in parts.items() if part.counts is not None
        }
        return (
            Search(together("own"), together("hardest"), together("nearest"), together("places"), None),
            {None: MatchCounts.together(list(counts.values())), **counts},
        )

    def scores(self, whole: Search) -> ProbeScores:
        """As the caller gets them."""
        return ProbeScores(
            places=whole.places,
            genuine=whole.own,
            hardest=whole.hardest.max(axis=1),
            hardest_person=tuple(self.enrolled[i] for i in whole.nearest),
        )


def _by_fold(found: Search) -> Float32[np.ndarray, "probes folds"]:
    margins: Float32[np.ndarray, "probes folds"] = found.own[:, None] - found.hardest
    return margins


def _recognition(
    name: str, scores: dict[str, ProbeScores], *, angle: int, table: _Table, bootstrap: Bootstrap
) -> Recognition:
    here = table.at(angle)
    people = table.owners[here]
    hits, raw_hits = (scores[arm].hits[here] for arm in (name, "raw"))
    margins, raw_margins = (scores[arm].margins[here] for arm in (name, "raw"))
    rank5 = within_rank(scores[name].places[here], k=5).astype(np.float64)
    columns = np.stack([hits, hits - raw_hits, rank5, margins, margins - raw_margins], axis=1)
    found = bootstrap.means(columns, people)
    return Recognition(
        arm=name,
        angle=angle,
        probes=int(here.sum()),
        rank1=found[0],
        gain=found[1],
        rank5=found[2],
        margin=found[3],
        margin_gain=found[4],
        p_value=sign_test(raw_hits, hits, people=people.tolist()),
    )


def _matching(
    name: str, *, angle: int | None, counts: MatchCounts, table: _Table, bootstrap: Bootstrap
) -> Matching:
    numbers = match_numbers(
        counts,
        false_accept_rates=FALSE_ACCEPT_RATES,
        people=len(set(table.owners[table.at(angle)].tolist())),
        **bootstrap.options,
    )
    return Matching(
        arm=name,
        angle=angle,
        genuine=counts.genuine_count,
        impostors=counts.impostor_count,
        genuine_mean=numbers.genuine_mean,
        impostor_mean=numbers.impostor_mean,
        d_prime=numbers.d_prime,
        equal_error_rate=numbers.equal_error_rate,
        accept_rates=tuple(
            AcceptRate(rate, counts.impostor_count, found)
            for rate, found in zip(FALSE_ACCEPT_RATES, numbers.true_accept_rates, strict=True)
        ),
        roc=roc_points(numbers.curve),
    )


def roc_points(curve: Roc, *, most: int = _ROC_POINTS) -> tuple[tuple[float, float], ...]:
    """Points (FAR, TAR) of a curve, evenly spread over the logarithm of FAR, few enough to draw."""
    false, true = curve.false_accepts, curve.true_accepts
    # The last point of each FAR: the highest TAR that it buys.
    last = np.append(np.flatnonzero(np.diff(false)), len(false) - 1)
    if len(last) > most:
        lowest = false[last][false[last] > 0].min()
        wanted = np.append(0.0, np.geomspace(lowest, 1.0, most - 1))
        last = last[np.unique(np.searchsorted(false[last], wanted, side="right") - 1)]
    return tuple((float(far), float(tar)) for far, tar in zip(false[last], true[last], strict=True))
