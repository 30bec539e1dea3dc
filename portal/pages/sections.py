"""The sections of a place: their addresses, their everyday names, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from portal.catalogue.models import Section as Board
from portal.releases import registry

if TYPE_CHECKING:
    from django.http import QueryDict

    from portal.pages.kept import Page
    from portal.places.models import Region


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a place. `kinds` stand in it; where it has a `board`, only their items of that board.

    `money` is the one kind whose sums are told of the section: budgets and payments are not added up.
    """

    slug: str
    title: str
    kinds: tuple[str, ...]
    board: str = ""
    money: str = ""
    tab: str = ""


SECTIONS = {
    section.slug: section
    for section in (
        Section(slug="subsidies", title="补贴", kinds=("payments",), money="payments", tab="subsidies"),
        Section(slug="ledger", title="村里的账", kinds=("ledger", "balances", "debts"), tab="ledger"),
        Section(slug="assets", title="村里的房和物", kinds=("assets",)),
        Section(slug="resources", title="村里的地和塘", kinds=("resources",)),
        Section(slug="leases", title="出租和租金", kinds=("leases", "rents"), money="rents"),
        Section(
            slug="projects", title="工程项目", kinds=("projects", "disbursements"), money="disbursements"
        ),
        Section(slug="receptions", title="公务接待", kinds=("receptions",), money="receptions"),
        Section(
            slug="business",
            title="企业的钱和费",
            kinds=("enterprise_funds", "enterprise_fees", "projects", "notices", "standards"),
            board=Board.BUSINESS,
            money="enterprise_funds",
        ),
        Section(
            slug="revitalization",
            title="乡村振兴",
            kinds=("projects", "programmes", "assets", "payments"),
            board=Board.REVITALIZATION,
            money="disbursements",
        ),
        Section(slug="notices", title="公示和通知", kinds=("notices", "decisions")),
    )
}


def slug_of(kind: registry.Disclosure, board: str) -> str:
    """Return the section in which an item of a kind and a board stands; empty where it has none."""
    own = (one.slug for one in SECTIONS.values() if one.board == board and kind.code in one.kinds)
    return next(own, kind.section)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One of the six on the city's home: its board, what it is in plain words, and where it leads."""

    board: str
    words: str
    icon: str
    section: str = ""

    @property
    def icon_template(self) -> str:
        """The include that draws it."""
        return f"components/icon/{self.icon}.html"


# The section whose sums are told on the first pages of places.
FIGURES = "subsidies"
# Sections that an app above shows in its own way: what the place and the query string ask becomes a page.
Maker = Callable[["Region", "QueryDict"], "Page"]
makers: dict[str, Maker] = {}


def register_maker(slug: str, maker: Maker) -> None:
    """Let an app show a section in its own way; called once, when the app is ready."""
    if makers.get(slug, maker) != maker:
        raise ImproperlyConfigured(f"Section {slug!r} is already shown by another app.")
    makers[slug] = maker


SIX = (
    Tile(board=Board.LIVELIHOOD, words="补贴和村里的账", icon="purse", section="subsidies"),
    Tile(board=Board.OFFICIAL_SPENDING, words="吃饭花了多少", icon="bowl", section="receptions"),
    Tile(board=Board.BUSINESS, words="该收哪些费", icon="shop", section="business"),
    Tile(board=Board.REVITALIZATION, words="路、水、产业", icon="leaf", section="revitalization"),
    Tile(board=Board.INFORMATION, words="公示和通知", icon="board", section="notices"),
)
