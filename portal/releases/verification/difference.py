"""The first difference: where it is, by kind, id, field and index."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One place where what is stored is not what was signed.

    `kind` is a kind of rows, or leaf, tile, head, checkpoint, release, signer, or what a room above put into
    the log (result, inbox); `index` the entry of the log that commits to it, where there is one.
    """

    kind: str
    id: str
    field: str
    index: int | None
    words: str

    def __str__(self) -> str:
        place = f"{self.kind} {self.id} {self.field}".strip()
        where = "" if self.index is None else f"（日志编号 {self.index}）"
        return f"{place}{where}：{self.words}"


class DifferenceError(Exception):
    """Something differs; `difference` says where."""

    def __init__(
        self, kind: str, found_id: object, field: str, words: str, *, index: int | None = None
    ) -> None:
        self.difference = Difference(kind, str(found_id), field, index, words)
        super().__init__(str(self.difference))
