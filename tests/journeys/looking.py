"""What every page must be to who looks at it: accessible, narrow enough, within the keyboard's reach."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise

from playwright.sync_api import Page

# Not a policy-free context: that would be another page than the one people get.
_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
    one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join('; ')}`)"""
_SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CLIPPED = """() => [...document.querySelectorAll('main *, header *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && !one.closest('.vh, .skip, svg') && (box.right > innerWidth + 1 || box.left < -1);
}).map(one => one.outerHTML.slice(0, 120)).slice(0, 3)"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong: rule and first places."""
    page.evaluate(_axe())
    found: list[str] = page.evaluate(_AXE)
    return found


def sideways(page: Page) -> list[str]:
    """Return what makes a page scroll sideways or stand out of it."""
    over = page.evaluate(_SIDEWAYS)
    clipped: list[str] = page.evaluate(_CLIPPED)
    return [*clipped, *([f"{over} px"] if over > 0 else [])]


def forbidden(page: Page) -> list[str]:
    """Return what the policy forbids and a page of ours must not even try: scripts, style attributes."""
    return [f"{count} {what}" for what in ("[style]", "script") if (count := page.locator(what).count())]


def jumping_headings(page: Page) -> list[str]:
    """Return how the headings run, unless the only h1 comes first and no level is skipped on the way down."""
    levels = page.evaluate("() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    in_order = all(after <= before + 1 for before, after in pairwise(levels))
    return [] if levels[:1] == [1] and levels.count(1) == 1 and in_order else [f"headings {levels}"]


def focused(page: Page) -> str:
    """Return the words of what has the keyboard's focus; nothing once it has left the page."""
    return str(
        page.evaluate("""() => {
        const one = document.activeElement;
        return one === document.body ? '' : one.innerText || one.name;
    }""")
    )


def has_visible_focus(page: Page) -> bool:
    """Return whether what has the focus is marked, in the window, and not under the bar at the bottom."""
    return bool(
        page.evaluate("""() => {
        const one = document.activeElement, box = one.getBoundingClientRect();
        const x = box.left + Math.min(box.width, 20) / 2, y = box.top + Math.min(box.height, 20) / 2;
        const top = document.elementFromPoint(x, y);
        return getComputedStyle(one).outlineStyle === 'solid' && box.top >= 0 && box.bottom <= innerHeight
            && (one.contains(top) || top.contains(one));
    }""")
    )
