"""A logo for tests: a ring and a square, on nothing."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw


def a_logo(side: int = 900, kind: str = "PNG", **more: Any) -> bytes:
    """A square picture of so many pixels."""
    picture = Image.new("RGBA" if kind == "PNG" else "RGB", (side, side), (0, 0, 0, 0) if kind == "PNG" else "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 0, side - 1, side - 1), fill="#0b5a3a")
    draw.ellipse((side // 8, side // 8, side * 7 // 8, side * 7 // 8), fill="#f2b01e")
    draw.rectangle((side // 3, side // 3, side * 2 // 3, side * 2 // 3), fill="#0b5a3a")
    made = io.BytesIO()
    picture.save(made, kind, **more)
    return made.getvalue()
