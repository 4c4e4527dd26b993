"""Pictures that people hand in: opened by what they are, in bounds, and broken in one way only."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


class Unreadable(ValueError):
    """What was wanted, in plain words: "a picture of ..."."""


@contextmanager
def opened(content: bytes, kinds: tuple[str, ...], most_points: int) -> Iterator[Picture]:
    """The picture, to be read inside the block; Unreadable for what is none of these kinds ("PNG", "JPEG", "WEBP"),
    not whole, or of more points than that."""
    from PIL import Image  # here: the hall itself draws no pictures, and need not hold it in memory

    too_large = Unreadable(f"a picture of at most {most_points // 1_000_000} million pixels")
    try:
        with Image.open(io.BytesIO(content), formats=kinds) as picture:
            if picture.width * picture.height > most_points:
                raise too_large
            yield picture
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise too_large from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:  # so says Pillow of a broken one
        raise Unreadable(f"a {' or '.join(kinds)} picture") from error
