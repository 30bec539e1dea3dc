"""PDFs through the real child."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageStat

from tests.portal.documents.cleaned import clean, every_byte, refused, shown
from tests.portal.documents.samples import CANARY, drawn_pdf, pdf, raw_pdf, receipt

BLACK_BAR = b"0 0 0 rg 100 400 395 100 re f"


def test_a_scan_becomes_its_pages_in_order() -> None:
    made = clean(pdf(receipt(), receipt(shade=90), receipt(1200, 900)))
    assert made.media_type == "application/pdf"
    assert [(page.full.width > page.full.height) for page in made.pages] == [False, False, True]
    assert all(len(page.full.data) <= 150_000 for page in made.pages)


def test_what_a_page_draws_is_seen() -> None:
    seen = shown(drawn_pdf(BLACK_BAR)).convert("L")
    assert seen.width == 1280
    middle = seen.crop((300, 780, 900, 880))
    assert ImageStat.Stat(middle).mean[0] < 10
    assert ImageStat.Stat(seen.crop((0, 0, 1280, 600))).mean[0] > 250


def test_an_appearance_of_a_form_field_is_seen() -> None:
    # The seal of an electronic invoice is the appearance of its signature field.
    stamp = b"1 0 0 rg 0 0 200 100 re f"
    field = b"/Subtype /Widget /FT /Sig /T (s) /F 4 /Rect [100 150 300 250] /AP << /N 5 0 R >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 200 100]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Annots [4 0 R] >>",
        b"<< /Type /Annot %s >>" % field,
        b"<< %s /Length %d >>\nstream\n%s\nendstream" % (form, len(stamp), stamp),
    ]
    red, green, blue = shown(raw_pdf(objects)).getpixel((640, 640))  # type: ignore[misc] # RGB
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_nothing_but_pixels_comes_out_of_a_pdf() -> None:
    script = f"/OpenAction << /S /JavaScript /JS (app.alert\\('{CANARY}'\\)) >>"
    made = clean(drawn_pdf(BLACK_BAR + b" %" + CANARY.encode(), more=script))
    assert CANARY.encode() not in every_byte(made)


def test_a_line_before_the_header_does_no_harm() -> None:
    assert clean(b"\xef\xbb\xbf\r\n" + drawn_pdf(BLACK_BAR)).media_type == "application/pdf"


def _many_pages(count: int) -> bytes:
    kids = b" ".join([b"3 0 R"] * count)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, page])


def _nested_forms(depth: int) -> bytes:
    """Return a small PDF whose drawing doubles with every level."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /F 5 0 R >> >> >>"
    )
    draw = b"/F Do " * 10
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(draw), draw),
    ]
    for level in range(depth):
        body = draw if level + 1 < depth else b"0 0 9 9 re f"
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Length %d"
            b" /Resources << /XObject << /F %d 0 R >> >> >>\nstream\n%s\nendstream"
            % (len(body), level + 6, body)
        )
    return raw_pdf(objects)


def _locked() -> bytes:
    encryption = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
    made = drawn_pdf(BLACK_BAR)
    entries = b"/Encrypt " + encryption + b" /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">] /Root"
    return made.replace(b"/Root", entries)


LOOP = raw_pdf(
    [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
    ]
)
NO_PAGE = raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n" + b"junk" * 100, "PDF 坏了"),
        (pdf(receipt())[:3000], "PDF 坏了"),
        (LOOP, "PDF 坏了"),
        (NO_PAGE, "PDF"),
        (_locked(), "密码"),
        (_many_pages(31), "31 页，一份最多 30 页"),
        (_many_pages(20_000), "20000 页"),
        (drawn_pdf(BLACK_BAR, box="0 0 1000000 1000000"), "纸张大小"),
        (drawn_pdf(BLACK_BAR, box="0 0 5 5"), "纸张大小"),
        (drawn_pdf(BLACK_BAR, box="0 0 100 4900"), "太长"),
        (_nested_forms(30), "太复杂"),
    ],
    ids=["junk", "half", "loop", "empty", "locked", "31", "20000", "huge", "tiny", "strip", "nested"],
)
def test_a_bad_pdf_is_refused_in_plain_words(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_the_number_of_pages_is_a_setting(settings: Any) -> None:
    settings.DOCUMENTS_MOST_PAGES = 1
    assert "最多 1 页" in refused(pdf(receipt(), receipt()))


def test_a_scan_is_as_readable_as_its_photograph() -> None:
    thin = Image.new("L", (1654, 2339), 255)
    for left in range(100, 1500, 12):
        thin.paste(0, (left, 100, left + 3, 2200))
    seen = shown(pdf(thin.convert("RGB"))).convert("L").crop((100, 200, 1000, 1500))
    darkest, lightest = seen.getextrema()
    assert darkest < 90 < 200 < lightest  # type: ignore[operator] # one band
