"""aics-tlog accepts every size and refuses what was bent; aics-witness cosigns growth, refuses a fork.

Both ask for Python 3.12 and run on 3.11 as well, so pins cannot name them: `.ci/run` fetches them.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.log import feeding, keyfile, reading
from portal.log.models import Cosignature
from portal.log.witness import request_body
from portal.record import verifying
from portal.record.notes import Signer
from tests.portal.log.keeping import Keeper, append
from tests.portal.proofs.served import SIZES, Claim, bent, flip, serve, signed, tree_over, true_claim

aics = pytest.importorskip("aics_tlog", reason="aics-tlog is not installed: see .ci/run")
witnessing = pytest.importorskip("aics_witness.service", reason="aics-witness is not installed: see .ci/run")

SIGNER = Signer("ma.example.cn/log", b"\x07" * 32)


def _accept(claim: Claim) -> None:
    key = aics.parse_vkey(claim.vkey)
    result = aics.verify_checkpoint(aics.parse_note(claim.note), key)
    assert result.ok
    head = result
    assert head.origin == key.name
    assert aics.verify_leaf_inclusion(claim.entry, claim.index, head.size, claim.path, head.root)
    assert aics.verify_consistency(claim.old_size, head.size, claim.old_root, head.root, claim.growth)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 40, 257])
def test_aics_accepts_what_is_true(size: int) -> None:
    entries = [b'{"n":"%d","t":"inbox","v":"1"}' % number for number in range(size)]
    for index in {0, size // 2, size - 1}:
        for old in {1, size // 2, size - 1, size}:
            _accept(true_claim(SIGNER, entries, index, old))


def test_aics_refuses_everything_bent() -> None:
    entries = [b'{"n":"%d","t":"inbox","v":"1"}' % number for number in range(23)]
    claim = true_claim(SIGNER, entries, 11, 13)
    accepted = []
    for what, wrong in bent(claim, SIGNER, entries).items():
        try:
            _accept(wrong)
        except (AssertionError, ValueError):
            continue
        accepted.append(what)
    assert accepted == []


@pytest.mark.django_db(transaction=True)
def test_over_http_aics_accepts_every_size_and_audits_every_tile(live_server: Any, keeper: Keeper) -> None:
    entries = serve(keeper, SIZES)
    key = aics.parse_vkey(keyfile.load(keeper.key)[0].vkey)
    reader = aics.HttpTileReader(f"{live_server.url}/log/", proxies={})
    assert aics.verify_checkpoint(aics.parse_note(reader.read_checkpoint()), key).ok
    for size in SIZES:
        found = reading.at(size)
        assert found is not None
        result = aics.verify_checkpoint(aics.parse_note(found.note), key)
        assert result.ok
        head = result
        tiles = aics.VerifiedTileReader(reader, head.size, head.root)
        for index in {0, size // 2, size - 1} if size else ():
            assert tiles.entry(index) == entries[index]
            path = aics.inclusion_proof_from_tiles(tiles, index, size)
            assert aics.verify_leaf_inclusion(entries[index], index, size, path, head.root)
        if size in {40, 513}:
            aics.audit_tiles(reader, head.size, head.root)
    for old, new in ((1, 40), (255, 513), (511, 65_537), (65_535, 66_000)):
        roots = [bytes(found.root) for found in (reading.at(old), reading.at(new)) if found]
        assert aics.verify_consistency(old, new, *roots, reading.consistency(old, new))


@pytest.mark.django_db(transaction=True)
def test_aics_refuses_a_bent_tile_and_a_bent_entry(live_server: Any, keeper: Keeper) -> None:
    serve(keeper, [600])
    found = reading.at(600)
    assert found is not None

    class Bent(aics.HttpTileReader):  # type: ignore[misc, name-defined] # untyped
        level = 0

        def read_tile(self, level: int, index: int, width: int | None) -> bytes | None:
            data: bytes | None = super().read_tile(level, index, width)
            return flip(data) if data and level == self.level else data

        def read_entry_bundle(self, index: int, width: int | None) -> bytes | None:
            data: bytes | None = super().read_entry_bundle(index, width)
            return data[:5] + flip(data[5:]) if data and self.level < 0 else data

    for level in (0, 1, -1):
        reader = Bent(f"{live_server.url}/log/", proxies={})
        reader.level = level
        with pytest.raises((ValueError, OSError)):
            aics.audit_tiles(reader, 600, bytes(found.root))


@pytest.fixture
def witness(keeper: Keeper, tmp_path: Path) -> Iterator[Any]:
    """A witness of others that listens on this machine and knows this log."""
    from aics_witness.config import LogConfig
    from aics_witness.store import WitnessStore
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    vkey = keyfile.load(keeper.key)[0].vkey
    log = LogConfig.from_strings("ma.example.cn/log", [vkey])
    store = WitnessStore(tmp_path / "witness.db", create=True)
    key = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
    server = witnessing.make_server(witnessing.Witness("witness.example/w1", key, store, [log]))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


@pytest.mark.django_db(transaction=True)
def test_aics_witness_cosigns_growth_and_refuses_a_fork(keeper: Keeper, witness: Any) -> None:
    listed = keeper.key.with_suffix(".witnesses")
    listed.write_text(f"{witness.witness.vkey_text} {witness.url}\n")
    for count in (0, 3, 300):
        append(*range(count))
        keeper.sign()
        assert feeding.feed() == 1
    assert Cosignature.objects.count() == 3
    newest = reading.newest()
    assert newest is not None
    head = verifying.open_checkpoint(
        reading.full_note(newest), reading.vkeys(), witnesses=[witness.witness.vkey_text]
    )
    assert list(head.cosigned) == ["witness.example/w1"]
    (signer,) = keyfile.load(keeper.key)
    fork = [b'{"t":"fork","v":"1"}'] * (newest.size + 1)
    tree = tree_over(fork)
    forged = signed(signer, len(fork), tree.root(0, len(fork)))
    proof = [tree.root(0, 1)]
    body = request_body(newest.size, proof, forged)
    with pytest.raises(witnessing.WitnessError) as refused:
        witness.witness.add_checkpoint(body)
    assert refused.value.status == 422
