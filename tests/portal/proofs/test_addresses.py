"""What the log serves to anybody, and how long it may be kept."""

from __future__ import annotations

import json
from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from funds.models import Payment
from portal.codes.actions import code_for_region
from portal.codes.sheets import poster_pdf
from portal.log import keyfile, reading
from portal.log.models import Audit, Leaf
from portal.record import verifying
from portal.releases.models import Release, State
from tests.builders import Line, make_correction, make_item, make_places, make_programme, make_release
from tests.portal.log.keeping import Keeper, append, bend

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(keeper: Keeper) -> Release:
    make_programme()
    release = make_release(rows=3)
    keeper.sign()
    return release


def _first(release: Release) -> Payment:
    return Payment.objects.get(release=release, position=1)


def test_the_checkpoint_is_a_note_that_is_kept_for_seconds(client: Client, keeper: Keeper) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    note = keeper.newest().note
    answer = client.get("/log/checkpoint")
    assert answer.content.decode() == note
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=5"


def test_tiles_are_served_for_signed_sizes_only_and_for_ever(client: Client, keeper: Keeper) -> None:
    append(*range(4))
    keeper.sign()
    append(*range(2))
    answer = client.get("/log/tile/0/000.p/5")
    assert len(answer.content) == 5 * 32
    assert "immutable" in answer["Cache-Control"]
    assert len(client.get("/log/tile/entries/000.p/5").content) > 5 * 40
    for path in ("0/000.p/4", "0/000.p/7", "0/000", "0/001", "1/000.p/1", "0/0", "entries/000", "x/y/z/1"):
        assert client.get(f"/log/tile/{path}").status_code == 404, path


def test_proofs_check_out(client: Client, keeper: Keeper) -> None:
    append(*range(9))
    head = keeper.head()
    told = verifying.read_proof(client.get("/log/proof/4").content.decode())
    entry = verifying.entry_hash(bytes(Leaf.objects.get(idx=4).entry))
    verifying.check_inclusion(entry, 4, head, told.path)
    answer = client.get("/log/consistency/3/10")
    proof = verifying.read_hashes(answer.content.decode())
    verifying.check_growth(3, reading.tree().root(0, 3), 10, head.root, proof)
    assert "immutable" in answer["Cache-Control"]
    for path in ("proof/10", "consistency/3/11", "consistency/4/3"):
        assert client.get(f"/log/{path}").status_code == 404


def test_the_leaf_hashes_give_the_release_its_root(client: Client, published: Release) -> None:
    answer = client.get(f"/log/release/{published.pk}/hashes")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a streamed answer
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    assert verifying.root_over(hashes) == bytes(published.root or b"")
    assert answer["Content-Length"] == str(len(data))
    draft = make_release(state=State.DRAFT, batch=2)
    assert client.get(f"/log/release/{draft.pk}/hashes").status_code == 404


def test_an_opening_leads_from_values_to_the_signed_head(
    client: Client, published: Release, keeper: Keeper
) -> None:
    row = _first(published)
    answer = client.get(f"/row/payments/{row.pk}/opening.json")
    told = json.loads(answer.content)
    assert told["values"]["who"]["name"] == row.name_public
    leaf = verifying.opened_leaf(told)
    assert leaf.hex() == told["leaf_hash"]
    entry = verifying.entry_of(told["entry"].encode())
    assert entry is not None
    path = [bytes.fromhex(node) for node in told["release"]["path"]]
    place = (int(told["release"]["index"]), int(told["release"]["size"]))
    verifying.check_path(leaf, *place, path, bytes.fromhex(entry["root"]))
    proof = verifying.read_proof(told["tlog_proof"])
    head = verifying.open_checkpoint(proof.note, keyfile.load(keeper.key)[0].vkey.split())
    verifying.check_inclusion(verifying.entry_hash(told["entry"].encode()), proof.index, head, proof.path)
    told["values"]["what"]["amount"] = "1.00"
    assert verifying.opened_leaf(told) != leaf


def test_an_opening_holds_nothing_that_is_kept_back(client: Client, published: Release) -> None:
    text = client.get(f"/row/payments/{_first(published).pk}/opening.json").content.decode()
    told = json.loads(text)
    assert set(told["salts"]) == set(told["values"]) == {"what", "who"}
    assert set(told["digests"]) == {"kept"}
    for secret in ("1101011990", "6217000000", "account", "identity"):
        assert secret not in text


def test_what_is_not_public_has_no_opening(client: Client, published: Release, keeper: Keeper) -> None:
    draft = make_release(state=State.DRAFT, batch=2)
    withdrawn = make_release(state=State.WITHDRAWN, batch=3)
    hidden = make_release(item=make_item("MS-P09", names="hidden"))
    gone = _first(published)
    make_correction(published, {gone.pk: None})
    for row in (*(_first(release) for release in (draft, withdrawn, hidden)), gone):
        assert client.get(f"/row/payments/{row.pk}/opening.json").status_code == 404


def test_the_page_explains_itself_and_compares_a_sheet_of_paper(client: Client, keeper: Keeper) -> None:
    assert "日志还没开始" in client.get("/log/").content.decode()
    append(*range(3))
    newest = keeper.newest()
    page = client.get("/log/").content.decode()
    assert newest.note.split("\n")[2] in page
    assert page.count("<li><span>") == 10
    code = bytes(newest.root).hex()[:16]
    copied = f"{code[:4]} {code[4:].upper()}"
    fits = client.get("/log/", {"s": str(newest.size), "x": copied}).content.decode()
    assert "对上了" in fits
    wrong = client.get("/log/", {"s": str(newest.size), "x": "0" * 16}).content.decode()
    assert "对不上" in wrong
    assert "没有这个编号" in client.get("/log/", {"s": "99", "x": code}).content.decode()
    assert client.get("/log/", {"s": "٣", "x": "<b>"}).status_code == 200


def test_an_earlier_size_is_shown_to_be_continued(client: Client, keeper: Keeper) -> None:
    append(*range(5))
    keeper.sign()
    page = client.get("/log/at/3").content.decode()
    assert "前 3 行和那时一模一样" in page
    assert reading.tree().root(0, 3).hex()[:4] in page
    assert client.get("/log/at/7").status_code == 404
    Audit.objects.create(at=timezone.now(), is_full=True, size=6, releases=0, rows=0, difference="leaf 2")
    assert "现在说不准" in client.get("/log/at/3").content.decode()


def test_each_days_checkpoint_is_listed(client: Client, keeper: Keeper) -> None:
    keeper.sign()
    page = client.get("/log/anchors").content.decode()
    assert page.count("编号 1<") >= 1
    assert timezone.localdate().strftime("%Y年") in page


def test_the_keys_are_served_with_witnesses_as_remarks(client: Client, keeper: Keeper) -> None:
    keeper.sign()
    vkey = keyfile.load(keeper.key)[0].vkey
    keeper.key.with_suffix(".witnesses").write_text(f"# quorum 1\n{vkey} http://127.0.0.1:1\n")
    lines = client.get("/log/keys").content.decode().splitlines()
    assert lines[0] == vkey
    assert lines[1:] == ["# policy 1 of 1", f"# witness {vkey}"]


def _row_page(client: Client, row: Payment) -> str:
    return str(client.get(f"/row/payments/{row.pk}/").content.decode())


def test_a_row_waits_for_the_seal_and_then_has_it(client: Client, keeper: Keeper) -> None:
    make_programme()
    row = _first(make_release())
    assert "等待封存" in _row_page(client, row)
    keeper.sign()
    page = _row_page(client, row)
    assert 'data-seal="sealed"' in page
    assert "公开日志编号 1；之后未改动" in page
    assert "/log/proof/1" in page
    assert "tlog-tiles get-leaf" in page


def test_a_corrected_row_names_both_numbers(client: Client, published: Release, keeper: Keeper) -> None:
    row = _first(published)
    correction = make_correction(published, {row.pk: Line()})
    keeper.sign()
    page = _row_page(client, row)
    assert "编号 1，已由编号 3 更正" in page
    assert f"/row/payments/{_first(correction).pk}/" in page
    assert 'data-seal="sealed"' in _row_page(client, _first(correction))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "alter",
    [
        "UPDATE funds_payment SET amount = 1",
        "UPDATE funds_payment SET name = '别人'",
        "UPDATE releases_release SET root = decode(repeat('00', 32), 'hex') WHERE false",
        "UPDATE log_leaf SET entry = set_byte(entry, 20, 65)",
        "UPDATE log_checkpoint SET note = replace(note, E'\\n3\\n', E'\\n2\\n')",
    ],
)
def test_no_altered_row_ever_carries_the_seal(client: Client, published: Release, alter: str) -> None:
    bend(alter)
    page = _row_page(client, _first(published))
    is_altered = "false" not in alter
    assert ('data-seal="sealed"' not in page) == is_altered
    assert ('data-seal="wrong"' in page) == is_altered


def test_a_failed_verification_takes_every_seal_off(client: Client, published: Release) -> None:
    row = _first(published)
    village = f"/r/{row.region.code}/"
    assert "没改过" in client.get(village).content.decode().split("<footer")[0]
    Audit.objects.create(
        at=timezone.now() + timedelta(days=1), is_full=True, size=1, releases=0, rows=0, difference="x"
    )
    from portal.proofs.renewal import after_verification

    after_verification(agrees=False)
    assert 'data-seal="doubt"' in _row_page(client, row)
    assert "data-seal" not in client.get(village).content.decode()


def test_a_place_with_corrected_rows_says_how_many(
    client: Client, published: Release, keeper: Keeper
) -> None:
    row = _first(published)
    make_correction(published, {row.pk: Line()})
    keeper.sign()
    assert "改过 1 笔" in client.get(f"/r/{row.region.code}/").content.decode()


def test_pages_get_their_seal_when_a_checkpoint_covers_them(client: Client, keeper: Keeper) -> None:
    make_programme()
    release = make_release()
    village = f"/r/{_first(release).region.code}/"
    assert "data-seal" not in client.get(village).content.decode()
    keeper.sign()
    assert 'data-seal="sealed"' in client.get(village).content.decode()


def test_a_poster_carries_the_newest_signed_head(keeper: Keeper) -> None:
    append(*range(4))
    newest = keeper.newest()
    code = code_for_region(make_places().dapu)
    with pypdfium2.PdfDocument(poster_pdf(code)) as pdf:
        words = pdf[0].get_textpage().get_text_range()
    assert f"公开日志编号 5 总指纹 {reading.code_of(bytes(newest.root))}" in words.replace("\r\n", " ")
