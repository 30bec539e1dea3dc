"""Builds the demo county's folder: contract files, the manifest, and the stories' own files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.demo import information
from portal.demo.enterprises import Enterprises
from portal.demo.files import write_listing, write_manifest
from portal.demo.ledgers import Ledgers
from portal.demo.listings import Listing
from portal.demo.masters import masters
from portal.demo.payments import Maker
from portal.demo.population import settle
from portal.demo.projects import Projects
from portal.demo.property import Property
from portal.demo.receptions import Receptions, meal_standards
from portal.demo.stories import Story, tell
from portal.demo.year import DemoYear
from portal.releases.registry import kind

SEED = "袁州"
STORIES_FOLDER = "stories"


@dataclass(frozen=True)
class BuiltCounty:
    """What was written: the history in the order of its publication, and the stories."""

    folder: Path
    history: list[Listing]
    stories: list[Story]

    def path(self, listing: Listing) -> Path:
        """Return the file of a list of the history."""
        return self.folder / listing.file

    def story_path(self, story: Story) -> Path:
        """Return the file of a story."""
        return self.folder / STORIES_FOLDER / story.listing.file


def imagine(*, today: date, seed: str = SEED) -> tuple[list[Listing], list[Story]]:
    """Return the history, in the order of its publication, and the stories of the year before `today`."""
    year = DemoYear.before(today)
    county = settle(seed, today)
    told = tell(Maker(county, year, seed).everything(), county, year)
    ledgers = Ledgers(year, seed)
    guests, none = Receptions(year, ledgers).everything()
    books, more = ledgers.everything()
    owned = Property(year, [*books, *(story.listing for story in more)]).everything()
    projects = Projects(year, ledgers.dapu.books[-1]).everything()
    others = [*guests, *Enterprises(year).everything(), *owned, *projects]
    others += information.lists(year)
    information.link([*books, *(story.listing for story in more)])
    lists = sorted([*told.history, *books, *others], key=lambda one: (one.published_on, one.stem))
    first = sorted([*masters(year), *meal_standards(year)], key=lambda one: one.kind)
    return [*first, *lists], [*told.stories, *more, *none]


def build(folder: Path, *, today: date, seed: str = SEED) -> BuiltCounty:
    """Write the county's files; the same seed and day give the same bytes."""
    history, stories = imagine(today=today, seed=seed)
    (folder / STORIES_FOLDER).mkdir(parents=True, exist_ok=True)
    for listing in history:
        write_listing(listing, kind(listing.kind).readable, folder)
    for story in stories:
        write_listing(story.listing, kind(story.listing.kind).readable, folder / STORIES_FOLDER)
    write_manifest(history, folder)
    return BuiltCounty(folder, history, stories)
