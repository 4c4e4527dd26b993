"""Whether a screen shows what the book says."""

from __future__ import annotations

from typing import Any

from tests.support.clients import HEALED_S, Screen
from tests.support.servers import Site


def unlike(picture: dict[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """Where two pictures of a board differ, but for the running time."""
    def still(one: dict[str, Any]) -> dict[str, Any]:
        waiting = [{name: value for name, value in ticket.items() if name != "waiting_ms"} for ticket in one["next"]]
        return {name: value for name, value in one.items() if name != "now"} | {"next": waiting}

    one, other = still(picture), still(fresh)
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def expect_right(site: Site, board: Screen, seconds: float = HEALED_S) -> None:
    """The board shows what a board opened now would show, within the promised five seconds."""
    with site.api() as api:
        board.wait_for(lambda picture: not board.stale() and not unlike(picture, api.picture("board")), seconds)
