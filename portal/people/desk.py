"""Put the staff's site in place of Django's own admin site."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with our site: every `admin.site` is the staff's."""

    default_site = "portal.people.site.StaffSite"
