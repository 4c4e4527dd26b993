"""What makes an answer look suspicious: too fast, all the same, too many from one device. Flagged, never refused.

Whether flagged answers are counted is the office's setting (survey_count_flagged), and every report says which.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import deque
from collections.abc import Iterable

# Nobody reads a question and four answers in less; a sheet of fewer questions than PATTERN has no pattern.
SECONDS_A_QUESTION = 1.0
PATTERN = 5
# More than so many answers from one device within a minute are a burst: a visitor needs about a minute for a whole
# sheet, and a few seconds for one touch.
MOST_A_MINUTE = {"full": 5, "one_touch": 15}
MINUTE_MS = 60_000


def flags_of(scores: Iterable[int], asked: int, took_ms: int | None, crowded: bool) -> list[str]:
    """Codes of asking.FLAGS for one sheet. ``asked``: questions answered, own ones included; ``took_ms``: from the
    first question to sending, None where it is not known; ``crowded``: what `Bursts.crowded` said."""
    values = list(scores)
    fast = took_ms is not None and asked >= PATTERN and took_ms < SECONDS_A_QUESTION * 1000 * asked
    same = fast and len(values) >= PATTERN and len(set(values)) == 1
    return [flag for flag, found in (("fast", fast), ("same", same), ("burst", crowded)) if found]


class Bursts:
    """How many answers each device gave in the last minute, in this process's memory only. Times are ms, handed in.

    Phones are known by a keyed hash of address and browser; the key is made at the start and is nowhere else, so that
    not even a copy of the memory's content tells an address.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._given: dict[str, deque[int]] = {}
        self._guard = threading.Lock()

    def nameless(self, address: str, agent: str) -> str:
        """What a phone is called here."""
        return hmac.new(self._key, f"{address}\n{agent}".encode(), hashlib.sha256).hexdigest()

    def crowded(self, device: str, at: int, most: int) -> bool:
        """Whether one more answer would be more than ``most`` within a minute."""
        with self._guard:
            self._forget(at)
            return len(self._given.get(device, ())) >= most

    def given(self, device: str, at: int) -> None:
        """An answer of this device was kept."""
        with self._guard:
            self._given.setdefault(device, deque()).append(at)

    def _forget(self, at: int) -> None:
        """Nothing stays longer than the minute."""
        for device, times in list(self._given.items()):
            while times and times[0] <= at - MINUTE_MS:
                times.popleft()
            if not times:
                del self._given[device]
