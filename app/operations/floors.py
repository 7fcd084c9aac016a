"""The emergency floor of homes: what must lie there whatever happens, and what of it lacks."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.orders import HomeStock
from app.models.people import Client


def lacking(session: Session, clients: Mapping[int, int]) -> dict[int, int]:
    """Give the portions of the emergency floor that the home of each order lacks.

    What nobody counted is not there: somebody may stand before an empty freezer.
    """
    homes = set(clients.values())
    lies: Counter[int] = Counter()
    for row in session.scalars(select(HomeStock).where(HomeStock.client_id.in_(homes))):
        lies[row.client_id] += row.portions or 0
    asked = select(Client.id, Client.reserve_portions).where(Client.id.in_(homes))
    reserve = dict(session.execute(asked).all())
    return {
        order: max(0, reserve.get(client, 0) - lies[client]) for order, client in clients.items()
    }
