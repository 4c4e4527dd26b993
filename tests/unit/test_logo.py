"""Whatever an office hands in as its logo, what is kept is a small clean PNG, or a sentence says what is wrong."""

import io
import struct
import zlib

import pytest
from PIL import Image

from ptsp import logo
from tests.support.logos import a_logo


def test_it_is_made_small_and_loses_what_a_camera_wrote():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    made = logo.clean(a_logo(1200, "JPEG", exif=exif))
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("PNG", (logo.SIDE, logo.SIDE))
        assert not picture.getexif()
    assert b"taken at home" not in made


def test_nothing_stays_nothing_and_small_stays_small():
    with Image.open(io.BytesIO(logo.clean(a_logo(64)))) as picture:
        assert picture.size == (64, 64)
        assert picture.getpixel((0, 0))[3] == 0


def a_bomb() -> bytes:
    """A few bytes that say they are a picture of 400 million points."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (head, b"IDAT")
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a PNG or JPEG picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a PNG or JPEG picture"),
        (a_logo(300)[:900], "a PNG or JPEG picture"),
        (a_logo(100, "GIF"), "a PNG or JPEG picture"),
        (b"\x00" * (logo.MOST_BYTES + 1), "at most 5 MB"),
        (a_logo(5001, "JPEG"), "at most 25 million pixels"),
        (a_bomb(), "at most 25 million pixels"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(content, said):
    with pytest.raises(ValueError, match=said):
        logo.clean(content)
