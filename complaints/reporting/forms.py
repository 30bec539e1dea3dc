"""What somebody types into the forms of reports, read without losing a sign, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from complaints.models import Topic
from complaints.reporting.following import MOST_WORDS
from complaints.sealing.wall import ABOUT

_LONGEST = {"whom": (200, "写短一点，最多 200 个字。"), "name": (60, "姓名太长，最多 60 个字。")}
_LONGEST |= {"phone": (40, "电话太长，最多 40 个字。")}
_CUT = "网断了，没有收全。写的都在下面，请再按一次“交给纪委”。"
_OLD = "这一页开得太久了。写的都在下面，请再按一次“交给纪委”。"
_EMPTY = "请写一写是什么事。"
_MOST_EXCLUDED = 50


def too_long(text: str) -> str:
    """Return the sentence about words that are too many; empty where they are not."""
    if len(text) <= MOST_WORDS:
        return ""
    return f"写了 {len(text):,} 个字，最多 {MOST_WORDS:,} 个。请分两次写：先交一部分，再到“查我的举报”里补。"


@dataclass(frozen=True, kw_only=True, repr=False)
class Typed:
    """The fields of the report's form, as they came; `is_whole`: its last field arrived too."""

    text: str = ""
    about: str = ""
    region: str = ""
    whom: str = ""
    name: str = ""
    phone: str = ""
    row: str = ""
    topic: str = ""
    exclude: frozenset[int] = field(default_factory=frozenset)
    nonce: str = ""
    is_whole: bool = False

    @classmethod
    def read(cls, data: QueryDict) -> Typed:
        """Return what a form brought; an unknown choice is none."""
        about = data.get("about", "")
        return cls(
            text=lines_of(data.get("text", "")),
            about=about if about in dict(ABOUT) else "",
            region=code_of(data.get("region", "")),
            whom=data.get("whom", "").strip(),
            name=data.get("name", "").strip(),
            phone=data.get("phone", "").strip(),
            row=data.get("row", ""),
            topic=topic_of(data.get("topic", "")),
            exclude=frozenset(_ids(data.getlist("exclude"))),
            nonce=data.get("nonce", ""),
            is_whole=data.get("end") == "1",
        )

    def errors(self) -> dict[str, str]:
        """Return what must be changed, by field."""
        found = {}
        if wrong := too_long(self.text):
            found["text"] = wrong
        elif not self.text.strip():
            found["text"] = _EMPTY
        for name, (most, sentence) in _LONGEST.items():
            if len(getattr(self, name)) > most:
                found[name] = sentence
        return found


def topic_of(word: str) -> str:
    """Return what a page or form says the report is about; an unknown word is none."""
    return word if word in Topic.values else ""


def form_error(typed: Typed, number: bytes | None) -> str:
    """Return what is wrong with the form itself rather than with what was typed; empty where nothing is."""
    if not typed.is_whole:
        return _CUT
    return _OLD if number is None else ""


def lines_of(text: str) -> str:
    """Return words with plain line ends: browsers send two signs for each, and count one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def code_of(text: str) -> str:
    """Return a 12-digit code of a place, or nothing."""
    return text if len(text) == 12 and text.isascii() and text.isdigit() else ""


def _ids(written: list[str]) -> list[int]:
    return [int(one) for one in written[:_MOST_EXCLUDED] if one.isascii() and one.isdigit() and len(one) < 10]
