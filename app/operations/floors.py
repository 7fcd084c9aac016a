"""The emergency floor of homes: what must lie there whatever happens, and what of it lacks."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Client
from app.operations import athome


def lacking(session: Session, clients: Mapping[int, int], day: date) -> dict[int, int]:
    """Give the portions of the emergency floor that the home of each order lacks on a day.

    What nobody counted is not there, and neither is what was eaten since, has expired or was
    withdrawn: somebody may stand before an empty freezer.
    """
    asked = select(Client.id, Client.reserve_portions).where(
        Client.id.in_({*clients.values()}), Client.reserve_portions > 0
    )
    reserve = dict(session.execute(asked).all())
    lies = athome.portions_to_eat(session, tuple(reserve), day) if reserve else {}
    return {
        order: max(0, reserve.get(client, 0) - lies.get(client, 0))
        for order, client in clients.items()
    }
