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
    ("cookbook.listed", "cookbook.tab", Permission.PLAN_MEALS),
    ("intake.show", "care.tab.intake", Permission.RECORD_INTAKE),
    ("notes.listed", "note.notes", Permission.WRITE_NOTE),
    ("clientreferrals.listed", "web.place.referrals", Permission.HANDLE_REFERRAL),
)
"""Endpoint, the word of the tab, and who may open it; a new page is a line."""
_BY_QUERY = {"cookbook.listed": "client"}
"""Pages that name the client in the query; the others take `client_id` in the path."""


def tabs_of(call: Call, client_id: int) -> list[Mapping[str, Any]]:
    """Give the tabs this reader may open, the current one marked."""
    return [
        {
            "href": _address(endpoint, client_id),
            "text": call.say(label),
            "current": request.endpoint == endpoint,
        }
        for endpoint, label, permission in _TABS
        if call.actor.may(permission)
    ]


def _address(endpoint: str, client_id: int) -> str:
    whose: dict[str, Any] = {_BY_QUERY.get(endpoint, "client_id"): client_id}
    return url_for(endpoint, **whose)
