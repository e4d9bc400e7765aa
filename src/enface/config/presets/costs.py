"""What the presets cost, as far as it was measured."""

from dataclasses import replace

from enface.config.schema import Preset

SECONDS_PER_1000_IMAGES: dict[str, int] = {
    "seed_default": 1914,
    "c_1_8": 2071,
    "c_1_1": 1872,
    "c_1_2": 924,
    "c_1_3": 868,
    "c_1_4": 891,
    "c_1_5": 899,
    "c_1_5_code": 874,
    "c_wgan_gp_0": 2249,
    "net_seed": 1577,
    "net2_seed": 1477,
    "run_1128": 1611,
    "run_1129_1": 1609,
    "run_1129_2": 1575,
    "run_1129_3": 1687,
    "run_1129_4": 1639,
    "run_1129_5": 1690,
    "run_1129_6": 1645,
    "run_1129_7": 1641,
    "run_1130_1": 1765,
    "run_1130_2": 1722,
    "a_1_1": 1911,
    "a_1_2": 2004,
    "a_1_3": 1906,
    "a_1_4": 1733,
    "b_1_1": 1825,
    "b_1_2": 1791,
    "b_1_3": 1824,
    "b_1_4": 2095,
    "b_1_5": 847,
    "b_lfw_1": 727,
    "d_1_6": 845,
    "d_1_7": 1498,
    "d_1_7b": 1332,
    "d_1_8": 1608,
    "d_1_8_v1": 1926,
    "d_1_8_v1_finetune": 1723,
    "d_1_9": 1962,
    "e_raf1": 1738,
    "f_release": 1781,
    "p_paper": 1734,
    "b_1_6": 654,
    "b_1_7": 719,
    "b_1_8": 732,
}
"""Processor seconds of one core at the preset's real size, batches of four, steps after the boosted ones; by
`benchmarks/preset_cost.py` on an AMD EPYC with torch 2.13."""


def with_cost(preset: Preset) -> Preset:
    """The preset with the measured price of its images, unless it tells the price of a whole run itself."""
    if preset.cost:
        return preset
    seconds = SECONDS_PER_1000_IMAGES.get(preset.name)
    if seconds is None:
        return replace(preset, cost="not measured")
    return replace(
        preset, cost=f"{seconds:,} s of one CPU core per 1,000 images; a whole run was not measured"
    )
