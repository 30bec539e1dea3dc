"""How a thing or a contract stands, in a villager's words: the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum

from portal.pages import words
from villages.dues import Sums
from villages.models import AssetState, LeaseState, ResourceState
from villages.property import Tenancy, Thing

_BAR = 300
_GREEN, _RED, _AMBER = "#0a5843", "#971b1b", "#6f3f00"
_MONTHS = 12
_MOST_IN_TITLE = 2


class Standing(IntEnum):
    """How it stands; the lowest is what a reader should see first."""

    OWED = 0
    EXPIRED = 1
    OCCUPIED = 2
    UNTOLD = 3
    MISMATCH = 4
    NO_CONTRACT = 5
    IDLE = 6
    PENDING = 7
    PAID = 8
    USED = 9
    GONE = 10


# (shape and colour, words in a verdict behind the number of things).
_SAID = {
    Standing.OWED: ("bad", "样欠 {} 元"),
    Standing.EXPIRED: ("bad", "样到期还在用"),
    Standing.OCCUPIED: ("bad", "样被人占着"),
    Standing.UNTOLD: ("warn", "样没公开收没收"),
    Standing.MISMATCH: ("warn", "样登记和合同不一样"),
    Standing.NO_CONTRACT: ("warn", "样没公开合同"),
    Standing.IDLE: ("warn", "样空着"),
    Standing.PENDING: ("none", "样没到期"),
    Standing.PAID: ("ok", "样收齐"),
    Standing.USED: ("none", "样自己用"),
    Standing.GONE: ("gone", "样处置了"),
}
_GONE = {AssetState.DISPOSED, AssetState.SCRAPPED}


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One chip: its shape and its words."""

    state: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One bar of 300 units; the words carry the numbers."""

    parts: tuple[tuple[int, int, str], ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a page opens with."""

    state: str
    say: str
    line: str


def short(amount: Decimal) -> str:
    """Return an amount as one says it: 8,000, and 8,000.50."""
    return words.yuan(amount).removesuffix(".00")


def of_tenancy(one: Tenancy) -> Standing:
    """Say how a contract stands."""
    total = one.total
    if total.owed:
        return Standing.OWED
    if one.lease.state in {LeaseState.RENEWED, LeaseState.TERMINATED} or one.is_over:
        return Standing.GONE
    return _of_rent(one)


def _of_rent(one: Tenancy) -> Standing:
    """Say how the rent of a contract stands where none is owed; without any due nobody said a word."""
    if one.total.untold or not one.dues:
        return Standing.UNTOLD
    return Standing.PAID if one.is_settled else Standing.PENDING


def of_thing(thing: Thing) -> Standing:
    """Say how a thing stands."""
    state = thing.row.use_state
    if thing.total.owed:
        return Standing.OWED
    if state in _GONE:
        return Standing.GONE
    if state == AssetState.OCCUPIED:
        return Standing.OCCUPIED
    if state == AssetState.IDLE:
        return Standing.MISMATCH if thing.running else Standing.IDLE
    if thing.running is None:
        if state not in {AssetState.LET, ResourceState.LET}:
            return Standing.USED
        was_let = any(one.is_over for one in thing.tenancies)
        return Standing.EXPIRED if was_let else Standing.NO_CONTRACT
    return min(_of_rent(one) for one in thing.tenancies if one.is_running)


def tag_of_thing(thing: Thing) -> Tag:
    """Return the chip of a thing."""
    standing = of_thing(thing)
    state = _SAID[standing][0]
    match standing:
        case Standing.EXPIRED:
            word = "合同到期了，还在用"
        case Standing.OCCUPIED:
            word = "被人占着"
        case Standing.MISMATCH:
            word = "登记写空着，合同没到期"
        case Standing.NO_CONTRACT:
            word = "写着出租，没公开合同"
        case Standing.IDLE:
            word = _idle(thing)
        case Standing.USED | Standing.GONE:
            word = thing.row.get_use_state_display()
        case _:
            word = _rent_word(standing, thing.total, thing.days_late, thing.latest, thing.today)
    return Tag(state=state, word=word)


def tag_of_tenancy(one: Tenancy) -> Tag:
    """Return the chip of a contract."""
    standing = of_tenancy(one)
    if standing == Standing.GONE:
        word = f"{words.day(one.lease.ends_on, today=one.today)}到期了"
        if one.lease.state in {LeaseState.RENEWED, LeaseState.TERMINATED}:
            word = one.lease.get_state_display()
        return Tag(state="none", word=word)
    return Tag(state=_SAID[standing][0], word=_rent_word(standing, one.total, one.days_late, one, one.today))


def _rent_word(standing: Standing, total: Sums, late: int, one: Tenancy | None, today: date) -> str:
    if standing == Standing.OWED:
        return f"欠 {short(total.owed)} 元 · 过了 {late} 天"
    if standing == Standing.UNTOLD and not total.untold:
        return "没公开收过租金"
    if standing == Standing.UNTOLD:
        return f"{short(total.untold)} 元没公开收没收"
    if standing == Standing.PENDING and total.waiting:
        return f"{short(total.waiting)} 元等这一季公布"
    following = one.next_due if one else None
    if standing == Standing.PENDING and following is not None:
        first = "剩下的" if one and one.year.received else "下一次"
        return f"{first} {words.day(following.due_on, today=today)}到期"
    return "收齐"


def _idle(thing: Thing) -> str:
    """Say since when a thing stands idle, as far as contracts or the last inventory tell."""
    since = thing.idle_since
    if since is None:
        counted = getattr(thing.row, "inventory_on", None)
        return f"空着，{words.day(counted, today=thing.today)}盘点时就空着" if counted else "空着"
    months = (thing.today.year - since.year) * _MONTHS + thing.today.month - since.month
    months -= thing.today.day < since.day
    return f"空着 {months} 个月" if months else "这个月起空着"


def of_things(things: Sequence[Thing]) -> Verdict:
    """Return the sentence a page of things opens with."""
    counts = Counter(of_thing(thing) for thing in things)
    owed = sum((thing.total.owed for thing in things), Decimal(0))
    return _verdict(counts, owed, "样", f"一共 {len(things)} 样。")


def of_tenancies(found: Sequence[Tenancy], expired: int) -> Verdict:
    """Return the sentence a page of contracts opens with; `expired` are those whose thing is still used."""
    counts = Counter(of_tenancy(one) for one in found)
    counts.pop(Standing.GONE, None)
    if expired:
        counts[Standing.EXPIRED] = expired
    owed = sum((one.total.owed for one in found), Decimal(0))
    return _verdict(counts, owed, "份", f"一共 {len(found)} 份合同。")


def _verdict(counts: Counter[Standing], owed: Decimal, unit: str, total: str) -> Verdict:
    parts = [
        f"{counts[standing]} {_SAID[standing][1].format(short(owed))}".replace("样", unit)
        for standing in sorted(counts)
        if standing not in {Standing.USED, Standing.GONE}
    ]
    worst = min(counts, default=Standing.USED)
    state = _SAID[worst][0] if worst < Standing.PENDING else "ok"
    if not parts:
        return Verdict(state="none", say="现在没有出租的", line=total)
    title, rest = parts[:_MOST_IN_TITLE], parts[_MOST_IN_TITLE:]
    line = "，".join(rest) + "。" if rest else ""
    return Verdict(state=state, say="，".join(title), line=line + total)


def meter(told: Sums) -> Meter | None:
    """Return the bar of what was due: received, owed, nobody said, not due yet; None where nothing was."""
    whole = told.received + told.owed + told.untold + told.waiting + told.later
    if not whole:
        return None
    parts, at, before = [], Decimal(0), 0
    for amount, colour in ((told.received, _GREEN), (told.owed, _RED), (told.untold, _AMBER)):
        at += amount
        edge = round(_BAR * at / whole)
        if edge > before:
            parts.append((before, edge - before, colour))
        before = edge
    said = [f"该收{short(told.due)}元，已收{short(told.received)}元"]
    said += [f"欠{short(told.owed)}元"] if told.owed else []
    said += [f"{short(told.untold)}元没公开收没收"] if told.untold else []
    said += [f"{short(told.waiting)}元等这一季公布"] if told.waiting else []
    said += [f"{short(told.later)}元没到期"] if told.later else []
    return Meter(parts=tuple(parts), words="，".join(said))


def in_order(things: Iterable[Thing]) -> list[Thing]:
    """Return things with those first that somebody has to look after."""
    return sorted(things, key=of_thing)
