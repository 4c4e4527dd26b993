"""Reduce text to what every receipt printer prints alike: the 95 printable ASCII signs.

Two reasons. A control byte in a service's name is a *command* to a printer (python-escpos passes it through), so a name
could cut the paper or change the size of what follows. And the upper half of a code page differs between makers -
firmware sold for China reads it as Chinese - so even an accented letter is not safe.
"""

import re
import textwrap
import unicodedata
from collections.abc import Callable

_SWAPS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−•‣◦·▪●", "-"),
        **dict.fromkeys("‘’‚‛ʼʻʾʿ′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **{"×": "x", "⁄": "/", "€": "EUR", "°": "deg", "ß": "ss", "æ": "ae", "Æ": "AE"},
        **{"ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "→": "->", "≥": ">=", "≤": "<="},
    }
)


def plain(text: str) -> str:
    """One line of printable ASCII; runs of white space become one space, unknown signs become "?".

    Accents, controls, invisible and unassigned characters go without trace. The result may be empty.
    """
    spread = unicodedata.normalize("NFKD", text.translate(_SWAPS)).translate(_SWAPS)
    return " ".join("".join(map(_reduce, spread)).split())


def _reduce(sign: str) -> str:
    if " " <= sign <= "~":
        return sign
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign)[0] in "MC" else "?"


def wrap(text: str, columns: int) -> list[str]:
    """`text` as plain lines of at most `columns` signs; only longer words break. Empty text: no lines."""
    return textwrap.wrap(plain(text), columns, break_on_hyphens=False)


def even(fold: Callable[[int], list[str]], longest: int, width: int) -> list[str]:
    """`fold(width)`, but with lines about equally long: no single word is left over on the last line.

    `longest` is the width of the longest word: nothing narrower is tried, so that no more words break.
    """
    most = len(fold(width))
    low, high = min(longest, width), width
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(fold(middle)) <= most else (middle + 1, high)
    return fold(high)


def wrap_even(text: str, columns: int) -> list[str]:
    """Like `wrap`, with lines about equally long: for centred text."""
    longest = max(map(len, plain(text).split()), default=0)
    return even(lambda limit: wrap(text, max(1, limit)), longest, columns)


def bullets(text: str, columns: int) -> list[str]:
    """Each line of `text` as "- ..." with its continuation indented; one single line stays a plain paragraph."""
    items = [item.lstrip("-* ").strip() for item in map(plain, re.split(r"[\r\n]+", text))]
    items = [item for item in items if item]
    if len(items) < 2:
        return wrap(" ".join(items), columns)
    return [line for item in items for line in _hanging(item, columns)]


def _hanging(item: str, columns: int) -> list[str]:
    return textwrap.wrap(item, columns, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
