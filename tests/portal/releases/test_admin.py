"""The staff's pages of releases, through their addresses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds.models import Payment
from portal.people.models import Role, User
from portal.places.models import Body
from portal.releases import actions, hooks
from portal.releases.models import Release, State, Step, Verb, Via
from portal.releases.staff.tools import Tool, release_tools
from tests.builders import NOW, Line, make_correction, make_lines, make_release
from tests.county import body_of, make_cast, make_person, make_places

LIST = "/manage/releases/release/"


def url(release: Release, part: str = "change") -> str:
    return f"{LIST}{release.pk}/{part}/"


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def act(client: Client, release: Release, verb: str, **told: str) -> Any:
    return client.post(url(release, verb), told)


@pytest.mark.django_db
class TestPage:
    def test_reviewer_sees_totals_names_and_last_digits(self, client: Client) -> None:
        lines = [Line(name="李大根", identity="110101199003070038", account="6217000000000009021")]
        release = make_release(
            state=State.IN_REVIEW,
            lines=lines,
            expected_amount=Decimal("700.00"),
            difference_reason="退票一笔",
        )
        page = text(as_(client, make_cast().township_reviewer).get(url(release)))
        assert "697.50" in page
        assert "−2.50" in page  # the portal's minus
        assert "退票一笔" in page
        assert "李大根" in page
        assert "…9021" in page
        assert "…0038" in page
        assert "6217000000000009021" not in page
        assert "110101199003070038" not in page

    def test_masked_names_are_full_for_officials(self, client: Client) -> None:
        release = make_release(state=State.DRAFT, lines=[Line(name="李大根")])
        Payment.objects.filter(release=release).update(name_public="李*根")
        assert "李大根" in text(as_(client, make_cast().inspector).get(url(release)))

    def test_administrator_sees_no_rows(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        as_(client, make_cast().administrator)
        assert client.get(LIST).status_code == 403
        assert client.get(url(release)).status_code == 404
        assert client.get(url(release, "rows")).status_code == 404

    def test_superuser_sees_no_rows_either(self, client: Client) -> None:
        root = User.objects.create(username="root", name="根", is_superuser=True)
        release = make_release(state=State.PUBLISHED)
        assert as_(client, root).get(url(release)).status_code == 404

    def test_rows_page_goes_by_position(self, client: Client) -> None:
        release = make_release(state=State.DRAFT, rows=130)
        as_(client, make_cast().clerk)
        first = text(client.get(url(release, "rows")))
        assert "from=101" in first
        second = text(client.get(url(release, "rows") + "?from=101"))
        assert ">130<" in second
        assert ">100<" not in second
        assert client.get(url(release, "rows") + "?from=x").status_code == 200
        assert "这里没有行" in text(client.get(url(release, "rows") + "?from=9999"))

    def test_steps_name_who_and_when(self, client: Client) -> None:
        release = make_release(state=State.PUBLISHED)
        page = text(as_(client, make_cast().clerk).get(url(release)))
        for name in ("李春花", "钱国平", "赵建国"):
            assert name in page

    def test_comparison_with_the_last_period(self, client: Client) -> None:
        places = make_places()
        make_release(
            period="2025",
            lines=[
                Line(amount=Decimal("600.00"), rate=Decimal(110)),
                Line(region=places.sangu, amount=Decimal("10.00")),
            ],
        )
        release = make_release(
            period="2026",
            state=State.IN_REVIEW,
            lines=[Line(amount=Decimal("697.50")), Line(region=places.qianbai, amount=Decimal("5.00"))],
        )
        page = text(as_(client, make_cast().township_reviewer).get(url(release)))
        assert "多 92.50 元" in page
        assert "新来的 1 处，没了 1 处，变了 1 处" in page
        assert "大浦村" in page
        assert "110、112.5" in page

    def test_first_period_says_there_is_nothing_to_compare(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        assert "没有可比的" in text(as_(client, make_cast().clerk).get(url(release)))

    def test_correction_shows_old_and_new_side_by_side(self, client: Client) -> None:
        original = make_release(lines=make_lines(2))
        first, second = Payment.objects.filter(release=original).order_by("position")
        draft = make_correction(
            original,
            {first.pk: Line(name="李大根", amount=Decimal("900.00"), quantity=Decimal(8)), second.pk: None},
            state=State.IN_REVIEW,
        )
        page = text(as_(client, make_cast().township_reviewer).get(url(draft)))
        assert "<del>112.50</del>" in page
        assert "<ins>900.00</ins>" in page
        assert "整行撤下" in page
        assert "改前合计" in page
        assert "337.50" in page
        assert page.count("<ins>") == page.count("<del>") - len(_told(second))
        assert "面积登记有误" in page

    def test_registered_panels_and_tools_are_shown(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        release = make_release(state=State.DRAFT)
        panel = hooks.ReviewPanel("有疑点的先看", "admin/releases/period.html", lambda one: {"release": one})
        monkeypatch.setattr(hooks, "review_panels", [panel])
        release_tools.append(lambda user, one: [Tool(word="录一行", url=f"/x/{one.pk}/")])
        try:
            page = text(as_(client, make_cast().clerk).get(url(release)))
        finally:
            release_tools.pop()
        assert "有疑点的先看" in page
        assert f"/x/{release.pk}/" in page

    def test_typed_words_are_escaped(self, client: Client) -> None:
        release = make_release(state=State.IN_REVIEW)
        as_(client, make_cast().township_reviewer)
        act(client, release, "comment", reason="<script>alert(1)</script>")
        page = text(client.get(url(release)))
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def _told(row: Payment) -> list[str]:
    """Return the columns of a withdrawn row that hold something (all of it is struck out)."""
    from portal.releases.registry import kind
    from portal.releases.staff.rows import private_values, texts

    disclosure = kind("payments")
    return [one for one in texts(disclosure, row, private_values(disclosure, [row.pk])) if one]


@pytest.mark.django_db
class TestActs:
    def test_a_release_walks_from_draft_to_public(self, client: Client) -> None:
        cast, release = make_cast(), make_release(state=State.DRAFT)
        assert act(as_(client, cast.clerk), release, "submit").status_code == 302
        approved = act(as_(client, cast.township_reviewer), release, "approve", level="township")
        assert approved.headers["Location"] == url(release)
        assert "县级审核" in text(client.get(url(release)))
        act(as_(client, cast.county_reviewer), release, "approve", level="county")
        release.refresh_from_db()
        assert release.state == State.PUBLISHED

    def test_get_of_an_act_does_nothing(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        answer = as_(client, make_cast().clerk).get(url(release, "submit"))
        assert answer.headers["Location"] == url(release)
        assert Release.objects.get(pk=release.pk).state == State.DRAFT

    def test_second_click_on_approve_is_friendly(self, client: Client) -> None:
        cast, release = make_cast(), make_release(state=State.IN_REVIEW)
        as_(client, cast.township_reviewer)
        for _ in range(2):
            assert act(client, release, "approve", level="township").status_code == 302
        assert Step.objects.filter(release=release, verb=Verb.APPROVE).count() == 1

    def test_slower_reviewer_is_told_and_keeps_what_was_typed(self, client: Client) -> None:
        cast, release = make_cast(), make_release(state=State.IN_REVIEW)
        other = make_person("second", "孔第二", Role.TOWNSHIP_REVIEWER, body_of(make_places().binjiang))
        actions.approve(release.pk, by=cast.township_reviewer, at=NOW, level="township")
        answer = act(as_(client, other), release, "approve", level="township", reason="面积核过了")
        assert answer.status_code == 409
        assert "别人已经审过这一级了" in text(answer)
        assert "面积核过了" in text(answer)

    def test_return_needs_a_reason_and_the_clerk_reads_it(self, client: Client) -> None:
        cast, release = make_cast(), make_release(state=State.IN_REVIEW)
        as_(client, cast.township_reviewer)
        refused = act(client, release, "return", reason="  ")
        assert refused.status_code == 409
        assert "退回要写清" in text(refused)
        act(client, release, "return", reason="第 2 行面积不对")
        as_(client, cast.clerk)
        assert "第 2 行面积不对" in text(client.get("/manage/"))
        assert "第 2 行面积不对" in text(client.get(url(release)))

    def test_drafter_reads_why_not(self, client: Client) -> None:
        both = make_person("both", "双角色", Role.CLERK, body_of(make_places().binjiang))
        both.appointments.create(
            body=body_of(make_places().binjiang), role=Role.TOWNSHIP_REVIEWER, start_on=date(2020, 1, 1)
        )
        draft = make_release(state=State.DRAFT)
        Release.objects.filter(pk=draft.pk).update(drafted_by=both)
        release = actions.submit(draft.pk, by=both, at=NOW)
        page = text(as_(client, both).get(url(release)))
        assert "录的人不能审" in page
        assert "/approve/" not in page
        assert act(client, release, "approve", level="township").status_code == 403

    def test_submit_refusal_names_the_difference_and_form_mends_it(self, client: Client) -> None:
        release = make_release(state=State.DRAFT, lines=[Line()], expected_amount=Decimal(700))
        as_(client, make_cast().clerk)
        refused = act(client, release, "submit")
        assert refused.status_code == 409
        assert "相差" in text(refused)
        act(client, release, "figures", expected_amount="６９７．５０", difference_reason="")  # noqa: RUF001
        assert act(client, release, "submit").status_code == 302

    def test_wrong_figure_keeps_the_typed_words(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        answer = act(
            as_(client, make_cast().clerk),
            release,
            "figures",
            expected_amount="很多",
            difference_reason="我的话",
        )
        assert answer.status_code == 409
        assert "很多" in text(answer)
        assert "我的话" in text(answer)

    def test_figures_of_a_colleague_bar_from_approving(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        helper = make_cast().county_clerk
        act(as_(client, helper), release, "figures", expected_amount="1.00", difference_reason="代填")
        assert Step.objects.filter(release=release, by=helper, verb=Verb.EDIT).exists()

    def test_nil_is_refused_with_rows(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        actions.drafting.recount(release)
        answer = act(as_(client, make_cast().clerk), release, "figures", is_nil="on")
        assert "不能勾选" in text(answer)

    def test_fresh_draft_is_thrown_away_and_second_click_is_friendly(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        as_(client, make_cast().clerk)
        assert act(client, release, "discard").headers["Location"] == LIST
        second = act(client, release, "discard")
        assert second.status_code == 404
        assert "可能已经作废" in text(second)

    def test_withdraw_asks_the_county_for_a_reason(self, client: Client) -> None:
        cast, release = make_cast(), make_release()
        assert act(as_(client, cast.clerk), release, "withdraw", reason="错").status_code == 403
        as_(client, cast.county_reviewer)
        assert act(client, release, "withdraw", reason="").status_code == 409
        assert act(client, release, "withdraw", reason="发错了对象").status_code == 302
        assert "发错了对象" in text(client.get(url(release)))

    def test_correction_starts_a_draft_and_leads_to_it(self, client: Client) -> None:
        release = make_release()
        as_(client, make_cast().clerk)
        assert act(client, release, "correct", reason="").status_code == 409
        answer = act(client, release, "correct", reason="面积登记有误")
        draft = Release.objects.get(corrects=release)
        assert answer.headers["Location"] == url(draft)
        assert act(client, release, "correct", reason="又一次").status_code == 409

    def test_inspector_reads_only(self, client: Client) -> None:
        release = make_release(state=State.IN_REVIEW)
        as_(client, make_cast().inspector)
        assert act(client, release, "comment", reason="看到了").status_code == 403
        for verb in ("submit", "return", "discard", "withdraw", "correct", "figures", "approve"):
            assert act(client, release, verb, reason="因为", level="township").status_code in {403, 409}, verb
        assert Release.objects.get(pk=release.pk).state == State.IN_REVIEW

    def test_bulk_loads_are_not_approved_by_readers(self, client: Client) -> None:
        draft = make_release(state=State.DRAFT, via=Via.BULK)
        as_(client, make_cast().inspector)
        assert act(client, draft, "submit").status_code == 403
        release = actions.submit(draft.pk, by=draft.drafted_by, at=NOW)
        assert act(client, release, "approve", level=release.review_level).status_code == 403
        assert Release.objects.get(pk=release.pk).state == State.IN_REVIEW

    def test_comment_is_kept(self, client: Client) -> None:
        release = make_release(state=State.IN_REVIEW)
        as_(client, make_cast().clerk)
        act(client, release, "comment", reason="第 3 行有签字单")
        assert "第 3 行有签字单" in text(client.get(url(release)))
        assert act(client, release, "comment", reason="长" * 2001).status_code == 409

    def test_nothing_is_written_to_djangos_own_log(self, client: Client) -> None:
        release = make_release(state=State.DRAFT)
        act(as_(client, make_cast().clerk), release, "submit")
        assert not LogEntry.objects.exists()

    def test_an_act_needs_the_form_token(self) -> None:
        client = Client(enforce_csrf_checks=True)
        release = make_release(state=State.DRAFT)
        as_(client, make_cast().clerk)
        assert act(client, release, "submit").status_code == 403
        assert Release.objects.get(pk=release.pk).state == State.DRAFT


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_both_get_a_page() -> None:
    release = make_release(state=State.IN_REVIEW)
    other = make_person("second", "孔第二", Role.TOWNSHIP_REVIEWER, body_of(make_places().binjiang))
    together, found = Barrier(2), []

    def approve(user: User) -> None:
        try:
            client = Client()
            client.force_login(user)
            together.wait(timeout=20)
            found.append(client.post(url(release, "approve"), {"level": "township"}).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=approve, args=[user]) for user in (make_cast().township_reviewer, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [302, 409]
    assert Step.objects.filter(release=release, verb=Verb.APPROVE).count() == 1


@pytest.mark.django_db
class TestWorkList:
    def test_tabs_count_what_is_behind_them(self, client: Client) -> None:
        cast = make_cast()
        make_release(state=State.IN_REVIEW, period="2024")
        make_release(state=State.IN_REVIEW, period="2025")
        make_release(state=State.PUBLISHED, period="2023")
        page = text(as_(client, cast.township_reviewer).get(LIST))
        assert "我要审的 <b>2</b>" in page
        assert "已公开 <b>1</b>" in page
        assert "退回来的" not in page
        waiting = text(client.get(LIST + "?tab=waiting"))
        assert waiting.count("2024年") == 1
        assert "2023年" not in waiting

    def test_waiting_shows_the_oldest_first(self, client: Client) -> None:
        make_release(state=State.IN_REVIEW, period="2024")
        make_release(state=State.IN_REVIEW, period="2025")
        page = text(as_(client, make_cast().township_reviewer).get(LIST + "?tab=waiting"))
        assert page.index("2024年") < page.index("2025年")

    def test_returned_come_back_to_the_clerk(self, client: Client) -> None:
        cast, release = make_cast(), make_release(state=State.IN_REVIEW)
        actions.return_to_clerk(release.pk, by=cast.township_reviewer, at=NOW, reason="重写")
        page = text(as_(client, cast.clerk).get(LIST + "?tab=returned"))
        assert "退回来的 <b>1</b>" in page
        assert str(release.pk) in page

    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ("?tab=waiting", "没有等您审的"),
            ("?q=没有这个", "没有找到"),
            ("?tab=returned", "没有退回来的"),
            ("", "还没有批次"),
        ],
    )
    def test_empty_lists_say_so(self, client: Client, query: str, word: str) -> None:
        assert word in text(as_(client, make_cast().township_reviewer).get(LIST + query))

    def test_search_by_item_and_body(self, client: Client) -> None:
        release = make_release()
        as_(client, make_cast().clerk)
        assert str(release.pk) in text(client.get(LIST + "?q=耕地"))
        assert str(release.pk) in text(client.get(LIST + "?q=彬江"))
        assert str(release.pk) not in text(client.get(LIST + "?q=低保"))

    @pytest.mark.parametrize("address", ["", "releases/release/", "releases/release/?tab=waiting"])
    @pytest.mark.parametrize("count", [1, 6])
    def test_number_of_queries_does_not_grow(
        self, client: Client, address: str, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(count):
            make_release(state=State.IN_REVIEW, period=str(2010 + number), rows=1)
        as_(client, make_cast().township_reviewer)
        client.get("/manage/")
        with django_assert_max_num_queries(20):
            client.get(f"/manage/{address}")

    def test_first_page_says_what_to_do_for_each_role(self, client: Client) -> None:
        cast = make_cast()
        make_release(state=State.DRAFT, period="2024")
        make_release(state=State.IN_REVIEW, period="2025")
        wanted = {
            cast.clerk: ["还没提交的草稿", "2024年", "交上去在审的"],
            cast.township_reviewer: ["等您审的", "2025年"],
            cast.inspector: ["最近公开的", "还没有公开的"],
            cast.administrator: ["用户", "责任主体", "一个月内没有到期的"],
        }
        for user, words in wanted.items():
            page = text(as_(client, user).get("/manage/"))
            assert not [word for word in words if word not in page]

    def test_reviewer_of_the_county_sees_every_township(self, client: Client) -> None:
        there: Body = body_of(make_places().xicun)
        release = make_release(body=there, rows=0, is_nil=True, state=State.DRAFT)
        assert as_(client, make_cast().county_reviewer).get(url(release)).status_code == 200
        assert as_(client, make_cast().clerk).get(url(release)).status_code == 404
