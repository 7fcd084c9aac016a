"""Verbs of prescribing: work out a draft, complete it with its rules, show what it changes."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

import screening
from app.access import Actor, NotFound, Permission, Refused
from app.models.care import Prescription, Screening
from app.models.people import Client
from app.operations import meals
from app.operations.care import (
    latest_screening,
    latest_value,
    local_day,
    signed_prescription,
)
from app.operations.diagnosis import graver, malnourished, refeeding_of
from app.operations.people import find_client
from app.operations.refeeding import asked_since
from app.operations.upkeep import note_access
from menus import PROPERTIES, Component, Ingredient
from screening import (
    ADULT_YEARS,
    OLDER_YEARS,
    UNBOUNDED,
    Assessment,
    Change,
    MeasureKind,
    PersonFacts,
    PrescriptionProposal,
    Problem,
    RefeedingLevel,
    RefeedingRisk,
    ReferenceBasis,
    RulesInForce,
    Sex,
    Status,
    assess,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the prescription form starts from: the machine's proposal beside what is in force."""

    client: Client
    age: int
    proposal: PrescriptionProposal | None
    content: screening.Prescription | None
    in_force: Prescription | None
    last: Screening | None
    weight_kg: Decimal | None
    height_cm: Decimal | None
    refeeding: RefeedingRisk

    @property
    def version(self) -> int:
        """The version in force; 0 when nothing was ever signed."""
        return self.in_force.version if self.in_force else 0

    @property
    def was(self) -> screening.Prescription | None:
        """The targets in force."""
        return self.in_force.as_prescription() if self.in_force else None

    @property
    def reckoned_kg(self) -> Fraction | None:
        """The weight that rules are reckoned by; None when nobody weighed."""
        if self.weight_kg is None:
            return None
        return screening.reference_weight_kg(self.weight_kg, self.height_cm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A filled-in prescription, completed with its rules, against the one in force."""

    content: screening.Prescription
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    rules: RulesInForce


def draft_prescription(
    session: Session,
    actor: Actor,
    client_id: int,
    now: datetime,
    *,
    filled: screening.Prescription | None = None,
) -> Draft:
    """Work out a prescription from the newest screening, weight and height.

    Texture, allergens, taste and exclusions are carried over from the one in force, or from what
    is `filled` in so far; without a weight or a screening, or for a child, there is no proposal
    and the form says what is missing.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    note_access(session, actor, now, "prescription.drafted", client.id)
    in_force = signed_prescription(session, client.id)
    last = latest_screening(session, client.id)
    weight_kg = latest_value(session, client.id, MeasureKind.WEIGHT_KG)
    height_cm = latest_value(session, client.id, MeasureKind.HEIGHT_CM)
    known = filled or (in_force.as_prescription() if in_force else None)
    age = screening.completed_years(client.born, local_day(now))
    risk = refeeding_of(session, client.id, weight_kg=weight_kg, today=local_day(now))
    level = filled.refeeding if filled else _level_to_start(session, in_force, risk)
    facts = None
    if weight_kg is not None and age >= ADULT_YEARS:
        facts = replace(
            _facts(client, age, weight_kg, height_cm, known=known),
            malnourished=malnourished(session, client.id),
            refeeding=level,
        )
    proposal = _proposal(assess(last.as_intake()) if last else None, facts)
    return Draft(
        client=client,
        age=age,
        proposal=proposal,
        content=filled or _content(proposal, known, level),
        in_force=in_force,
        last=last,
        weight_kg=weight_kg,
        height_cm=height_cm,
        refeeding=risk,
    )


def _level_to_start(
    session: Session, in_force: Prescription | None, risk: RefeedingRisk
) -> RefeedingLevel | None:
    """Give the refeeding level a draft starts from: what a person judged, unless there is news.

    A risk on record that is graver, or a form kept since the signature, goes before the judgement
    of then. That there is no risk is never filled in while an answer is open.
    """
    judged = in_force.as_prescription().refeeding if in_force else None
    if graver(risk.level, judged or RefeedingLevel.NONE):
        return risk.level
    if in_force is None or not asked_since(session, in_force):
        return judged
    settled = risk.status is Status.COMPLETE or risk.level is not RefeedingLevel.NONE
    return risk.level if settled else None


def _proposal(
    assessment: Assessment | None, facts: PersonFacts | None
) -> PrescriptionProposal | None:
    if assessment is None or facts is None or assessment.result.status is Status.NOT_VALID:
        return None
    return screening.propose(assessment, facts)


def _content(
    proposal: PrescriptionProposal | None,
    known: screening.Prescription | None,
    level: RefeedingLevel | None,
) -> screening.Prescription | None:
    if known is None:
        return proposal.draft if proposal else None
    if proposal is None:
        return replace(known, refeeding=level)
    draft = proposal.draft
    return replace(
        known,
        refeeding=level,
        energy_kcal=draft.energy_kcal,
        protein_g=draft.protein_g,
        fluid_ml=known.fluid_ml if known.fluid_ml != UNBOUNDED else draft.fluid_ml,
        start_energy_kcal=_lower(draft.start_energy_kcal, known.start_energy_kcal),
        based_on_weight_g=draft.based_on_weight_g,
    )


def _lower(worked_out: int | None, signed: int | None) -> int | None:
    """The first day as worked out, and never more than a person signed for it."""
    if worked_out is None or signed is None:
        return worked_out
    return min(worked_out, signed)


def _facts(
    client: Client,
    age: int,
    weight_kg: Decimal,
    height_cm: Decimal | None,
    *,
    known: screening.Prescription | None,
) -> PersonFacts:
    facts = PersonFacts(weight_kg=weight_kg, height_cm=height_cm, age=age, sex=Sex(client.sex))
    if known is None:
        return facts
    return replace(
        facts,
        conditions=known.conditions,
        activity=known.activity,
        stress=known.stress,
        food_level=known.food_level,
        drink_level=known.drink_level,
        allergies=known.allergies,
        fluid_order_ml=known.fluid_ml.high,
        usual=known.usual,
        switches=known.switches,
        formula=known.energy_formula,
    )


def check_prescription(
    session: Session,
    actor: Actor,
    draft: Draft,
    content: screening.Prescription,
    now: datetime,
    *,
    reference: bool | None = None,
) -> Checked:
    """Complete a form with the rules of its conditions and hold it against the one in force.

    `reference` asks for reference values of vitamins and minerals, or (False) for none. Raises
    Refused for an ingredient the kitchen does not know: it would exclude nothing.
    """
    named = _known_words(session, content)
    switched = _signed_switches(draft, named, actor, now)
    if reference is not None:
        switched = replace(switched, reference=_reference(draft, named) if reference else None)
    whole, rules = _completed(draft, switched, local_day(now) + timedelta(days=1))
    return Checked(
        content=whole,
        changes=screening.difference(draft.was, whole),
        problems=screening.check_prescription(whole),
        rules=rules,
    )


def _known_words(session: Session, content: screening.Prescription) -> screening.Prescription:
    """Give ingredients and dishes by their id: a name in any language of the house stands for it.

    A word the kitchen does not know would exclude nothing, so it is refused.
    """
    stock = meals.catalogue(session)
    bought = _ids(stock.ingredients) | {word: word for word in stock.ingredient_words}
    eaten = (
        bought | _ids(stock.components) | {word: word for word in (*PROPERTIES, *stock.variants)}
    )
    fields = {"excluded_ingredients": bought, "likes": eaten, "dislikes": eaten}
    problems = [
        (name, "prescription.unknown_ingredient", {"name": ", ".join(strange)})
        for name, ids in fields.items()
        if (strange := sorted(getattr(content, name) - set(ids)))
    ]
    if problems:
        raise Refused(*problems)
    return replace(
        content,
        excluded_ingredients=frozenset(bought[word] for word in content.excluded_ingredients),
        likes=frozenset(eaten[word] for word in content.likes),
        dislikes=frozenset(eaten[word] for word in content.dislikes),
    )


def _ids(things: Mapping[str, Ingredient] | Mapping[str, Component]) -> dict[str, str]:
    """Give the id of each thing by its names in lower case."""
    found = {name: name for name in things}
    for name, one in things.items():
        found |= dict.fromkeys((word.lower() for word in astuple(one.names)), name)
    return found


def _signed_switches(
    draft: Draft, content: screening.Prescription, actor: Actor, now: datetime
) -> screening.Prescription:
    """Put who and when beside each rule put on or off; one that stays keeps its own."""
    kept = {(one.rule, one.on): one for one in (draft.was.switches if draft.was else ())}
    switches = tuple(
        kept.get((one.rule, one.on)) or replace(one, by=actor.user_id, at=now)
        for one in content.switches
    )
    return replace(content, switches=switches)


def _completed(
    draft: Draft, content: screening.Prescription, tomorrow: date
) -> tuple[screening.Prescription, RulesInForce]:
    """Add what the conditions ask, and the energy of each of the first days, from tomorrow on."""
    grams = None if draft.weight_kg is None else int(draft.weight_kg * 1000)
    caps = _step_up(draft, content)
    whole = replace(
        content,
        based_on_weight_g=grams,
        step_up=caps,
        step_up_from=(content.step_up_from or tomorrow) if caps else None,
    )
    rules = screening.rules_of(
        whole,
        weight_kg=draft.reckoned_kg,
        older=draft.age >= OLDER_YEARS,
        malnourished=draft.proposal.at_risk if draft.proposal else None,
        extra=screening.drinks_of(Sex(draft.client.sex), content.fluid_ml.high),
    )
    return replace(whole, rules=rules.rules), rules


def _reference(draft: Draft, content: screening.Prescription) -> ReferenceBasis | None:
    return screening.reference_for(
        Sex(draft.client.sex),
        draft.age,
        food_level=content.food_level,
        conditions=content.conditions,
    )


def _step_up(draft: Draft, content: screening.Prescription) -> tuple[int, ...]:
    """Work out the energy per day; empty where nothing limits it or a figure is missing."""
    target, level = content.energy_kcal.low, content.refeeding
    if target is None or level is None or level is RefeedingLevel.NONE:
        return ()
    if draft.weight_kg is None and level is not RefeedingLevel.SOME:
        return ()
    return screening.step_up_kcal(
        level,
        target_kcal=target,
        weight_kg=draft.weight_kg,
        days=content.step_up_days,
        start_kcal=content.start_energy_kcal,
    )


def problem_said(problem: Problem) -> tuple[str, str, Mapping[str, Any]]:
    """Give a finding as (field, code, arguments); `field` among them is a code itself."""
    return problem.field, problem.code.value, {"field": f"prescription.field.{problem.field}"}


def find_prescription(
    session: Session, actor: Actor, client_id: int, prescription_id: int
) -> Prescription:
    """Give one version of a client's prescription."""
    client = find_client(session, actor, client_id, Permission.VIEW_CLIENT)
    found = session.get(Prescription, prescription_id)
    if found is None or found.client_id != client.id:
        raise NotFound
    return found
