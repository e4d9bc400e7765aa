"""Turns a face of a photograph to the front with a model that enface exported, without enface.

    python turn.py MODEL.onnx photo.jpg frontal.png --points 210,180 260,182 238,214 214,240 256,242

Needs numpy, Pillow and onnxruntime (torch for a .pt2 file), and the card MODEL.onnx.json beside the model.
Points are the subject's right eye, left eye, nose tip, right and left mouth corner (the right eye is on the
picture's left in a frontal view), in pixels of the upright photograph: as its EXIF orientation says.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

EYES, MOUTH, FITTED = [0, 1], [3, 4], [0, 1, 3, 4]
HALF = 0.5 + 0.5j  # from a pixel's centre to its corner; points are complex numbers x + iy


def estimate_yaw(points: Any, face: dict[str, Any]) -> float:
    """Degrees, negative when the nose points to the picture's right."""
    mean = np.array(face["points"]) @ [1, 1j]
    depth = np.array(face["depth"])
    eyes, mouth = points[EYES].mean(), points[MOUTH].mean()
    across = (mouth - eyes) * -1j / abs(mouth - eyes)
    below = (mean[2] - mean[EYES].mean()).imag / (mean[MOUTH].mean() - mean[EYES].mean()).imag
    sine = -((points[2] - eyes) * across.conj()).real / (depth[2] - below * depth[MOUTH].mean())
    ratios = [
        ((points[b] - points[a]) * across.conj()).real / (mean[b] - mean[a]).real for a, b in (EYES, MOUTH)
    ]
    return float(np.clip(np.degrees(np.arctan2(sine, np.mean(ratios))), -90, 90))


def cut(photo: Image.Image, points: Any, yaw: float, card: dict[str, Any]) -> Any:
    """The aligned picture that the model takes, uint8: eyes and mouth where the turned mean face has them."""
    face, size = card["alignment"], card["inputs"][0]["shape"][-1]
    angle, middle = np.radians(yaw), (face["size"] - 1) / 2
    target = np.array(face["points"])
    depth = np.array(face["depth"]) - face["pivot"]
    target[:, 0] = middle + (target[:, 0] - middle) * np.cos(angle) - depth * np.sin(angle)
    target = ((target - face["window"][0] + 0.5) * (size / face["window"][1]) - 0.5) @ [1, 1j]
    here, there = points[FITTED], target[FITTED]
    # Least squares of there = turn * here + shift: rotation, one scale, shift.
    turn = np.vdot(here - here.mean(), there - there.mean()) / np.vdot(here - here.mean(), here - here.mean())
    shift = there.mean() - turn * here.mean()
    scale = min(1.0, abs(turn))  # shrinking needs an antialiased resize first
    small = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
    margin = size  # the photograph's edge goes on
    wide = Image.fromarray(
        np.pad(np.asarray(small), ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    )
    back = scale / turn
    start = (-shift - HALF) / turn * scale + HALF * scale + margin * (1 + 1j)
    matrix = (back.real, -back.imag, start.real, back.imag, back.real, start.imag)
    return np.asarray(wide.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC))


def run(model: Path, inputs: dict[str, Any]) -> dict[str, Any]:
    """The model's outputs by name."""
    if model.suffix == ".pt2":
        import torch

        graph = torch.export.load(model).module()
        found = graph(*map(torch.from_numpy, inputs.values()))
        return {name: tensor.detach().numpy() for name, tensor in found.items()}
    import onnxruntime

    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def main() -> None:
    """Writes the frontal face, marked as synthesised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("photo", type=Path)
    parser.add_argument("output", type=Path, help="a PNG file")
    parser.add_argument(
        "--points", nargs=5, required=True, metavar="X,Y", help="in pixels of the upright photograph"
    )
    parser.add_argument(
        "--yaw", type=float, help="degrees, negative: the nose points to the right; else estimated"
    )
    parser.add_argument("--neutral", action="store_true", help="neutral expression, even light")
    args = parser.parse_args()
    card = json.loads(Path(f"{args.model}.json").read_text(encoding="utf-8"))
    points = np.array([complex(*map(float, text.split(","))) for text in args.points])
    yaw = estimate_yaw(points, card["alignment"]) if args.yaw is None else args.yaw
    photo = ImageOps.exif_transpose(Image.open(args.photo)).convert("RGB")
    picture = cut(photo, points, yaw, card).transpose(2, 0, 1)[None]
    first, *others = (port["name"] for port in card["inputs"])
    inputs = {first: picture.astype(np.float32) / np.float32(127.5) - 1}
    inputs |= {name: np.array([args.neutral]) for name in others}
    outputs = run(args.model, inputs)
    frontal = np.clip(np.round((outputs["frontal"][0] + 1) * 127.5), 0, 255).astype(np.uint8)
    info = PngImagePlugin.PngInfo()
    for key, text in card["mark"].items():
        info.add_itxt(key, text)
    Image.fromarray(np.ascontiguousarray(frontal.transpose(1, 2, 0))).save(args.output, pnginfo=info)
    told = {name: outputs[name][0].tolist() for name in ("shares", "confidence") if name in outputs}
    print(json.dumps({"yaw": yaw} | told))


if __name__ == "__main__":
    main()
