"""Identities and looks: repeatable, and separate from each other."""

from dataclasses import replace

import numpy as np
import pytest

from enface.rendering.asset import FaceAsset
from enface.rendering.materials import FACE, GUMS
from enface.rendering.parts.hair import ear_vertices
from enface.rendering.people.identity import sample_identity
from enface.rendering.people.look import PERMANENT, sample_look
from enface.rendering.people.occluder import OCCLUDERS, Occluder, can_occlude, sample_occluder
from enface.rendering.people.palette import skin_colour
from enface.rendering.people.person import Person
from enface.rendering.people.proportions import FIELDS
from enface.rendering.people.shape import FEMALE_SHIFT, MALE_SHIFT, neutral_shape, sex_direction
from enface.rendering.skin.atlas import skin_maps
from enface.rendering.skin.whiskers import whisker_coverage

from .conftest import identity_of, look_of


def _many(count: int = 300) -> list:
    return [sample_identity(3, n, modes=10, proportions=len(FIELDS)) for n in range(count)]


def test_the_same_numbers_give_the_same_person_and_others_another() -> None:
    first = sample_identity(3, 7, modes=10, proportions=4)
    assert first == sample_identity(3, 7, modes=10, proportions=4)
    others = [sample_identity(3, 8, modes=10, proportions=4), sample_identity(4, 7, modes=10, proportions=4)]
    assert all(first.shape != other.shape for other in others)


def test_skin_spans_the_human_range_and_sexes_are_even() -> None:
    people = _many()
    melanin = np.array([person.melanin for person in people])
    assert melanin.min() < 0.12 and melanin.max() > 1.4
    assert (np.histogram(melanin, bins=[0, 0.25, 0.7, 1.7])[0] > 40).all()
    assert 0.4 < np.mean([person.female for person in people]) < 0.6


def test_a_session_changes_the_look_but_no_lasting_trait() -> None:
    looks = [
        [sample_look(person, 3, n, session) for session in (1, 2, 3)] for n, person in enumerate(_many(120))
    ]
    assert np.mean([first.style != second.style for first, second, _ in looks]) > 0.5
    assert all(first.seed != second.seed for first, second, _ in looks)
    for sessions in looks:
        bald = {look.style for look in sessions} & set(PERMANENT)
        assert not bald or {look.style for look in sessions} <= {*PERMANENT, "buzz"}
        assert len(bald) <= 1


def test_women_have_no_beards() -> None:
    people = _many(200)
    beards = [sample_look(person, 3, n, 1).beard for n, person in enumerate(people) if person.female]
    assert set(beards) == {"none"}


def test_pigment_darkens_every_channel() -> None:
    colours = skin_colour(np.linspace(0.03, 1.65, 30), np.full(30, 0.55))
    assert (np.diff(colours, axis=0) < 0).all() and (colours > 0).all()
    assert (colours[:, 0] > colours[:, 1]).all() and (colours[:, 1] > colours[:, 2]).all()


def test_sexes_lie_on_their_sides_of_the_direction(asset: FaceAsset) -> None:
    direction = sex_direction(asset)
    assert np.linalg.norm(direction) == pytest.approx(1.0)
    moved = (MALE_SHIFT - FEMALE_SHIFT) * direction @ asset.identity_modes
    marks = moved.reshape(-1, 3)[asset.landmarks]
    assert marks[12, 0] - marks[4, 0] > 0.1, "men's jaws are wider"
    assert (marks[[19, 24], 1] - marks[36:48, 1].mean()).max() < 0.0, "men's brows are lower"


def test_neutral_shapes_are_heads_of_different_people(asset: FaceAsset) -> None:
    shapes = np.stack([neutral_shape(asset, identity_of(asset, n)) for n in range(6)])
    assert shapes.shape == (6, *asset.neutral.shape) and np.isfinite(shapes).all()
    marks = shapes[:, asset.landmarks]
    eyes = np.linalg.norm(marks[:, 36:42].mean(1) - marks[:, 42:48].mean(1), axis=1)
    assert ((eyes > 5.0) & (eyes < 8.0)).all()
    spread = np.linalg.norm(shapes[0] - shapes[1], axis=1)[asset.regions == 0]
    assert spread.mean() > 0.2


def test_coverings_come_in_the_stated_share_and_change_nothing_else() -> None:
    people = _many(300)
    bare = [sample_look(person, 3, n, 1) for n, person in enumerate(people)]
    looks = [sample_look(person, 3, n, 1, coverings=0.4) for n, person in enumerate(people)]
    assert {look.covering for look in bare} == {"none"}
    assert 0.3 < np.mean([look.covering != "none" for look in looks]) < 0.5
    for without, covered in zip(bare, looks, strict=True):
        assert replace(covered, covering=without.covering, fabric=without.fabric) == without
    scarved = [p.female for p, look in zip(people, looks, strict=True) if look.covering == "headscarf"]
    assert scarved and all(scarved)


def test_occluders_come_in_every_kind() -> None:
    rng = np.random.default_rng(0)
    drawn = [sample_occluder(rng) for _ in range(200)]
    assert {occluder.kind for occluder in drawn} == set(OCCLUDERS)
    assert {occluder.side for occluder in drawn} == {-1.0, 1.0}


def test_gums_and_eyeballs_stay_under_the_skin(asset: FaceAsset) -> None:
    x, y, z = asset.neutral.T
    chin = (asset.regions == FACE) & (np.abs(x) < 1.5) & (y < -4.6) & (y > -7.0) & (z > 9.5)
    jaws = (asset.regions == GUMS) & (y < -4.6) & (z > 8.5)
    for n in range(12):
        shape = neutral_shape(asset, identity_of(asset, n))
        skin, gums = shape[chin], shape[jaws]
        gap = np.linalg.norm(skin[None, :, :2] - gums[:, None, :2], axis=2)
        inside = np.where(gap < 0.6, skin[None, :, 2], -np.inf).max(axis=1)
        near = np.isfinite(inside)
        assert (gums[near, 2] < inside[near]).all()


def test_beards_are_single_whiskers_where_a_beard_grows(asset: FaceAsset) -> None:
    man = next(n for n in range(1, 30) if not identity_of(asset, n).female)
    look = look_of(identity_of(asset, man), man)
    covered = {
        beard: whisker_coverage(asset, replace(look, beard=beard), size=256)
        for beard in ("none", "shadow", "moustache")
    }
    assert covered["none"].max() == 0.0
    grows = skin_maps(asset, 256).beard > 0.5
    assert 0.0 < covered["shadow"][grows].mean() < covered["moustache"][grows].mean() < 0.95
    assert covered["moustache"][grows].std() > 0.1, "hairs, not a wash"
    assert covered["moustache"][skin_maps(asset, 256).y > 5.0].max() == 0.0, "sideburns end below"


def test_loose_hair_and_scarves_press_the_ears_and_nothing_else(asset: FaceAsset) -> None:
    identity = identity_of(asset, 1)
    look = replace(look_of(identity, 1), style="short", covering="none")
    plain = Person(asset, identity, look, texture_size=256).neutral
    ears = ear_vertices(asset)
    for change in ({"style": "long"}, {"covering": "headscarf"}):
        pressed = Person(asset, identity, replace(look, **change), texture_size=256).neutral
        assert np.abs(pressed[ears, 0]).max() < np.abs(plain[ears, 0]).max() - 0.3
        assert np.array_equal(pressed[~ears], plain[~ears])


def test_strands_fall_from_long_bare_hair_only(asset: FaceAsset) -> None:
    look = look_of(identity_of(asset, 1), 1)
    strand, hand = Occluder("strand", 1.0), Occluder("hand", 1.0)
    assert can_occlude(replace(look, style="long", covering="none"), strand)
    for hidden in (replace(look, style="buzz"), replace(look, style="long", covering="cap")):
        assert not can_occlude(hidden, strand) and can_occlude(hidden, hand)
