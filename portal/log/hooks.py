"""Where rooms above take part in what the signer does; filled at start-up (AppConfig.ready)."""

from __future__ import annotations

from collections.abc import Callable

# After a checkpoint is committed: the size before and the size it covers now.
after_checkpoint: list[Callable[[int, int], None]] = []
