"""Links to tickets in what people write. A link is a key: whoever has it may cancel the ticket, and answer for it."""

from __future__ import annotations

import re

_LINK = re.compile(r"https?://\S*?/t/[A-Za-z0-9_-]{16,}\S*", re.IGNORECASE)


def without_links(text: str) -> str:
    """The text without the addresses of tickets: a scanner at a shared screen types the next visitor's into whatever
    field the last one has left."""
    return _LINK.sub("", text)
