from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.record.tree import EMPTY_ROOT, root_of

# Inputs and roots of the Certificate Transparency reference tests (google/certificate-transparency,
# merkletree/merkle_tree_test.cc): the root over the first n inputs.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _recursive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1 to the letter: split at the largest power of two below n."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + _recursive_root(hashes[:half]) + _recursive_root(hashes[half:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_agree_with_the_reference_vectors(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(value)).digest() for value in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_roots_agree_with_the_recursive_definition(hashes: list[bytes]) -> None:
    assert root_of(iter(hashes)) == _recursive_root(hashes)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True), st.data())
def test_order_matters(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 2))
    swapped = [*hashes[:index], hashes[index + 1], hashes[index], *hashes[index + 2 :]]
    assert root_of(hashes) != root_of(swapped)


def test_a_release_without_rows_has_the_empty_root() -> None:
    assert root_of([]) == EMPTY_ROOT
