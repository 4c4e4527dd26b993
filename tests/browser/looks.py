"""How a page looks to those who cannot tell us: axe-core, letters that are cut off, targets too small for a finger."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TALLEST, NEAREST = 88, 16  # CSS px: height of a touch target, distance between two

# What a person sees and touches: shown, with a size, and not behind an open dialog.
_SEEN = """
const inDialog = document.querySelector("dialog[open]");
const seen = (one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  if (one.closest(".visually-hidden, .skip")) return false;
  return !inDialog || inDialog.contains(one);
};
const name = (one) => `${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""}.${one.className} "${one.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}"`;
"""

_CUT_OFF = f"""(scrolls) => {{
{_SEEN}
const wrong = [];
const root = document.documentElement;
if (root.scrollWidth > innerWidth) wrong.push(`the page is ${{root.scrollWidth}} px wide`);
if (!scrolls && root.scrollHeight > innerHeight) wrong.push(`the page scrolls: ${{root.scrollHeight}} px high`);
const hides = (one) => !["visible", "auto", "scroll"].includes(getComputedStyle(one).overflowX);
const rolls = (one) => {{
  for (let up = one.parentElement; up; up = up.parentElement) {{
    if (["auto", "scroll"].includes(getComputedStyle(up).overflowX) || ["auto", "scroll"].includes(getComputedStyle(up).overflowY)) return true;
  }}
  return false;
}};
for (const one of document.querySelectorAll("button, a, .tile, .tile-name, .tile-note, h1, h2, h3, p, dt, dd, th, td, label, .badge, .notice, li, b")) {{
  if (!seen(one)) continue;
  if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" && !rolls(one)) wrong.push(`${{name(one)}} is ${{one.scrollWidth}} px wide in ${{one.clientWidth}}`);
  if (one.matches("button, .tile, .tile-name, .badge") && one.scrollHeight > one.clientHeight + 2 && getComputedStyle(one).display !== "inline") wrong.push(`${{name(one)}} is ${{one.scrollHeight}} px high in ${{one.clientHeight}}`);
  const box = one.getBoundingClientRect();
  if (!scrolls && !rolls(one) && (box.bottom > innerHeight + 1 || box.top < -1)) wrong.push(`${{name(one)}} ends at ${{Math.round(box.bottom)}} px`);
  if (!rolls(one) && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`${{name(one)}} reaches to ${{Math.round(box.right)}} px`);
}}
return wrong;
}}"""

_TOUCH = f"""([tall, near]) => {{
{_SEEN}
const wrong = [];
const targets = [...document.querySelectorAll("button, a, input, select, textarea, summary")].filter(seen);
const boxes = targets.map((one) => one.getBoundingClientRect());
targets.forEach((one, i) => {{
  const a = boxes[i];
  if (a.height < tall - 0.5) wrong.push(`${{name(one)}} is only ${{a.height.toFixed(1)}} px high`);
  for (let j = i + 1; j < targets.length; j += 1) {{
    const b = boxes[j];
    const across = Math.max(a.left - b.right, b.left - a.right);
    const down = Math.max(a.top - b.bottom, b.top - a.bottom);
    const apart = Math.max(across, down);
    if (apart < near - 0.5) wrong.push(`${{name(one)}} and ${{name(targets[j])}} are only ${{apart.toFixed(1)}} px apart`);
  }}
}});
return wrong;
}}"""


def cut_off(page: Page, scrolls: bool = True) -> list[str]:
    """What does not fit its box or the screen. `scrolls`: the page may be longer than the screen."""
    found: list[str] = page.evaluate(_CUT_OFF, scrolls)
    return found


def too_small_or_too_close(page: Page) -> list[str]:
    """Touch targets under 88 px high or less than 16 px apart."""
    found: list[str] = page.evaluate(_TOUCH, [TALLEST, NEAREST])
    return found


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_finds(page: Page) -> list[str]:
    """Breaches of WCAG 2.2 AA, one sentence each."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe())
    result: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", TAGS
    )
    return [
        f"axe {one['id']}: {one['help']} ({node['target']}: {node.get('failureSummary', '').splitlines()[-1:]})"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
