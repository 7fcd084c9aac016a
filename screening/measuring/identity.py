"""Belgian numbers of persons, caregivers and organisations: what they say and whether they hold."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from screening.measuring.measures import Sex

_SEPARATORS = str.maketrans("", "", ".- ")


def _digits(text: str) -> str:
    """The digits of a number; empty when it holds anything but digits, points, dashes, spaces."""
    bare = text.translate(_SEPARATORS)
    return bare if bare.isascii() and bare.isdigit() else ""


def _check(number: int, modulus: int) -> str:
    """The two check digits that belong to a number, 01 up to the modulus itself."""
    return f"{modulus - number % modulus:02d}"


class RegisterKind(StrEnum):
    """Which register gave the number: the national one or the BIS register of social security."""

    NATIONAL = "RN"
    BIS = "BIS"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNumber:
    """A valid INSZ/NISS; birth and sex are None where the number does not tell them."""

    digits: str
    kind: RegisterKind
    birth: date | None
    sex: Sex | None


# Added to the month (royal decree of 8 February 1991, IBZ technical note IT000): which register,
# and whether the sex was known when the number was given.
_MONTH_SHIFTS = (
    (40, RegisterKind.BIS, True),
    (20, RegisterKind.BIS, False),
    (0, RegisterKind.NATIONAL, True),
)


def read_person_number(text: str, today: date) -> PersonNumber | None:
    """An INSZ with what it tells; None when it cannot be one, or is of a birth after `today`.

    The check digits tell the century. Month or day 00 is an unknown one: valid, without a birth
    date. The sex in a number is administrative and never replaces a recorded one.
    """
    digits = _digits(text)
    century = _century(digits) if len(digits) == 11 else None
    serial = int(digits[6:9]) if century is not None else 0
    if century is None or not 1 <= serial <= 998:
        return None
    shifted = int(digits[2:4])
    shift, kind, sexed = next(row for row in _MONTH_SHIFTS if shifted >= row[0])
    year, month, day = century + int(digits[:2]), shifted - shift, int(digits[4:6])
    if not _can_be(year, month, day) or _lies_after(year, month, day, today=today):
        return None
    sex = Sex.MALE if serial % 2 else Sex.FEMALE
    return PersonNumber(
        digits=digits,
        kind=kind,
        birth=date(year, month, day) if month and day else None,
        sex=sex if sexed else None,
    )


def _century(digits: str) -> int | None:
    """1900 or 2000 by the branch of the check digits that fits; the two never both fit."""
    number = int(digits[:9])
    branches = ((1900, number), (2000, 2_000_000_000 + number))
    return next((start for start, one in branches if _check(one, 97) == digits[9:]), None)


def _can_be(year: int, month: int, day: int) -> bool:
    """Whether it is a calendar date, or one with an unknown month or day (0)."""
    if month > 12 or day > 31:
        return False
    if not month or not day:
        return True
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _lies_after(year: int, month: int, day: int, *, today: date) -> bool:
    """Whether a birth lies after today as far as it is known."""
    if not month:
        return year > today.year
    return (year, month, day) > (today.year, today.month, today.day if day else 0)


_CAREGIVER_MODULI = (97, 89)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaregiverNumber:
    """A valid RIZIV/INAMI number; the first eight digits tell the person, `modulus` checks them."""

    digits: str
    modulus: int


def read_caregiver_number(text: str) -> CaregiverNumber | None:
    """A RIZIV/INAMI number of 11 digits, or of 8 without qualification; None when it is not one.

    Modulus 97 is tried first, then 89, which is in use since the ranges ran out (HL7 Belgium;
    nurses and midwives from 2013, physicians from 2019).
    """
    digits = _digits(text)
    if len(digits) not in (8, 11):
        return None
    number, check = int(digits[:6]), digits[6:8]
    moduli = (modulus for modulus in _CAREGIVER_MODULI if _check(number, modulus) == check)
    modulus = next(moduli, None)
    return None if modulus is None else CaregiverNumber(digits=digits, modulus=modulus)


def is_enterprise_number(text: str) -> bool:
    """Whether it is a KBO/BCE number: ten digits from 0 or 1, check by 97; never padded here."""
    digits = _digits(text)
    if len(digits) != 10 or digits[0] not in "01":
        return False
    return _check(int(digits[:8]), 97) == digits[8:]
