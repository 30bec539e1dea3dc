"""The stored log: leaves, full tiles, the head, signed checkpoints and what witnesses added to them.

Nothing here is written through the ORM: the database's own functions append (migration 0002), and
refuse every change of what stands.
"""

from __future__ import annotations

from django.db import models


class Leaf(models.Model):
    """One act of publication: its canonical JSON and leaf hash; `kind` and `release` repeat what it says."""

    idx = models.BigIntegerField("编号", primary_key=True)
    entry = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    kind = models.CharField("动作", max_length=12, db_collation="C")
    release = models.UUIDField("公开批次", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开日志"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind"],
                condition=models.Q(kind__in=["release", "withdraw"]),
                name="log_leaf_act_once",
            )
        ]
        indexes = [models.Index(fields=["kind", "idx"], name="log_leaf_kind")]

    def __str__(self) -> str:
        return f"{self.idx} {self.kind}"


class Tile(models.Model):
    """A full tile: 256 hashes of a level side by side, 8,192 bytes, and their root; never pruned."""

    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    data = models.BinaryField()
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="log_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Head(models.Model):
    """The newest tree head, one row; `frontier` holds the roots of its perfect subtrees, largest first."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="log_head_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A head that the signer signed, with the signed note's own bytes."""

    size = models.BigIntegerField("编号", primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查点"

    def __str__(self) -> str:
        return str(self.size)


class Cosignature(models.Model):
    """A witness's line under a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.CharField("见证单位", max_length=255)
    line = models.TextField()
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "见证"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="log_cosignature_once")]

    def __str__(self) -> str:
        return f"{self.witness} {self.checkpoint_id}"


class SignerState(models.Model):
    """What the signer last found; one row. A refusal stops publishing until somebody repaired the log."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seen_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="log_signerstate_one_row")]

    def __str__(self) -> str:
        return self.refusal or "ok"


class Audit(models.Model):
    """One run of `manage.py verify`: what was compared, and the first difference."""

    at = models.DateTimeField("时间", db_index=True)
    is_full = models.BooleanField("全量")
    size = models.BigIntegerField("日志行数")
    releases = models.IntegerField("批次数")
    rows = models.BigIntegerField("行数")
    difference = models.TextField("第一处不同", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核对记录"
        get_latest_by = "at"

    def __str__(self) -> str:
        return self.difference or "一致"
