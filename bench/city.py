"""Loads and publishes a year of a city, every kind, through `manage.py load --manifest`.

    .venv/bin/python bench/city.py [SHARE]

SHARE is the part of 2,500 villages with 10.4 million payments that is loaded, 0.1 unless told. The files are
seeded; the database is thrown away afterwards. It is a check that everything goes through, and says how long
each kind took on this machine; absolute times of a shared machine mean nothing. Exit 1 where a file was
refused or a row is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from city_files import ROOT, City, build

sys.path.insert(0, str(ROOT))


def manage(*arguments: str) -> int:
    """Run a command; return its exit status."""
    return subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], check=False).returncode


def load_all(city: City) -> dict[str, float]:
    """Load kind by kind, in the order in which they refer to one another; return the seconds of each."""
    seconds: dict[str, float] = {}
    lines = city.manifest
    for kind in city.rows:
        city.manifest = [line for line in lines if line["kind"] == kind]
        path = city.write_manifest()
        started = time.perf_counter()
        if manage("load", "--manifest", str(path), "--publish", "--json"):
            raise SystemExit(f"{kind} was refused")
        seconds[kind] = time.perf_counter() - started
    return seconds


def counted() -> dict[str, int]:
    """Return the public rows of each kind in the city."""
    from django.db.models import Sum

    from portal.releases.models import Total

    found = Total.objects.public().filter(region__level="city").order_by().values("kind")
    return dict(found.annotate(rows=Sum("row_count")).values_list("kind", "rows"))


def main(share: float) -> int:
    """Load a share of the city; return 1 where rows are missing."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ |= {
            "PORTAL_ENV": "demo",
            "PORTAL_NO_VENV": "1",
            "PORTAL_DATA": name,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal import embedded

        with embedded.running(folder, mode="demo", purpose="bench"):
            manage("migrate", "--verbosity", "0")
            _prepare(folder)
            files = folder / "files"
            files.mkdir()
            city = build(files, share=share)
            print(f"{len(city.villages):,} villages, {len(city.manifest):,} files", flush=True)
            seconds = load_all(city)
            found = counted()
            for kind, rows in city.rows.items():
                print(f"{kind}: {rows:,} rows in {seconds[kind]:.1f} s, public {found.get(kind, 0):,}")
            return int(any(found.get(kind) != rows for kind, rows in city.rows.items()))


def _prepare(folder: Path) -> None:
    """Make keys, places and catalogue."""
    import django

    django.setup()
    from portal.catalogue.actions import load_catalogue
    from portal.places.actions import found_principal_bodies, load_regions
    from portal.vault.files import make_missing_keys
    from portal.workdays.actions import load_calendar

    make_missing_keys(folder / "keys")
    load_regions()
    load_calendar()
    found_principal_bodies()
    load_catalogue()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.1))
