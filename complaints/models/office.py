"""Offices that handle reports, their officers' keys, and desks that are unlocked just now."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from portal.people.models import User
from portal.places.models import Body, Region


class OfficeQuerySet(models.QuerySet["Office"]):
    """Offices, narrowed by place."""

    def above(self, region: Region) -> Self:
        """Keep the offices of the places that contain a region, its own included."""
        codes = [region.code, *(one.code for one in region.ancestors)]
        return self.filter(body__region__code__in=codes)


class Office(models.Model):
    """A discipline commission (纪委监委) that takes in reports about everything below it."""

    body = models.OneToOneField(Body, models.PROTECT, related_name="+", verbose_name="机关")
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级机关")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "受理机关"
        ordering = ["body__code"]

    def __str__(self) -> str:
        return self.body.name


class OfficerKey(models.Model):
    """An officer's key pair: the public half, and the private half under a passphrase only the officer knows.

    The list signed by the commission's offline key decides which public halves anything is sealed to; this
    table cannot.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="officer_keys", verbose_name="办案人员")
    public = models.BinaryField("公钥", max_length=32, unique=True)
    salt = models.BinaryField("盐", max_length=16)
    wrapped = models.BinaryField("封存的私钥", max_length=512)
    memory = models.PositiveBigIntegerField("开锁内存（字节）")
    # Wrong passphrases in a row; after a few of them nobody tries until `barred_until`.
    failures = models.PositiveSmallIntegerField("输错次数", default=0)
    barred_until = models.DateTimeField("停用到", null=True, blank=True)
    totp_step = models.PositiveBigIntegerField("用过的动态码时段", default=0)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)
    # A colleague agreed that whoever signs in as the owner puts a new key in this one's place, until then.
    replaceable_until = models.DateTimeField("同意更换到", null=True, blank=True)
    replaceable_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁同意更换"
    )

    class Meta:
        verbose_name = verbose_name_plural = "办案密钥"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(retired_at__isnull=True), name="complaints_officerkey_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(replaceable_until__isnull=True, replaceable_by__isnull=True)
                | Q(replaceable_until__isnull=False, replaceable_by__isnull=False)
                & ~Q(replaceable_by=F("user")),
                name="complaints_officerkey_replaceable_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}的密钥"


class Unlocked(models.Model):
    """A desk that is open: the private half under a key that exists only in the officer's cookie."""

    key = models.ForeignKey(OfficerKey, models.CASCADE, related_name="+")
    session = models.BinaryField("登录会话的摘要", max_length=32, unique=True)
    box = models.BinaryField("封存的私钥", max_length=128)
    used_at = models.DateTimeField("最近使用")

    class Meta:
        verbose_name = verbose_name_plural = "打开的工作台"

    def __str__(self) -> str:
        return f"{self.key} · 已打开"
