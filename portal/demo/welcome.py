"""What the terminal says when the demo is ready."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import qrcode

Report = Callable[[str], None]
SIGN_INS = "sign-ins.txt"


def welcome(site_url: str, data: Path, report: Report) -> None:
    """Print the address, its code for a phone, and who can sign in."""
    report("")
    report(f"打开 {site_url}/　后台 {site_url}/manage/　（按 Ctrl-C 停止）")
    report("页面上的数据都是虚构的。")
    file = data / SIGN_INS
    if file.exists():
        report("")
        report(file.read_text(encoding="utf-8").rstrip())
    report(terminal_code(f"{site_url}/"))


def terminal_code(address: str) -> str:
    """Draw an address as a QR code in half-block characters, light on dark."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(address)
    picture = io.StringIO()
    code.print_ascii(out=picture, invert=True)
    return picture.getvalue().rstrip("\n")
