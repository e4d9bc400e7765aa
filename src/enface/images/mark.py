"""The mark that says an image was synthesised, for machines to read.

It names an IPTC digital source type, so that tools which know that vocabulary understand it. PNG carries the
mark in text chunks, JPEG in the EXIF user comment and image description.
"""

import json
from pathlib import Path

from PIL import Image, PngImagePlugin

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
KEY = "enface"
_USER_COMMENT, _EXIF_POINTER, _DESCRIPTION, _SOFTWARE = 0x9286, 0x8769, 0x010E, 0x0131
_ASCII = b"ASCII\x00\x00\x00"
_SENTENCE = "Synthesised by enface; what the photograph did not show is a guess, not evidence."


def payload(details: dict[str, str]) -> dict[str, str]:
    """The complete mark: what every output says, and the caller's details (model, input, ...)."""
    source = details.get("digital_source_type", "trainedAlgorithmicMedia")
    return {"synthesised": "true", "note": _SENTENCE, **details, "digital_source_type": SOURCE_TYPE + source}


def png_info(details: dict[str, str]) -> PngImagePlugin.PngInfo:
    """Text chunks for a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text(KEY, json.dumps(payload(details)))
    info.add_text("Description", _SENTENCE)
    return info


def exif(details: dict[str, str]) -> Image.Exif:
    """EXIF block for a JPEG."""
    block = Image.Exif()
    block[_DESCRIPTION] = _SENTENCE
    block[_SOFTWARE] = KEY
    block.get_ifd(_EXIF_POINTER)[_USER_COMMENT] = _ASCII + json.dumps(payload(details)).encode("ascii")
    return block


def read_mark(path: Path | str) -> dict[str, str] | None:
    """The mark of an image that enface wrote, or None."""
    with Image.open(path) as image:
        text = image.info.get(KEY)
        if text is None:
            comment = image.getexif().get_ifd(_EXIF_POINTER).get(_USER_COMMENT, b"")
            if not isinstance(comment, bytes) or not comment.startswith(_ASCII):
                return None
            text = comment.removeprefix(_ASCII).decode("ascii", errors="replace")
    try:
        mark = json.loads(text)
    except json.JSONDecodeError:
        return None
    return mark if isinstance(mark, dict) and "synthesised" in mark else None
