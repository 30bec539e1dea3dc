"""The packed stylesheet and its hash."""

from __future__ import annotations

import base64
import hashlib

from portal.pages import style


def test_packing_drops_comments_and_indents_and_keeps_strings() -> None:
    css = '/* why */\na{\n  color:red;\n}\nb::before{content:"a  b"}\n'

    assert style.packed(css) == 'a{color:red;}b::before{content:"a  b"}'


def test_a_line_that_could_change_meaning_keeps_its_end() -> None:
    assert style.packed("a\nb{c:d}") == "a\nb{c:d}"


def test_the_hash_is_that_of_the_bytes_between_the_tags() -> None:
    digest = base64.b64encode(hashlib.sha256(style.text().encode()).digest()).decode()

    assert style.source_hash() == f"'sha256-{digest}'"
    assert "</" not in style.text()


def test_the_address_changes_with_the_bytes() -> None:
    assert style.path() == f"/style/{hashlib.sha256(style.text().encode()).hexdigest()[:16]}.css"
