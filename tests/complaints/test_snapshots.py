"""The row behind a report: sealed as it was shown, whatever becomes of it afterwards."""

from __future__ import annotations

import shutil
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from complaints.models import Ticket
from complaints.reporting import limits, snapshots
from complaints.sealing import opening
from funds.models import Payment
from portal.catalogue.models import NamesPolicy
from portal.log import keyfile
from portal.record import verifying
from portal.releases.models import Attachment, State
from tests.builders import Line, make_correction, make_item, make_programme, make_release
from tests.complaints.cases import NOW, Officers
from tests.complaints.forms import Sender, code_in
from tests.portal.log.keeping import Keeper
from tests.villages.books import folder_of, line, picture, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    settings.RECEIPTS_PER_CLIENT_A_MINUTE = 1000
    limits.reports.forget()
    limits.lookups.forget()


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def voucher(tmp_path: Path) -> Any:
    """A signed ledger line with two vouchers."""
    files = folder_of(tmp_path, **{"发票.jpg": picture(), "明细.png": picture("明细", form="PNG")})
    (release,) = publish_books(line(附件="发票.jpg;明细.png"), files=files)
    Keeper(settings_key()).sign()
    return LedgerEntry.objects.get(release=release)


def settings_key() -> Path:
    return Path(django_settings.LOG_KEY)


def payment() -> Payment:
    make_programme()
    release = make_release(rows=1)
    Keeper(settings_key()).sign()
    return Payment.objects.get(release=release)


def sealed(staff: Officers) -> dict[str, Any]:
    told: dict[str, Any] = opening.peek(staff.li, Ticket.objects.get()).report.told["snapshot"]
    return told


def test_the_row_page_leads_to_a_form_about_this_very_row(sender: Sender, staff: Officers) -> None:
    row = payment()
    link = f"/report/?region={row.region.code}&amp;row=payments/{row.pk}"
    assert link in sender.client.get(row.get_absolute_url()).content.decode()
    page = sender.open(region=row.region.code, row=f"payments/{row.pk}")
    assert f'name="row" value="payments/{row.pk}"' in page
    assert f'name="region" value="{row.region.code}"' in page
    assert f"{row.amount:,.2f} 元" in page
    assert 'name="about" value="township" checked' in page  # The body that answers for it is a township's.


def test_what_is_sealed_proves_the_row_without_this_site(sender: Sender, staff: Officers) -> None:
    row = payment()
    sender.send(row=f"payments/{row.pk}", region=row.region.code, about="village")
    told = sealed(staff)
    assert (told["row"], told["version"]) == (f"payments/{row.pk}", 1)
    assert any(f"{row.amount:,.2f} 元" in text for _, text in told["values"])
    proof = told["opening"]
    leaf = verifying.opened_leaf(proof)
    entry = verifying.entry_of(proof["entry"].encode())
    assert entry is not None
    path = [bytes.fromhex(node) for node in proof["release"]["path"]]
    place = (int(proof["release"]["index"]), int(proof["release"]["size"]))
    verifying.check_path(leaf, *place, path, bytes.fromhex(entry["root"]))
    read = verifying.read_proof(proof["tlog_proof"])
    assert read.index == int(proof["log_index"])


def test_a_row_corrected_after_the_form_was_opened_is_sealed_as_it_was(
    sender: Sender, staff: Officers
) -> None:
    row = payment()
    sender.open(row=f"payments/{row.pk}")
    correction = Line(name=row.name_public, amount=Decimal("1.00"))
    make_correction(row.release, {row.pk: correction})
    sender.send(row=f"payments/{row.pk}")
    told = sealed(staff)
    assert (told["row"], told["version"]) == (f"payments/{row.pk}", 1)
    assert told["amount"] == f"{row.amount:,.2f}"
    assert told["opening"]["id"] == str(row.pk)


def test_a_withdrawn_row_is_sealed_as_it_was_and_shown_to_nobody_else(
    sender: Sender, staff: Officers
) -> None:
    make_programme()
    release = make_release(rows=1, state=State.WITHDRAWN)
    Keeper(settings_key()).sign()
    row = Payment.objects.get(release=release)
    page = sender.open(row=f"payments/{row.pk}")
    assert f"{row.amount:,.2f}" not in page  # Not shown to the public any more.
    code = code_in(sender.send(row=f"payments/{row.pk}"))
    told = sealed(staff)
    assert told["amount"] == f"{row.amount:,.2f}"
    assert told["opening"]["values"]["what"]["amount"]
    assert not told["is_public"]
    assert f"{row.amount:,.2f}" not in sender.follow(code).content.decode()


def test_of_a_list_of_which_only_sums_are_public_only_the_row_is_named(
    sender: Sender, staff: Officers
) -> None:
    make_programme("GY-2026", name="孤儿基本生活费", method="assessed", item_code="MS-P14")
    item = make_item("MS-P14", name="孤儿基本生活费", names=NamesPolicy.HIDDEN)
    line_ = Line(name="甲甲", programme_code="GY-2026", standard_name="", quantity=None, rate=None)
    row = Payment.objects.get(release=make_release(item=item, lines=[line_]))
    sender.send(row=f"payments/{row.pk}")
    told = sealed(staff)
    assert told["row"] == f"payments/{row.pk}"
    assert not {"values", "opening", "amount"} & told.keys()
    assert "甲甲" not in str(told)


def test_the_pictures_behind_a_row_are_sealed_with_it(
    sender: Sender, staff: Officers, tmp_path: Path
) -> None:
    row = voucher(tmp_path)
    code = code_in(sender.send(row=f"ledger/{row.pk}"))
    shutil.rmtree(django_settings.DOCUMENTS_DIR)  # Whatever is withdrawn later.
    told = sealed(staff)
    documents = told["documents"]
    attachments = list(Attachment.objects.filter(row_id=row.pk).in_order())
    assert [one["leaf"] for one in documents] == [bytes(one.leaf or b"").hex() for one in attachments]
    pages = [page for one in documents for page in one["pages"]]
    assert [page["file"] for page in pages] == ["公开图片1", "公开图片2"]
    files = {
        told["name"]: data
        for told, data in (
            opening.read_file(staff.li, file, now=NOW) for file in Ticket.objects.get().files.all()
        )
    }
    assert [sha256(files[page["file"]]).hexdigest() for page in pages] == [page["sha256"] for page in pages]
    assert "看大图：公开图片" not in sender.follow(code).content.decode()


def test_pictures_beyond_five_megabytes_leave_their_hashes(
    sender: Sender, staff: Officers, tmp_path: Path, settings: Settings
) -> None:
    row = voucher(tmp_path)
    first = snapshots.take(snapshots.find(f"ledger/{row.pk}") or pytest.fail("no row")).pictures[0]
    settings.REPORTS_MOST_SNAPSHOT_BYTES = len(first.data)
    sender.send(row=f"ledger/{row.pk}")
    pages = [page for one in sealed(staff)["documents"] for page in one["pages"]]
    assert [page["file"] for page in pages] == ["公开图片1", ""]
    assert all(page["sha256"] for page in pages)


@pytest.mark.parametrize(
    "reference", ["", "payments/x", "x/00000000-0000-0000-0000-000000000000", "payments"]
)
def test_a_reference_to_nothing_is_no_row_and_no_error(
    sender: Sender, staff: Officers, reference: str
) -> None:
    assert code_in(sender.send(row=reference))
    assert opening.peek(staff.li, Ticket.objects.get()).report.told["snapshot"] is None


def test_a_draft_is_never_a_ground(staff: Officers) -> None:
    make_programme()
    draft = Payment.objects.get(release=make_release(rows=1, state=State.DRAFT))
    assert snapshots.find(f"payments/{draft.pk}") is None
