"""The parts of one client's record, as tabs."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from app.access import Permission
from app.pipeline import Call

_TABS: tuple[tuple[str, str, Permission], ...] = (
    ("record.show", "care.tab.overview", Permission.VIEW_CLIENT),
    ("screening.history", "care.tab.screenings", Permission.SCREEN),
    ("prescribing.draft", "care.tab.prescription", Permission.PRESCRIBE),
    ("weekplan.show", "care.tab.plan", Permission.PLAN_MEALS),
    ("cookbook.of_client", "cookbook.tab", Permission.PLAN_MEALS),
    ("intake.show", "care.tab.intake", Permission.RECORD_INTAKE),
    ("notes.listed", "note.notes", Permission.WRITE_NOTE),
    ("clientreferrals.listed", "web.place.referrals", Permission.HANDLE_REFERRAL),
)
"""Endpoint with `client_id`, the word of the tab, and who may open it; a new page is a line."""


def tabs_of(call: Call, client_id: int) -> list[Mapping[str, Any]]:
    """Give the tabs this reader may open, the current one marked."""
    return [
        {
            "href": url_for(endpoint, client_id=client_id),
            "text": call.say(label),
            "current": request.endpoint == endpoint,
        }
        for endpoint, label, permission in _TABS
        if call.actor.may(permission)
    ]
