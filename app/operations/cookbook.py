"""The cookbook of one client: what they may eat, and how large their portions are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.people import Client
from app.operations.care import signed_prescription
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.weekrequest import portion_of
from menus import Eater, Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who the book is for; without a signed prescription there is no `eater`, so no dish."""

    client: Client
    eater: Eater | None
    portion: Portion


def reader(session: Session, actor: Actor, client_id: int, now: datetime) -> Reader:
    """Give the client the book is scaled to; a look into it is noted like one into the week."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "week.viewed", client.id)
    signed = signed_prescription(session, client.id)
    if signed is None:
        return Reader(client=client, eater=None, portion=Portion.M)
    percent = signed.as_prescription().portion_percent
    return Reader(client=client, eater=signed.as_eater(), portion=portion_of(percent))
