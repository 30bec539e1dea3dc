"""Builds the demo county's folder: contract files, the manifest, and the stories' own files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.demo import information
from portal.demo.files import write_listing, write_manifest
from portal.demo.ledgers import Ledgers
from portal.demo.listings import Listing
from portal.demo.masters import masters
from portal.demo.payments import Maker
from portal.demo.population import settle
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
    books, more = Ledgers(year, seed).everything()
    books += information.lists(year)
    information.link([*books, *(story.listing for story in more)])
    lists = sorted([*told.history, *books], key=lambda one: (one.published_on, one.stem))
    return [*masters(year), *lists], [*told.stories, *more]


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
