"""Gates on planted gains: they find the threshold, never see the tested people, and gain nothing from
noise."""

import numpy as np
import pytest

from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crops
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import GateReport
from enface.evaluation.gate import Gate, cross_fit, people_folds
from enface.evaluation.gate_reports import gate_report
from enface.evaluation.pair_gate import gate_pairs
from enface.evaluation.protocols import FacePair
from enface.evaluation.signals import QUALITY, SIGNALS, WEAKNESS, SignalInput
from enface.metrics.selective import risk_coverage

GENERATOR = np.random.Generator(np.random.Philox(key=9))
PEOPLE, YAWS = 40, np.arange(0, 91, 15)
FOLD_OF = people_folds([f"{i}" for i in range(PEOPLE)])
FOLDS = np.repeat([FOLD_OF[f"{i}"] for i in range(PEOPLE)], len(YAWS))
YAW = np.tile(YAWS, PEOPLE).astype(float)
NAMES = np.repeat([f"{i}" for i in range(PEOPLE)], len(YAWS))


def margins(values: np.ndarray) -> np.ndarray:
    """The same margin in every fold of the gallery."""
    return np.repeat(values[:, None], 5, axis=1)


def test_folds_are_even_and_the_same_each_time() -> None:
    assert sorted(np.bincount(list(FOLD_OF.values()))) == [8] * 5
    assert people_folds([f"{i}" for i in reversed(range(PEOPLE))]) == FOLD_OF
    assert set(people_folds(["a", "b"]).values()) == {0, 1}


def test_finds_where_the_frontal_face_helps() -> None:
    raw = np.where(YAW >= 60, -0.1, 0.3)
    frontal = np.where(YAW >= 60, 0.1, -0.2)
    gate = cross_fit(YAW, people=NAMES, folds=FOLDS, raw=margins(raw), frontalised=margins(frontal))
    assert gate.thresholds == (52.5,) * 5
    np.testing.assert_array_equal(gate.use, YAW >= 60)


def test_never_and_always_are_words() -> None:
    worse = cross_fit(YAW, people=NAMES, folds=FOLDS, raw=margins(YAW + 1), frontalised=margins(-YAW - 1))
    better = cross_fit(YAW, people=NAMES, folds=FOLDS, raw=margins(-YAW - 1), frontalised=margins(YAW + 1))
    assert worse.told == ("never",) * 5
    assert better.told == ("always",) * 5
    assert not worse.use.any()
    assert better.use.all()


def test_a_fold_has_no_say_in_its_own_threshold() -> None:
    raw, frontal = margins(np.zeros(len(YAW)) - 0.1), margins(np.zeros(len(YAW)) - 0.2)
    plain = cross_fit(YAW, people=NAMES, folds=FOLDS, raw=raw, frontalised=frontal)
    # In fold 2 alone frontal faces are perfect; whom they are compared with there says so too.
    tempting = np.where((FOLDS == 2)[:, None], 1.0, frontal)
    tempting[:, 2] = 1.0
    after = cross_fit(YAW, people=NAMES, folds=FOLDS, raw=raw, frontalised=tempting)
    assert plain.thresholds[2] == after.thresholds[2]
    assert not after.use[FOLDS == 2].any()
    assert after.use[FOLDS != 2].any()


def test_a_person_in_every_fold_leaves_nobody_to_learn_from() -> None:
    raw = np.array([[np.inf, 0.1], [0.1, np.inf]])
    gate = cross_fit(np.ones(2), people=["a", "b"], folds=np.array([0, 1]), raw=raw, frontalised=raw + 1)
    assert gate.told == ("never", "never")


def test_a_gain_of_few_people_stays_raw() -> None:
    """Frontal faces make two people right and nobody wrong: the best threshold, and nothing to go by."""
    raw = np.where((YAW == 90) & np.isin(NAMES, ["0", "1"]), -0.1, 0.3)
    gate = cross_fit(
        YAW, people=NAMES, folds=FOLDS, raw=margins(raw), frontalised=margins(np.full(len(YAW), 0.2))
    )
    assert gate.told == ("never",) * 5


def planted_pairs() -> tuple[JudgedFaces, list[FacePair], np.ndarray, np.ndarray]:
    """30 people with four photographs; every second is poor, and its frontal face is good."""
    faces = GENERATOR.normal(size=(30, 16))
    poor = np.tile([False, True, False, True], 30)
    raw = np.repeat(faces, 4, axis=0) + np.where(poor, 3.0, 0.3)[:, None] * GENERATOR.normal(size=(120, 16))
    good = np.repeat(faces, 4, axis=0) + np.where(poor, 0.5, 3.0)[:, None] * GENERATOR.normal(size=(120, 16))
    rows = [(4 * i + a, 4 * i + b) for i in range(30) for a, b in ((0, 1), (2, 3), (0, 3))]
    rows += [(4 * i, (4 * i + 4 * k + 1) % 120) for i in range(30) for k in (1, 2, 3)]
    pairs = [FacePair(f"{a}", f"{b}", (f"{a // 4}", f"{b // 4}")) for a, b in rows]
    return JudgedFaces(raw, good), pairs, np.array(rows), poor


def test_pairs_use_the_frontal_face_of_poor_photographs() -> None:
    faces, pairs, rows, poor = planted_pairs()
    gate = gate_pairs(poor.astype(float), faces=faces, pairs=pairs, rows=rows)
    np.testing.assert_array_equal(gate.use, poor[rows])
    same = np.array([pair.same for pair in pairs])
    plain = np.einsum("nf,nf->n", faces.raw[rows[:, 0]], faces.raw[rows[:, 1]])
    assert gate.scores[same].mean() > plain[same].mean() + 0.2
    assert len(gate.thresholds) <= 15


def test_pairs_stay_raw_where_chance_decides() -> None:
    """Frontal faces as good as the pictures: some threshold always looks better on some people."""
    faces = GENERATOR.normal(size=(30, 16))
    raw, other = (np.repeat(faces, 4, axis=0) + GENERATOR.normal(size=(120, 16)) for _ in range(2))
    _, pairs, rows, _ = planted_pairs()
    gate = gate_pairs(GENERATOR.random(120), faces=JudgedFaces(raw, other), pairs=pairs, rows=rows)
    assert gate.use.mean() < 0.2


def test_signals() -> None:
    points = np.array([[40.0, 60], [90, 60], [65, 90], [45, 115], [85, 115]])
    given = SignalInput(
        images=np.zeros((3, 8, 8, 3), dtype=np.uint8),
        frontals=np.zeros((3, 4, 4, 3), dtype=np.uint8),
        points=(points, None, None),
        yaws=np.array([77.0, -45.0, np.nan]),
        raw=np.eye(3),
        frontalised=np.array([[1.0, 0, 0], [0, 0, 1], [0, 0.6, 0.8]]),
        norms=np.array([1.0, 4.0, 2.0]),
    )
    yaw, agreement, quality = (signal.measure(given) for signal in SIGNALS)
    assert yaw[0] == pytest.approx(0, abs=3)  # the landmarks are frontal, whatever the protocol says
    assert yaw[1:].tolist() == [45, 0]
    np.testing.assert_allclose(agreement, [1, 0, 0.8])
    assert (quality > 0.95).all()  # black squares are poor pictures of faces
    assert WEAKNESS.measure(given).tolist() == [-1, -4, -2]


def test_quality_is_asked_with_the_judges_norms() -> None:
    test = embedded_manifest().select(split="test", role="probe")
    crops = aligned_crops(embedded_manifest(), test.records[:4], 112)

    def measured(judge: str, norm: float) -> np.ndarray:
        nothing = np.zeros((4, 2))
        faces = SignalInput(
            crops, crops, (None,) * 4, np.zeros(4), nothing, nothing, np.full(4, norm), judge=judge
        )
        return QUALITY.measure(faces)

    assert (measured("mobilefacenet", 25.0) < measured("mobilefacenet", 5.0)).all()
    np.testing.assert_array_equal(measured("a stranger", 25.0), measured("a stranger", 5.0))


def report(values: np.ndarray, risk: np.ndarray) -> GateReport:
    return gate_report(
        "gated_agreement",
        SIGNALS[1],
        values,
        Gate(use=np.zeros(len(values), dtype=np.bool_), thresholds=(np.inf,)),
        risk=risk,
        raw_risk=1 - risk,
        owners=np.array([f"{i}" for i in range(len(values))]),
        bootstrap=Bootstrap(resamples=200),
    )


@pytest.mark.parametrize("values", [np.ones(50), np.repeat([2.0, 1.0], 25)])
def test_the_order_of_a_list_orders_no_equal_signals(values: np.ndarray) -> None:
    risk = np.tile([0.0] * 15 + [1.0] * 10, 2)
    told = report(values, risk)
    assert report(values, np.concatenate([risk[:25][::-1], risk[25:][::-1]])).curve[0].risk.value == (
        pytest.approx(told.curve[0].risk.value)
    )
    for point in told.curve:
        assert point.risk.value == pytest.approx(0.4)
        assert point.raw_risk.value == pytest.approx(0.6)
        assert point.risk.low < 0.4 < point.risk.high
    assert told.area.value == pytest.approx(risk_coverage(values, risk=risk).area) == pytest.approx(0.4)


def test_signals_without_equals_are_cut_where_they_are() -> None:
    risk = (np.arange(40) < 8).astype(float)
    told = report(np.arange(40.0), risk)
    assert [point.coverage for point in told.curve] == pytest.approx(np.arange(1, 11) / 10)
    assert [point.risk.value for point in told.curve] == pytest.approx([0.0] * 8 + [4 / 36, 0.2])
    assert told.area.value == pytest.approx(risk_coverage(np.arange(40.0), risk=risk).area)


def test_bad_signals_are_refused() -> None:
    faces, pairs, rows, poor = planted_pairs()
    with pytest.raises(ValueError, match="finite signal for each of 120"):
        gate_pairs(np.where(poor, np.nan, 1), faces=faces, pairs=pairs, rows=rows)
