"""`enface doctor`: what is installed, present and missing."""

import importlib.metadata
import json
import os
import platform
import sys
from dataclasses import dataclass
from typing import Any

from enface import __version__
from enface.resources import home, inventory, mirror

EXTRAS = {
    "render": "rendering invented people (`enface render`)",
    "tensorboard": "TensorBoard events of `enface train --tensorboard`",
    "export": "ONNX files of `enface export`",
}
"""Extras and what they are for."""

_PACKAGE_OF_EXTRA = {"render": "numba", "export": "onnxscript"}
"""Where extra and package are called differently."""

PACKAGES = (
    "torch",
    "numpy",
    "pillow",
    "safetensors",
    "onnxruntime",
    "scikit-image",
    "matplotlib",
    "tyro",
    "pooch",
)


@dataclass(frozen=True)
class Args:
    """Show what is installed, which files are present, and what each missing piece would enable.

    Exit code: 0 unless a required package is missing or a fetched file is broken.
    """

    json: bool = False
    """Print JSON."""


def run(args: Args) -> int:
    """Prints the findings."""
    found = examine()
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    broken = any(entry["state"] == "broken" for entry in found["resources"])
    return 1 if broken or None in found["packages"].values() or "error" in found["torch"] else 0


def examine() -> dict[str, Any]:
    """Everything that `enface doctor` tells, ready for JSON."""
    return {
        "enface": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": {name: _version(name) for name in PACKAGES},
        "torch": _torch(),
        "extras": [
            {
                "name": name,
                "version": _version(_PACKAGE_OF_EXTRA.get(name, name)),
                "enables": use,
                "install": f"pip install enface[{name}]",
            }
            for name, use in EXTRAS.items()
        ],
        "home": str(home()),
        "mirror": str(mirror()) if mirror() else None,
        "resources": [
            {
                "name": entry.resource.name,
                "state": entry.state,
                "summary": entry.resource.summary,
                "licence": entry.resource.licence,
                "enables": entry.resource.enables,
                "fetch": f"enface fetch {entry.resource.name}",
                "files": [
                    {"path": str(file.path), "state": file.state, "problem": file.problem}
                    for file in entry.files
                ],
            }
            for entry in inventory()
        ],
    }


def _torch() -> dict[str, Any]:
    try:
        import torch
    except (ImportError, OSError) as error:  # OSError: a build for another machine
        return {"error": str(error)}
    cuda = torch.cuda.is_available()
    return {
        "version": torch.__version__,
        "cuda_build": torch.version.cuda,
        "devices": ["cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count() if cuda else 0))],
        "names": [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count() if cuda else 0)],
        "threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _print(found: dict[str, Any]) -> None:
    print(f"enface {found['enface']}, Python {found['python']}, {found['platform']}, {found['cpus']} CPUs")
    torch = found["torch"]
    if "error" in torch:
        print(f"torch cannot be imported: {torch['error']}")
    else:
        build = f"CUDA {torch['cuda_build']}" if torch["cuda_build"] else "CPU build"
        devices = ", ".join(torch["devices"] + torch["names"])
        print(f"torch {torch['version']} ({build}, {torch['cpu_capability']}), {torch['threads']} threads")
        print(f"devices: {devices}")
    missing = [name for name, version in found["packages"].items() if version is None]
    if missing:
        print(f"missing packages: {', '.join(missing)}; install enface again")
    for extra in found["extras"]:
        state = extra["version"] or f"not installed; `{extra['install']}` would enable"
        print(f"extra {extra['name']}: {state} {'' if extra['version'] else extra['enables']}".rstrip())
    print(f"\nfetched files in {found['home']}" + (f" (mirror {found['mirror']})" if found["mirror"] else ""))
    width = max(len(entry["name"]) for entry in found["resources"])
    for entry in found["resources"]:
        print(f"  {entry['name']:<{width}}  {entry['state']:<7}  {entry['summary']} ({entry['licence']})")
        if entry["state"] != "present":
            print(f"  {'':<{width}}           `{entry['fetch']}` would enable {entry['enables']}")
        for file in entry["files"]:
            if file["problem"]:
                print(f"  {'':<{width}}           {file['path']}: {file['problem']}")
