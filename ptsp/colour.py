"""The one colour an office may set: its accent, readable in both directions."""

from __future__ import annotations

import re

ENOUGH = 7.0  # contrast of text (WCAG 2.2, 1.4.6), and the house's own rule


def accent(value: object) -> str:
    """ "#0b5a3a" -> "#0b5a3a". ValueError with the contrast when white text on it could not be read well."""
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError('a colour such as "#0b5a3a"')
    found = contrast_with_white(value)
    if found < ENOUGH:
        raise ValueError(
            f"a darker colour: its contrast with white is {found:.1f}:1, at least {ENOUGH:.0f}:1 is needed"
        )
    return value.lower()


def contrast_with_white(value: str) -> float:
    """Contrast ratio of a colour "#rrggbb" with white, 1..21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(int(value[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def soft(value: str) -> str:
    """A pale ground of the same hue: one part colour, nine parts white."""
    parts = (int(value[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * 0.1):02x}" for part in parts)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
