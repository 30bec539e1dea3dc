"""The doctor names what is wrong, and only that."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal.checks import production_is_configured
from portal.doctor import examine, talkative
from portal.vault.files import key_problems, make_missing_keys


def _faults() -> str:
    return " ".join(note.text for note in examine() if note.is_fault)


@pytest.mark.django_db
def test_doctor_finds_that_the_suites_database_is_not_durable() -> None:
    assert "fsync" in _faults()


@pytest.mark.django_db
def test_doctor_fails_with_a_plain_count(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="个问题要处理"):
        call_command("doctor")
    assert "问题：数据库的 fsync 关着" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_doctor_finds_a_lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    connections["default"].close()
    with monkeypatch.context() as patch:
        patch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
        assert "连不上数据库" in _faults()


def test_init_makes_missing_keys_and_keeps_present_ones(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    assert len(key_problems(settings.KEYS_DIR)) == 7
    make_missing_keys(settings.KEYS_DIR)
    before = (settings.KEYS_DIR / "matching.key").read_text()
    assert make_missing_keys(settings.KEYS_DIR) == []
    assert (settings.KEYS_DIR / "matching.key").read_text() == before
    assert key_problems(settings.KEYS_DIR) == []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.chmod(0o644), "别人也能读"),
        (lambda path: path.write_text("short"), "内容不对"),
        (lambda path: path.unlink(), "缺少密钥文件"),
    ],
)
def test_a_spoilt_key_is_named(tmp_path: Path, spoil: Any, sentence: str) -> None:
    make_missing_keys(tmp_path)
    spoil(tmp_path / "pepper.key")
    (problem,) = key_problems(tmp_path)
    assert sentence in problem
    assert "pepper.key" in problem


def test_production_does_not_start_half_configured(settings: Any, tmp_path: Path) -> None:
    settings.PRODUCTION, settings.KEYS_DIR = True, tmp_path
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "", []
    said = " ".join(str(message.msg) for message in production_is_configured())
    assert all(name in said for name in ("SECRET_KEY", "ALLOWED_HOSTS", "staging.key"))


def test_a_configured_production_starts(settings: Any, tmp_path: Path) -> None:
    make_missing_keys(tmp_path)
    settings.PRODUCTION, settings.KEYS_DIR = True, tmp_path
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "s" * 60, ["ma.example.cn"]
    assert production_is_configured() == []


def test_a_database_that_logs_what_it_is_asked_is_named() -> None:
    quiet = {"log_statement": "none", "log_min_duration_statement": "-1"}
    quiet["log_parameter_max_length_on_error"] = "0"
    assert not list(talkative(quiet))
    loud = {"log_statement": "all", "log_min_duration_statement": "250"}
    loud["log_parameter_max_length_on_error"] = "-1"
    assert [said.split(" ")[0] for said in talkative(loud)] == ["数据库的"] * 3


@pytest.mark.django_db
def test_the_bundled_database_logs_nothing_that_it_is_asked() -> None:
    assert not [note for note in examine() if "日志里会有数据" in note.text]


def test_a_crash_of_the_web_server_leaves_no_core_behind() -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            from portal.wsgi import no_core_dumps

            _, most = resource.getrlimit(resource.RLIMIT_CORE)
            resource.setrlimit(resource.RLIMIT_CORE, (most, most))
            no_core_dumps()
            code = 0 if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) else 1
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
