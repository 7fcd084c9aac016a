"""Lots from which nobody may eat any more: recalled, or failed the test of their texture."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.stock import Lot
from app.operations import lotinputs, meals, texturetests
from logistics import LotState
from menus import LotTexture

_FAILED = (LotTexture.FAILED, LotTexture.RETEST)


def bad_lots(session: Session, codes: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Give which lots are recalled, they or what went into them, and which failed their test."""
    if not codes:
        return frozenset(), frozenset()
    rows = session.scalars(select(Lot).where(Lot.code.in_(codes))).all()
    textures = texturetests.textures(session, rows, meals.catalogue(session).variants)
    return (
        frozenset(row.code for row in rows if row.state is LotState.RECALLED)
        | lotinputs.made_of_recalled(session, rows),
        frozenset(code for code, texture in textures.items() if texture in _FAILED),
    )


def unfit(session: Session, codes: frozenset[str]) -> frozenset[str]:
    """Give the lots of which nobody may eat, whatever speaks against them."""
    recalled, failed = bad_lots(session, codes)
    return recalled | failed
