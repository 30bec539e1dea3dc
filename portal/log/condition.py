"""Is the log well: signed in time, never refused, verified without a difference."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.log import reading
from portal.log.models import Audit, SignerState

_LATE = timedelta(minutes=2)
_STALE = timedelta(hours=36)


def troubles(now: datetime) -> list[str]:
    """Return what is wrong with the log, in words for whoever runs the site; empty when it is well."""
    found = []
    signer = SignerState.objects.first()
    audit = last_audit()
    if signer is not None and signer.refusal:
        found.append(f"日志签名程序拒绝再签：{signer.refusal}现在不能公开，请看运维手册“日志修复”。")
    if audit is not None and audit.difference:
        found.append(f"核对公开日志时发现不同：{audit.difference}。请看运维手册“日志修复”。")
    checkpoint = reading.newest()
    behind = reading.head_size() - (checkpoint.size if checkpoint else 0)
    if behind and (signer is None or signer.seen_at is None or now - signer.seen_at > _LATE):
        found.append(f"有 {behind} 条日志等着签名，签名程序没有运行。请启动 manage.py log sign。")
    return found


def is_overdue(now: datetime) -> bool:
    """Say whether nobody verified the log for a day and a half though there is something to verify."""
    audit = last_audit()
    return reading.head_size() > 0 and (audit is None or now - audit.at > _STALE)


def last_audit() -> Audit | None:
    """Return the last run of verification."""
    return Audit.objects.order_by("-at", "-pk").first()


def is_trusted() -> bool:
    """Say whether pages may show seals: no difference found, and the signer did not refuse."""
    audit = last_audit()
    return not (audit and audit.difference) and not SignerState.objects.exclude(refusal="").exists()
