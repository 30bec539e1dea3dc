"""Names and sizes in folders and zips are a stranger's word."""

from __future__ import annotations

import io
import os
import struct
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.filenames import bad_path, base_name, decoded, folded, shown
from portal.documents.given import TWICE, GivenFileError, GivenFiles, UnreadableZipError
from tests.portal.documents.samples import photo


def packed(files: dict[str, bytes], **options: Any) -> io.BytesIO:
    """Return a zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream


def in_gbk(names: list[str], data: bytes = b"x") -> io.BytesIO:
    """Return a zip as Windows in China makes it: names in GBK, and no word of that."""
    standing = {name: f"{number:0{len(name.encode('gb18030'))}d}" for number, name in enumerate(names)}
    raw = packed(dict.fromkeys(standing.values(), data)).getvalue()
    for name, digits in standing.items():
        raw = raw.replace(digits.encode(), name.encode("gb18030"))
    return io.BytesIO(raw)


def open_zip(files: dict[str, bytes]) -> GivenFiles:
    return GivenFiles.open(packed(files))


def drain(files: GivenFiles, name: str) -> int:
    """Read a file to its end, piece by piece; return its size."""
    with files.open_file(name) as stream:
        return sum(map(len, iter(lambda: stream.read(1 << 16), b"")))


def test_a_folder_gives_its_files_by_their_base_names(tmp_path: Path) -> None:
    (tmp_path / "凭证" / "一月").mkdir(parents=True)
    (tmp_path / "凭证" / "一月" / "001.jpg").write_bytes(b"photo")
    (tmp_path / ".DS_Store").write_bytes(b"system")
    with GivenFiles.open(tmp_path) as files:
        assert (files.names, files.problems, files.size("001.jpg")) == (["001.jpg"], {}, 5)
        with files.open_file("001.jpg") as stream:
            assert stream.read() == b"photo"


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(b"secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jpg").symlink_to(outside / "secret.jpg")
    (folder / "deep").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    with GivenFiles.open(folder) as files:
        assert files.names == []
        assert set(files.problems) == {"a.jpg", "deep", "pipe"}


def test_a_file_that_became_a_link_meanwhile_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    with GivenFiles.open(tmp_path) as files:
        (tmp_path / "a.jpg").unlink()
        (tmp_path / "a.jpg").symlink_to("/etc/passwd")
        with pytest.raises(GivenFileError):
            files.open_file("a.jpg")


def test_a_zip_gives_its_files_from_a_path_and_from_memory(tmp_path: Path) -> None:
    made = packed({"凭证/001.jpg": b"photo", "__MACOSX/凭证/._001.jpg": b"x", "凭证/Thumbs.db": b"x"})
    (tmp_path / "a.zip").write_bytes(made.getvalue())
    for source in (tmp_path / "a.zip", made):
        with GivenFiles.open(source) as files, files.open_file("001.jpg") as stream:
            assert files.names == ["001.jpg"]
            assert stream.read() == b"photo"


@pytest.mark.parametrize(
    "name", ["联通发票.jpg", "一.jpg", "村委会收据（2026年）.jpg", "彬江镇\\大浦村\\收据.jpg", "乥.png"]
)
def test_names_of_chinese_windows_come_out_right(name: str) -> None:
    with GivenFiles.open(in_gbk([name])) as files:
        assert files.names == [name.rpartition("\\")[2]]
        with files.open_file(files.names[0]) as stream:
            assert stream.read() == b"x"


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=20))
def test_chinese_names_survive_either_encoding(name: str) -> None:
    assert decoded(name.encode("utf-8"), is_utf8=False) == name
    assert decoded(name.encode("utf-8"), is_utf8=True) == name


@given(st.binary(max_size=30), st.booleans())
def test_any_bytes_are_some_name(raw: bytes, is_utf8: bool) -> None:
    name = shown(base_name(decoded(raw, is_utf8=is_utf8)))
    assert name
    assert "/" not in name
    assert all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} for sign in name)


@given(st.text(max_size=20))
def test_folding_is_stable(name: str) -> None:
    assert folded(name.upper().lower()) == folded(name.upper())


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("../../etc/cron.d/a.jpg", "位置不对"),
        ("/etc/a.jpg", "位置不对"),
        ("C:\\a.jpg", "位置不对"),
        ("a/../b.jpg", "位置不对"),
        ("发票\u202egpj.exe", "看不见"),
        ("a\x07b.jpg", "看不见"),
        ("a\u200bb.jpg", "看不见"),
        ("长" * 121 + ".jpg", "太长"),
    ],
)
def test_a_bad_name_is_a_sentence_and_the_others_stay(path: str, says: str) -> None:
    with open_zip({path: b"x", "good.jpg": b"x"}) as files:
        assert files.names == ["good.jpg"]
        ((name, problem),) = files.problems.items()
        assert says in problem
        assert bad_path(name) is None or "太长" in str(bad_path(name))


@pytest.mark.parametrize("second", ["b/001.jpg", "001.JPG", "b/c/001.jpg"])
def test_two_files_of_one_name_are_both_refused(second: str) -> None:
    with open_zip({"a/001.jpg": b"x", second: b"y", "002.jpg": b"z"}) as files:
        assert files.names == ["002.jpg"]
        assert set(files.problems.values()) == {TWICE}


def test_accents_taken_apart_are_the_same_name() -> None:
    composed, apart = unicodedata.normalize("NFC", "é.jpg"), unicodedata.normalize("NFD", "é.jpg")
    with open_zip({apart: b"x"}) as files:
        assert files.names == [composed]
        assert files.find(f" 凭证/{apart.upper()}") == composed
    with open_zip({apart: b"x", f"b/{composed}": b"y"}) as files:
        assert files.names == []


def _marked(stream: io.BytesIO, at_local: int, at_central: int, value: int) -> io.BytesIO:
    """Change a two-byte field of the only member in both of its headers."""
    raw = bytearray(stream.getvalue())
    struct.pack_into("<H", raw, raw.index(b"PK\x03\x04") + at_local, value)
    struct.pack_into("<H", raw, raw.index(b"PK\x01\x02") + at_central, value)
    return io.BytesIO(bytes(raw))


def test_a_file_with_a_password_is_a_sentence() -> None:
    with GivenFiles.open(_marked(packed({"a.jpg": b"x"}), 6, 8, 1)) as files:
        assert "密码" in files.problems["a.jpg"]


def test_a_rare_compression_is_a_sentence() -> None:
    with GivenFiles.open(_marked(packed({"a.jpg": b"x"}), 8, 10, 9)) as files:
        assert "压缩方式" in files.problems["a.jpg"]


def test_a_link_inside_a_zip_is_a_sentence() -> None:
    info = zipfile.ZipInfo("a.jpg")
    info.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(info, "/etc/passwd")
    with GivenFiles.open(stream) as files:
        assert "快捷方式" in files.problems["a.jpg"]


def test_a_bomb_is_a_sentence_before_it_is_inflated() -> None:
    with open_zip({"bomb.jpg": bytes(15_000_000), "a.jpg": photo()}) as files:
        assert files.names == ["a.jpg"]
        assert "不正常" in files.problems["bomb.jpg"]


def test_a_file_that_swells_beyond_its_word_is_stopped() -> None:
    raw = packed({"a.jpg": bytes(200_000)}).getvalue()
    lying = raw.replace(struct.pack("<I", 200_000), struct.pack("<I", 1_000))
    with GivenFiles.open(io.BytesIO(lying)) as files, pytest.raises(GivenFileError):
        drain(files, "a.jpg")


def test_a_damaged_file_is_a_sentence_when_it_is_read() -> None:
    raw = bytearray(packed({"a.jpg": photo()}).getvalue())
    raw[5_000] ^= 0xFF
    with GivenFiles.open(io.BytesIO(bytes(raw))) as files, pytest.raises(GivenFileError, match="坏了"):
        drain(files, "a.jpg")


def test_too_much_and_too_many_are_sentences(settings: Any) -> None:
    settings.DOCUMENTS_MOST_BYTES = 1 << 20
    settings.DOCUMENTS_MOST_INFLATED = 25
    with open_zip(
        {"large.jpg": os.urandom(2 << 20), "a.jpg": b"x" * 20, "b.jpg": b"x" * 20, "e.jpg": b""}
    ) as files:
        assert files.names == ["a.jpg"]
        assert "超过 1 MB" in files.problems["large.jpg"]
        assert "太多" in files.problems["b.jpg"]
        assert "空的" in files.problems["e.jpg"]
    settings.DOCUMENTS_MOST_GIVEN = 1
    with open_zip({"a.jpg": b"x", "b.jpg": b"x", "c.jpg": b"x"}) as files:
        assert (files.names, list(files.problems)) == (["a.jpg"], ["b.jpg"])
        assert "没有找到" in str(files.problem("c.jpg"))


@pytest.mark.parametrize("raw", [b"", b"no zip", packed({"a.jpg": photo()}).getvalue()[:-300]])
def test_what_is_no_zip_is_said_at_once(raw: bytes) -> None:
    with pytest.raises(UnreadableZipError, match="重新打包"):
        GivenFiles.open(io.BytesIO(raw))


def test_a_forged_directory_is_not_read_into_memory() -> None:
    raw = bytearray(packed({"a.jpg": b"x"}).getvalue() + bytes(9 << 20))
    end = raw.index(b"PK\x05\x06")
    forged = raw[:end] + bytes(9 << 20) + raw[end : end + 22]
    struct.pack_into("<I", forged, len(forged) - 10, 8 << 20)
    with pytest.raises(UnreadableZipError):
        GivenFiles.open(io.BytesIO(bytes(forged)))
