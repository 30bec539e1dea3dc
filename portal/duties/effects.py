"""The letters of duties: written when they are sent, of what is still open then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from portal.duties.models import Audience, Duty
from portal.duties.reminding import audience
from portal.duties.staff.lines import place, progress, with_progress
from portal.outbox import mail
from portal.outbox.identifiers import Ref
from portal.outbox.mail import Letter
from portal.people.models import User
from portal.releases.staff.words import period_word
from portal.workdays.left import left

_MOST = 30
_WORDS = {
    Audience.CLERK: "该您公开的，有 {count} 项快到期或者过期了：",
    Audience.SUPERIOR: "下面的单位过期没公开的，有 {count} 项，请您催一催：",
}


@mail.maker("duties.reminder")
def reminder_letter(ref: Ref) -> Letter | None:
    """Write what a run found for a person, as it stands when it is sent; nothing where all of it came."""
    user = User.objects.filter(pk=int(ref["user"]), is_active=True).exclude(email="").first()
    if user is None:
        return None
    today = timezone.localdate()
    found = list(audience(UUID(str(ref["run"])), today=today, user=user.pk))
    duties = list(with_progress(Duty.objects.with_names().filter(pk__in={duty for _, _, duty in found})))
    lines: list[str] = []
    for kind in Audience:
        keys = {duty for _, one, duty in found if one == kind}
        lines += _part(kind, [one for one in duties if one.pk in keys], today)
    if not lines:
        return None
    desk = urljoin(f"{settings.SITE_URL}/", "manage/")
    closing = [f"请到工作台办理：{desk}", "已经公开的，不用再管。这封信是系统发的，不用回复。"]
    return Letter(
        to=user.email, subject="公开期限提醒", body="\n".join([f"{user.name}：", *lines, *closing]) + "\n"
    )


def _part(kind: Audience, duties: Sequence[Duty], today: date) -> list[str]:
    if not duties:
        return []
    lines = [_WORDS[kind].format(count=len(duties)), *(_line(duty, today) for duty in duties[:_MOST])]
    if len(duties) > _MOST:
        lines.append(f"· 还有 {len(duties) - _MOST} 项，在工作台的“全部待办”里。")
    return [*lines, ""]


def _line(duty: Duty, today: date) -> str:
    due = f"{duty.due_on.month}月{duty.due_on.day}日到期"
    what = f"{duty.title}，{place(duty)}，{period_word(duty.start_on, duty.end_on)}"
    return f"· {left(duty.due_on, today).word}（{due}）：{what}{_how_far(duty)}"


def _how_far(duty: Duty) -> str:
    found = progress(duty)
    return f"（{found.word}）" if found else ""
