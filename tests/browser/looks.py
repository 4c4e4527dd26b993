"""How a page looks to those who cannot tell us: axe-core, letters that are cut off, targets too small for a finger."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TALLEST, NEAREST = 88, 16  # CSS px: height of a touch target, distance between two

FITTED = """() => document.fonts.ready.then(() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""
SCRIPT = Path(__file__).with_name("looks.js")


def cut_off(page: Page, scrolls: bool = True) -> list[str]:
    """What does not fit its box or the screen. `scrolls`: the page may be longer than the screen."""
    found: list[str] = _ask(page, "cutOff", scrolls)
    return found


def too_small_or_too_close(page: Page) -> list[str]:
    """Touch targets under 88 px high or less than 16 px apart."""
    found: list[str] = _ask(page, "tooSmallOrTooClose", [TALLEST, NEAREST])
    return found


def _ask(page: Page, what: str, given: Any) -> Any:
    has_its_looks(page)
    return page.evaluate(f"(given) => {{ {_text(SCRIPT)}\nreturn {what}(given); }}", given)


def has_its_looks(page: Page) -> None:
    """Wait for the stylesheets and letters: the words can be there before them, and are measured bare then. And for
    two frames: a page that was turned or told to grow fits its letters in the next one. (Frames are the page's own
    time: not while `page.clock` is paused.)"""
    page.wait_for_load_state("load")
    page.evaluate(FITTED)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def axe_finds(page: Page) -> list[str]:
    """Breaches of WCAG 2.2 AA, one sentence each."""
    has_its_looks(page)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_text(AXE))
    result: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", TAGS
    )
    return [
        f"axe {one['id']}: {one['help']} ({node['target']}: {node.get('failureSummary', '').splitlines()[-1:]})"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
