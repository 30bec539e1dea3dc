"""The demo county's offices, programmes and standards, from the files beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

COUNTY_CODE = "360902000000"
OFFICES = {
    "01": ("区农业农村局", "0795-0000101"),
    "02": ("区民政局", "0795-0000102"),
    "03": ("区医疗保障局", "0795-0000103"),
    "04": ("区林业局", "0795-0000104"),
    "05": ("区自然资源局", "0795-0000105"),
    "06": ("区人力资源和社会保障局", "0795-0000106"),
}
COUNTY_COMMISSION, CITY_COMMISSION = f"{COUNTY_CODE}-09", "360900000000-09"
# Offices that have nothing to load, but whose telephones pages show.
TELEPHONES = {
    "360902000000": "0795-0000100",
    "360902100000": "0795-0001000",
    "360902100204": "0795-0001204",
    "360902115000": "0795-0001150",
}
_DATA = Path(__file__).parent / "data"
_FEN = Decimal("0.01")


@dataclass(frozen=True)
class Programme:
    """What lists need to know of a programme."""

    code: str
    name: str
    item: str
    office: str


@dataclass(frozen=True)
class Standard:
    """One version of a standard, in force on [start, end)."""

    name: str
    rate: Decimal
    start: date
    end: date | None


def office_code(number: str) -> str:
    """Return the body code of an office of the county."""
    return f"{COUNTY_CODE}-{number}"


@lru_cache
def programme_rows() -> tuple[dict[str, str], ...]:
    """Return the programmes by template header; 单位 is the number of the office."""
    return _read("programmes.csv")


@lru_cache
def standard_rows() -> tuple[dict[str, str], ...]:
    """Return the standards by template header."""
    return _read("standards.csv")


@lru_cache
def programmes() -> dict[str, Programme]:
    """Return the programmes by code."""
    return {
        row["补贴项目编码"]: Programme(row["补贴项目编码"], row["补贴项目"], row["公开目录编码"], row["单位"])
        for row in programme_rows()
    }


@lru_cache
def in_force(programme: str, day: date) -> dict[str, Standard]:
    """Return the standards of a programme on a day, by name."""
    found = (
        Standard(
            row["标准名称"],
            Decimal(row["补贴标准"]),
            date.fromisoformat(row["起始日期"]),
            date.fromisoformat(row["终止日期"]) if row["终止日期"] else None,
        )
        for row in standard_rows()
        if row["补贴项目编码"] == programme
    )
    return {one.name: one for one in found if one.start <= day and (one.end is None or day < one.end)}


def amount_of(quantity: str, rate: Decimal) -> str:
    """Return quantity × standard in yuan, half a fen rounded up."""
    return str((Decimal(quantity) * rate).quantize(_FEN, ROUND_HALF_UP))


def _read(name: str) -> tuple[dict[str, str], ...]:
    with (_DATA / name).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))
