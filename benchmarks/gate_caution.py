"""What caution costs and what it prevents, on simulated people.

    python benchmarks/gate_caution.py

A gate's threshold is fitted on some people and used on as many others: by the most hits, as it was once done,
and by `enface.metrics.selective.cautious_cut`. The signal is uniform; a frontal face makes a probe right or
wrong with probabilities that depend on it. Below raw: share of the draws in which the new people lose hits,
all of them and those whose signal lies between 0.3 and 0.6.
"""

from collections.abc import Callable

import numpy as np

from enface.metrics.selective import cautious_cut

DRAWS = 500
Chance = Callable[[np.ndarray], np.ndarray]


def flat(value: float) -> Chance:
    """The same for every signal."""
    return lambda signal: np.full_like(signal, value)


def above(edge: float, high: float, low: float) -> Chance:
    """`high` where the signal is above `edge`, else `low`."""
    return lambda signal: np.where(signal > edge, high, low)


CASES: tuple[tuple[str, int, int, Chance, Chance], ...] = (
    ("nothing to gain: 2 % made right, 2 % wrong", 90, 1, flat(0.02), flat(0.02)),
    ("the same", 40, 13, flat(0.02), flat(0.02)),
    ("5 % right, 1 % wrong", 90, 1, flat(0.05), flat(0.01)),
    ("a fifth of the probes: 25 % right", 90, 1, above(0.8, 0.25, 0.0), flat(0.0)),
    ("3 % right, 1 % wrong", 40, 13, flat(0.03), flat(0.01)),
    ("three tenths: 50 % right, 2 % wrong; the others 2 and 2 %", 40, 13, above(0.7, 0.5, 0.02), flat(0.02)),
)


def most_hits(signal: np.ndarray, gain: np.ndarray) -> float:
    """Threshold of the most hits, the strictest of equals."""
    order = np.argsort(-signal)
    totals = np.append(0.0, np.cumsum(gain[order]))
    best = int(np.argmax(totals))
    return float("inf") if best == 0 else float(signal[order][best - 1])


def main() -> None:
    """Prints a Markdown table."""
    print(
        "| frontal faces | people x probes | rule | opens, % | gain, hits | below raw, % | in the middle, % |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, people, probes, right, wrong in CASES:
        rng = np.random.default_rng(1)
        owners = np.repeat(np.arange(people), probes)
        found: dict[str, list[tuple[bool, float, bool, bool]]] = {"most hits": [], "cautious": []}
        for _ in range(DRAWS):
            (signal, gain), (other, new) = (draw(rng, len(owners), right, wrong) for _ in range(2))
            for rule, cut in (
                ("most hits", most_hits(signal, gain)),
                ("cautious", cautious_cut(signal, gain=gain, people=owners)),
            ):
                used = other >= cut
                middle = used & (other > 0.3) & (other < 0.6)
                total = float(new[used].sum())
                found[rule].append((cut < np.inf, total, total < 0, bool(new[middle].sum() < 0)))
        for rule, rows in found.items():
            opened, total, below, middle_below = np.mean(np.array(rows, dtype=float), axis=0)
            cells = [
                f"{100 * opened:.0f}",
                f"{total:+.1f}",
                f"{100 * below:.1f}",
                f"{100 * middle_below:.1f}",
            ]
            print("| " + " | ".join([name, f"{people} x {probes}", rule, *cells]) + " |")


def draw(rng: np.random.Generator, count: int, right: Chance, wrong: Chance) -> tuple[np.ndarray, np.ndarray]:
    """Signals, and what frontal faces change."""
    signal, chance = rng.random((2, count))
    gain = np.where(chance < right(signal), 1.0, np.where(chance > 1 - wrong(signal), -1.0, 0.0))
    return signal, gain


if __name__ == "__main__":
    main()
