"""Under which address a phone finds this machine."""

from __future__ import annotations

import socket

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104


def site_address(host: str, port: str) -> str:
    """Return the address to print and to put into codes; listening everywhere means: in the local network."""
    name = _network_address() if host in _EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _network_address() -> str:
    """Return this machine's address towards the network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
