"""What officers see: the queue, a ticket with everything on one screen, keys, letters, quarters."""

from __future__ import annotations
