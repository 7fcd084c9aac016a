"""Rows of the demo region while they are being made, and the rows every client has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from app.models.people import ConsentPurpose
from app.operations.demo.dates import moment
from app.operations.demo.people import Part, Person
from app.operations.exchange import (
    ClientRow,
    ConsentRow,
    MeasurementRow,
    PrescriptionRow,
    Region,
    ScreeningRow,
)

CONSENT_TEXT = "2026-11"


@dataclass(slots=True)
class Gathered:
    """Rows while they are being made, one list per table."""

    tables: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, name: str, *rows: Any) -> None:
        """Append rows of one table."""
        self.tables.setdefault(name, []).extend(rows)

    def care(self, rows: Iterator[MeasurementRow | ScreeningRow | PrescriptionRow]) -> None:
        """Append what is on file of a person, each row to its table."""
        names = {
            MeasurementRow: "measurements",
            ScreeningRow: "screenings",
            PrescriptionRow: "prescriptions",
        }
        for row in rows:
            self.add(names[type(row)], row)

    def region(self) -> Region:
        """Give everything gathered."""
        return Region(**{name: tuple(rows) for name, rows in self.tables.items()})


def draw_parts(
    rng: Random, count: int, *, parkinson: int, overdue: int, unsigned: int
) -> list[Part]:
    """Give the parts of the people of one house or of all homes; no one plays two of them."""
    parts = [
        *(
            Part(parkinson=True, fluctuating=turn == 0 and parkinson > 2)
            for turn in range(parkinson)
        ),
        *(Part(overdue=True) for _ in range(overdue)),
        *(
            Part(unsigned=True, first_unsigned=turn % 2 == 0 and unsigned > 1)
            for turn in range(unsigned)
        ),
    ]
    parts += [Part()] * (count - len(parts))
    rng.shuffle(parts)
    return parts


def client_row(
    code: str, person: Person, *, organisation: str, site: str, dietitian: str, ward: str | None
) -> ClientRow:
    """Give the client a person is."""
    body = person.screened.body
    return ClientRow(
        code=code,
        organisation=organisation,
        site=site,
        ward=ward,
        given_name=person.given_name,
        family_name=person.family_name,
        born=body.born,
        sex=body.sex.value,
        dietitian=dietitian,
    )


def consent_row(client: str, purpose: ConsentPurpose, today: date) -> ConsentRow:
    """Give a consent that was given half a year ago."""
    return ConsentRow(
        client=client,
        purpose=purpose,
        text_version=CONSENT_TEXT,
        given_at=moment(today - timedelta(days=182), 14),
    )
