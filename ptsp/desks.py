"""How long a counter was open, and how much of that it served: what utilisation is made of (DOMAIN section 7)."""


class Desk:
    """How long a counter was open and, of that, how long it served. Ms, up to the last `advance`."""

    __slots__ = ("_mark", "_open", "_serving", "open_ms", "serving_ms")

    def __init__(self) -> None:
        self.open_ms = self.serving_ms = self._serving = self._mark = 0
        self._open = False

    def advance(self, tick: int) -> None:
        """Counts the time since the last change."""
        if self._open:
            self.open_ms += tick - self._mark
            if self._serving:
                self.serving_ms += tick - self._mark
        self._mark = tick

    def switch(self, tick: int, is_open: bool) -> None:
        """The counter opens or closes (break and leave both close); opening an open one changes nothing."""
        self.advance(tick)
        self._open = is_open

    def serve(self, tick: int, change: int) -> None:
        """A visitor sits down (+1) or leaves or is parked (-1)."""
        self.advance(tick)
        self._serving += change
