from __future__ import annotations

import itertools
import json
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.record.leaves import RowName, canonical, group_digest, leaf_of, row_leaf, salt, text

# Surrogates cannot be stored in PostgreSQL; everything else may stand in a cell.
VALUES = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(codec="ascii"), min_size=1)
GROUPS = st.dictionaries(KEYS, VALUES, max_size=8)

NAME = RowName("payments", "01980000-0000-7000-8000-000000000001", 1)
SEED = bytes(range(16))
WHAT = {"amount": "697.50", "paid_on": "2026-06-20", "region": "360902100204"}
WHO = {"name": "李大根"}
KEPT = {"identity": "00" * 16}


@given(GROUPS)
def test_canonical_agrees_with_the_reference_implementation(values: dict[str, str]) -> None:
    assert canonical(values) == rfc8785.dumps(dict(values))


@given(GROUPS, GROUPS, GROUPS, st.binary(min_size=16, max_size=16), st.integers(1, 9))
def test_a_leaf_follows_from_the_written_formula(
    what: dict[str, str], who: dict[str, str], kept: dict[str, str], seed: bytes, version: int
) -> None:
    def digest(group: str, values: dict[str, str]) -> str:
        return sha256(sha256(seed + group.encode()).digest()[:16] + rfc8785.dumps(dict(values))).hexdigest()

    name = RowName("payments", NAME.row_id, version)
    clear = {"id": NAME.row_id, "kind": "payments", "ver": str(version)}
    digests = {"kept": digest("kept", kept), "what": digest("what", what), "who": digest("who", who)}
    committed = sha256(rfc8785.dumps({"d": digests, **clear})).hexdigest()
    leaf = rfc8785.dumps({"c": committed, "v": "1", **clear})
    assert row_leaf(name, seed, what=what, who=who, kept=kept) == (leaf, sha256(b"\x00" + leaf).digest())


def test_a_leaf_says_nothing_but_kind_id_and_version() -> None:
    leaf, _ = row_leaf(NAME, SEED, what=WHAT, who=WHO, kept=KEPT)
    assert set(json.loads(leaf)) == {"c", "id", "kind", "v", "ver"}


@pytest.mark.parametrize("group", ["what", "who", "kept"])
def test_a_changed_value_in_any_group_changes_the_leaf(group: str) -> None:
    groups = {"what": WHAT, "who": WHO, "kept": KEPT}
    changed = groups | {group: {**groups[group], "more": "1"}}
    assert row_leaf(NAME, SEED, **groups) != row_leaf(NAME, SEED, **changed)


def test_an_opening_needs_only_the_digest_of_what_is_kept_back() -> None:
    digests = {
        "kept": group_digest(salt(SEED, "kept"), KEPT),
        "what": group_digest(salt(SEED, "what"), WHAT),
        "who": group_digest(salt(SEED, "who"), WHO),
    }
    assert leaf_of(NAME, digests) == row_leaf(NAME, SEED, what=WHAT, who=WHO, kept=KEPT)


def test_text_is_committed_in_one_normal_form() -> None:
    assert text("e\N{COMBINING ACUTE ACCENT}") == "\N{LATIN SMALL LETTER E WITH ACUTE}"


def _guesses() -> list[tuple[dict[str, str], dict[str, str]]]:
    """A voters' roll of a hundred names, times a hundred amounts: ten thousand candidates."""
    names = [
        "".join(pair) + "根" for pair in itertools.product("李王张刘陈易袁彭黄钟", "大小国桂建秋春冬长水")
    ]
    amounts = [f"{number * 2 + 137}.50" for number in range(280, 380)]
    return [(WHAT | {"amount": amount}, {"name": name}) for name, amount in itertools.product(names, amounts)]


def _found(salts: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return the guesses that reproduce the public leaf under these salts, everything else known."""
    _, wanted = row_leaf(NAME, SEED, what=WHAT, who=WHO, kept={})
    kept = group_digest(salts["kept"], {})
    return [
        (who["name"], what["amount"])
        for what, who in _guesses()
        if leaf_of(
            NAME,
            {
                "kept": kept,
                "what": group_digest(salts["what"], what),
                "who": group_digest(salts["who"], who),
            },
        )[1]
        == wanted
    ]


@pytest.mark.parametrize("guess", [b"", bytes(16), NAME.row_id.encode()], ids=["none", "zero", "row id"])
def test_ten_thousand_guesses_find_nothing_without_the_salts(guess: bytes) -> None:
    assert _found(dict.fromkeys(["what", "who", "kept"], guess)) == []


def test_one_salt_alone_confirms_no_guess() -> None:
    assert _found({"what": salt(SEED, "what"), "who": bytes(16), "kept": salt(SEED, "kept")}) == []


def test_the_same_guesses_find_the_row_with_its_salts() -> None:
    assert _found({group: salt(SEED, group) for group in ("what", "who", "kept")}) == [("李大根", "697.50")]
