"""A high risk of refeeding: it keeps the machine from composing and calls the dietitian."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.models.care import Prescription, Screening
from app.models.people import Client, User
from app.operations.care import latest_value
from app.operations.diagnosis import refeeding_of
from app.operations.warnings import open_warning
from app.outbox import queue
from screening import MeasureKind, RefeedingLevel, Tool, WarningCode, WarningLevel, assess

REFEEDING_MAIL = "mail.refeeding"
_GRAVE = (RefeedingLevel.HIGH, RefeedingLevel.EXTREME)


def keeps_machine_off(session: Session, signed: Prescription) -> bool:
    """Whether a person composes: by the prescription, or by what was found since it was signed.

    A dietitian who judged the risk at signing goes before the record; where nobody judged it, the
    record alone decides.
    """
    content = signed.as_prescription()
    judged = content.refeeding is not None
    form = _newest_form(session, signed.client_id)
    news = asked_since(session, signed)
    if content.blocks_plan or (form is not None and (news or not judged) and _is_grave(form)):
        return True
    return not judged and _weighs_grave(session, signed.client_id)


def asked_since(session: Session, signed: Prescription) -> bool:
    """Whether a form of NICE was kept after this signature: then the judgement of then is old."""
    form = _newest_form(session, signed.client_id)
    return form is not None and form.recorded_at > (signed.signed_at or signed.created_at)


def _newest_form(session: Session, client_id: int) -> Screening | None:
    return session.scalar(
        select(Screening)
        .where(Screening.client_id == client_id, Screening.instrument == Tool.REFEED_NICE.value)
        .order_by(Screening.screened_on.desc(), Screening.id.desc())
        .limit(1)
    )


def _weighs_grave(session: Session, client_id: int) -> bool:
    """Whether the weights alone say high; no form is near the end of time."""
    weight_kg = latest_value(session, client_id, MeasureKind.WEIGHT_KG)
    risk = refeeding_of(session, client_id, weight_kg=weight_kg, today=date.max)
    return risk.level in _GRAVE


def _is_grave(form: Screening) -> bool:
    return screening.risk_told(assess(form.as_intake()).result).level in _GRAVE


def notice(session: Session, form: Screening, now: datetime) -> None:
    """Call the dietitian when a form that was just kept says high or extreme."""
    if form.instrument == Tool.REFEED_NICE.value and _is_grave(form):
        page_dietitian(session, form.client_id, now)


def page_dietitian(session: Session, client_id: int, now: datetime) -> None:
    """Open a warning, and send word that holds no name and no health data."""
    open_warning(
        session, client_id, WarningCode.REFEEDING, level=WarningLevel.URGENT, now=now, facts={}
    )
    client = session.get_one(Client, client_id)
    dietitian = session.get(User, client.dietitian_id) if client.dietitian_id else None
    if dietitian is not None and dietitian.active:
        queue(
            session,
            now,
            address=dietitian.login,
            language=dietitian.language,
            template=REFEEDING_MAIL,
            link=f"/clients/{client_id}",
        )
