"""A named calculation for whoever sends only names and values: inputs in, a result or a why out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from screening.instruments.instrument import Evidence, Input, InputKind, Status
from screening.instruments.quantities import fits
from screening.measuring.measures import Exact, rounded
from screening.measuring.plausibility import GATES, outside_gate

Given = Mapping[str, object]
"""Values as they came: numbers exact, never a binary float; null and absent both mean unknown."""

Told = Mapping[str, Any]
"""A result by the agreed names: words, yes/no, numbers, lists; a key that is not there is unknown.

`status` always says how far it may be trusted, `missing` what to ask, `invalid` what to mend,
`ignored` which names of the question nobody knows.
"""

_MOST_DIGITS, _MOST_SIZE = 30, 12
_NOTHING_READABLE = Decimal("NaN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One named calculation; `answer` gets only known names with a value.

    `evidence` is how sure its rule is, unless a result says it of itself in `marks`.
    """

    name: str
    inputs: tuple[str, ...]
    answer: Callable[[Given], Told]
    evidence: Evidence = Evidence.SOURCE
    rule_version: str = "1"

    def ask(self, given: Given) -> Told:
        """The result for these values, with the names that were not understood."""
        known = {name: readable(given[name]) for name in self.inputs if given.get(name) is not None}
        ignored = tuple(name for name in given if name not in self.inputs)
        told = {
            "instrument": self.name,
            "rule_version": self.rule_version,
            "marks": marked(self.name, self.evidence),
            **self.answer(known),
        }
        return {**told, "ignored": ignored} if ignored else told


def marked(code: str, evidence: Evidence) -> tuple[Told, ...]:
    """The mark of a rule that was not read at its publisher; nothing for one that was."""
    return () if evidence is Evidence.SOURCE else ({"code": code, "evidence": evidence.value},)


def readable(value: object) -> object:
    """The value; a number too long or too large to be of a person can be no number here."""
    if isinstance(value, list | tuple):
        return tuple(_readable_number(one) for one in value)
    return _readable_number(value)


def _readable_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    number = Decimal(value)
    if not number.is_finite():
        return _NOTHING_READABLE
    sane = not number or abs(number.adjusted()) < _MOST_SIZE
    return value if sane and len(number.as_tuple().digits) <= _MOST_DIGITS else _NOTHING_READABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One input of a calculation and what may stand in it."""

    name: str
    fits: Callable[[Any], bool]


def asked(name: str, kind: InputKind) -> Asked:
    """An input of a kind that forms know as well."""
    return Asked(name=name, fits=lambda value: fits(Input(name=name, kind=kind), value))


def measure(name: str) -> Asked:
    """A number above zero."""
    return asked(name, InputKind.MEASURE)


def amount(name: str) -> Asked:
    """A number from zero."""
    return asked(name, InputKind.AMOUNT)


def whole(name: str) -> Asked:
    """A whole number from zero, such as days or years."""
    return asked(name, InputKind.COUNT)


def flag(name: str) -> Asked:
    """Yes or no."""
    return asked(name, InputKind.FLAG)


def sex() -> Asked:
    """F or M."""
    return asked("sex", InputKind.SEX)


def word(name: str, words: Iterable[str]) -> Asked:
    """One of the listed words."""
    listed = frozenset(words)
    return Asked(name=name, fits=lambda value: isinstance(value, str) and value in listed)


def anything(name: str) -> Asked:
    """Whatever it is: the calculation itself says whether it holds."""
    return Asked(name=name, fits=lambda _value: True)


def day(name: str) -> Asked:
    """A calendar day, written 2026-11-27."""
    return Asked(name=name, fits=lambda value: read_day(value) is not None)


def amounts(name: str) -> Asked:
    """A row of numbers from zero, where null is an unknown one."""
    inner = amount(name)
    return Asked(
        name=name,
        fits=lambda value: (
            isinstance(value, tuple) and all(one is None or inner.fits(one) for one in value)
        ),
    )


def read_day(value: object) -> date | None:
    """The day of a text such as 2026-11-27; None for anything else."""
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def worked(
    name: str,
    *inputs: Asked,
    needs: tuple[str, ...] = (),
    evidence: Evidence = Evidence.SOURCE,
    work: Callable[[Mapping[str, Any]], Told],
) -> Group:
    """A calculation that needs some inputs: without them it is partial and says what to ask.

    First what cannot be read, then what is missing (readings G3 and G4).
    """

    def answer(known: Given) -> Told:
        unfit = [one.name for one in inputs if one.name in known and not one.fits(known[one.name])]
        if unfit:
            return {"status": Status.INVALID.value, "invalid": tuple(unfit)}
        missing = tuple(one for one in needs if one not in known)
        told = {"status": Status.PARTIAL.value, "missing": missing} if missing else work(known)
        flags = _flags(known)
        return {"status": Status.COMPLETE.value, **told, **({"flags": flags} if flags else {})}

    names = tuple(one.name for one in inputs)
    return Group(name=name, inputs=names, answer=answer, evidence=evidence)


def _flags(known: Mapping[str, Any]) -> tuple[str, ...]:
    """Values outside their gate are told and change nothing (reading G9)."""
    return tuple(
        f"implausible:{name}" for name in GATES if name in known and outside_gate(name, known[name])
    )


def decimals(value: Exact, places: int) -> str:
    """A number as text with so many decimals, half away from zero."""
    return format(rounded(value, places), "f")
