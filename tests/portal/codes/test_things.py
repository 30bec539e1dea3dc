"""Codes of disclosed things: the page they open, whatever becomes of the thing; their plates on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.db import IntegrityError, transaction
from django.test import Client

from portal.catalogue.models import NamesPolicy
from portal.codes import things
from portal.codes.actions import code_for_thing
from portal.codes.models import Code
from portal.codes.plate import Imprint, PosterError, Printed, labels, signs
from portal.codes.sheets import code_address
from portal.releases import actions, registry
from portal.releases.models import Release, Replacement, State
from portal.releases.plates import Plate, Plated
from portal.releases.registry import Disclosure
from tests.builders import NOW, add_rows, make_cast, make_item, make_places, start_release, walk
from tests.throwaway.models import VillageNotice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scans_dir", "pages_dir")]
ADDRESS = "HTTPS://MA.EXAMPLE.CN/C/7K4M92X"
CODES = "/manage/codes/code/"
MM = 72 / 25.4


def words_on(row: VillageNotice) -> Plate:
    return Plate(name=f"{row.title}牌", facts=(("花多少", f"{row.amount} 元"), ("哪天", "")))


LABEL = Plated(number="title", word="资产牌", call="扫一扫，看它的账", plate=words_on)
SIGN = replace(LABEL, word="工地牌", call="扫一扫，看这项工程", is_sign=True)


@pytest.fixture
def plated(village_notices: Disclosure) -> Disclosure:
    return declared(replace(village_notices, plated=LABEL))


def declared(kind: Disclosure) -> Disclosure:
    """Declare the throw-away kind anew; its own fixture takes it away."""
    registry.unregister(kind.code)
    registry.register(kind)
    return kind


def published(*titles: str, state: State = State.PUBLISHED, batch: int = 1) -> Release:
    make_item("XX-99", kind="village-notices", name="村务公告")
    draft = start_release(item=make_item("XX-99"), batch=batch)
    add_rows(draft, [_told(title) for title in titles])
    return walk(draft, state)


def _told(title: str, amount: str = "8450.00") -> dict[str, object]:
    return {
        "title": title,
        "amount": amount,
        "posted_on": date(2026, 6, 20),
        "region": make_places().dapu,
        "note": "",
    }


def row_of(release: Release, title: str = "水泵") -> VillageNotice:
    found: VillageNotice = VillageNotice.objects.get(release=release, title=title)
    return found


def code_of(release: Release, title: str = "水泵") -> Code:
    return things.code_of(registry.kind("village-notices"), LABEL, row_of(release, title))


def correct(release: Release, amount: str | None) -> Release:
    """Correct the amount of the pump, or take the line away."""
    old = row_of(release)
    draft = actions.start_correction(release.pk, by=release.drafted_by, reason="写错了")
    new = add_rows(draft, [_told("水泵", amount)], replacing=[old])[0] if amount else None
    Replacement.objects.create(release=draft, row_id=old.pk, by_row_id=new, reason="写错了")
    return walk(draft, State.PUBLISHED)


def scanned(client: Client, code: Code, status: int = 200) -> str:
    answer = client.get(f"/c/{code.slug.lower()}")
    assert answer.status_code == status
    return str(answer.content.decode())


def test_a_code_opens_the_things_own_page_without_a_redirect(plated: Disclosure, client: Client) -> None:
    release = published("水泵", "路灯")
    code = code_of(release)
    row = row_of(release)
    assert f'data-row="village-notices/{row.pk}"' in scanned(client, code)
    assert client.get(f"/c/{code.slug}")["Link"].endswith(f'/row/village-notices/{row.pk}/>; rel="canonical"')


def test_it_opens_the_newest_version(plated: Disclosure, client: Client) -> None:
    release = published("水泵")
    code = code_of(release)
    later = correct(release, "9000.00")
    page = scanned(client, code)
    assert f'data-row="village-notices/{row_of(later).pk}"' in page
    assert code_of(later) == code


@pytest.mark.parametrize("how", ["line", "release"])
def test_it_explains_itself_when_the_thing_was_withdrawn(
    plated: Disclosure, client: Client, how: str
) -> None:
    release = published("水泵")
    code = code_of(release)
    if how == "line":
        correct(release, None)
    else:
        actions.withdraw(release.pk, by=make_cast().county_reviewer, at=NOW, reason="录重了")
    page = scanned(client, code, 410)
    assert "这一笔撤下了" in page
    assert ("写错了" if how == "line" else "录重了") in page


def test_published_anew_after_a_withdrawal_it_opens_the_new_row(plated: Disclosure, client: Client) -> None:
    code = code_of(published("水泵", state=State.WITHDRAWN))
    again = published("水泵", batch=2)
    assert f'data-row="village-notices/{row_of(again).pk}"' in scanned(client, code)


def test_without_a_public_row_it_leads_to_the_village(plated: Disclosure, client: Client) -> None:
    code = code_for_thing(
        kind="village-notices", place=make_places().dapu, number="没有这个", name="没有这个"
    )
    assert f"/r/{make_places().dapu.code}/" in scanned(client, code, 404)


def test_one_number_in_two_villages_is_two_things(plated: Disclosure) -> None:
    release = published("水泵")
    other = code_for_thing(kind="village-notices", place=make_places().binjiang, number="水泵", name="水泵")
    assert other != code_of(release)
    assert things.newest(other) is None


def test_a_thing_has_one_valid_code_for_good(plated: Disclosure) -> None:
    code = code_of(published("水泵"))
    assert Code.objects.valid().filter(target="thing").count() == 1
    for change in ({"number": "别的"}, {"kind": "assets"}, {"place": make_places().binjiang}):
        with pytest.raises(IntegrityError, match="leads where it always led"), transaction.atomic():
            Code.objects.filter(pk=code.pk).update(**change)
    with pytest.raises(IntegrityError, match="codes_code_one_target"), transaction.atomic():
        Code.objects.create(target="thing", county="360902", kind="x", number="1", title="x")


def printed(number: int = 1, *, name: str = "大浦抽水站 3 号水泵", facts: int = 0) -> Printed:
    return Printed(
        name=name,
        number=f"360902100204-ZC-{number:04d}",
        place="袁州区彬江镇大浦村",
        village="大浦村",
        call="扫一扫，看它的账",
        address=ADDRESS,
        clear="MA.EXAMPLE.CN/C/7K4M92X",
        facts=tuple((f"第{at}项", "从上屋场到水库大塘边的机耕道和排水沟渠" * 2) for at in range(facts)),
    )


IMPRINT = Imprint(site="宜春“码”上监督", hotline="12388", printed_on=date(2026, 11, 23), is_example=True)


def codes_on(pdf: bytes, page: int = 0) -> list[zxingcpp.Barcode]:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=150 / 72).to_pil()
    return list(zxingcpp.read_barcodes(picture))


def width_mm(code: zxingcpp.Barcode) -> float:
    spot = code.position
    return float(spot.top_right.x - spot.top_left.x) * 25.4 / 150


def words_of(pdf: bytes, page: int = 0) -> str:
    told = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return "".join(str(told).replace("\u200b", "").split())


@pytest.mark.parametrize(
    "name", ["水泵", "大浦抽水站 3 号水泵", "实际种粮农民烘干中心一号机组" * 6, '#panic("x")']
)
def test_a_label_is_90_by_60_mm_with_a_code_of_30_mm(name: str) -> None:
    pdf = labels([printed(name=name)], IMPRINT, on_sheets=False)
    (page,) = pypdfium2.PdfDocument(pdf)
    assert (round(page.get_width() / MM), round(page.get_height() / MM)) == (90, 60)
    (code,) = codes_on(pdf)
    assert code.text == ADDRESS
    assert width_mm(code) >= 30
    told = words_of(pdf)
    for part in (name.replace(" ", ""), "360902100204-ZC-0001", "大浦村", "MA.EXAMPLE.CN/C/7K4M92X", "12388"):
        assert part in told


def test_eight_labels_stand_on_a_sheet(plated: Disclosure) -> None:
    pdf = labels([printed(number) for number in range(1, 18)], IMPRINT, on_sheets=True)
    document = pypdfium2.PdfDocument(pdf)
    assert [len(codes_on(pdf, page)) for page in range(len(document))] == [8, 8, 1]
    assert (round(document[0].get_width()), round(document[0].get_height())) == (595, 842)
    assert "ZC-0017" in words_of(pdf, 2)


@pytest.mark.parametrize(("is_large", "size"), [(False, (595, 842)), (True, (842, 1191))])
@pytest.mark.parametrize("facts", [0, 5, 9])
def test_a_sign_is_one_sheet_with_a_code_of_60_mm(
    *, is_large: bool, size: tuple[int, int], facts: int
) -> None:
    pdf = signs([printed(facts=facts)], IMPRINT, is_large=is_large)
    (page,) = pypdfium2.PdfDocument(pdf)
    assert (round(page.get_width()), round(page.get_height())) == size
    (code,) = codes_on(pdf)
    assert width_mm(code) >= 60
    assert words_of(pdf).count("排水沟渠") == 2 * facts


def test_what_no_sign_can_hold_is_refused() -> None:
    with pytest.raises(PosterError, match="排不出来"):
        signs([printed(facts=60)], IMPRINT, is_large=False)


def test_the_list_of_codes_offers_the_plates_of_a_village(plated: Disclosure, client: Client) -> None:
    published("水泵", "路灯")
    client.force_login(make_cast().clerk)
    village = make_places().dapu
    page = client.get(CODES, {"q": "大浦"}).content.decode()
    address = f"{CODES}places/{village.pk}/plates/village-notices/"
    assert address in page
    assert "资产牌 2 块" in page
    answer = client.post(address)
    assert answer["Content-Type"] == "application/pdf"
    assert {code.text for code in codes_on(answer.content)} == {
        code_address(code) for code in Code.objects.filter(target="thing")
    }
    listed = client.get(CODES, {"tab": "things"}).content.decode()
    assert "水泵牌" in listed
    assert "编号 路灯" in listed


def test_a_release_and_a_row_offer_theirs(plated: Disclosure, client: Client) -> None:
    release = published("水泵", "路灯")
    client.force_login(make_cast().clerk)
    address = f"{CODES}releases/{release.pk}/plates/"
    assert address in client.get(f"/manage/releases/release/{release.pk}/change/").content.decode()
    assert len(codes_on(client.post(address).content)) == 2
    row = row_of(release)
    assert len(codes_on(client.post(f"{CODES}things/village-notices/{row.pk}/").content)) == 1
    own = client.get(f"/c/{code_of(release).slug}/poster.pdf")
    assert own["Content-Type"] == "application/pdf"
    assert "水泵牌" in words_of(own.content)


def test_signs_come_in_two_sizes(plated: Disclosure, client: Client) -> None:
    declared(replace(plated, plated=SIGN))
    release = published("水泵")
    client.force_login(make_cast().clerk)
    address = f"{CODES}releases/{release.pk}/plates/"
    assert 'value="a3"' in client.get(address).content.decode()
    for paper, width in (("", 595), ("a3", 842)):
        pdf = client.post(address, {"paper": paper}).content
        assert round(pypdfium2.PdfDocument(pdf)[0].get_width()) == width
        assert "花多少" in words_of(pdf)
        assert "哪天" not in words_of(pdf)


def test_a_character_the_font_lacks_is_named_and_the_rest_printed(plated: Disclosure, client: Client) -> None:
    release = published("水泵", "\U00030edd泵")
    client.force_login(make_cast().clerk)
    address = f"{CODES}releases/{release.pk}/plates/"
    page = client.post(address).content.decode()
    assert "字库里没有" in page
    assert "印其余 1 块" in page
    assert len(codes_on(client.post(address, {"rest": "1"}).content)) == 1


def test_looking_makes_no_code(plated: Disclosure, client: Client) -> None:
    release = published("水泵", "路灯")
    client.force_login(make_cast().clerk)
    for address in (
        f"{CODES}releases/{release.pk}/plates/",
        f"{CODES}places/{make_places().dapu.pk}/plates/village-notices/",
        f"{CODES}things/village-notices/{row_of(release).pk}/",
    ):
        page = client.get(address)
        assert "打印" in page.content.decode()
        assert page["Content-Type"].startswith("text/html")
    assert not Code.objects.filter(target="thing").exists()


def test_many_plates_come_in_parts(
    plated: Disclosure, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.codes.things.MOST_LABELS", 2)
    release = published("水泵", "路灯", "水塔")
    client.force_login(make_cast().clerk)
    address = f"{CODES}releases/{release.pk}/plates/"
    assert "打印第 3 到 3 块" in client.get(address).content.decode()
    assert [len(codes_on(client.post(address, {"part": part}).content)) for part in ("1", "2")] == [2, 1]
    assert [client.post(address, {"part": part}).status_code for part in ("0", "3", "x")] == [404] * 3


def test_what_is_public_in_sums_only_has_no_plate(plated: Disclosure, client: Client) -> None:
    make_item("XX-99", kind="village-notices", name="村务公告", names=NamesPolicy.HIDDEN)
    release = published("水泵")
    code = code_of(release)
    client.force_login(make_cast().clerk)
    for address in (
        f"{CODES}releases/{release.pk}/plates/",
        f"{CODES}things/village-notices/{row_of(release).pk}/",
        f"/c/{code.slug}/poster.pdf",
    ):
        assert client.get(address).status_code == 404


def test_strangers_and_inspectors_print_nothing(plated: Disclosure, client: Client) -> None:
    release = published("水泵")
    row, cast, village = row_of(release), make_cast(), make_places().dapu
    paths = (
        f"{CODES}releases/{release.pk}/plates/",
        f"{CODES}things/village-notices/{row.pk}/",
        f"{CODES}places/{village.pk}/plates/village-notices/",
        f"/c/{code_of(release).slug}/poster.pdf",
    )
    for person in (cast.stranger, cast.inspector):
        client.force_login(person)
        for ask in (client.get, client.post):
            assert {ask(path).status_code for path in paths} <= {403, 404, 405}
    assert Code.objects.filter(target="thing").count() == 1


def test_a_code_out_of_use_says_what_it_was(plated: Disclosure, client: Client) -> None:
    code = code_of(published("水泵"))
    client.force_login(make_cast().county_reviewer)
    address = f"{CODES}{code.pk}/withdraw/"
    client.post(address, {"reason": "水泵报废了", "sure": "1"})
    page = scanned(client, code, 410)
    assert "水泵牌（编号 水泵）" in page
    assert "水泵报废了" in page
    assert "大浦村" in page
