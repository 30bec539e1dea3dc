"""The codes app."""

from __future__ import annotations

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """Short addresses on paper and what is printed with them."""

    name = "portal.codes"
    verbose_name = "二维码与海报"

    def ready(self) -> None:
        """Count the scans that the front answers without Django; offer plates beside posters."""
        from portal.codes import papers, scans, things
        from portal.pages import front

        front.on_scan.append(scans.note_now)
        papers.register(things.offers)
