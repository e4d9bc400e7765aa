"""What the shading kernel reads: the geometry, one person's colours, the clothes and the light."""

from typing import NamedTuple

from enface.rendering.arrays import Floats, Ints
from enface.rendering.kernels.strands import Strands


class Geometry(NamedTuple):
    """One person with one expression; vertices are (n, ...), triangles (t, ...)."""

    positions: Floats
    """(n, 3) centimetres: +x the subject's left, +y up, +z out of the face."""
    triangles: Ints
    materials: Ints
    normals: Floats
    tangents: Floats
    """(n, 3) derivative by u on skin, direction of growth on hair."""
    bitangents: Floats
    canonical: Floats
    """(n, 3) place on the neutral mean head: appearance is a function of it."""
    uv: Floats
    colours: Floats
    """(n, 3) linear colours of what has no texture."""
    occlusion: Floats
    """(n,) 1 in the open, 0 enclosed."""
    hair: Floats
    """(n, 4), see `enface.rendering.kernels.strands.is_solid`."""


class Paint(NamedTuple):
    """The colours of one person."""

    texture: Floats
    """(size, size, 4): linear red, green, blue, and strength of the gloss."""
    relief: Floats
    """(size, size, 2): slope of the fine relief by u and v."""
    oiliness: float
    skin_seed: int
    hair_colour: Floats
    hair_gloss: float
    strands: Strands
    eye_colour: Floats
    """(4,): red, green, blue and how warm the ring about the pupil is."""
    iris_radius: float
    """Centimetres."""
    pupil: float
    """Radius as a share of the iris."""
    sclera: Floats
    """(3,) colour of the white."""
    teeth: Floats
    """(3,) colour of the teeth."""


class Cloth(NamedTuple):
    """Colours of the clothes, of the spectacle frame and of a covering's trim."""

    colour: Floats
    stripe: Floats
    striped: bool
    offset_x: float
    offset_y: float
    frame: Floats
    trim: Floats
    """(3,) colour of a head covering's cuff or ribbon."""


class Light(NamedTuple):
    """Far lights, the first of which may cast shadows, over an environment."""

    directions: Floats
    """(lights, 3) unit vectors to the lights."""
    colours: Floats
    """(lights, 3) linear."""
    casts: bool
    """Whether the first light casts shadows through the map."""
    heights: Floats
    """(size, size) shadow map."""
    axes: Floats
    scale: float
    environment: Floats
    """(9, 3) irradiance as spherical harmonics of order 2 without their constants: 1, y, z, x, xy, yz,
    3z^2 - 1, xz, x^2 - y^2."""
