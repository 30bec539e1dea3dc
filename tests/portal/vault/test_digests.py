from __future__ import annotations

from portal.vault.digests import account_digest, identity_digest

KEY = bytes(32)
NUMBER = "110101199003070038"


def test_one_number_always_gives_the_same_sixteen_bytes() -> None:
    assert identity_digest(NUMBER, KEY) == identity_digest(NUMBER, KEY)
    assert len(identity_digest(NUMBER, KEY)) == 16


def test_identity_and_account_lie_in_separate_domains() -> None:
    assert identity_digest(NUMBER, KEY) != account_digest(NUMBER, KEY)


def test_another_key_gives_another_digest() -> None:
    assert identity_digest(NUMBER, KEY) != identity_digest(NUMBER, bytes([1]) * 32)


def test_the_digest_is_hmac_sha256_as_documented() -> None:
    # printf 'identity\0110101199003070038' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00 (32 bytes)
    assert identity_digest(NUMBER, KEY).hex() == "d2d85d5633e5820294f610b06f85a153"
