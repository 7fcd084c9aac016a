"""Referrals: who waits for an answer, one with its history, a new one, the next step."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission, Role
from app.operations import referrals, referralviews, takingin
from app.operations.care import local_day
from app.operations.enrolment import NewClient
from app.operations.referrals import NewReferral
from app.operations.referralviews import PAGE, ReferralFacts, ReferralView
from app.pipeline import Call, entry
from app.schemas import EnrolForm, LinkForm, MoveForm, ReferralForm, ReferralsQuery
from app.web.enrolling import client_form
from app.web.referralparts import (
    form_parts,
    options,
    reason_words,
    row_parts,
    state_kind,
    step_parts,
)
from app.web.words import deadline, mends
from screening import NEEDS_WHY, PROFESSIONALS, SOURCES, WAITING, Move, MoveReason, ReferralState

blueprint = Blueprint("referrals", __name__)


@blueprint.get("/referrals")
@entry(Permission.SEND_REFERRAL, takes=ReferralsQuery)
def listed(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the referrals of a view, what waits longest first."""
    view, first = ReferralView(query["view"]), query["first"]
    found = referralviews.referral_list(
        call.session, call.actor, now=call.now, view=view, first=first
    )
    handles = call.actor.may(Permission.HANDLE_REFERRAL)
    last = min(first + PAGE, found.total)
    return render_template(
        "referrals/list.html",
        found=found,
        rows=[row_parts(call.translator, row, found.today, handles=handles) for row in found.rows],
        view=view,
        filters=[_filter(call, one, found.counts[one], view) for one in ReferralView],
        last=last,
        before=url_for(".listed", view=view, first=max(0, first - PAGE)) if first else None,
        after=url_for(".listed", view=view, first=last) if last < found.total else None,
        handles=handles,
    )


def _filter(call: Call, one: ReferralView, count: int, view: ReferralView) -> dict[str, Any]:
    return {
        "href": url_for(".listed", view=None if one is ReferralView.OPEN else one),
        "text": call.say(f"referral.view.{one}"),
        "count": count,
        "current": one is view,
    }


@blueprint.get("/referrals/new")
@entry(Permission.SEND_REFERRAL)
def new(call: Call) -> ResponseReturnValue:
    """Show the form: a professional refers, or staff note a call."""
    notes = call.actor.role is Role.DIETITIAN
    starting = {} if notes else {"name": call.actor.name}
    parties = [one for one in SOURCES if notes or one in PROFESSIONALS]
    return render_template("referrals/new.html", **form_parts(call, parties, starting), notes=notes)


@blueprint.post("/referrals/new")
@entry(Permission.SEND_REFERRAL, takes=ReferralForm, back=new)
def send(call: Call, form: NewReferral) -> ResponseReturnValue:
    """Take in a referral."""
    referral = referrals.send(call.session, call.actor, form, call.now)
    call.tell("referral.received", day=referral.due_on)
    return redirect(url_for(".show", referral_id=referral.id), code=303)


@blueprint.get("/referrals/<int:referral_id>")
@entry(Permission.SEND_REFERRAL)
def show(call: Call, referral_id: int) -> ResponseReturnValue:
    """Show one referral: the question, what was done, what may be done now."""
    facts = referralviews.referral_facts(call.session, call.actor, referral_id, call.now)
    speak, row = call.translator, facts.referral
    forms = [one for one in facts.moves if one in NEEDS_WHY]
    return render_template(
        "referrals/one.html",
        facts=facts,
        row=row,
        reasons=reason_words(speak, row.why),
        state=call.say(f"referral.state.{row.state}"),
        state_kind=state_kind(row),
        due=deadline(speak, row.due_on, facts.today) if row.state in WAITING else None,
        person=_person(call, facts),
        sender=_sender(call, facts),
        steps=[step_parts(speak, one) for one in facts.steps],
        question=facts.steps[-1].note if row.state is ReferralState.ASKED else None,
        move_forms=[(one, call.say(f"referral.move.{one}")) for one in forms],
        whys=options(speak, "why", MoveReason),
        asks_code=[Move.DECLINE, Move.WITHDRAW, Move.DISMISS],
        letters=[(one, speak.date(local_day(one.signed_at))) for one in facts.letters],
        bad={one.field: one.text for one in call.problems},
        errors=mends(call, {"note": f"f-{_tried(call)}-note"}),
        tried=_tried(call),
        filled=call.values.get("note", [""])[-1],
        chosen=call.values.get("why", [""])[-1],
    )


def _tried(call: Call) -> str:
    """Give the move of a form that came back."""
    return str(call.values.get("move", [""])[-1])


def _person(call: Call, facts: ReferralFacts) -> list[tuple[str, str | None]]:
    row, speak = facts.referral, call.translator
    where = ", ".join(filter(None, (row.street, f"{row.postcode} {row.place}".strip())))
    return [
        (call.say("client.born"), speak.date(row.born)),
        (call.say("client.sex"), call.say(f"sex.{row.sex}") if row.sex else None),
        (call.say("client.phone"), row.phone or None),
        (call.say("referral.address"), where or None),
    ]


def _sender(call: Call, facts: ReferralFacts) -> list[tuple[str, str | None]]:
    row = facts.referral
    return [
        (call.say("referral.who"), call.say(f"referral.party.{row.party}")),
        (call.say("referral.name"), row.party_name or None),
        (call.say("referral.organisation"), row.party_organisation or None),
        (call.say("referral.contact"), row.party_contact or None),
        (call.say("referral.letter_language"), call.say(f"language.{row.language}")),
        (call.say("referral.commission"), call.translator.cents(row.commission_cents)),
    ]


@blueprint.post("/referrals/<int:referral_id>/moves")
@entry(Permission.SEND_REFERRAL, takes=MoveForm, back=show)
def move(call: Call, form: dict[str, Any], referral_id: int) -> ResponseReturnValue:
    """Take the next step; the page shows what happened."""
    if form["move"] in (Move.ACCEPT, Move.SEND):  # these carry more than a reason
        raise NotFound
    referrals.move_referral(
        call.session,
        call.actor,
        referral_id,
        form["move"],
        call.now,
        seen=form["seen"],
        why=form["why"],
        note=form["note"],
    )
    call.tell("referral.moved")
    return redirect(url_for(".show", referral_id=referral_id), code=303)


@blueprint.post("/referrals/<int:referral_id>/link")
@entry(Permission.HANDLE_REFERRAL, takes=LinkForm, back=show)
def link(call: Call, form: dict[str, Any], referral_id: int) -> ResponseReturnValue:
    """Take somebody into care who is a client already."""
    client_id = form["client_id"]
    referrals.accept(call.session, call.actor, referral_id, client_id, call.now, seen=form["seen"])
    call.tell("referral.accepted")
    return redirect(url_for("record.show", client_id=client_id), code=303)


@blueprint.get("/referrals/<int:referral_id>/enrol")
@entry(Permission.HANDLE_REFERRAL)
def enrol_form(call: Call, referral_id: int) -> ResponseReturnValue:
    """Show the form for a new client, filled with what the referral says."""
    row = referrals.find_referral(call.session, call.actor, referral_id, Permission.HANDLE_REFERRAL)
    names = ("given_name", "family_name", "sex", "phone", "street", "postcode", "place", "language")
    starting = {name: getattr(row, name) for name in names} | {"born": row.born.isoformat()}
    action = url_for(".enrol", referral_id=referral_id)
    return client_form(call, action, starting, hidden={"state": row.state.value})


@blueprint.post("/referrals/<int:referral_id>/enrol")
@entry(Permission.HANDLE_REFERRAL, takes=EnrolForm, back=enrol_form)
def enrol(
    call: Call, form: tuple[NewClient, ReferralState], referral_id: int
) -> ResponseReturnValue:
    """Enrol the person and take them into care."""
    new_client, seen = form
    found = takingin.accept_new(
        call.session, call.actor, referral_id, new_client, call.now, seen=seen
    )
    call.tell("referral.accepted")
    return redirect(url_for("screening.new", client_id=found.client_id), code=303)
