from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from portal.findings.actions import run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.findings.panels import SHOWN
from portal.releases.actions import recount
from portal.releases.models import Release, State
from tests.builders import Line, make_cast, make_programme, make_release

pytestmark = pytest.mark.django_db


def _doubtful(rows: int = 2) -> Release:
    """Return a draft whose rows do not multiply out."""
    make_programme()
    lines = [
        Line(amount="1.00", account=f"62170000000001{number:05d}", identity=f"1101011990{number:08d}")  # type: ignore[arg-type]
        for number in range(rows)
    ]
    release = make_release(state=State.DRAFT, lines=lines)
    run_rules(release)
    return release


def _page(client: Client, release: Release) -> str:
    return client.get(f"/manage/releases/release/{release.pk}/change/").content.decode()


def _answer(client: Client, release: Release, **told: object) -> str:
    url = f"/manage/findings/warning/{release.pk}/answer/"
    return client.post(url, told, follow=True).content.decode()


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


def test_doubtful_rows_stand_first_by_rule_with_their_source(clerk: Client) -> None:
    page = _page(clerk, _doubtful())
    assert "有疑点的先看" in page
    assert "金额不等于数量乘标准" in page
    assert "财办〔2020〕37号" in page
    assert "第 1 行：6.2 × 112.5 应是 697.50 元，表里是 1.00 元" in page
    assert "rows/?from=1" in page


def test_a_clerk_answers_one_and_everybody_sees_who_said_it(clerk: Client, client: Client) -> None:
    release = _doubtful()
    warning = Warning.objects.filter(release=release).first()
    assert warning is not None
    assert "已经答复 1 条" in _answer(clerk, release, warning=warning.pk, text="林地折半计算")
    warning.refresh_from_db()
    assert (warning.answer, warning.answered_by) == ("林地折半计算", make_cast().clerk)
    client.force_login(make_cast().township_reviewer)
    page = _page(client, release)
    assert "答复：林地折半计算" in page
    assert "李春花" in page
    assert "答复这一条" not in page


def test_all_open_ones_of_a_rule_are_answered_at_once_and_the_answered_keep_theirs(clerk: Client) -> None:
    release = _doubtful(3)
    first = Warning.objects.filter(release=release, rule_code="payment-arithmetic").first()
    assert first is not None
    _answer(clerk, release, warning=first.pk, text="先答的")
    _answer(clerk, release, rule="payment-arithmetic", text="都是预拨")
    found = Warning.objects.filter(release=release, rule_code="payment-arithmetic")
    assert sorted(found.values_list("answer", flat=True)) == ["先答的", "都是预拨", "都是预拨"]


def test_submission_waits_for_the_last_answer(clerk: Client) -> None:
    release = _doubtful()
    submit = f"/manage/releases/release/{release.pk}/submit/"
    assert "条提醒没有答复" in clerk.post(submit).content.decode()
    _answer(clerk, release, warning=list(Warning.objects.values_list("pk", flat=True)), text="核对过")
    clerk.post(submit)
    assert Release.objects.get(pk=release.pk).state == State.IN_REVIEW


def test_an_empty_answer_is_refused(clerk: Client) -> None:
    release = _doubtful()
    assert "答复要写一句话" in _answer(clerk, release, rule="payment-arithmetic", text="  ")
    assert Warning.objects.filter(release=release).unanswered().count() == Warning.objects.count()


def test_nobody_but_the_clerk_answers(client: Client) -> None:
    release, cast = _doubtful(), make_cast()
    for user in (cast.township_reviewer, cast.county_reviewer, cast.inspector):
        client.force_login(user)
        assert "只有录入员能答复" in _answer(client, release, rule="payment-arithmetic", text="没事")
    for user in (cast.stranger, cast.administrator):
        client.force_login(user)
        url = f"/manage/findings/warning/{release.pk}/"
        assert client.get(url).status_code == 404
        assert client.post(f"{url}answer/", {"rule": "payment-arithmetic", "text": "x"}).status_code == 404
    assert not Warning.objects.exclude(answer="").exists()


def test_a_warning_of_another_release_is_not_answered_through_an_own_one(clerk: Client) -> None:
    release = _doubtful()
    warning = Warning.objects.filter(release=release).first()
    other = make_release(state=State.DRAFT, period="2024")
    assert warning is not None
    _answer(clerk, other, warning=warning.pk, text="借道")
    warning.refresh_from_db()
    assert warning.answer == ""


def test_many_of_one_rule_lead_to_a_page_of_their_own(clerk: Client) -> None:
    release = _doubtful(SHOWN + 3)
    assert "看另外 3 条" in _page(clerk, release)
    url = f"/manage/findings/warning/{release.pk}/?rule=payment-arithmetic"
    page = clerk.get(url).content.decode()
    assert page.count("应是 697.50 元") == SHOWN + 3
    assert clerk.get(f"/manage/findings/warning/{uuid4()}/").status_code == 404


def test_strange_numbers_answer_nothing(clerk: Client) -> None:
    release = _doubtful()
    assert "已经答复 0 条" in _answer(clerk, release, warning=["x", "9" * 30, "-1"], text="没事")


def test_a_draft_without_doubts_says_so(clerk: Client) -> None:
    release = make_release(state=State.DRAFT)
    recount(release)
    run_rules(release)
    assert "没有疑点" in _page(clerk, release)
