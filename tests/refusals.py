"""What the database itself refuses, named by the rule that refused it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from portal.releases.actions.steps import rule_of


@contextmanager
def refused_by(rule: str, *, using: str = "default") -> Iterator[None]:
    """Expect that the block is refused by a constraint or trigger of this name; the transaction goes on."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(using=using):
        yield
    assert rule_of(caught.value) == rule


def execute(statement: str, values: Sequence[Any] = (), *, using: str = "default") -> None:
    """Run one statement past the ORM, as the application or as the owner."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
