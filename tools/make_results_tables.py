"""Tables of docs/results/README.md from the folders that `enface evaluate` writes.

    python tools/make_results_tables.py EVALUATION [EVALUATION ...]

Prints Markdown: rank-1 by yaw, matching numbers, groups and pictures of every judge below each folder.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Results = dict[str, Any]
"""Of one judge: the content of `results.json`."""


def table(header: list[str], rows: Iterator[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def percent(share: float) -> str:
    """In per cent, a whole number where it is one."""
    return f"{100 * share:.1f}".removesuffix(".0")


def signed(text: str) -> str:
    """With the minus sign of typography."""
    return text.replace("-", "−")


def ranks(judges: list[Results]) -> str:
    """Rank-1 by angle; a triangle where the difference to the picture has an interval without 0."""
    angles = sorted({row["angle"] for row in judges[0]["recognition"]})

    def cell(row: Results) -> str:
        gain = row["gain"]
        sure = row["arm"] != "raw" and gain is not None
        mark = " ▲" if sure and gain["low"] > 0 else " ▼" if sure and gain["high"] < 0 else ""
        return percent(row["rank1"]["value"]) + mark

    def rows() -> Iterator[list[str]]:
        for results in judges:
            found = {(row["arm"], row["angle"]): row for row in results["recognition"]}
            for arm in dict.fromkeys(row["arm"] for row in results["recognition"]):
                cells = [cell(found[arm, angle]) for angle in angles]
                yield [results["setup"]["judge"], arm, *cells]

    return table(["judge", "arm", *map(str, angles)], rows())


def matching(judges: list[Results]) -> str:
    """Verification numbers over all angles."""

    def rate(value: Results | None) -> str:
        if value is None:
            return "too few"
        return f"{percent(value['value'])} ({percent(value['low'])}–{percent(value['high'])})"

    def rows() -> Iterator[list[str]]:
        for results in judges:
            for row in results["matching"]:
                if row["angle"] is None:
                    prime = row["d_prime"]
                    yield [
                        results["setup"]["judge"],
                        row["arm"],
                        rate(row["equal_error_rate"]),
                        rate(row["accept_rates"][0]["true_accept_rate"]),
                        signed(f"{prime['value']:.2f} ({prime['low']:.2f} to {prime['high']:.2f})"),
                        f"{row['genuine_mean']['value']:.3f}",
                        f"{row['impostor_mean']['value']:.3f}",
                    ]

    return table(
        ["judge", "arm", "EER", "TAR at FAR 1e-2", "d-prime", "genuine", "impostor"],
        rows(),
    )


def groups(judges: list[Results]) -> str:
    """Rank-1 of the picture and of the fused arm by group."""

    def points(value: Results | None) -> str:
        if value is None:
            return "–"
        return signed(
            f"{100 * value['value']:+.1f} ({100 * value['low']:+.1f} to {100 * value['high']:+.1f})"
        )

    def rows() -> Iterator[list[str]]:
        for results in judges:
            found = {
                (row["attribute"], row["group"], row["arm"]): row
                for row in results["groups"]
                if row["metric"] == "rank-1"
            }
            for (attribute, group, arm), raw in found.items():
                if arm != "raw":
                    continue
                fused = found[attribute, group, "fused"]
                yield [
                    results["setup"]["judge"],
                    attribute,
                    f"{group} (few)" if raw["small"] else str(group),
                    str(raw["people"]),
                    str(raw["probes"]),
                    percent(raw["mean"]["value"]),
                    points(raw["gap"]),
                    percent(fused["mean"]["value"]),
                    points(fused["gap"]),
                    points(fused["gain"]),
                ]

    header = ["judge", "attribute", "group", "people", "probes"]
    return table([*header, "raw", "raw gap", "fused", "fused gap", "fused gain"], rows())


def pictures(results: Results) -> str:
    """Nearness to the truth by yaw, beside what knows nothing of the input."""

    def rows() -> Iterator[list[str]]:
        for row in results["quality"]:
            yield [
                signed(str(row["yaw"])),
                f"{row['frontalised']['l1']['value']:.4f}",
                f"{row['frontalised']['ssim']['value']:.3f}",
                f"{row['mean_face']['l1']['value']:.4f}",
                f"{row['mean_face']['ssim']['value']:.3f}",
                f"{row['nearest_frontal']['l1']['value']:.4f}",
            ]

    return table(
        ["yaw", "L1", "SSIM", "mean face: L1", "SSIM", "nearest train frontal: L1"],
        rows(),
    )


def main() -> None:
    """Prints the tables of every folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("evaluations", type=Path, nargs="+")
    for folder in parser.parse_args().evaluations:
        files = sorted(folder.rglob("results.json"))
        judges = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        judges = [results for results in judges if "recognition" in results]
        print(f"## {folder.name}\n\n{ranks(judges)}\n\n{matching(judges)}\n")
        if judges[0]["groups"]:
            print(f"{groups(judges)}\n")
        if judges[0]["quality"]:
            print(f"{pictures(judges[0])}\n")


if __name__ == "__main__":
    main()
