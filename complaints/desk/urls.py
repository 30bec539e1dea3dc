"""Addresses of the inspectors' desk; whatever stands in none of them is answered by the same gate."""

from __future__ import annotations

from django.urls import path

from complaints.desk.views import keypages, letters, nowhere, quarter, queue, readings, ticket, unlocking

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("search/", queue.search, name="search"),
    path("unlock/", unlocking.unlock, name="unlock"),
    path("lock/", unlocking.lock, name="lock"),
    path("keys/", keypages.key_list, name="keys"),
    path("keys/new/", keypages.key_new, name="key-new"),
    path("keys/agree/<int:user_id>/", keypages.agree, name="key-agree"),
    path("keys/reseal/<int:user_id>/", keypages.reseal, name="reseal"),
    path("readings/", readings.readings, name="readings"),
    path("quarter/", quarter.quarter, name="quarter"),
    path("<uuid:ticket_id>/", ticket.ticket_page, name="ticket"),
    path("<uuid:ticket_id>/do/<slug:name>/", ticket.deed, name="deed"),
    path("<uuid:ticket_id>/file/<uuid:file_id>/", ticket.file, name="file"),
    path("<uuid:ticket_id>/identity/", ticket.identity, name="identity"),
    path("<uuid:ticket_id>/letter/<slug:code>/", letters.letter, name="letter"),
    path("<uuid:ticket_id>/letter/<uuid:entry_id>/print/", letters.letter_print, name="letter-print"),
    path("<path:rest>", nowhere.nowhere, name="nowhere"),
]
