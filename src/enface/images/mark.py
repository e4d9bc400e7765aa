"""The mark that says an image was synthesised, for machines to read.

It is stored twice. Programs that know enface read JSON: a text chunk of a PNG, the EXIF user comment of a
JPEG. All others find an XMP packet with the IPTC digital source type, and a sentence as description.
"""

import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, PngImagePlugin

from enface import __version__
from enface.errors import ImageError
from enface.images.read import opened

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = "trainedAlgorithmicMedia"
"""IPTC term for an image that a trained model made."""
COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
"""IPTC term for a photograph in which a trained model made a part."""
KEY = "enface"
_SOFTWARE_NAME = f"enface {__version__}"
_USER_COMMENT, _EXIF_POINTER, _DESCRIPTION, _SOFTWARE = 0x9286, 0x8769, 0x010E, 0x0131
_ASCII = b"ASCII\x00\x00\x00"
_SENTENCE = "Synthesised by enface; what the photograph did not show is a guess, not evidence."
_MAX_JSON = 60_000  # the EXIF block of a JPEG holds 65,533 bytes


def payload(details: dict[str, str]) -> dict[str, str]:
    """The complete mark: what every output says, and the caller's details (model, input, ...).

    Args:
        details: may name the IPTC term as "digital_source_type"; `GENERATED` otherwise.

    Raises:
        ImageError: another term, or more text than a JPEG can carry.
    """
    source = details.get("digital_source_type", GENERATED).removeprefix(SOURCE_TYPE)
    if source not in (GENERATED, COMPOSITE):
        raise ImageError(f"digital_source_type {source!r} is not one of {GENERATED}, {COMPOSITE}")
    mark = {"synthesised": "true", "software": _SOFTWARE_NAME, "note": _SENTENCE}
    mark |= details | {"digital_source_type": SOURCE_TYPE + source}
    if len(json.dumps(mark)) > _MAX_JSON:
        raise ImageError(
            f"the mark has {len(json.dumps(mark)):,} bytes; at most {_MAX_JSON:,} fit into a JPEG"
        )
    return mark


def png_options(details: dict[str, str]) -> dict[str, Any]:
    """Options of Pillow's PNG writer that store the mark."""
    mark = payload(details)
    info = PngImagePlugin.PngInfo()
    info.add_text(KEY, json.dumps(mark))
    info.add_text("Description", _SENTENCE)
    info.add_itxt("XML:com.adobe.xmp", _xmp(mark))
    return {"pnginfo": info}


def jpeg_options(details: dict[str, str]) -> dict[str, Any]:
    """Options of Pillow's JPEG writer that store the mark."""
    mark = payload(details)
    block = Image.Exif()
    block[_DESCRIPTION] = _SENTENCE
    block[_SOFTWARE] = _SOFTWARE_NAME
    block.get_ifd(_EXIF_POINTER)[_USER_COMMENT] = _ASCII + json.dumps(mark).encode("ascii")
    return {"exif": block, "xmp": _xmp(mark).encode()}


def read_mark(path: Path | str) -> dict[str, str] | None:
    """The mark of an image that enface wrote, or None; pixels are not decoded.

    Where another program kept nothing but the XMP packet, the mark holds only "synthesised" and
    "digital_source_type".

    Raises:
        ImageError: the file is missing or no image.
    """
    with opened(Path(path)) as image:
        return _from_json(image) or _from_xmp(image)


def _from_json(image: Image.Image) -> dict[str, str] | None:
    text = image.info.get(KEY)
    if text is None:
        comment = image.getexif().get_ifd(_EXIF_POINTER).get(_USER_COMMENT, b"")
        if not isinstance(comment, bytes) or not comment.startswith(_ASCII):
            return None
        text = comment.removeprefix(_ASCII).decode("ascii", errors="replace")
    try:
        mark = json.loads(text)
    except ValueError:
        return None
    return mark if isinstance(mark, dict) and "synthesised" in mark else None


def _from_xmp(image: Image.Image) -> dict[str, str] | None:
    packet = image.info.get("xmp", image.info.get("XML:com.adobe.xmp", ""))
    text = packet.decode("utf-8", errors="replace") if isinstance(packet, bytes) else str(packet)
    found = re.search(rf"{re.escape(SOURCE_TYPE)}({GENERATED}|{COMPOSITE})\b", text)
    return {"synthesised": "true", "digital_source_type": found[0]} if found else None


def _xmp(mark: dict[str, str]) -> str:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<Iptc4xmpExt:DigitalSourceType>{mark['digital_source_type']}</Iptc4xmpExt:DigitalSourceType>"
        f"<xmp:CreatorTool>{escape(mark['software'])}</xmp:CreatorTool>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
