"""The schema: complete in the migrations, and migrated by its owner."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db(transaction=True)
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_owner_migrates_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate", check_unapplied=True)  # Exits 1 were one missing.
    assert capsys.readouterr().out == ""
