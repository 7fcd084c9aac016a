"""Letters of a referral: write one, look before signing, open it as PDF."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import LANGUAGES, translator
from app.operations import letters
from app.operations.letters import Letter, Reply
from app.paper import letter_pdf
from app.pipeline import Answer, Call, entry
from app.schemas import ReplyForm
from app.web.papers import pdf_file
from app.web.words import kept, mends
from screening import ReferralState

blueprint = Blueprint("letters", __name__)


@blueprint.get("/referrals/<int:referral_id>/letters/new")
@entry(Permission.HANDLE_REFERRAL)
def write(call: Call, referral_id: int) -> ResponseReturnValue:
    """Show what the letter will hold and room for the writer's own words."""
    speak = call.translator
    blank = Reply(text="", language=speak.language)
    row, letter = letters.draft_letter(call.session, call.actor, referral_id, blank, call.now)
    return render_template(
        "referrals/letter.html",
        row=row,
        told=_told(call, letter),
        kept=lambda name, otherwise="": kept(call, name, otherwise),
        languages_said=[(one, speak.say(f"language.{one}")) for one in LANGUAGES],
        bad={one.field: one.text for one in call.problems},
        errors=mends(call),
    )


def _told(call: Call, letter: Letter) -> list[tuple[str, bool]]:
    """Give the parts a letter may hold, and whether this one does."""
    parts: tuple[tuple[str, Any], ...] = (
        ("letter.findings", letter.findings),
        ("letter.weight", letter.weights),
        ("letter.plan", letter.targets),
        ("letter.textures", letter.textures),
    )
    return [(call.say(code), bool(part)) for code, part in parts]


@blueprint.post("/referrals/<int:referral_id>/letters")
@entry(Permission.HANDLE_REFERRAL, takes=ReplyForm, back=write)
def sign(call: Call, form: tuple[Reply, ReferralState], referral_id: int) -> ResponseReturnValue:
    """Sign the letter; the referral is answered."""
    reply, seen = form
    letters.sign_letter(call.session, call.actor, referral_id, reply, call.now, seen=seen)
    call.tell("referral.letter_signed")
    return redirect(url_for("referrals.show", referral_id=referral_id), code=303)


@blueprint.get("/referrals/<int:referral_id>/letters/<int:number>.pdf")
@entry(Permission.SEND_REFERRAL)
def pdf(call: Call, referral_id: int, number: int) -> Answer:
    """Give a signed letter in the language it was written in."""
    letter, language = letters.read_letter(call.session, call.actor, referral_id, number, call.now)
    draw = partial(letter_pdf, letter, translator(language))
    return pdf_file(draw, f"{letter.code}-{letter.number}")
