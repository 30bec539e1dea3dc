"""The suite's database and broker, one pair per run, and a network that ends at this machine."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:  # Models need settings, and settings need what this file sets.
    from playwright.sync_api import Browser
    from pytest_django.fixtures import Settings

    from portal.releases.registry import Disclosure
    from tests.county import Cast, Places

_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_ROLES = ("default", "owner")
_servers = ExitStack()
_CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def _set_environment(data: Path) -> None:
    """Describe the test installation; workers of a parallel run inherit it from the first process."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SITE_URL", "PORTAL_KEYS"):
        given = os.environ.pop(f"TEST_{name}", None)
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
        if given:  # A real server to test against, never the one the application uses.
            os.environ[name] = given
    os.environ["PORTAL_ENV"] = "test"
    os.environ["PORTAL_DATA"] = str(data)
    os.environ["PORTAL_SOCKETS"] = str(data / "run")


if not _WORKER:
    _data = Path(tempfile.mkdtemp(prefix="portal-test-"))
    _data.chmod(0o711)  # The servers of root run as somebody else, who must pass through.
    _set_environment(_data)
# Not in pyproject.toml: pytest-django would read the settings before this file says where the servers are.
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-guide", action="store_true", help="take the pictures of docs/clerk.md anew")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not _WORKER:
        _start_servers(Path(os.environ["PORTAL_DATA"]))
    import django

    django.setup()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not _WORKER:
        _servers.close()
        shutil.rmtree(os.environ["PORTAL_DATA"], ignore_errors=True)


def _start_servers(data: Path) -> None:
    from portal.embedded import running
    from portal.vault.files import make_missing_keys

    servers = _servers.enter_context(
        running(
            data,
            mode="test",
            purpose="测试",
            database="DATABASE_URL" not in os.environ,
            broker="REDIS_URL" not in os.environ,
        )
    )
    os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
    make_missing_keys(data / "keys")


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Let no test reach another machine: an audit hook sees every connection of this process."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
        raise RuntimeError(f"A test tried to reach {address[0]}.")


sys.addaudithook(_refuse_outside)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make this process's database as its owner; pytest-django sets up only roles that some test names."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    _clean_up_as_owner()
    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False, aliases=dict.fromkeys(_ROLES))
    yield
    with django_db_blocker.unblock():
        connections.close_all()  # The app's own connection would keep the owner from dropping it.
        teardown_databases(config, verbosity=0)


def _clean_up_as_owner() -> None:
    """Let transactional tests clean up as the owner, past the triggers; plain ones stay the application."""
    from django.db.backends.postgresql.operations import DatabaseOperations
    from django.test import TestCase, TransactionTestCase

    TransactionTestCase.databases = set(_ROLES)
    TestCase.databases = {"default"}
    original = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        # The triggers refuse TRUNCATE to everybody; the timeout ends a thread's forgotten open transaction.
        local = ["SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = '5s'"]
        original(self, [*local, *sql_list])

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign, assignment]


@pytest.fixture(autouse=True)
def _content_types_of_the_database() -> None:
    """Forget content types that were made in a test which was rolled back: after a flush none is left."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()


@pytest.fixture
def places(db: None) -> Places:
    """Return the tiny county: two townships of three villages each."""
    from tests.county import make_places

    return make_places()


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the staff of every test."""
    from tests.county import make_cast

    return make_cast()


@pytest.fixture(scope="session")
def _village_notices_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make the table of the throw-away kind, as its migration would."""
    from django.db import connections

    from tests.throwaway.models import VillageNotice

    with django_db_blocker.unblock(), connections["owner"].schema_editor() as editor:
        editor.create_model(VillageNotice)
        editor.execute("CALL releases_freeze('throwaway_villagenotice')")


@pytest.fixture
def village_notices(_village_notices_table: None, db: None, settings: Settings) -> Iterator[Disclosure]:
    """Declare the throw-away kind for one test."""
    from portal.pages.sections import SECTIONS, Section
    from portal.releases import registry
    from tests.throwaway.disclosures import VILLAGE_NOTICES

    (engine,) = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "throwaway" / "templates"]
    settings.TEMPLATES = [{**engine, "DIRS": folders}]
    section = Section(slug=VILLAGE_NOTICES.section, title="村务公告", kinds=(VILLAGE_NOTICES.code,))
    registry.register(VILLAGE_NOTICES)
    SECTIONS[section.slug] = section
    yield VILLAGE_NOTICES
    del SECTIONS[section.slug]
    registry.unregister(VILLAGE_NOTICES.code)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's chromium, one for the whole run: a second one in this thread would be refused."""
    program = shutil.which("chromium")
    if program is None:
        missing = "没有 chromium：apt-get install chromium fonts-noto-cjk 后再跑浏览器测试"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django would refuse the tests' own queries here.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with playwright.chromium.launch(executable_path=program, args=list(_CHROMIUM_FLAGS)) as browser:
            yield browser
