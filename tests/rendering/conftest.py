"""What the renderer's tests share: the compiler, the asset, one person."""

import pytest

from enface.rendering.asset import FaceAsset, load_asset
from enface.rendering.asset.store import find_asset
from enface.rendering.errors import RenderingError
from enface.rendering.people.identity import Identity, sample_identity
from enface.rendering.people.look import Look, sample_look
from enface.rendering.people.person import Person
from enface.rendering.people.proportions import FIELDS

SEED = 5


@pytest.fixture(scope="session")
def asset() -> FaceAsset:
    pytest.importorskip("numba", reason="needs the `render` extra")
    try:
        return load_asset(find_asset())
    except RenderingError as error:
        pytest.skip(f"needs the face asset: {error}")


def identity_of(asset: FaceAsset, person: int) -> Identity:
    return sample_identity(SEED, person, modes=len(asset.identity_modes), proportions=len(FIELDS))


def look_of(identity: Identity, person: int, session: int = 1) -> Look:
    return sample_look(identity, SEED, person, session)


@pytest.fixture(scope="session")
def person(asset: FaceAsset) -> Person:
    identity = identity_of(asset, 1)
    return Person(asset, identity, look_of(identity, 1), texture_size=256)
