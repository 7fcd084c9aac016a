"""A process that counts in a row: it loads the engine and nothing else of the house."""

from sqlalchemy import column, select, table, update

from app.db import make_engine, transaction

ORGANISATION = table("organisation", column("id"), column("name"))


def count_up(url: str, organisation_id: int, times: int) -> None:
    """Read a number, add one, write it: what stock and order states do all day."""
    engine = make_engine(url)
    row = ORGANISATION.c.id == organisation_id
    for _ in range(times):
        with transaction(engine) as session:
            number = session.scalars(select(ORGANISATION.c.name).where(row).with_for_update()).one()
            session.execute(update(ORGANISATION).where(row).values(name=str(int(number) + 1)))
    engine.dispose()
