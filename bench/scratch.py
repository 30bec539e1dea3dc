"""What the measurements of searches share: a scratch database, and a clock that counts its work."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@contextmanager
def database() -> Iterator[None]:
    """Start a database in a temporary folder, with the schema, and throw it away."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ |= {  # a process of its own, before the settings are read
            "PORTAL_ENV": "test",
            "PORTAL_DATA": name,
            "PORTAL_SOCKETS": str(folder / "run"),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        from portal.embedded import running

        with running(folder, mode="demo", purpose="bench") as servers:
            os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", database="owner", verbosity=0)
            yield
            connections.close_all()


def load_masters() -> None:
    """Load places, bodies and catalogue."""
    from portal.catalogue.actions import load_catalogue
    from portal.people.models import User
    from portal.places.actions import found_principal_bodies, load_regions

    load_regions()
    found_principal_bodies()
    load_catalogue()
    User.objects.create_user(username="bench", password=None)


def draft(kind: str, item: str, body: str, **told: Any) -> Any:
    """Return an unsaved release of a body."""
    from portal.catalogue.models import CatalogueItem
    from portal.people.models import User
    from portal.places.models import Body
    from portal.releases.models import Release

    return Release(
        item=CatalogueItem.objects.get(code=item),
        kind=kind,
        body=Body.objects.get(code=body),
        county=body[:6],
        drafted_by=User.objects.get(username="bench"),
        **told,
    )


@contextmanager
def filling(table: str) -> Iterator[Any]:
    """Give the owner's connection, past the triggers: the filling is not what is measured."""
    from django.db import connections

    connection = connections["owner"]
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("SET session_replication_role = replica")
    raw.execute("SET statement_timeout = 0")  # a busy machine takes longer
    yield raw
    raw.execute("SET session_replication_role = DEFAULT")
    raw.execute(f"VACUUM (ANALYZE) {table}")


def publish(table: str) -> None:
    """Publish every release; replace one row in a hundred."""
    from django.db import connections
    from django.utils import timezone

    now = timezone.now()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE releases_release SET state = 'published', root = %s, published_at = %s, "
            "published_on = %s",
            [bytes(32), now, now.date()],
        )
        cursor.execute(
            "INSERT INTO releases_replaced (row_id, by_row_id, release_id, reason) "
            f"SELECT id, NULL, release_id, '' FROM {table} WHERE position % 100 = 0"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


class Clock:
    """Adds up what the database took."""

    def __init__(self) -> None:
        """Start at zero."""
        self.milliseconds = 0.0
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Run one statement and count its time."""
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.milliseconds += (time.perf_counter() - started) * 1000
            self.statements += 1


def measure(work: Callable[[], object]) -> float:
    """Return the milliseconds the database spent on some work."""
    from django.db import connection

    clock = Clock()
    with connection.execute_wrapper(clock):
        work()
    return clock.milliseconds


def report(what: str, times: list[float], bar: float) -> bool:
    """Print p50 and p95; return whether p95 is under the bar."""
    ordered = sorted(times)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"{what}: p50 {middle:.1f} ms, p95 {high:.1f} ms, {len(times)} searches", flush=True)
    return high <= bar
