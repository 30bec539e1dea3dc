"""A page that takes a report in and fails before, inside or after its transaction (for the canary test)."""

from __future__ import annotations

from secrets import token_bytes

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from complaints.reporting import receiving
from complaints.reporting.receiving import Given
from complaints.sealing.pieces import File
from complaints.sealing.wall import Concern
from tests.complaints.cases import DAPU, TODAY


class ForcedError(Exception):
    """What the test asked for."""


@csrf_exempt
def hand_in(request: HttpRequest) -> HttpResponse:
    text, name = request.POST["text"], request.POST["name"]
    files = tuple(
        File(name="录音", media_type="audio/mp4", data=one.read()) for one in request.FILES.getlist("file")
    )
    given = Given(text=text, name=name, concern=Concern(about="village", region=DAPU), files=files)
    when = request.POST["when"]
    if when == "before":
        raise ForcedError
    if when == "encoding":
        receiving.receive(Given(text=text + "\ud800"), nonce=token_bytes(16), today=TODAY)
    with transaction.atomic():
        received = receiving.receive(given, nonce=token_bytes(16), today=TODAY)
        if when == "inside":
            raise ForcedError
        if when == "database":
            received.ticket.entries.create(kind="report", on=TODAY, position=1, box=text.encode()[:0])
    raise ForcedError


urlpatterns = [path("report/", hand_in)]
handler500 = "portal.pages.errors.server_error"
