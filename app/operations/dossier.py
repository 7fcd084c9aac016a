"""One client's record for the people who care: what is known, what changed, what is open."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission
from app.models.care import Measurement, Prescription, Screening
from app.models.orders import Order, OrderEater
from app.models.people import Client, Site
from app.operations.care import latest_screening, local_day, signed_prescription, weights
from app.operations.casefacts import Known, clients_query, known_of
from app.operations.findings import Findings, findings_of
from app.operations.people import find_client, visible_clients
from app.operations.upkeep import note_access
from app.operations.warningviews import Followed, followed
from logistics import OrderState
from screening import (
    Assessment,
    MeasureKind,
    Provenance,
    Review,
    WeightTrend,
    assess,
    suggest_review,
    weight_trend,
)

LATEST_ORDERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One weighing with how it is known."""

    on: date
    weight_kg: Decimal
    how: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestOrder:
    """One order of a client as the record shows it."""

    code: str
    day: date
    state: OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Who a page is about: one line with the marks that must never be missed."""

    client: Client
    site: Site
    age: int
    last: Screening | None
    assessment: Assessment | None
    in_force: Prescription | None

    @property
    def targets(self) -> screening.Prescription | None:
        """The targets in force."""
        return self.in_force.as_prescription() if self.in_force else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything the client page shows."""

    face: Face
    known: Known
    today: date
    followed: Followed
    findings: Findings
    reviews: tuple[Review, ...]
    weighings: tuple[Weighing, ...]
    trend: WeightTrend
    height_cm: Decimal | None
    signed: tuple[Prescription, ...]
    orders: tuple[LatestOrder, ...]


def face(
    session: Session, actor: Actor, client_id: int, permission: Permission, now: datetime
) -> Face:
    """Give the head of a client's page to someone who may do this act for them."""
    client = find_client(session, actor, client_id, permission)
    last = latest_screening(session, client.id)
    return Face(
        client=client,
        site=session.get_one(Site, client.site_id),
        age=screening.completed_years(client.born, local_day(now)),
        last=last,
        assessment=assess(last.as_intake()) if last else None,
        in_force=signed_prescription(session, client.id),
    )


def dossier(session: Session, actor: Actor, client_id: int, now: datetime) -> Dossier:
    """Give one client's record, and write down who looked."""
    head = face(session, actor, client_id, Permission.VIEW_CLIENT, now)
    today = local_day(now)
    points = weights(session, client_id)
    query = clients_query(visible_clients(actor, Permission.VIEW_CLIENT), left=True)
    known = known_of(session, query.where(Client.id == client_id), today)[0]
    grams = head.targets.based_on_weight_g if head.targets else None
    trend, height_cm = weight_trend(points), _height_cm(session, client_id)
    note_access(session, actor, now, "client.viewed", client_id)
    return Dossier(
        face=head,
        known=known,
        today=today,
        followed=followed(session, client_id, now),
        findings=findings_of(
            session,
            client_id,
            last=head.last,
            in_force=head.in_force,
            trend=trend,
            height_cm=height_cm,
            today=today,
        ),
        reviews=suggest_review(points, based_on_weight_g=grams),
        weighings=_weighings(session, client_id),
        trend=trend,
        height_cm=height_cm,
        signed=_versions(session, client_id),
        orders=_latest_orders(session, client_id),
    )


def _weighings(session: Session, client_id: int) -> tuple[Weighing, ...]:
    rows = session.scalars(
        select(Measurement)
        .where(Measurement.client_id == client_id, Measurement.kind == MeasureKind.WEIGHT_KG.value)
        .order_by(Measurement.taken_on, Measurement.id)
    )
    by_day = {
        row.taken_on: Weighing(on=row.taken_on, weight_kg=row.value, how=Provenance(row.provenance))
        for row in rows
    }
    return tuple(by_day.values())


def _height_cm(session: Session, client_id: int) -> Decimal | None:
    return session.scalar(
        select(Measurement.value)
        .where(Measurement.client_id == client_id, Measurement.kind == MeasureKind.HEIGHT_CM.value)
        .order_by(Measurement.taken_on.desc(), Measurement.id.desc())
        .limit(1)
    )


def _versions(session: Session, client_id: int) -> tuple[Prescription, ...]:
    """Give every version that was ever signed, the oldest first."""
    return tuple(
        session.scalars(
            select(Prescription)
            .where(Prescription.client_id == client_id, Prescription.signed_at.is_not(None))
            .order_by(Prescription.version)
        )
    )


def _latest_orders(session: Session, client_id: int) -> tuple[LatestOrder, ...]:
    rows = session.execute(
        select(Order.code, Order.service_day, Order.state)
        .join(OrderEater, OrderEater.order_id == Order.id)
        .where(OrderEater.client_id == client_id)
        .order_by(Order.service_day.desc(), Order.id.desc())
        .limit(LATEST_ORDERS)
    )
    return tuple(LatestOrder(code=code, day=day, state=state) for code, day, state in rows)
