"""Forms of reports as a browser sends them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.reporting import nonces

WORDS = "10月的挖掘机费 12600 元，签字不像一个人。"


class Sender:
    """Somebody with a telephone: opens the form, sends it, keeps the receipt."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, **query: str) -> str:
        answer = self.client.get("/report/", query)
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, text: str = WORDS, **fields: Any) -> Any:
        """Post the form; `files` is a mapping of names to bytes."""
        files = [SimpleUploadedFile(name, data) for name, data in fields.pop("files", {}).items()]
        told = {"text": text, "about": "", "region": "", "end": "1", "nonce": nonces.fresh()} | fields
        return self.client.post("/report/", {**told, **({"files": files} if files else {})})

    def follow(self, code: str, **fields: Any) -> Any:
        """Post a form of the follow-up page."""
        files = [SimpleUploadedFile(name, data) for name, data in fields.pop("files", {}).items()]
        told = {"code": code, "end": "1"} | fields
        return self.client.post("/ticket/", {**told, **({"files": files} if files else {})})


def code_in(answer: Any) -> str:
    """Return the 查询码 of a receipt."""
    found = re.search(r'data-receipt="(\d{20})"', answer.content.decode())
    assert found, title_of(answer)
    return found[1]


def title_of(answer: Any) -> str:
    """Return a page's title."""
    found = re.search(r"<title>(.*?)</title>", answer.content.decode())
    return found[1] if found else ""


def typed_in(answer: Any, name: str = "text") -> str:
    """Return what stands in a text area, as a browser would send it again."""
    found = re.search(
        rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', answer.content.decode(), re.DOTALL
    )
    assert found
    return unescape(found[1])
