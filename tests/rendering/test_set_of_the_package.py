"""The set inside the package is what its data card says, and rendering it again gives the same bytes."""

import json
from pathlib import Path

import numpy as np
import pytest

from enface.data.embedded import embedded_manifest
from enface.images import read_image
from enface.rendering.asset import FaceAsset
from enface.rendering.asset.store import find_asset
from enface.rendering.dataset.card import CARD, Settings, versions
from enface.rendering.dataset.photographer import PARTS, Photographer, part_path
from enface.rendering.dataset.rows import COLUMNS, read_rows
from enface.rendering.dataset.settings import settle
from enface.resources.folders import shipped

FOLDER = shipped("multipose_mini")


def card() -> dict:
    found: dict = json.loads((FOLDER / CARD).read_text())
    return found


@pytest.fixture(scope="module")
def again(asset: FaceAsset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person of either split, rendered anew by the card's settings."""
    settings = Settings(**card()["settings"])
    if settings.asset != asset.source:
        pytest.skip(
            "the head in use is not the one of the set: other arrays (ambient occlusion, or another head)"
        )
    folder = tmp_path_factory.mktemp("again")
    for name in ("images", PARTS):
        (folder / name).mkdir()
    photographer = Photographer(find_asset(), folder, settings)
    for person in (150, 151):
        photographer.photograph(person)
    return folder


def test_the_presets_own_settings_made_it(asset: FaceAsset) -> None:
    found = card()
    assert found["counts"] == {"complete": True, "pictures": len(embedded_manifest()), "people": 200}
    settings, _ = settle("mini", seed=found["settings"]["seed"])
    assert {**vars(settings), "asset": ""} == {**found["settings"], "asset": ""}
    assert found["settings"]["seed"] == 2019


def test_rendering_two_people_again_gives_the_same_bytes(again: Path) -> None:
    then, now = card()["versions"], versions()
    other = [
        f"{name} {now[name]}, then {then[name]}"
        for name in then
        if now[name] != then[name] and name != "python"
    ]
    if other:
        pytest.skip(f"bytes are promised for equal versions only: {'; '.join(other)}")
    pictures = sorted((again / "images").iterdir())
    assert len(pictures) == 8 + 15
    for picture in pictures:
        assert picture.read_bytes() == (FOLDER / "images" / picture.name).read_bytes(), picture.name
    lines = (FOLDER / "manifest.csv").read_text().splitlines()
    assert lines[0].split(",") == list(COLUMNS)
    rows = [row for person in (150, 151) for row in read_rows(part_path(again, person))]
    assert [",".join(row) for row in rows] == [line for line in lines if line.split(",")[1] in ("150", "151")]


def test_rendering_two_people_again_gives_the_same_faces(again: Path) -> None:
    """Other versions and processors may change last bits, not pictures."""
    if card()["versions"]["enface"] != versions()["enface"]:
        pytest.skip("the set was made by another version of the renderer")
    for picture in sorted((again / "images").iterdir()):
        difference = read_image(picture).astype(np.int16) - read_image(FOLDER / "images" / picture.name)
        assert np.abs(difference).mean() < 0.5, picture.name
