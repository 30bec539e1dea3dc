"""The clerk's import screens in the staff's site: their addresses, and their words in menu and buttons."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from portal.duties.staff.tools import duty_tools
from portal.imports.models import Upload
from portal.imports.staff import covering, documents, downloads, entry, rows, uploading
from portal.imports.staff.tools import entries, for_duty, for_list, for_release
from portal.people.models import Role, User
from portal.people.scope import has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import menu
from portal.releases.staff.tools import list_tools, release_tools

menu.append(entries)
list_tools.append(for_list)
release_tools.append(for_release)
duty_tools.append(for_duty)

View = Callable[..., HttpResponseBase]


@admin.register(Upload)
class UploadAdmin(ScopedAdmin[Upload]):
    """A clerk's uploads, seen by nobody else, and everything else that brings rows into a draft."""

    def scope(self, request: HttpRequest) -> QuerySet[Upload]:
        """Return the person's own uploads."""
        return Upload.objects.of_clerk(staff(request))

    def may_see(self, user: User) -> bool:
        """Let clerks in."""
        return has_role(user, Role.CLERK)

    def get_urls(self) -> list[URLPattern]:
        """Serve our own pages only: none of Django's forms fits a file on its way."""
        pages: list[tuple[str, View, str]] = [
            ("", uploading.upload_list, "imports_upload_changelist"),
            ("add/", uploading.upload_add, "imports_upload_add"),
            ("templates/", downloads.template_list, "imports_template_list"),
            ("templates/<slug:item_code>/", downloads.template_download, "imports_template_download"),
            ("draft/add/", entry.draft_add, "imports_draft_add"),
            ("draft/<uuid:release_id>/", rows.row_list, "imports_row_list"),
            ("draft/<uuid:release_id>/add/", entry.row_edit, "imports_row_add"),
            ("draft/<uuid:release_id>/table/", entry.row_table, "imports_row_table"),
            ("draft/<uuid:release_id>/delete/", rows.row_delete, "imports_row_delete"),
            ("draft/<uuid:release_id>/restore/", rows.row_restore, "imports_row_restore"),
            (
                "draft/<uuid:release_id>/<uuid:row_id>/documents/",
                documents.row_documents,
                "imports_row_documents",
            ),
            (
                "draft/<uuid:release_id>/<uuid:row_id>/documents/<uuid:attachment_id>/cover/",
                covering.cover,
                "imports_document_cover",
            ),
            ("draft/<uuid:release_id>/documents/", documents.draft_documents, "imports_draft_documents"),
            ("draft/<uuid:release_id>/<uuid:row_id>/", entry.row_edit, "imports_row_edit"),
            ("draft/<uuid:release_id>/numbered/", downloads.draft_numbered, "imports_draft_numbered"),
            ("published/<uuid:release_id>/export/", downloads.release_export, "imports_release_export"),
            ("published/<uuid:release_id>/correct/", uploading.correction_add, "imports_correction_add"),
            ("<uuid:object_id>/change/", uploading.upload_page, "imports_upload_change"),
            ("<uuid:object_id>/progress/", uploading.upload_progress, "imports_upload_progress"),
            ("<uuid:object_id>/confirm/", uploading.upload_confirm, "imports_upload_confirm"),
            ("<uuid:object_id>/repair/", uploading.upload_repair, "imports_upload_repair"),
            ("<uuid:object_id>/documents/", uploading.upload_documents, "imports_upload_documents"),
            ("<uuid:object_id>/retry/", uploading.upload_retry, "imports_upload_retry"),
            ("<uuid:object_id>/discard/", uploading.upload_discard, "imports_upload_discard"),
            ("<uuid:object_id>/marked/", uploading.upload_marked, "imports_upload_marked"),
        ]
        return [path(route, self.admin_site.admin_view(view), name=name) for route, view, name in pages]
