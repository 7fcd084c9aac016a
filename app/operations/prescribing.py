"""Verbs of prescribing: work out a draft, show what it changes, sign a version."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.models.care import Prescription, PrescriptionState, Screening
from app.models.frozen import cells
from app.models.people import Client
from app.operations import meals
from app.operations.care import (
    latest_screening,
    latest_value,
    local_day,
    signed_prescription,
    weights,
)
from app.operations.people import find_client
from app.operations.upkeep import note_access
from menus import PROPERTIES, Component, Ingredient
from screening import (
    Change,
    MeasureKind,
    PersonFacts,
    PrescriptionProposal,
    Problem,
    Range,
    RefeedingFacts,
    RefeedingRisk,
    Sex,
    Status,
    assess,
)

_REFEEDING_WINDOW_DAYS = 183
"""NICE CG32 asks for unplanned loss over the last three to six months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the prescription form starts from: the machine's proposal beside what is in force."""

    client: Client
    proposal: PrescriptionProposal | None
    content: screening.Prescription | None
    in_force: Prescription | None
    last: Screening | None
    weight_kg: Decimal | None
    refeeding: RefeedingRisk

    @property
    def version(self) -> int:
        """The version in force; 0 when nothing was ever signed."""
        return self.in_force.version if self.in_force else 0

    @property
    def was(self) -> screening.Prescription | None:
        """The targets in force."""
        return self.in_force.as_prescription() if self.in_force else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A filled-in prescription, completed with its rules, against the one in force."""

    content: screening.Prescription
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def draft_prescription(session: Session, actor: Actor, client_id: int, now: datetime) -> Draft:
    """Work out a prescription from the newest screening, weight and height.

    Texture, allergens, taste and exclusions are carried over from the one in force; without a
    weight or a screening, or for a child, there is no proposal and the form says what is missing.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    note_access(session, actor, now, "prescription.drafted", client.id)
    in_force = signed_prescription(session, client.id)
    last = latest_screening(session, client.id)
    weight_kg = latest_value(session, client.id, MeasureKind.WEIGHT_KG)
    known = in_force.as_prescription() if in_force else None
    proposal = None
    assessment = assess(last.as_intake()) if last else None
    if assessment and weight_kg is not None and assessment.result.status is not Status.NOT_VALID:
        facts = _facts(session, client, weight_kg, known=known, now=now)
        proposal = screening.propose(assessment, facts)
    return Draft(
        client=client,
        proposal=proposal,
        content=_content(proposal, known),
        in_force=in_force,
        last=last,
        weight_kg=weight_kg,
        refeeding=_refeeding(session, client.id, weight_kg),
    )


def _content(
    proposal: PrescriptionProposal | None, known: screening.Prescription | None
) -> screening.Prescription | None:
    if proposal is None or known is None:
        return proposal.draft if proposal else known
    return replace(
        known,
        energy_kcal=proposal.draft.energy_kcal,
        protein_g=proposal.draft.protein_g,
        fluid_ml=known.fluid_ml if known.fluid_ml != Range() else proposal.draft.fluid_ml,
        start_energy_kcal=proposal.draft.start_energy_kcal,
        based_on_weight_g=proposal.draft.based_on_weight_g,
    )


def _facts(
    session: Session,
    client: Client,
    weight_kg: Decimal,
    *,
    known: screening.Prescription | None,
    now: datetime,
) -> PersonFacts:
    return PersonFacts(
        weight_kg=weight_kg,
        height_cm=latest_value(session, client.id, MeasureKind.HEIGHT_CM),
        age=screening.completed_years(client.born, local_day(now)),
        sex=Sex(client.sex),
        conditions=known.conditions if known else frozenset(),
        refeeding=known.refeeding if known else None,
        food_level=known.food_level if known else "7",
        drink_level=known.drink_level if known else "0",
        allergies=known.allergies if known else frozenset(),
    )


def _refeeding(session: Session, client_id: int, weight_kg: Decimal | None) -> RefeedingRisk:
    """Give what the record alone says about refeeding; the rest a person must ask."""
    height_cm = latest_value(session, client_id, MeasureKind.HEIGHT_CM)
    points = weights(session, client_id)
    recent = [one for one in points if (points[-1].on - one.on).days <= _REFEEDING_WINDOW_DAYS]
    loss: Fraction | None = None
    if len(recent) > 1:
        highest = max(one.weight_kg for one in recent)
        loss = screening.weight_loss_percent(highest, points[-1].weight_kg)
    body_mass = screening.bmi(weight_kg, height_cm) if weight_kg and height_cm else None
    return screening.refeeding_risk(RefeedingFacts(bmi=body_mass, loss_pct_3_6m=loss))


def check_prescription(session: Session, draft: Draft, content: screening.Prescription) -> Checked:
    """Complete a form with the rules of its conditions and hold it against the one in force.

    Raises Refused for an ingredient the kitchen does not know: it would exclude nothing.
    """
    whole = _completed(draft, _known_words(session, content))
    return Checked(
        content=whole,
        changes=screening.difference(draft.was, whole),
        problems=screening.check_prescription(whole),
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


def _completed(draft: Draft, content: screening.Prescription) -> screening.Prescription:
    """Add what the conditions ask; limits on nutrients that no form shows are carried over."""
    rules = screening.constraints(content.conditions)
    was = draft.was
    nutrients = dict(was.nutrients) if was else {}
    for rule in screening.constraints(was.conditions if was else frozenset()):
        if rule.nutrient:
            nutrients.pop(rule.nutrient, None)
    for rule in rules:
        if rule.nutrient and rule.bounds.high is not None:
            now = nutrients.get(rule.nutrient, Range())
            high = min(rule.bounds.high, rule.bounds.high if now.high is None else now.high)
            nutrients[rule.nutrient] = Range(low=now.low, high=high)
    grams = None if draft.weight_kg is None else int(draft.weight_kg * 1000)
    return replace(
        content,
        nutrients=nutrients,
        allergies=content.allergies | {one.allergy for one in rules if one.allergy},
        excluded_properties=content.excluded_properties
        | {one.exclude_property for one in rules if one.exclude_property},
        excluded_ingredients=content.excluded_ingredients
        | {one.exclude_ingredient for one in rules if one.exclude_ingredient},
        based_on_weight_g=grams,
    )


def sign_prescription(
    session: Session,
    actor: Actor,
    client_id: int,
    content: screening.Prescription,
    *,
    review_on: date,
    replaces: int,
    now: datetime,
) -> Prescription:
    """Make a new version and put the actor's name under it; the one before is superseded.

    `replaces` is the version the signer saw (0 for none). Raises Refused with every blocking
    problem, and Conflict when someone signed meanwhile.
    """
    draft = draft_prescription(session, actor, client_id, now)
    client = draft.client
    if actor.user_id is None:
        raise Refused(("", "prescription.needs_a_person", {}))
    if draft.version != replaces:
        raise Conflict("prescription.someone_was_first", version=draft.version)
    if review_on <= local_day(now):
        raise Refused(("review_on", "prescription.review_in_the_past", {}))
    checked = check_prescription(session, draft, content)
    blocking = [one for one in checked.problems if one.blocks]
    if blocking:
        raise Refused(*(problem_said(one) for one in blocking))
    signed = _new_version(session, client.id, checked.content, draft, actor=actor, now=now)
    signed.screening_id = draft.last.id if draft.last else None
    signed.review_on = review_on
    session.add(signed)
    session.flush()
    note_access(session, actor, now, "prescription.signed", client.id)
    return signed


def problem_said(problem: Problem) -> tuple[str, str, Mapping[str, Any]]:
    """Give a finding as (field, code, arguments); `field` among them is a code itself."""
    return problem.field, problem.code.value, {"field": f"prescription.field.{problem.field}"}


def _new_version(
    session: Session,
    client_id: int,
    content: screening.Prescription,
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
    basis = _basis(draft.proposal)
    version = (newest or 0) + 1
    signed = Prescription.of(client_id, version, content, basis=basis, by=actor.user_id, at=now)
    signed.state = PrescriptionState.SIGNED
    signed.signed_at, signed.signed_by = now, actor.user_id
    return signed


def _basis(proposal: PrescriptionProposal | None) -> dict[str, Any]:
    """Give the calculation that stood beside the form, to be read again next year."""
    if proposal is None:
        return {}
    return {name: cells(getattr(proposal, name)) for name in ("energy", "protein", "fluid")}


def find_prescription(
    session: Session, actor: Actor, client_id: int, prescription_id: int
) -> Prescription:
    """Give one version of a client's prescription."""
    client = find_client(session, actor, client_id, Permission.VIEW_CLIENT)
    found = session.get(Prescription, prescription_id)
    if found is None or found.client_id != client.id:
        raise NotFound
    return found
