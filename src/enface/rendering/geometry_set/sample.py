"""One picture with its geometry."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float16, Float32, UInt8
from numpy import ndarray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from enface.rendering.asset import FaceAsset
from enface.rendering.dataset.plan import COVERED
from enface.rendering.degrade import degrade
from enface.rendering.geometry_set.frame import frontal_camera
from enface.rendering.geometry_set.plan import GeometrySet, draw_sample
from enface.rendering.lighting import develop_view, shade_view
from enface.rendering.people.surroundings import plain_background
from enface.rendering.scene.stage import Stage
from enface.rendering.studio import FRONTAL, Shot, Studio
from enface.rendering.truth.correspondence import ABSENT, correspondence
from enface.rendering.truth.landmarks import landmarks68
from enface.rendering.truth.layers import layers_of
from enface.rendering.view import View, take_view

_SMOOTHING = 3.0
"""Standard deviation, field pixels, with which a field is continued outside the head."""
_FARTHEST = 4.0


class Frontal(NamedTuple):
    """A head from the front in the frame of the template."""

    picture: UInt8[ndarray, "frontal frontal 3"]
    field: Float16[ndarray, "field field 2"]
    """Where each pixel's surface point lies in the input, hidden points too: x and y from -1 (left and upper
    edge) to 1; continued smoothly where there is no head."""
    classes: UInt8[ndarray, "field field"]
    """Of `enface.rendering.truth.correspondence`: absent, visible, mirrored, hidden."""
    landmarks: Float32[ndarray, "68 2"]
    """In the frame, from 0 to 1."""


class GeometrySample(NamedTuple):
    """A picture and what is known about it."""

    image: UInt8[ndarray, "size size 3"]
    segmentation: UInt8[ndarray, "size size"]
    """Numbers of `enface.rendering.truth.layers.SEGMENTS`."""
    landmarks: Float32[ndarray, "68 2"]
    """Pixels of the picture."""
    visible: Bool[ndarray, "68"]
    pose: Float32[ndarray, "3"]
    """Yaw, pitch, roll of the camera, degrees."""
    kept: Frontal
    """With the expression and the light of the picture."""
    neutral: Frontal
    """Neutral, under the frontal flash: the ground truth of frontalisation."""
    person: int
    session: int


class _Front(NamedTuple):
    """A stage seen from the front."""

    stage: Stage
    picture: UInt8[ndarray, "frontal frontal 3"]
    seen: View
    landmarks: Float32[ndarray, "68 2"]


class SampleRenderer:
    """Renders samples of one set; keeps the neutral front of the session used last.

    Args:
        asset: The head.
        plan: The set.
    """

    def __init__(self, asset: FaceAsset, plan: GeometrySet) -> None:
        self.plan = plan
        self.studio = Studio(asset, size=plan.size, seed=plan.seed, coverings=COVERED)
        self._neutral: tuple[tuple[int, int], _Front] | None = None

    def render(self, sample: int) -> GeometrySample:
        """Renders a sample; the same plan and number give the same bytes in any order.

        Args:
            sample: Its number, from 0.
        """
        address = self.plan.address(sample)
        taken = draw_sample(self.plan, address, self.studio.asset)
        person, session, shot = address.person, address.session, taken.shot
        picture = self.studio.shoot(person, session, shot)
        stage = self.studio.stage(person, session, shot)
        view = self.studio.view(person, session, shot, samples=1)
        marks = landmarks68(stage, view)
        camera = shot.camera
        return GeometrySample(
            image=picture.pixels if taken.degradation is None else degrade(picture.pixels, taken.degradation),
            segmentation=layers_of(stage, view).segmentation,
            landmarks=marks.points,
            visible=marks.visible,
            pose=np.array([camera.yaw, camera.pitch, camera.roll], np.float32),
            kept=_followed(self._front(person, session, replace(shot, occluder=None)), stage, view),
            neutral=_followed(self._neutral_front(person, session), stage, view),
            person=person,
            session=session,
        )

    def _neutral_front(self, person: int, session: int) -> _Front:
        if self._neutral is None or self._neutral[0] != (person, session):
            self._neutral = (person, session), self._front(person, session, FRONTAL)
        return self._neutral[1]

    def _front(self, person: int, session: int, shot: Shot) -> _Front:
        plan = self.plan
        stage = self.studio.stage(person, session, shot)
        camera = frontal_camera(stage)
        shown = take_view(stage, camera, size=plan.frontal_size, samples=2)
        radiance = shade_view(stage, shown, self.studio.light(person, session, shot))
        background = plain_background(plan.frontal_size)
        marks = camera.project(stage.landmarks, plan.frontal_size)[:, :2] / plan.frontal_size
        return _Front(
            stage=stage,
            picture=develop_view(shown, radiance, background, exposure=shot.exposure),
            seen=take_view(stage, camera, size=plan.field_size, samples=1),
            landmarks=marks.astype(np.float32),
        )


def _followed(front: _Front, stage: Stage, view: View) -> Frontal:
    match = correspondence(front.stage, front.seen, stage, view)
    scaled = (match.field + 0.5) / (view.size / 2) - 1.0
    field = np.clip(_continued(scaled, match.classes != ABSENT), -_FARTHEST, _FARTHEST)
    return Frontal(front.picture, field.astype(np.float16), match.classes, front.landmarks)


def _continued(
    field: Float32[ndarray, "size size 2"], known: Bool[ndarray, "size size"]
) -> Float32[ndarray, "size size 2"]:
    """The field with smooth values where it is not known."""
    if known.all() or not known.any():
        return np.asarray(np.nan_to_num(field), np.float32)
    rows, columns = distance_transform_edt(~known, return_distances=False, return_indices=True)
    nearest = field[rows, columns]
    smooth = gaussian_filter(nearest, (_SMOOTHING, _SMOOTHING, 0.0))
    return np.asarray(np.where(known[..., None], field, smooth), np.float32)
