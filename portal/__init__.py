"""The ground floor of the portal: who publishes what, when, how it is proved and reached.

Rooms, from the cellar up; a room imports only rooms below it:

    embedded                    starts the bundled database and broker
    columns, vault, workdays    how a cell is read | sealing and keyed digests | counting working days
    outbox                      effects written in the transaction of their cause
    places                      regions and the bodies that answer for them
    people                      users, their appointments, what they may see
    record                      commitments to rows, pure
    catalogue                   what must be disclosed by whom, and what of a person may be shown
    releases                    the one idea: everything disclosed is published in a Release
    findings                    rules that doubt
    imports                     from a workbook to a draft release
    pages                       what villagers read
    search, codes               one box | QR codes and posters
    demo                        an invented county and the one-command runner
"""

from __future__ import annotations

from portal.celery import app as celery_app

__all__ = ["celery_app"]
