"""Where rooms above do their part of a restore; filled at start-up (AppConfig.ready)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

# After a restored database has learned what was erased since, before pages are served: what must go today.
after_restore: list[Callable[[datetime], object]] = []
