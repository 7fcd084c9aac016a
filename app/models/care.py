"""What is known and ordered about a client's nutrition: measurements, screenings, prescriptions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

import menus
import screening
from app.db import Base, Exact, choice, short
from app.models.frozen import cells, read
from menus import Eater, Iddsi, allowed_seasonings
from screening import Assessment, Intake, Setting, Sex, Strength, Tool


class PrescriptionState(StrEnum):
    """A prescription is proposed, signed by a dietitian, and replaced by the next version.

    Within ten minutes the signer may take the name back: it was never in force then.
    """

    PROPOSED = "proposed"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Measurement(Base):
    """One measured, estimated or reported value, exact; the unit stands in `kind`."""

    __tablename__ = "measurement"
    __table_args__ = (Index("ix_measurement_client_kind_day", "client_id", "kind", "taken_on"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    kind: Mapped[str] = mapped_column(short)  # weight_kg, height_cm, muac_cm, ...
    value: Mapped[Decimal] = mapped_column(Exact)
    provenance: Mapped[str] = mapped_column(short)
    taken_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    def as_weight(self) -> screening.WeightPoint:
        """Give a weighing to the room that follows weights."""
        return screening.WeightPoint(on=self.taken_on, weight_kg=self.value)


class Screening(Base):
    """One filled-in instrument: its answers and the result under its rule version."""

    __tablename__ = "screening"
    __table_args__ = (
        Index("ix_screening_client_day", "client_id", "screened_on"),
        UniqueConstraint("client_id", "request_key"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    instrument: Mapped[str] = mapped_column(short)
    rule_version: Mapped[str] = mapped_column(short)
    screened_on: Mapped[date]
    answers: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(short)
    category: Mapped[str | None] = mapped_column(short)
    next_due: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    request_key: Mapped[str | None] = mapped_column(short, default=None)
    request_hash: Mapped[str | None] = mapped_column(short, default=None)

    @classmethod
    def of(
        cls, client_id: int, intake: Intake, assessment: Assessment, *, by: int | None, at: datetime
    ) -> Self:
        """Keep the whole intake, so that the result can be worked out again under its rules."""
        result = assessment.result
        category = result.acting_category
        return cls(
            client_id=client_id,
            instrument=intake.tool.value,
            rule_version=result.rule_version,
            screened_on=intake.on,
            answers=intake_cells(intake),
            result={
                "status": result.status.value,
                "score": None if result.score is None else str(result.score),
                "min_score": None if result.min_score is None else str(result.min_score),
                "max_score": None if result.max_score is None else str(result.max_score),
                "items": [
                    [item.item, None if item.points is None else str(item.points), item.reason]
                    for item in result.items
                ],
            },
            status=result.status.value,
            category=None if category is None else category.value,
            next_due=result.next_due,
            recorded_at=at,
            recorded_by=by,
        )

    def as_intake(self) -> Intake:
        """Give what was filled in, exactly as it was assessed."""
        return read_intake(
            Tool(self.instrument), self.answers, on=self.screened_on, version=self.rule_version
        )


class ScreeningDraft(Base):
    """What one person typed in a form so far, letter for letter; only for its author's eyes."""

    __tablename__ = "screening_draft"
    __table_args__ = (UniqueConstraint("client_id", "instrument", "user_id"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    instrument: Mapped[str] = mapped_column(short)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    typed: Mapped[dict[str, Any]]  # field name: what stands in it
    saved_at: Mapped[datetime] = mapped_column(index=True)


def read_intake(tool: Tool, cells: Mapping[str, Any], *, on: date, version: str) -> Intake:
    """Give an intake back from its cells, to be worked out again under the rules of then."""
    return Intake(
        tool=tool,
        setting=Setting(cells["setting"]),
        answers={name: _exact(value) for name, value in cells["answers"].items()},
        born=date.fromisoformat(cells["born"]) if cells["born"] else None,
        sex=Sex(cells["sex"]) if cells["sex"] else None,
        on=on,
        provenance={
            name: screening.Provenance(value) for name, value in cells["provenance"].items()
        },
        confirmed=frozenset(cells["confirmed"]),
        rule_version=version,
    )


def intake_cells(intake: Intake) -> dict[str, Any]:
    """Give an intake as cells: numbers as their exact text."""
    return {
        "setting": intake.setting.value,
        "answers": {
            name: value if value is None or isinstance(value, bool) else str(value)
            for name, value in intake.answers.items()
        },
        "born": intake.born.isoformat() if intake.born else None,
        "sex": intake.sex.value if intake.sex else None,
        "provenance": {name: value.value for name, value in intake.provenance.items()},
        "confirmed": sorted(intake.confirmed),
    }


def _exact(value: Any) -> Decimal | Fraction | bool | str | None:
    """Read an answer back: digits are exact, a share of two numbers too; words stay words."""
    if not isinstance(value, str):
        return None if value is None else bool(value)
    try:
        return Fraction(value) if "/" in value else Decimal(value)
    except (InvalidOperation, ValueError):
        return value


class Prescription(Base):
    """A client's targets; a change makes a new version. Only a signed one feeds a plan."""

    __tablename__ = "prescription"
    __table_args__ = (
        UniqueConstraint("client_id", "version"),
        Index(
            "ix_prescription_one_signed",
            "client_id",
            unique=True,
            sqlite_where=text("state = 'signed'"),
            postgresql_where=text("state = 'signed'"),
        ),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    version: Mapped[int]
    state: Mapped[PrescriptionState] = mapped_column(choice(PrescriptionState))
    content: Mapped[dict[str, Any]]  # a screening.Prescription as read by as_prescription
    basis: Mapped[dict[str, Any]]  # the calculation that was shown when it was signed
    weight_kg: Mapped[Decimal | None] = mapped_column(Exact)
    created_at: Mapped[datetime]
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("screening.id"), default=None)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    review_on: Mapped[date | None] = mapped_column(default=None)

    @classmethod
    def of(
        cls,
        client_id: int,
        version: int,
        content: screening.Prescription,
        *,
        basis: Mapping[str, Any],
        by: int | None,
        at: datetime,
    ) -> Self:
        """Keep a proposed version with the calculation it was shown with."""
        grams = content.based_on_weight_g
        return cls(
            client_id=client_id,
            version=version,
            state=PrescriptionState.PROPOSED,
            content=cells(content),
            basis=dict(basis),
            weight_kg=None if grams is None else Decimal(grams) / 1000,
            created_at=at,
            created_by=by,
        )

    def as_prescription(self) -> screening.Prescription:
        """Give the targets to the room that checks and compares them."""
        return read(screening.Prescription, _of_today(self.content))

    def as_eater(self, given_up: Iterable[str] = ()) -> Eater:
        """Give what the kitchen and the road may know: levels, exclusions, seasonings.

        `given_up` are rules that a dietitian let go for a week. Of these only a seasoning and an
        ingredient excluded by dislike are the prescription's; one that a rule asks for stays.
        """
        content, rules = self.as_prescription(), frozenset(given_up)
        let_go = {one for one in content.dislikes if f"exclude_ingredient:{one}" in rules}
        kept = content.excluded_ingredients - let_go
        eater = self.eater_of(replace(content, excluded_ingredients=kept))
        free = any(one.startswith("seasoning:") for one in rules)
        return replace(eater, seasonings=frozenset()) if free else eater

    @staticmethod
    def eater_of(content: screening.Prescription) -> Eater:
        """Translate targets into a food profile; nothing of a diagnosis goes along."""
        return Eater(
            food_iddsi=Iddsi(content.food_level),
            drink_iddsi=Iddsi(content.drink_level),
            allergies=content.blocked_allergies,
            intolerances=frozenset(screening.INTOLERANCES[one] for one in content.intolerances),
            exclude_ingredients=content.blocked_ingredients,
            diets=content.diets,
            exclude_properties=content.blocked_properties,
            seasonings=allowed_seasonings(
                menus.Taste(content.taste.value),
                low_salt=content.low_salt,
                boost=content.wants_boost,
            ),
        )


def _of_today(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the content of an older version in the fields of today: low salt was a yes or no."""
    found = dict(content)
    if found.pop("low_salt", False):
        found["salt"] = Strength.LESS.value
    return found
