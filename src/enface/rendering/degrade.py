"""What a camera and a website do to a picture: blur, low resolution, colour cast, noise, compression."""

import io
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray
from PIL import Image
from scipy.ndimage import convolve, gaussian_filter


@dataclass(frozen=True)
class Degradation:
    """Amounts; the defaults change nothing."""

    defocus: float = 0.0
    """Standard deviation of the blur, pixels."""
    motion: float = 0.0
    """Length of the camera's path during exposure, pixels."""
    motion_angle: float = 0.0
    """Radians."""
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Factors on the channels."""
    contrast: float = 1.0
    grey: bool = False
    noise: float = 0.0
    """Standard deviation, display values in 0 to 1."""
    noise_seed: int = 0
    shrink: float = 1.0
    """The picture passes through this share of its size, below or equal to 1."""
    jpeg_quality: int | None = None


def sample_degradation(rng: np.random.Generator, size: int) -> Degradation:
    """Draws what may happen to a photograph; most happen rarely."""
    scale = size / 128.0
    return Degradation(
        defocus=float(rng.uniform(0.3, 1.6)) * scale if rng.random() < 0.35 else 0.0,
        motion=float(rng.uniform(1.5, 6.0)) * scale if rng.random() < 0.12 else 0.0,
        motion_angle=float(rng.uniform(0.0, np.pi)),
        cast=tuple(float(c) for c in np.exp(rng.normal(0.0, 0.04, 3))),  # type: ignore[arg-type]
        contrast=float(np.exp(rng.normal(0.0, 0.15))),
        grey=bool(rng.random() < 0.05),
        noise=float(rng.uniform(0.002, 0.04)) if rng.random() < 0.6 else 0.0,
        noise_seed=int(rng.integers(1 << 62)),
        shrink=float(rng.uniform(0.25, 0.9)) if rng.random() < 0.35 else 1.0,
        jpeg_quality=int(rng.integers(25, 95)) if rng.random() < 0.6 else None,
    )


def degrade(
    picture: UInt8[ndarray, "height width 3"], amounts: Degradation
) -> UInt8[ndarray, "height width 3"]:
    """Applies blur, colours, noise, resampling and compression, in the order in which a camera does."""
    values = picture.astype(np.float32) / 255.0
    if amounts.defocus > 0.0:
        values = gaussian_filter(values, (amounts.defocus, amounts.defocus, 0.0))
    if amounts.motion >= 1.0:
        values = convolve(values, _path(amounts.motion, amounts.motion_angle)[..., None], mode="nearest")
    values = 0.5 + (values * np.array(amounts.cast, np.float32) - 0.5) * amounts.contrast
    if amounts.grey:
        values = np.repeat(values.mean(axis=2, keepdims=True), 3, axis=2)
    if amounts.noise > 0.0:
        rng = np.random.Generator(np.random.Philox(key=amounts.noise_seed))
        values = values + amounts.noise * rng.standard_normal(values.shape, np.float32)
    image = Image.fromarray((np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8))
    full = image.size
    if amounts.shrink < 1.0:
        small = (max(8, round(full[0] * amounts.shrink)), max(8, round(full[1] * amounts.shrink)))
        image = image.resize(small, Image.Resampling.BOX)
    if amounts.jpeg_quality is not None:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=amounts.jpeg_quality)
        image = Image.open(stream).convert("RGB")
    if image.size != full:
        image = image.resize(full, Image.Resampling.BICUBIC)
    return np.asarray(image)


def _path(length: float, angle: float) -> ndarray:
    """A line of this length as a blur kernel that sums to 1."""
    half = int(np.ceil(length / 2))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    steps = np.linspace(-length / 2, length / 2, 4 * half + 1)
    rows = np.round(half + steps * np.sin(angle)).astype(int)
    columns = np.round(half + steps * np.cos(angle)).astype(int)
    np.add.at(kernel, (rows, columns), 1.0)
    return np.asarray(kernel / kernel.sum())
