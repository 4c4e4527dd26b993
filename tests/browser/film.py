"""A film for a camera that is not there: somebody holds a ticket's code before it.  write_film(path, "http://...")"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import segno
from PIL import Image

SIZE = (640, 480)


def write_film(path: Path, text: str) -> Path:
    """One frame for ever, as .y4m (raw YUV 4:2:0): the code in the middle of a grey hall, a little askew."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=6, border=4)
    with Image.open(drawn) as code:
        paper = code.convert("L").rotate(7, expand=True, fillcolor=255)
    frame = Image.new("L", SIZE, 150)
    frame.paste(paper, ((SIZE[0] - paper.width) // 2, (SIZE[1] - paper.height) // 2))
    colours = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\nFRAME\n" + frame.tobytes() + colours)
    return path
