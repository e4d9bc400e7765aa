"""What the renderer knows about the shape of heads."""

from dataclasses import dataclass

from jaxtyping import Float32, Int, UInt8
from numpy import ndarray

LANDMARKS = 68


@dataclass(frozen=True, eq=False)
class FaceAsset:
    """A mean head with its modes of variation. Centimetres; +x the subject's left, +y up, +z out of the face.

    Shapes differ from the neutral mean head by `identity_modes` (unit-normal weights) and by `expressions`
    (weights 0 to 1). `eq=False`: an asset is one object, and tables made from it are kept by it.
    """

    neutral: Float32[ndarray, "vertices 3"]
    triangles: Int[ndarray, "triangles 3"]
    """Counter-clockwise seen from outside; those of the face come first."""
    materials: Int[ndarray, " triangles"]
    """0 to 8 of `enface.rendering.materials`."""
    uv: Float32[ndarray, "vertices 2"]
    """Place in the face texture, v up; (0, 0) off the face."""
    regions: UInt8[ndarray, " vertices"]
    """Material of each vertex."""
    identity_modes: Float32[ndarray, "modes vertices_times_3"]
    expressions: dict[str, Float32[ndarray, "vertices 3"]]
    landmarks: Int[ndarray, " 68"]
    """Vertices of the iBUG landmarks; 36 to 41 lie about the subject's right eye."""
    occlusion: Float32[ndarray, " vertices"]
    """Share of the sky that the mean head's vertex sees, 0 to 1."""
    source: str
    """Where the geometry came from, for data cards."""

    @property
    def landmark_points(self) -> Float32[ndarray, "68 3"]:
        """Landmarks of the mean head."""
        points: Float32[ndarray, "68 3"] = self.neutral[self.landmarks]
        return points

    @property
    def face_triangles(self) -> int:
        """How many triangles, from the first, carry the face texture."""
        return int((self.materials == 0).sum())
