"""What a dietitian decided on a proposed diagnosis, with everything it rests on."""

from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, short
from app.models.care import intake_cells, read_intake
from screening import Assessment, Category, Intake, Tool


class Diagnosis(Base):
    """One decision: what was proposed, what was decided, why it differs. It is never changed."""

    __tablename__ = "diagnosis"
    __table_args__ = (Index("ix_diagnosis_client_at", "client_id", "decided_at"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    instrument: Mapped[str] = mapped_column(short)
    rule_version: Mapped[str] = mapped_column(short)
    diagnosed_on: Mapped[date]
    answers: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(short)
    proposed: Mapped[str | None] = mapped_column(short)
    category: Mapped[str] = mapped_column(short)
    aetiology: Mapped[str | None] = mapped_column(short)
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    @classmethod
    def of(
        cls,
        client_id: int,
        intake: Intake,
        assessment: Assessment,
        *,
        category: Category,
        by: int | None,
        at: datetime,
    ) -> Self:
        """Keep the whole intake, so that the proposal can be worked out again under its rules."""
        result = assessment.result
        return cls(
            client_id=client_id,
            instrument=intake.tool.value,
            rule_version=result.rule_version,
            diagnosed_on=intake.on,
            answers=intake_cells(intake),
            status=result.status.value,
            proposed=None if result.category is None else result.category.value,
            category=category.value,
            aetiology=None,
            reason="",
            decided_at=at,
            decided_by=by,
        )

    def as_intake(self) -> Intake:
        """Give what was known, exactly as it was assessed."""
        return read_intake(
            Tool(self.instrument), self.answers, on=self.diagnosed_on, version=self.rule_version
        )
