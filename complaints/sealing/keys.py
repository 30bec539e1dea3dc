"""Officers' keys: made at the first unlocking, opened by passphrase and second factor, replaced, retired."""

from __future__ import annotations

import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import pyotp
from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from complaints.errors import ComplaintError, LockedError
from complaints.models import Grant, OfficerKey, Unlocked
from complaints.sealing import boxes, officers, passphrases
from complaints.sealing.gate import Gate
from complaints.sealing.opening import Desk
from complaints.sealing.passphrases import Opened
from portal.people.models import INSPECTORS, Appointment, User

log = logging.getLogger(__name__)
IDLE = timedelta(minutes=15)
TRIES = 5
BARRED = timedelta(minutes=15)
SHORTEST = 12
AGREED = timedelta(hours=24)
_STEP_SECONDS = 30
# Each opening of a passphrase takes 256 MiB of this process.
AT_ONCE = 2
_gate = Gate(lambda: AT_ONCE)
_ASK = "您有一把密钥在用。请先打开工作台再换；口令忘了、手机丢了的，请同事在“密钥”那一页同意您换。"


class WrongPassphraseError(ComplaintError):
    """Passphrase or code do not open the key; which of the two is not said."""


class BarredError(WrongPassphraseError):
    """Too many wrong passphrases in a row."""


class NotAgreedError(ComplaintError):
    """A key in use is replaced at its own open desk, or when a colleague agreed to it."""


@dataclass(frozen=True)
class NewKey:
    """A key pair just made; `totp` is shown to its owner once."""

    key: OfficerKey
    totp: str


def make(
    user: User, passphrase: str, *, totp: str = "", desk: Desk | None = None, now: datetime | None = None
) -> NewKey:
    """Make an officer's key pair; one in use is retired, its grants stay until they are re-sealed.

    The sign-in's password is not enough to replace a key: an administrator can set it.

    Raises:
        WrongPassphraseError: the passphrase is shorter than twelve characters.
        NotAgreedError: a key is in use, `desk` is not open under it, and no colleague agreed.
    """
    moment = now or timezone.now()
    if len(passphrase) < SHORTEST:
        raise WrongPassphraseError(f"口令至少 {SHORTEST} 个字，不要和登录密码一样。")
    if not may_make(user, desk=desk, now=moment):
        raise NotAgreedError(_ASK)
    pair = boxes.new_pair()
    secret = totp or pyotp.random_base32()
    memory: int = settings.DESK_MEMORY
    salt, wrapped = _wrap(Opened(pair.private, secret), passphrase, memory=memory)
    with transaction.atomic():
        # Asked again under the lock: the consent is for one replacement.
        in_use = OfficerKey.objects.select_for_update().filter(user=user, retired_at__isnull=True).first()
        if in_use and not _is_replaceable(in_use, desk, moment):
            raise NotAgreedError(_ASK)
        if in_use:
            _take_out(OfficerKey.objects.filter(pk=in_use.pk), moment)
            agreed = "the own desk" if _is_at(desk, in_use) else f"consent of user {in_use.replaceable_by_id}"
            log.warning("The key of user %s was replaced, by %s.", user.pk, agreed)
        key = OfficerKey.objects.create(
            user=user, public=pair.public, salt=salt, wrapped=wrapped, memory=memory
        )
    return NewKey(key, secret)


def may_make(user: User, *, desk: Desk | None, now: datetime) -> bool:
    """Return whether somebody may make a key: the first one, or one in place of a key given free."""
    in_use = OfficerKey.objects.filter(user=user, retired_at__isnull=True).first()
    return in_use is None or _is_replaceable(in_use, desk, now)


def _is_replaceable(key: OfficerKey, desk: Desk | None, now: datetime) -> bool:
    return _is_at(desk, key) or (key.replaceable_until is not None and now < key.replaceable_until)


def _is_at(desk: Desk | None, key: OfficerKey) -> bool:
    return desk is not None and desk.key.pk == key.pk


def agree(desk: Desk, colleague: User, *, now: datetime) -> None:
    """Let a colleague replace a key that does not open any more, once, within a day.

    Raises:
        NotAgreedError: it is oneself, they serve in no common office, there is no key in use, or this desk's
            own key is not in the signed list (an account that somebody just made up cannot agree).
    """
    today = timezone.localdate(now)
    if colleague.pk == desk.user.pk:
        raise NotAgreedError("自己不能同意自己换密钥，请找同事。")
    if officers.key_of(desk.user.pk, today=today) != desk.key:
        raise NotAgreedError("您的密钥还没有签进名单，不能同意别人换密钥。")
    if (
        not colleagues(desk.user, today=today)
        .filter(user=colleague)
        .update(replaceable_until=now + AGREED, replaceable_by=desk.user)
    ):
        raise NotAgreedError("这位同志不在您的机关，或没有在用的密钥。")
    log.warning("User %s agreed that user %s replaces a key.", desk.user.pk, colleague.pk)


def colleagues(user: User, *, today: date) -> QuerySet[OfficerKey]:
    """Return the keys in use of the other officers of somebody's offices."""
    serving = Appointment.objects.valid(today).filter(role__in=INSPECTORS)
    bodies = serving.filter(user=user).values("body")
    others = serving.filter(body__in=bodies).exclude(user=user).values("user")
    return OfficerKey.objects.filter(user__in=others, user__is_active=True, retired_at__isnull=True)


def _take_out(keys: QuerySet[OfficerKey], now: datetime) -> int:
    """Retire keys: what the passphrase opened is blanked, open desks are locked; return how many."""
    Unlocked.objects.filter(key__in=keys).delete()
    return keys.update(retired_at=now, wrapped=b"", salt=b"")


def new_totp() -> str:
    """Return a new secret of a second factor, in base32."""
    return pyotp.random_base32()


def totp_address(user: User, secret: str, *, issuer: str) -> str:
    """Return what an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)


def make_confirmed(
    user: User, passphrase: str, *, totp: str, code: str, now: datetime, desk: Desk | None = None
) -> OfficerKey:
    """Make a key pair once its owner showed, by a code, that the second factor is set up.

    Raises:
        WrongPassphraseError: the code is wrong, or the passphrase too short; no key was made.
        NotAgreedError: a key is in use and not given free.
    """
    if not _fitting(totp, code, now):
        raise WrongPassphraseError("动态码不对，请看手机上现在的 6 位数。")
    with transaction.atomic():
        key = make(user, passphrase, totp=totp, desk=desk, now=now).key
        _spend_code(key, totp, code, now)
    return key


def change_passphrase(user: User, passphrase: str, code: str, *, new: str, now: datetime) -> None:
    """Put the same key under another passphrase; its grants stay.

    Raises:
        WrongPassphraseError: the old passphrase or the code are wrong, the new one is too short, or the key
            was retired meanwhile.
    """
    if len(new) < SHORTEST:
        raise WrongPassphraseError(f"口令至少 {SHORTEST} 个字，不要和登录密码一样。")
    key = _in_use(user)
    opened = _opened(key, passphrase, code, now)
    memory: int = settings.DESK_MEMORY
    salt, wrapped = _wrap(opened, new, memory=memory)
    # Retired since it was opened: a key that is out of use must not come to hold its private half again.
    in_use = OfficerKey.objects.filter(pk=key.pk, retired_at__isnull=True)
    if not in_use.update(salt=salt, wrapped=wrapped, memory=memory):
        raise WrongPassphraseError("这把密钥已经停用，口令没有改。")


def unlock(user: User, passphrase: str, code: str, *, session: str, now: datetime) -> bytes:
    """Unlock a desk and return the secret for its cookie, 32 bytes.

    The private half rests in the database under that secret only; neither database nor settings open it.

    Raises:
        WrongPassphraseError: passphrase or code are wrong, or the code was used before.
    """
    key = _in_use(user)
    opened = _opened(key, passphrase, code, now)
    secret = secrets.token_bytes(32)
    Unlocked.objects.filter(key=key).delete()
    Unlocked.objects.update_or_create(
        session=_digest(session),
        defaults={"key": key, "box": bytes(SecretBox(secret).encrypt(opened.private)), "used_at": now},
    )
    return secret


def _in_use(user: User) -> OfficerKey:
    key = OfficerKey.objects.filter(user=user, retired_at__isnull=True).first()
    if key is None:
        raise WrongPassphraseError("还没有密钥，请先设置。")
    return key


def _opened(key: OfficerKey, passphrase: str, code: str, now: datetime) -> Opened:
    """Open a key by passphrase and code, each wrong try counted."""
    _spend_try(key, now)
    try:
        opened = _unwrap(key, passphrase)
    except boxes.NotOpenError:
        raise WrongPassphraseError("口令或动态码不对。") from None
    _spend_code(key, opened.totp, code, now)
    OfficerKey.objects.filter(pk=key.pk).update(failures=0, barred_until=None)
    return opened


def _wrap(opened: Opened, passphrase: str, *, memory: int) -> tuple[bytes, bytes]:
    with _gate.passing():
        return passphrases.wrap(opened, passphrase, memory=memory)


def _unwrap(key: OfficerKey, passphrase: str) -> Opened:
    with _gate.passing():
        return passphrases.unwrap(bytes(key.wrapped), bytes(key.salt), passphrase, memory=key.memory)


def _spend_try(key: OfficerKey, now: datetime) -> None:
    """Count a try before it is made, so that tries at the same moment are all counted."""
    tried = OfficerKey.objects.filter(pk=key.pk)
    tried.filter(barred_until__lte=now).update(failures=0, barred_until=None)
    barred = Case(
        When(failures__gte=TRIES - 1, then=Value(now + BARRED)), default=None, output_field=DateTimeField()
    )
    if not tried.filter(failures__lt=TRIES).update(failures=F("failures") + 1, barred_until=barred):
        minutes = int(BARRED.total_seconds()) // 60
        raise BarredError(f"口令或动态码错了 {TRIES} 次，请过 {minutes} 分钟再试。")


def _fitting(secret: str, code: str, now: datetime) -> list[int]:
    """Return the half minutes, this one and the one before, whose code it is."""
    step, totp = int(now.timestamp()) // _STEP_SECONDS, pyotp.TOTP(secret)
    # A Chinese keyboard writes full-width digits, and a telephone shows them in two groups.
    asked = "".join(unicodedata.normalize("NFKC", code).split()).encode()
    return [at for at in (step - 1, step) if secrets.compare_digest(totp.generate_otp(at).encode(), asked)]


def _spend_code(key: OfficerKey, secret: str, code: str, now: datetime) -> None:
    """Accept the code of this half minute or the one before, each once."""
    fitting = _fitting(secret, code, now)
    # Counted in one statement, so that two requests cannot both use one code.
    if not fitting or not OfficerKey.objects.filter(pk=key.pk, totp_step__lt=fitting[-1]).update(
        totp_step=fitting[-1]
    ):
        raise WrongPassphraseError("口令或动态码不对。")


def desk(user: User, secret: bytes, *, session: str, now: datetime) -> Desk:
    """Return the unlocked desk of a request, and note that it is in use.

    Raises:
        LockedError: it was never unlocked in this session, or has been idle for fifteen minutes.
    """
    held = Unlocked.objects.filter(session=_digest(session), key__user=user).select_related("key").first()
    if not officers.inspects(user, today=timezone.localdate(now)):
        # Between leaving the office and `retire` there may be days.
        lock(session=session)
        raise LockedError("您现在没有纪检任职，工作台打不开。")
    if held is None or held.key.retired_at is not None or now - held.used_at > IDLE:
        lock(session=session)
        raise LockedError("工作台锁着，请输入口令。")
    try:
        private = SecretBox(secret).decrypt(bytes(held.box))
    except (CryptoError, ValueError, TypeError):
        raise LockedError("工作台锁着，请输入口令。") from None
    Unlocked.objects.filter(pk=held.pk).update(used_at=now)
    return Desk(user, held.key, private)


def lock(*, session: str) -> None:
    """Lock a desk."""
    Unlocked.objects.filter(session=_digest(session)).delete()


def lock_idle(now: datetime) -> int:
    """Forget desks that nobody uses; return how many."""
    return Unlocked.objects.filter(used_at__lt=now - IDLE).delete()[0]


@transaction.atomic
def retire(user: User, *, now: datetime) -> int:
    """Take an officer's keys out of use and their grants away; return how many grants went."""
    _take_out(OfficerKey.objects.filter(user=user, retired_at__isnull=True), now)
    return Grant.objects.filter(key__user=user).delete()[0]


def _digest(session: str) -> bytes:
    return sha256(b"desk\x00" + session.encode()).digest()
