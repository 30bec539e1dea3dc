"""The ready-made witness: cosigns growth, refuses everything else, by hand and over HTTP."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.log import feeding, keyfile, reading, witness
from portal.log.models import Cosignature
from portal.log.witness import ConflictError, Witness
from portal.record import verifying
from portal.record.notes import Signer
from portal.record.verifying import RefusedError
from tests.portal.log.keeping import Keeper, append

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own(keeper: Keeper, tmp_path: Path) -> Witness:
    folder = tmp_path / "witness"
    keys = keeper.key.with_suffix(".pub").read_text().split()
    return Witness(witness.signer_in(folder, "witness.example/laptop"), folder, keys)


def _grown(keeper: Keeper, *, by: int = 3) -> tuple[int, str]:
    append(*range(by))
    newest = keeper.newest()
    return newest.size, newest.note


def test_growth_is_cosigned_and_the_line_verifies(keeper: Keeper, own: Witness) -> None:
    size, note = _grown(keeper)
    first = own.add_checkpoint(0, [], note, at=1_780_000_000)
    later, newer = _grown(keeper)
    second = own.add_checkpoint(size, reading.consistency(size, later), newer, at=1_780_000_100)
    for text, line, at in ((note, first, 1_780_000_000), (newer, second, 1_780_000_100)):
        head = verifying.open_checkpoint(text + line, own.keys, witnesses=[own.signer.witness_vkey])
        assert head.cosigned == {"witness.example/laptop": at}


def test_a_fork_is_refused_and_the_memory_stays(keeper: Keeper, own: Witness) -> None:
    size, note = _grown(keeper)
    own.add_checkpoint(0, [], note, at=1)
    (signer,) = keyfile.load(keeper.key)
    from tests.portal.proofs.served import signed, tree_over

    tree = tree_over([b'{"t":"fork","v":"1"}'] * (size + 2))
    forged = signed(signer, size + 2, tree.root(0, size + 2))
    with pytest.raises(RefusedError):
        own.add_checkpoint(size, reading.consistency(2, size), forged, at=2)
    assert own.seen("ma.example.cn/log").size == size
    with pytest.raises(RefusedError):
        own.add_checkpoint(size, [], signed(signer, size, tree.root(0, size)), at=2)


def test_a_shrunken_log_another_size_or_a_strange_key_is_refused(keeper: Keeper, own: Witness) -> None:
    size, note = _grown(keeper)
    own.add_checkpoint(0, [], note, at=1)
    (signer,) = keyfile.load(keeper.key)
    from tests.portal.proofs.served import signed

    with pytest.raises(RefusedError):
        own.add_checkpoint(size, [], signed(signer, size - 1, b"\x01" * 32), at=2)
    with pytest.raises(ConflictError) as conflict:
        own.add_checkpoint(size - 1, [], note, at=2)
    assert conflict.value.size == size
    with pytest.raises(RefusedError):
        own.add_checkpoint(size, [], signed(Signer(signer.name, b"\x09" * 32), size, b"\x01" * 32), at=2)


@pytest.fixture
def listening(own: Witness) -> Iterator[str]:
    server = witness.server(own, "127.0.0.1", 0, now=lambda: 1_780_000_000)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_signer_feeds_a_witness_that_listens(keeper: Keeper, own: Witness, listening: str) -> None:
    keeper.key.with_suffix(".witnesses").write_text(f"# quorum 1\n{own.signer.witness_vkey} {listening}\n")
    for _ in range(3):
        _grown(keeper)
        assert feeding.feed() == 1
        assert feeding.feed() == 0
    assert Cosignature.objects.count() == 3
    newest = reading.newest()
    assert newest is not None
    assert "— witness.example/laptop " in reading.full_note(newest)
    assert feeding.quorum() == 1


def test_a_witness_that_knows_more_than_the_site_is_asked_again(
    keeper: Keeper, own: Witness, listening: str
) -> None:
    size, note = _grown(keeper)
    own.add_checkpoint(0, [], note, at=1)
    assert size > 0
    keeper.key.with_suffix(".witnesses").write_text(f"{own.signer.witness_vkey} {listening}\n")
    _grown(keeper)
    assert feeding.feed() == 1


def test_a_silent_witness_is_passed_over(keeper: Keeper, own: Witness) -> None:
    keeper.key.with_suffix(".witnesses").write_text(f"{own.signer.witness_vkey} http://127.0.0.1:9\n")
    _grown(keeper)
    assert feeding.feed() == 0


@pytest.mark.parametrize("body", [b"", b"old x\n\n", b"new 1\n\nnote", b"old 0\nAAAA\n\nnote", b"\xff"])
def test_what_is_no_request_is_refused(listening: str, body: bytes) -> None:
    request = urllib.request.Request(f"{listening}/add-checkpoint", body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    refused.value.close()
    assert refused.value.code in {404, 422}


def test_a_strangers_line_is_not_kept(keeper: Keeper, own: Witness) -> None:
    _, note = _grown(keeper)
    newest = reading.newest()
    assert newest is not None
    line = own.add_checkpoint(0, [], note, at=1)
    with pytest.raises(RefusedError):
        feeding.keep(newest, line, [])
    assert feeding.keep(newest, line, [feeding.Watcher(own.signer.witness_vkey, "")]) == own.signer.name
