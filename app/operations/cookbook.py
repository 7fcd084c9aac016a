"""The cookbook of one client: what they may eat, and how large their portions are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.people import Client, Site
from app.operations import homelots
from app.operations.care import signed_prescription
from app.operations.people import find_client, warming_place
from app.operations.upkeep import note_access
from app.operations.weekrequest import portion_of
from menus import Eater, Portion, WarmingPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who the book is for; without a signed prescription there is no `eater`, so no dish.

    `barred` names variants with which something may be wrong: recalled, or failed a test.
    """

    client: Client
    eater: Eater | None
    portion: Portion
    warming: WarmingPlace
    barred: frozenset[str] = frozenset()


def reader(session: Session, actor: Actor, client_id: int, now: datetime) -> Reader:
    """Give the client the book is scaled to; a look into it is noted like one into the week."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "week.viewed", client.id)
    signed = signed_prescription(session, client.id)
    warming = warming_place(client, session.get_one(Site, client.site_id))
    if signed is None:
        return Reader(client=client, eater=None, portion=Portion.M, warming=warming)
    percent = signed.as_prescription().portion_percent
    return Reader(
        client=client,
        eater=signed.as_eater(),
        portion=portion_of(percent),
        warming=warming,
        barred=homelots.not_to_eat(session, client.id),
    )
