"""Under which address a phone finds this machine, and whether its port is free."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104


def site_address(host: str, port: str) -> str:
    """Return the address to print and to put into codes; listening everywhere means: in the local network."""
    name = _network_address() if host in _EVERYWHERE else host
    return f"http://{_bracketed(name)}:{port}"


def refuse_taken_port(host: str, port: int) -> str:
    """Return one plain sentence when nobody can listen there; empty when it is free.

    The web server would not notice: it shares a port that somebody else listens on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return (
                f"端口 {port} 已被别的程序占用（或不允许使用），请用 --port 换一个，例如 --port {port + 1}。"
            )
    return ""


def answers_ready(host: str, port: int) -> bool:
    """Say whether the website on this machine reports itself ready."""
    name = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    # No proxy from the environment: the question is about this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{_bracketed(name)}:{port}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _network_address() -> str:
    """Return this machine's address towards the network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
