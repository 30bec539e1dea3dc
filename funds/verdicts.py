"""What an entitlement means, in words for one who reads little (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.entitlement import Entitlement, Span, State
from portal.pages import words


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A sentence with its state of the design (ok, warn, bad, info, none) and what stands below it."""

    state: str
    say: str
    line: str = ""


def sum_in_words(amount: Decimal) -> str:
    """Return 126 元, with decimals only where there are any."""
    text = words.whole_yuan(amount) if amount == amount.to_integral_value() else words.yuan(amount)
    return f"{text} 元"


def of_one(one: Entitlement, *, today: date) -> Verdict:
    """Return the tag of one entitlement."""
    late = f"晚了 {one.late_days} 天" if one.is_late else ""
    too_late = f"，{late}" if late else ""
    match one.state:
        case State.POSTED:
            return _of_posted(one, today)
        case State.SHORT:
            return Verdict(
                state="bad", say="，".join(filter(None, [f"少了 {sum_in_words(one.short)}", late]))
            )
        case State.OVER:
            more = sum_in_words(one.difference or Decimal(0))
            return Verdict(state="info", say=f"多了 {more}{too_late}")
        case State.ENOUGH if late:
            return Verdict(state="warn", say=f"够数，{late}")
        case State.ENOUGH:
            return Verdict(state="ok", say="够数" if one.late_days is None else "够数，没晚")
        case _ if late:
            return Verdict(state="warn", say=f"算不出够不够，{late}")
        case _:
            return Verdict(state="none", say="算不出够不够")


def _of_posted(one: Entitlement, today: date) -> Verdict:
    if one.due_on is not None and one.due_on < today:
        return Verdict(state="warn", say=f"还没发，过了 {(today - one.due_on).days} 天")
    return Verdict(state="none", say="公示了，还没发")


def of_missing(span: Span) -> str:
    """Return 9月 没有你的."""
    return f"{short_period(span)} 没有你的"


def short_period(span: Span) -> str:
    """Return the period without its year where it is shorter than one: 9月, 第3季度; else 2026年."""
    named = words.period(*span)
    return named.removeprefix(f"{span[0].year}年") or named


def of_all(found: Sequence[Entitlement], missing: Sequence[Span], *, year: int, today: date) -> Verdict:
    """Return the sentence a page opens with, and how many of each there are."""
    short = [one for one in found if one.state == State.SHORT]
    late = [one for one in found if one.is_late and one.state != State.SHORT]
    unknown = [one for one in found if one.state == State.UNKNOWN]
    posted = [one for one in found if one.state == State.POSTED]
    line = _counts(found, year=year, today=today)
    gaps = of_missing(missing[0]) if len(missing) == 1 else f"有 {len(missing)} 期没有你的"
    if not found and not missing:
        return Verdict(state="none", say=f"{year}年还没有你的补贴")
    if short:
        total = sum_in_words(sum((one.short for one in short), Decimal(0)))
        together = "，共" if len(short) > 1 else ""
        line += f"另外{gaps}。" if missing else ""
        return Verdict(state="bad", say=f"有 {len(short)} 笔少了{together} {total}", line=line)
    if missing:
        return Verdict(state="warn", say=gaps, line=line)
    if late:
        say = f"够数，有 {len(late)} 笔晚了" if not unknown else f"有 {len(late)} 笔晚了"
        return Verdict(state="warn", say=say, line=line)
    if len(posted) == len(found):
        return Verdict(state="none", say="公示了，还没发", line=line)
    if len(unknown) + len(posted) == len(found):
        return Verdict(state="none", say="算不出够不够", line=line)
    return Verdict(state="ok", say="能算的都够数" if unknown else "都够数", line=line)


def _counts(found: Sequence[Entitlement], *, year: int, today: date) -> str:
    """Return how many of each there are: 今年 5 笔补贴：3 笔够数，1 笔少了，1 笔晚了."""
    numbers = [
        (sum(one.state in {State.ENOUGH, State.OVER} and not one.is_late for one in found), "够数"),
        (sum(one.state == State.SHORT for one in found), "少了"),
        (sum(one.is_late and one.state != State.SHORT for one in found), "晚了"),
        (sum(one.state == State.UNKNOWN and not one.is_late for one in found), "算不出"),
        (sum(one.state == State.POSTED for one in found), "还没发"),
    ]
    parts = "，".join(f"{number} 笔{word}" for number, word in numbers if number)
    when = "今年" if year == today.year else f"{year}年"
    return f"{when} {len(found)} 笔补贴：{parts}。" if parts else ""
