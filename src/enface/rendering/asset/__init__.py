"""The head: geometry built from the user's own download of ICT-FaceKit."""

from enface.rendering.asset.face_asset import FaceAsset
from enface.rendering.asset.store import load_asset, save_asset

__all__ = ["FaceAsset", "load_asset", "save_asset"]
