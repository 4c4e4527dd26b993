"""Files that people upload: small, and what they say they are."""

from __future__ import annotations

import io

from PIL import Image


def png(colour: str = "green", size: tuple[int, int] = (8, 6)) -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def pdf(words: str = "Notulen") -> bytes:
    """As much of a PDF as says that it is one."""
    return b"%PDF-1.7\n% " + words.encode() + b"\n%%EOF\n"


PNG = png()
