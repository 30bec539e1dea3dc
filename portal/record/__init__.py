"""The record: how a row is committed to, and how acts become a log that anybody can check (pure).

Written after RFC 6962 and C2SP's tlog-tiles, signed-note, tlog-checkpoint, tlog-proof and
tlog-cosignature. `verifying` is the project's own judge and shares no code with the rest.
"""

from __future__ import annotations
