"""The bundled servers: started once, shared by commands, in folders that fit."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded import DataLock, InUseError, running
from portal.embedded.account import Account, server_account
from portal.embedded.broker import answers
from portal.embedded.folders import prepare_data, prepare_place, remove_data


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="portal-servers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def _who(sockets: Path) -> object:
    with psycopg.connect(host=str(sockets), user="portal_app", dbname="portal") as connection:
        return connection.execute("SELECT current_user").fetchone()


def test_a_second_command_attaches_and_the_first_waits_for_it(data: Path) -> None:
    stopped = threading.Event()
    with running(data, mode="test", purpose="一", broker=True) as first:
        assert answers(first.sockets)
        second = running(data, mode="test", purpose="二")
        attached = second.__enter__()
        assert attached.started == ()

        def leave() -> None:
            assert _who(attached.sockets) == ("portal_app",)
            stopped.set()
            second.__exit__(None, None, None)

        threading.Timer(0.5, leave).start()
    assert stopped.is_set()
    with pytest.raises(psycopg.OperationalError):
        _who(first.sockets)


def test_a_server_that_died_is_started_again(data: Path) -> None:
    with running(data, mode="test", purpose="一") as servers:
        servers.started[0].stop()
        assert servers.revive() == ["数据库"]
        assert _who(servers.sockets) == ("portal_app",)
        assert servers.revive() == []


def test_data_survives_a_restart(data: Path) -> None:
    for statement in ("CREATE TABLE kept (id int)", "DROP TABLE kept"):
        with running(data, mode="test", purpose="一") as servers:
            host = str(servers.sockets)
            with psycopg.connect(host=host, user="portal_owner", dbname="portal") as connection:
                connection.execute(statement)


def test_a_held_folder_is_refused_in_the_holders_name(data: Path) -> None:
    lock = DataLock(data).take("报送")
    with pytest.raises(InUseError, match="“报送”正在使用"):
        DataLock(data).take("演示")
    lock.release()
    DataLock(data).take("演示").release()


@pytest.mark.parametrize("name", ["x" * 100, "数据 文件夹"])
def test_sockets_move_where_the_path_does_not_fit(data: Path, name: str) -> None:
    folder = data / name
    account = server_account()
    prepare_data(folder, account)
    first = prepare_place(folder, account, lock_fd=-1)
    assert first.sockets.parent == Path(tempfile.gettempdir())
    assert first.sockets.stat().st_mode & 0o777 == 0o700
    assert prepare_place(folder, account, lock_fd=-1) == first
    remove_data(folder)
    assert not first.sockets.exists()


def test_an_account_cannot_reach_into_a_private_home(data: Path) -> None:
    stranger = Account(uid=65_534, gid=65_534, is_other=True)
    home = data / "home"
    (home / "project").mkdir(parents=True)
    assert stranger.can_reach(home / "project")
    home.chmod(0o700)
    assert not stranger.can_reach(home / "project")
