"""People: users, their appointments to bodies, and what an appointment allows."""

from __future__ import annotations
