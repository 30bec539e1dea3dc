"""Invented villagers: persons, their numbers that can belong to nobody, and their households."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

from portal.columns.identity import identity_check
from portal.demo import names

# No area of China ever had this code, and no card this beginning: nobody real is hit by accident,
# while length, birthday and check digit are right and pass every check of the load.
NO_AREA = "999999"
NO_CARD = "9999990795"


@dataclass(frozen=True)
class Place:
    """A village or township: its 12-digit code and its everyday name."""

    code: str
    name: str
    township: str = ""


@dataclass(frozen=True)
class Person:
    """A villager who can be paid."""

    name: str
    born: date
    identity: str
    account: str

    def age_on(self, day: date) -> int:
        """Return the completed years of life."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Household:
    """A household with what its payments depend on: land and wood in mu, and its situation."""

    number: str
    village: Place
    group: str
    members: tuple[Person, ...]
    land: str = ""
    wood: str = ""
    top_up: str = ""
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def head(self) -> Person:
        """The householder, who has the household's account."""
        return self.members[0]


class Registry:
    """Gives numbers, each once."""

    def __init__(self, chance: Random) -> None:
        """Draw from this source of chance."""
        self._chance = chance
        self._of_day: Counter[date] = Counter()
        self._accounts: set[str] = set()

    def person(self, surname: str, born: date, *, is_woman: bool, given: str = "", tail: str = "") -> Person:
        """Return a new person; `given` and the account's last four digits may be chosen."""
        given = given or names.given_name(self._chance, born=born.year, is_woman=is_woman)
        return Person(surname + given, born, self._identity(born, is_woman=is_woman), self._account(tail))

    def _identity(self, born: date, *, is_woman: bool) -> str:
        """Return the next number of a birthday: even for women, odd for men, as in GB 11643."""
        self._of_day[born] += 1
        serial = self._of_day[born] * 2 + (0 if is_woman else 1)
        digits = f"{NO_AREA}{born:%Y%m%d}{serial:03d}"
        return digits + identity_check(digits)

    def _account(self, tail: str) -> str:
        """Return 19 digits that nobody else has."""
        while True:
            end = tail or f"{self._chance.randrange(10**4):04d}"
            number = f"{NO_CARD}{self._chance.randrange(10**5):05d}{end}"
            if number not in self._accounts:
                self._accounts.add(number)
                return number
