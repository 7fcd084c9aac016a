"""Verbs of signing: put a name under a prescription, page for a risk, take a name back."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, Permission, Refused
from app.models.care import Prescription, PrescriptionState
from app.models.frozen import cells
from app.operations.care import local_day
from app.operations.people import find_client
from app.operations.prescribing import (
    Checked,
    Draft,
    check_prescription,
    draft_prescription,
    find_prescription,
    problem_said,
)
from app.operations.refeeding import page_dietitian
from app.operations.upkeep import note_access
from app.operations.warnings import answer_by_signature
from screening import PrescriptionProposal

WITHDRAW_FOR = timedelta(minutes=10)
"""So long after signing the name can be taken back."""


def sign_prescription(
    session: Session,
    actor: Actor,
    client_id: int,
    content: screening.Prescription,
    *,
    review_on: date,
    replaces: int,
    now: datetime,
    reference: bool | None = None,
) -> Prescription:
    """Make a new version and put the actor's name under it; the one before is superseded.

    `replaces` is the version the signer saw (0 for none). Raises Refused with every blocking
    problem, and Conflict when someone signed meanwhile. A high refeeding risk opens a warning
    and sends word to the dietitian.
    """
    draft = draft_prescription(session, actor, client_id, now, filled=content)
    client = draft.client
    if actor.user_id is None:
        raise Refused(("", "prescription.needs_a_person", {}))
    if draft.version != replaces:
        raise Conflict("prescription.someone_was_first", version=draft.version)
    if review_on <= local_day(now):
        raise Refused(("review_on", "prescription.review_in_the_past", {}))
    checked = check_prescription(session, actor, draft, content, now, reference=reference)
    blocking = [one for one in checked.problems if one.blocks]
    if blocking:
        raise Refused(*(problem_said(one) for one in blocking))
    signed = _new_version(session, client.id, checked, draft, actor=actor, now=now)
    signed.screening_id = draft.last.id if draft.last else None
    signed.review_on = review_on
    session.add(signed)
    session.flush()
    note_access(session, actor, now, "prescription.signed", client.id)
    answer_by_signature(session, client.id, now)
    if checked.content.blocks_plan:
        page_dietitian(session, client.id, now)
    return signed


def _new_version(
    session: Session,
    client_id: int,
    checked: Checked,
    draft: Draft,
    *,
    actor: Actor,
    now: datetime,
) -> Prescription:
    newest = session.scalar(
        select(func.max(Prescription.version)).where(Prescription.client_id == client_id)
    )
    session.execute(
        update(Prescription)
        .where(
            Prescription.client_id == client_id,
            Prescription.state.in_([PrescriptionState.SIGNED, PrescriptionState.PROPOSED]),
        )
        .values(state=PrescriptionState.SUPERSEDED)
    )
    basis = _basis(draft.proposal, checked)
    version = (newest or 0) + 1
    signed = Prescription.of(
        client_id, version, checked.content, basis=basis, by=actor.user_id, at=now
    )
    signed.state = PrescriptionState.SIGNED
    signed.signed_at, signed.signed_by = now, actor.user_id
    return signed


def _basis(proposal: PrescriptionProposal | None, checked: Checked) -> dict[str, Any]:
    """Give the calculation that stood beside the form, to be read again next year."""
    rulings = {"rulings": cells(checked.rules.rulings)}
    if proposal is None:
        return rulings
    parts = {name: cells(getattr(proposal, name)) for name in ("energy", "protein", "fluid")}
    return {**parts, **rulings, "open_points": list(proposal.open_points)}


def may_withdraw(signed: Prescription, actor: Actor, now: datetime) -> bool:
    """Whether this actor may still take their name back from this version."""
    mine = signed.signed_by is not None and signed.signed_by == actor.user_id
    fresh = signed.signed_at is not None and now < signed.signed_at + WITHDRAW_FOR
    return mine and fresh and signed.state is PrescriptionState.SIGNED


def withdraw_prescription(
    session: Session, actor: Actor, client_id: int, prescription_id: int, now: datetime
) -> Prescription:
    """Take one's own name back within ten minutes; the version before is in force again.

    Gives the withdrawn version. Raises Conflict when it is too late, when it is somebody else's
    signature, or when a newer version was signed meanwhile.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    signed = find_prescription(session, actor, client.id, prescription_id)
    if not may_withdraw(signed, actor, now):
        raise Conflict("prescription.too_late_to_withdraw")
    taken = session.execute(
        update(Prescription)
        .where(Prescription.id == signed.id, Prescription.state == PrescriptionState.SIGNED)
        .values(state=PrescriptionState.WITHDRAWN)
        .returning(Prescription.id),
        execution_options={"synchronize_session": False},
    ).scalar()
    if taken is None:
        raise Conflict("prescription.too_late_to_withdraw")
    session.refresh(signed)
    before = _before(session, signed)
    if before is not None:
        before.state = PrescriptionState.SIGNED
        session.flush()
    note_access(session, actor, now, "prescription.withdrawn", client.id)
    return signed


def _before(session: Session, withdrawn: Prescription) -> Prescription | None:
    """Give the version that was in force before, as far as there was one."""
    return session.scalar(
        select(Prescription)
        .where(
            Prescription.client_id == withdrawn.client_id,
            Prescription.version < withdrawn.version,
            Prescription.state == PrescriptionState.SUPERSEDED,
            Prescription.signed_at.is_not(None),
        )
        .order_by(Prescription.version.desc())
        .limit(1)
    )
