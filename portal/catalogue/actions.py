"""Verbs on the catalogue: load the list the project ships with."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from portal.catalogue.models import CatalogueItem, NamesPolicy

DRAFTED_LIST = Path(__file__).parent / "data" / "catalogue.csv"


@transaction.atomic
def load_catalogue(path: Path = DRAFTED_LIST) -> int:
    """Add the items of a list that are not there yet; an item a county has edited stays as it is."""
    known = set(CatalogueItem.objects.values_list("code", flat=True))
    with path.open(encoding="utf-8", newline="") as stream:
        items = [_item(row) for row in csv.DictReader(stream) if row["code"] not in known]
    CatalogueItem.objects.bulk_create(items)
    return len(items)


def _item(row: dict[str, str]) -> CatalogueItem:
    numbers = {
        key: int(row.pop(key) or 0) or None for key in ("deadline_days", "window_days", "names_months")
    }
    return CatalogueItem(**row | {"names": row["names"] or NamesPolicy.FULL}, **numbers)
