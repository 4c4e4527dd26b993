"""The office's logo: a picture of its own, made small and clean when the office is set up (see office_file.py)."""

from __future__ import annotations

import hashlib
import io

from sqlalchemy import Connection, delete, insert, select

from ptsp import records as r
from ptsp.hall import Work
from ptsp.pictures import opened

MOST_BYTES = 5 * 1024 * 1024
MOST_POINTS = 25_000_000
SIDE = 512  # px of the longer side: sharp on a 1080p board and on paper 40 mm wide

_l = r.logo.c


def clean(content: bytes) -> bytes:
    """A PNG or JPEG as a PNG of at most `SIDE` px, without what a camera wrote beside it. ValueError in plain words."""
    from PIL import Image, ImageOps  # here: as in pictures.py

    if len(content) > MOST_BYTES:
        raise ValueError(f"a picture of at most {MOST_BYTES // 1024**2} MB")
    with opened(content, ("PNG", "JPEG"), MOST_POINTS) as picture:
        drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    drawn.save(made, "PNG", optimize=True)
    return made.getvalue()


def keep(work: Work, content: bytes | None) -> str:
    """Makes it the office's logo (None: it has none); its name, for addresses: it changes with the picture."""
    work.conn.execute(delete(r.logo).where(_l.office_id == work.office_id))
    if content is None:
        return ""
    work.conn.execute(insert(r.logo).values(office_id=work.office_id, content=content))
    return hashlib.sha256(content).hexdigest()[:16]


def logo_of(conn: Connection, office_id: int) -> bytes:
    """The PNG; b"" when the office has none."""
    return conn.execute(select(_l.content).where(_l.office_id == office_id)).scalar() or b""
