"""Start the bundled database and broker, or attach to those another process started.

Called by `manage.py`, the demo and the tests; settings never start anything. Knows no framework.
"""

from __future__ import annotations

from portal.embedded.errors import EmbeddedError, InUseError
from portal.embedded.folders import BROKER_SOCKET, sockets_folder
from portal.embedded.lock import DataLock
from portal.embedded.postgres import Mode
from portal.embedded.servers import Servers, running

__all__ = [
    "BROKER_SOCKET",
    "DataLock",
    "EmbeddedError",
    "InUseError",
    "Mode",
    "Servers",
    "running",
    "sockets_folder",
]
