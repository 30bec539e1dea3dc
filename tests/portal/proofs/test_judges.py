"""Programs of others accept what we serve and refuse what was bent; the project's own judge agrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import metamorphic_log
import pytest
import rfc8785
from tlog_scales import tiles as scales_tiles
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

from portal.log import keyfile, reading
from portal.record import verifying
from portal.record.hashing import leaf_hash
from portal.record.notes import Signer
from tests.portal.log.keeping import Keeper
from tests.portal.proofs.served import (
    SIZES,
    Claim,
    bent,
    entries_of,
    fetch,
    serve,
    true_claim,
)

Accept = Callable[[Claim], Any]
SIGNER = Signer("ma.example.cn/log", b"\x07" * 32)
OTHER = Signer("ma.example.cn/log", b"\x08" * 32)


def _own(claim: Claim) -> None:
    head = verifying.open_checkpoint(claim.note, [claim.vkey])
    old = verifying.open_checkpoint(claim.old_note, [claim.vkey])
    verifying.check_inclusion(verifying.entry_hash(claim.entry), claim.index, head, claim.path)
    verifying.check_consistency(old, head, claim.growth)


def _scales(claim: Claim) -> None:
    checkpoint = Checkpoint.from_text(claim.note)
    checkpoint.verify(Vkey.from_string(claim.vkey))
    leaf = scales_tiles.leaf_hash(claim.entry)
    InclusionProof(claim.index, checkpoint.size, claim.path).check(leaf, checkpoint.root_hash)
    ConsistencyProof(claim.old_size, checkpoint.size, claim.growth).check(
        claim.old_root, checkpoint.root_hash
    )


def _metamorphic(claim: Claim) -> None:
    keys = [claim.vkey]
    leaf = leaf_hash(claim.entry)
    metamorphic_log.checkpoint_verify_inclusion(claim.note, keys, claim.index, leaf, claim.path)
    metamorphic_log.checkpoint_verify_consistency(claim.old_note, claim.note, keys, claim.growth)


JUDGES = [pytest.param(_own, id="own"), pytest.param(_scales, id="tlog-scales")]
JUDGES.append(pytest.param(_metamorphic, id="metamorphic-log"))


@pytest.mark.parametrize("accept", JUDGES)
@pytest.mark.parametrize("size", [2, 3, 7, 8, 40, 257, 513])
def test_each_judge_accepts_what_is_true(accept: Accept, size: int) -> None:
    entries = [b'{"n":"%d","t":"inbox","v":"1"}' % number for number in range(size)]
    for index in {0, size // 2, size - 1}:
        for old in {1, size // 2, size - 1, size}:
            accept(true_claim(SIGNER, entries, index, old))


@pytest.mark.parametrize("accept", JUDGES)
def test_each_judge_refuses_everything_bent(accept: Accept) -> None:
    entries = [b'{"n":"%d","t":"inbox","v":"1"}' % number for number in range(23)]
    claim = true_claim(SIGNER, entries, 11, 13)
    accepted = []
    for what, wrong in bent(claim, SIGNER, entries).items():
        try:
            accept(wrong)
        except Exception:  # noqa: BLE001 # each judge has its own ways to say no
            continue
        accepted.append(what)
    assert accepted == []


@pytest.mark.parametrize("accept", JUDGES)
def test_each_judge_refuses_another_key(accept: Accept) -> None:
    entries = [b'{"n":"%d","t":"inbox","v":"1"}' % number for number in range(9)]
    claim = true_claim(OTHER, entries, 3, 5)
    with pytest.raises(Exception):  # noqa: B017, PT011 # each judge has its own
        accept(Claim(**{**vars(claim), "vkey": SIGNER.vkey}))


@pytest.mark.django_db(transaction=True)
def test_over_http_tlog_scales_and_metamorphic_accept_every_size(live_server: Any, keeper: Keeper) -> None:
    entries = serve(keeper, SIZES)
    address = f"{live_server.url}/log"
    vkey = keyfile.load(keeper.key)[0].vkey
    newest = Checkpoint.from_text(fetch(f"{address}/checkpoint").decode())
    newest.verify(Vkey.from_string(vkey))
    assert newest.size == SIZES[-1]
    before = None
    for size in SIZES:
        found = reading.at(size)
        assert found is not None
        checkpoint = Checkpoint.from_text(found.note)
        checkpoint.verify(Vkey.from_string(vkey))
        reader = TilesReader(HttpBackend(address))
        reader.set_size(size)
        assert reader.calculate_root_hash() == checkpoint.root_hash
        for index in {0, size // 2, size - 1} if size else ():
            entry = reader.get_entry(index)
            assert entry == entries[index]
            path = reader.get_inclusion_proof(index, size)
            path.check(scales_tiles.leaf_hash(entry), checkpoint.root_hash)
            metamorphic_log.checkpoint_verify_inclusion(
                found.note, [vkey], index, leaf_hash(entry), path.node_hashes
            )
        if before is not None:
            served = fetch(f"{address}/consistency/{before.size}/{size}").decode()
            proof = verifying.read_hashes(served)
            ConsistencyProof(before.size, size, proof).check(before.root_hash, checkpoint.root_hash)
            if before.size:
                assert reader.get_consistency_proof(before.size, size).node_hashes == proof
                old = reading.at(before.size)
                assert old is not None
                metamorphic_log.checkpoint_verify_consistency(old.note, found.note, [vkey], proof)
        before = checkpoint
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        told = verifying.read_proof(fetch(f"{address}/proof/{index}").decode())
        metamorphic_log.checkpoint_verify_inclusion(
            told.note, [vkey], told.index, leaf_hash(entries[index]), told.path
        )


@pytest.mark.django_db(transaction=True)
def test_a_tile_with_one_bit_changed_is_refused(live_server: Any, keeper: Keeper) -> None:
    serve(keeper, [600])

    class Bent(HttpBackend):
        wanted: tuple[str, str] = ("tile", "0")

        def get(self, *path: str) -> bytes | None:
            data = super().get(*path)
            if data is None or path[:2] != self.wanted:
                return data
            return bytes([data[0] ^ 1]) + data[1:]

    every: list[tuple[str, str]] = [("tile", "0"), ("tile", "1"), ("tile", "entries")]
    for wanted in every:
        backend = Bent(f"{live_server.url}/log")
        backend.wanted = wanted
        reader = TilesReader(backend)
        checkpoint = reader.get_checkpoint()
        with pytest.raises(Exception):  # noqa: B017, PT011 # the judge's own
            _check_one(reader, checkpoint, index=0 if wanted[1] != "1" else 599)


def _check_one(reader: TilesReader, checkpoint: Checkpoint, *, index: int) -> None:
    entry = reader.get_entry(index)
    path = reader.get_inclusion_proof(index, checkpoint.size)
    path.check(scales_tiles.leaf_hash(entry), checkpoint.root_hash)


@pytest.mark.django_db
def test_rfc8785_writes_the_same_entries(keeper: Keeper) -> None:
    for entry in entries_of(keeper, 50):
        told = verifying.entry_of(entry)
        assert told is not None
        assert rfc8785.dumps(told) == entry
