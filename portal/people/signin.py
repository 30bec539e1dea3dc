"""Sign-in of staff: who may enter, and how guessing is slowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

if TYPE_CHECKING:
    from portal.people.models import User

# One constant in place of everybody's address: failures count by user name, and no address is stored.
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 # not an address that anything listens on


def no_address(request: HttpRequest) -> str:
    """Return what django-axes stores as the client's address (its table wants one for uniqueness)."""
    return _NO_ADDRESS


def may_enter(user: Any) -> bool:  # whatever request.user or a sign-in form holds
    """Return whether a person holds an appointment today; superusers enter without one."""
    from portal.people.scope import held

    return bool(user.is_active and (user.is_superuser or held(user)))


class SignInForm(AuthenticationForm):
    """User name and password; entry needs an appointment in force today, not a flag."""

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a person without an appointment, after the password was right."""
        super().confirm_login_allowed(user)
        if not may_enter(user):
            raise ValidationError("这个账号今天没有任职，不能进入。请找系统管理员。", code="no_role")
