"""The demo's townships: who lives where, and the one household that the stories follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from portal.demo.households import populate, villages
from portal.demo.people import Household, Registry

BINJIANG, ZHUTING = "360902100000", "360902115000"
DAPU = "360902100204"
# Every list; the other townships hand in the yearly ones, and the rest of the county nothing at all.
COMPLETE = {BINJIANG: (60, 130), ZHUTING: (70, 120)}
YEARLY = {
    "360902101000": (20, 45),
    "360902104000": (20, 40),
    "360902105000": (25, 50),
    "360902110000": (20, 40),
    "360902114000": (20, 40),
    "360902210000": (20, 45),
}
DAPU_HOUSEHOLDS = 312


@dataclass(frozen=True)
class County:
    """The households of the townships that hand lists in; `family` is the stories' household."""

    households: tuple[Household, ...]
    family: Household

    def of_township(self, township: str) -> list[Household]:
        """Return the households of a township (12 digits)."""
        return [one for one in self.households if one.village.township == township]

    def of_village(self, code: str) -> list[Household]:
        """Return the households of a village (12 digits)."""
        return [one for one in self.households if one.village.code == code]


def settle(seed: str, today: date) -> County:
    """Return the same people for the same seed and day."""
    registry = Registry(Random(f"{seed}/accounts"))  # noqa: S311 # the same every time is the purpose
    found: list[Household] = []
    family: Household | None = None
    for township, (fewest, most) in (COMPLETE | YEARLY).items():
        for village in villages(township):
            chance = Random(f"{seed}/{village.code}")  # noqa: S311
            count = DAPU_HOUSEHOLDS if village.code == DAPU else chance.randint(fewest, most)
            settled = populate(village, count, registry=registry, chance=chance, today=today)
            if village.code == DAPU:
                family = settled[40] = _family(settled[40], registry, today)
            found += settled
    if family is None:
        raise LookupError("The official list has no village of the stories.")
    return County(tuple(found), family)


def _family(there: Household, registry: Registry, today: date) -> Household:
    """Return the household of 李长根, who is over ninety, has 6.2 mu of land and 12 mu of wood."""
    head = registry.person("李", date(today.year - 91, 3, 7), is_woman=False, given="长根", tail="3317")
    wife = registry.person("易", date(today.year - 86, 9, 2), is_woman=True, given="桂英")
    return Household(
        number=there.number,
        village=there.village,
        group="第3组",
        members=(head, wife),
        land="6.2",
        wood="12",
        top_up="379",
    )
